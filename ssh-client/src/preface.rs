//! What a host sends before its version, to tell a person what answers there. Knows no packet.

use crate::end::End;

/// Bytes of a line that are kept.
const LINE_MAX: usize = 200;

/// How a version begins that we speak (RFC 4253, 4.2 and 5.1).
const VERSIONS: [&[u8]; 2] = [b"SSH-2.0-", b"SSH-1.99-"];

/// How the port for lines greets (docs/PROTOCOL.md).
const LINES_GREETING: &[u8] = b"220 smolchat";

/// The lines of a host that has not told its version.
#[derive(Debug, Default)]
pub(crate) struct Preface {
    first: Option<Vec<u8>>,
    line: Vec<u8>,
    is_over: bool,
}

impl Preface {
    /// Looks at bytes until the host's version begins. Other lines may stand before it (RFC 4253,
    /// 4.2).
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.is_over {
                return;
            }
            match byte {
                b'\n' if self.first.is_none() => self.first = Some(std::mem::take(&mut self.line)),
                b'\n' => self.line.clear(),
                _ if self.line.len() < LINE_MAX => self.line.push(*byte),
                _ => {}
            }
            self.is_over = VERSIONS.iter().any(|version| self.line == *version);
        }
    }

    /// Whether a server greets in clear, as the port for lines does. It waits for a request and
    /// tells no version.
    pub(crate) fn is_in_clear(&self) -> bool {
        self.first.as_ref().is_some_and(|line| line.starts_with(LINES_GREETING))
    }

    /// What answers, if it has told no version.
    pub(crate) fn verdict(&self) -> Option<End> {
        let line = String::from_utf8_lossy(self.first.as_ref().unwrap_or(&self.line));
        (!self.is_over && !line.is_empty())
            .then(|| End::NotSsh(line.chars().filter(|char| !char.is_control()).collect()))
    }
}
