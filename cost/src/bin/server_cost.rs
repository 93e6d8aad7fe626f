//! `server_cost OPERATION PLACES ONLINE TIMES` does an operation `TIMES` times, under callgrind.
//! Instructions within `counted_server_round` count. The difference of two runs is the cost of the
//! operations by which they differ.

use std::process::ExitCode;

use smolchat_cost::{command, in_memory};

fn main() -> ExitCode {
    command::run(in_memory)
}
