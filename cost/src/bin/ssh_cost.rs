//! The same as `server_cost` for users who come by SSH. It is a program of its own, so that no
//! optimization for SSH moves the counts of `server_cost`.

use std::process::ExitCode;

use smolchat_cost::{command, in_memory_by_ssh};

fn main() -> ExitCode {
    command::run(in_memory_by_ssh)
}
