//! Commands from a standard input that is no terminal, or one that cannot be edited on: one a line,
//! in order. Runs in a thread of its own.

use std::io::{self, Read};
use std::thread;

use super::Source;
use crate::client::event::Input;
use crate::client::lines::{LineReader, Rest};

/// Reads commands until the input ends.
pub(crate) fn spawn(source: Source) -> io::Result<()> {
    let run = move || read(LineReader::new(io::stdin(), Rest::IsALine), &source);
    thread::Builder::new().name("commands".into()).spawn(run).map(drop)
}

fn read<R: Read>(mut lines: LineReader<R>, source: &Source) {
    while let Ok(Some(line)) = lines.read_line() {
        if source.events.send(Input::Typed(line)).is_err() || source.turns.recv().is_err() {
            return;
        }
    }
    // Without an event loop nobody is left to tell.
    let _ = source.events.send(Input::End);
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn each_line_waits_for_its_turn_and_the_end_is_told() {
        let ((events, inputs), (turn, turns)) = (channel(), channel());
        let reader = thread::spawn(move || {
            read(LineReader::new(&b"one\ntwo"[..], Rest::IsALine), &Source { events, turns });
        });
        for expected in ["one", "two"] {
            assert!(matches!(inputs.recv(), Ok(Input::Typed(Ok(line))) if line == expected));
            assert!(inputs.try_recv().is_err());
            turn.send(()).unwrap();
        }
        assert!(matches!(inputs.recv(), Ok(Input::End)));
        reader.join().unwrap();
    }
}
