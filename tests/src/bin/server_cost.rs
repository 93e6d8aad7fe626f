//! Does a deed so many times, to be run under callgrind: `server_cost DEED PLACES ONLINE TIMES`. Counted is what happens in
//! `counted_server_round`; the difference of two runs is the cost of the times by which they differ.

use std::env;
use std::process::ExitCode;

use smolchat_tests::cost::in_memory;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let numbers: Result<Vec<usize>, _> = words.iter().skip(1).map(|word| word.parse()).collect();
    let deed = words.first().and_then(|word| word.parse().ok());
    match (deed, numbers.as_deref()) {
        (Some(deed), Ok(&[places, online, times])) if (online..=10_000).contains(&places) => {
            in_memory(deed, places, online, times);
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: server_cost message|broadcast|login|whoelse PLACES ONLINE TIMES");
            ExitCode::FAILURE
        }
    }
}
