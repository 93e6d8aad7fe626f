//! Whoever sits at an image's console: types a line, sees it come back, and reads the answer.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A person at the console.
#[derive(Debug)]
pub struct Console {
    lines: BufReader<UnixStream>,
    /// Lines of the log that came between answers.
    log: Vec<String>,
}

impl Console {
    /// Sits down at the emulator's `socket`.
    ///
    /// # Errors
    /// It is not there.
    pub fn open(socket: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Console { lines: BufReader::new(stream), log: Vec::new() })
    }

    /// The stream, to say or to read whatever one likes.
    pub fn stream(&mut self) -> &mut UnixStream {
        self.lines.get_mut()
    }

    /// Types a line and reads the answer: lines that begin with a code and, but for the last one, a
    /// hyphen behind it.
    ///
    /// # Panics
    /// Nobody answers.
    pub fn ask(&mut self, line: &str) -> Vec<String> {
        let typed = self.stream().write_all(format!("{line}\r").as_bytes());
        typed.unwrap_or_else(|error| panic!("{line}: {error}"));
        loop {
            match self.line() {
                shown if shown == line => break,
                other => self.log.push(other),
            }
        }
        let mut answer = Vec::new();
        loop {
            let next = self.line();
            let is_last = next.get(3..4) == Some(" ");
            if next.starts_with("* ") {
                self.log.push(next);
                continue;
            }
            answer.push(next);
            if is_last {
                return answer;
            }
        }
    }

    /// Types a line whose answer is one line, which this is to be the beginning of.
    ///
    /// # Panics
    /// It is another.
    pub fn expect(&mut self, line: &str, begin: &str) -> String {
        let mut answer = self.ask(line);
        assert!(answer.len() == 1 && answer[0].starts_with(begin), "{line}: {answer:?}");
        answer.remove(0)
    }

    /// The next line.
    ///
    /// # Panics
    /// None comes.
    pub fn line(&mut self) -> String {
        let mut line = Vec::new();
        let read = self.lines.read_until(b'\n', &mut line);
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        assert!(read.is_ok_and(|count| count > 0), "the console is silent behind {line:?}");
        line
    }

    /// Reads up to a line of the log that holds `text`.
    ///
    /// # Panics
    /// None comes.
    pub fn logged(&mut self, text: &str) {
        let is_it = |line: &String| line.starts_with("* log: ") && line.contains(text);
        while !self.log.iter().any(is_it) {
            let line = self.line();
            self.log.push(line);
        }
        self.log.clear();
    }
}
