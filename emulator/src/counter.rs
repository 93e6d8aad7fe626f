//! How many instructions an image has executed: QEMU counts them, and answers on a socket. Time
//! that the part sleeps is none.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

use crate::quoted::quoted;

/// A count is asked for as where a recording would be; it is there without one.
const QUESTION: &str = "query-replay";
const FIELD: &str = "\"icount\":";

/// Has QEMU count instructions and answer the count at `socket`, which QEMU makes. Each instruction
/// takes a nanosecond of the board's time.
pub fn count_instructions(command: &mut Command, socket: &Path) {
    command.args(["-icount", "shift=0", "-qmp"]);
    command.arg(format!("unix:{},server=on,wait=off", quoted(socket)));
}

/// An image's instructions.
#[derive(Debug)]
pub struct Counter {
    answers: BufReader<UnixStream>,
}

impl Counter {
    /// Connects to the emulator's `socket`.
    ///
    /// # Errors
    /// It is not there, or not the emulator's.
    pub fn connect(socket: &Path) -> io::Result<Self> {
        let mut counter = Counter { answers: BufReader::new(UnixStream::connect(socket)?) };
        counter.ask("qmp_capabilities")?;
        Ok(counter)
    }

    /// The instructions since the emulator's start; exact while the part sleeps.
    ///
    /// # Errors
    /// The emulator is gone, or does not count.
    pub fn instructions(&mut self) -> io::Result<u64> {
        let answer = self.ask(QUESTION)?;
        let unclear = || io::Error::other(format!("no count of instructions in {answer}"));
        number(&answer).ok_or_else(unclear)
    }

    /// The answer to a command. Messages that the emulator sends unasked are skipped.
    fn ask(&mut self, command: &str) -> io::Result<String> {
        writeln!(self.answers.get_mut(), "{{\"execute\":\"{command}\"}}")?;
        let lines = self.answers.by_ref().lines();
        let is_answer =
            |line: &String| line.starts_with("{\"return\"") || line.starts_with("{\"error\"");
        lines.map_while(Result::ok).find(is_answer).ok_or(io::ErrorKind::UnexpectedEof.into())
    }
}

fn number(answer: &str) -> Option<u64> {
    let (_, number) = answer.split_once(FIELD)?;
    let number = number.trim_start();
    let end = number.find(|character: char| !character.is_ascii_digit()).unwrap_or(number.len());
    number[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_wherever_it_stands() {
        let answer = "{\"return\": {\"icount\": 153355, \"mode\": \"none\"}}\r";
        assert_eq!(number(answer), Some(153_355));
        assert_eq!(number("{\"return\":{\"mode\":\"none\",\"icount\":7}}"), Some(7));
        assert_eq!(number("{\"error\": {\"class\": \"GenericError\"}}"), None);
    }
}
