//! The lines so far, for the report of a failed conversation.

use crate::stage::Client;

/// The lines of all sides in their order; printed when a test fails.
#[derive(Debug, Default)]
pub struct Transcript {
    lines: Vec<String>,
}

/// Lines that a failure shows.
const SHOWN: usize = 60;

impl Transcript {
    /// The client sent `bytes`.
    pub fn said(&mut self, client: Client, bytes: &[u8]) {
        self.note(format!("{client} > {}", bytes.escape_ascii()));
    }

    /// The client was told `line`.
    pub fn heard(&mut self, client: Client, line: &str) {
        self.note(format!("{client} < {line}"));
    }

    /// Something else happened.
    pub fn note(&mut self, line: String) {
        self.lines.push(line);
    }

    /// Ends the test with `what` and the lines that led there.
    pub fn fail(&self, what: &str) -> ! {
        let from = self.lines.len().saturating_sub(SHOWN);
        panic!("{what}\nthe conversation until then:\n    {}", self.lines[from..].join("\n    "));
    }
}
