//! The command line of the programs whose instructions are counted.
//! Knows no operation.

use std::env;
use std::process::ExitCode;

use crate::Operation;

const USAGE: &str = "its arguments: OPERATION PLACES ONLINE TIMES";

/// Has `work` do what the command line says: the operation, the places, how many are online, how
/// often.
pub fn run(work: fn(Operation, usize, usize, usize)) -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [operation, places, online, times] => go(work, operation, [places, online, times]),
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

fn go(
    work: fn(Operation, usize, usize, usize),
    operation: &str,
    [places, online, times]: [&str; 3],
) -> Result<(), String> {
    work(operation.parse()?, number(places)?, number(online)?, number(times)?);
    Ok(())
}

fn number(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| format!("{word} is no number"))
}
