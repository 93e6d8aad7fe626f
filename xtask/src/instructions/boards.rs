//! What is counted on the emulated boards, with all that their images do: the emulator counts.

use std::path::Path;
use std::process::Command;

use smolchat_emulator::{BOARDS, Board, SSH_BOARDS};

use crate::firmware;
use crate::recorded::{Record, Row};
use crate::step::Failure;

/// What they cost on a board. That is not quite the same in each run: how many frames an image
/// finds when it looks depends on how fast the machine brings them. Between two runs a message
/// moves by up to 1 % and a broadcast by up to 2 %.
pub(super) const RECORD: Record = Record {
    file: "tests/instructions-boards.txt",
    header: "What the server's work costs a board, in instructions of its whole image. `cargo xtask instructions --update` writes this; a growth by more than 5 % fails.\n\
             # Behind the @ stands the board; a part is one recipient.",
    growth: 5,
    ..super::RECORD
};

/// Operations, and how many users are online.
const OPERATIONS: [(&str, u64); 2] = [("message", 2), ("broadcast", 8)];
/// The same with an image with SSH: calls with a password and with a key.
const SSH_OPERATIONS: [(&str, u64); 3] = [("message", 2), ("password", 0), ("key", 0)];

/// Counts with the images that were built.
pub(super) fn count(program: &Path) -> Result<Vec<Row>, Failure> {
    all().map(|(board, operation, online)| take(program, board, operation, online)).collect()
}

fn all() -> impl Iterator<Item = (&'static Board, &'static str, u64)> {
    let lines = BOARDS.iter().map(|board| (board, &OPERATIONS[..]));
    let ssh = SSH_BOARDS.iter().map(|board| (board, &SSH_OPERATIONS[..]));
    lines.chain(ssh).flat_map(|(board, operations)| {
        operations.iter().map(move |(operation, online)| (board, *operation, *online))
    })
}

fn take(program: &Path, board: &Board, operation: &str, online: u64) -> Result<Row, Failure> {
    let name = name(board, operation, online);
    let mut counter = Command::new(program);
    counter.args([board.name, operation, &online.to_string()]).envs(firmware::images());
    let output = counter.output().map_err(|error| Failure::new(&*name, error.to_string()))?;
    let told = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = told.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let &[count, least, most] = numbers.as_slice() else {
        return Err(Failure::new(name, String::from_utf8_lossy(&output.stderr)));
    };
    println!("xtask: {name}: {count} instructions, the median of {least} to {most}");
    let parts = online.saturating_sub(1).max(1);
    Ok(Row { name, figures: vec![count, parts, count / parts] })
}

fn name(board: &Board, operation: &str, online: u64) -> String {
    match operation {
        "broadcast" => format!("broadcast-to-{}@{}", online - 1, board.name),
        _ => format!("{operation}@{}", board.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_read_and_names_every_count() {
        let recorded = RECORD.read().unwrap();
        let names: Vec<&str> = recorded.iter().map(|row| row.name.as_str()).collect();
        let counts: Vec<String> =
            all().map(|(board, operation, online)| name(board, operation, online)).collect();
        assert_eq!(names, counts);
    }
}
