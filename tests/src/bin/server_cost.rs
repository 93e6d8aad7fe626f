//! What the server's work costs, in instructions.
//! - `server_cost memory DEED PLACES ONLINE TIMES` does a deed `TIMES` times, under callgrind.
//!   Instructions within `counted_server_round` count. The difference of two runs is the cost of
//!   the deeds by which they differ.
//! - `server_cost board BOARD DEED ONLINE` has the emulator count the cost of a deed on a board. It
//!   prints the median of several series, the lowest and the highest.

use std::env;
use std::process::ExitCode;

use smolchat_emulator::BOARDS;
use smolchat_tests::cost::{Figure, in_memory, on_board};

const USAGE: &str =
    "usage: server_cost memory DEED PLACES ONLINE TIMES, or: server_cost board BOARD DEED ONLINE";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["memory", deed, places, online, times] => do_in_memory(deed, places, online, times),
        ["board", board, deed, online] => count_on_board(board, deed, online),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(told) => {
            eprintln!("{told}");
            ExitCode::FAILURE
        }
    }
}

fn do_in_memory(deed: &str, places: &str, online: &str, times: &str) -> Result<(), String> {
    in_memory(deed.parse()?, number(places)?, number(online)?, number(times)?);
    Ok(())
}

fn count_on_board(board: &str, deed: &str, online: &str) -> Result<(), String> {
    let found = BOARDS.iter().find(|known| known.name == board);
    let found = found.ok_or_else(|| format!("the emulator has no board {board}"))?;
    let Figure { median, least, most } = on_board(found, deed.parse()?, number(online)?)?;
    println!("{median} {least} {most}");
    Ok(())
}

fn number(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| format!("{word} is no number"))
}
