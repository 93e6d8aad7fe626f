//! `server_cost OPERATION PLACES ONLINE TIMES` does an operation `TIMES` times, under callgrind.
//! Instructions within `counted_server_round` count. The difference of two runs is the cost of the
//! operations by which they differ.

use std::env;
use std::process::ExitCode;

use smolchat_cost::in_memory;

const USAGE: &str = "usage: server_cost OPERATION PLACES ONLINE TIMES";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [operation, places, online, times] => run(operation, places, online, times),
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

fn run(operation: &str, places: &str, online: &str, times: &str) -> Result<(), String> {
    in_memory(operation.parse()?, number(places)?, number(online)?, number(times)?);
    Ok(())
}

fn number(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| format!("{word} is no number"))
}
