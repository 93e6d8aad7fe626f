//! `board_cost BOARD OPERATION ONLINE` has the emulator count what an operation costs a board, in
//! instructions. It prints the median of several series, the lowest and the highest.

use std::env;
use std::process::ExitCode;

use smolchat_emulator::{BOARDS, SSH_BOARDS};
use smolchat_tests::board_cost::{Figure, on_board};

const USAGE: &str = "usage: board_cost BOARD OPERATION ONLINE";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let counted = match words.as_slice() {
        [board, operation, online] => count(board, operation, online),
        _ => Err(USAGE.to_owned()),
    };
    match counted {
        Ok(Figure { median, least, most }) => {
            println!("{median} {least} {most}");
            ExitCode::SUCCESS
        }
        Err(told) => {
            eprintln!("{told}");
            ExitCode::FAILURE
        }
    }
}

fn count(board: &str, operation: &str, online: &str) -> Result<Figure, String> {
    let found = BOARDS.iter().chain(&SSH_BOARDS).find(|known| known.name == board);
    let found = found.ok_or_else(|| format!("the emulator has no board {board}"))?;
    let online = online.parse().map_err(|_| format!("{online} is no number"))?;
    on_board(found, operation.parse()?, online)
}
