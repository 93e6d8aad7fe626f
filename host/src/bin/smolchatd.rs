//! smolchatd, the server: reads its options and hands them to the library. Knows nothing else.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::Parser;
use smolchat::backtrace::only_on_panic;
use smolchat::daemon::{Options, complain, run};

fn main() -> ExitCode {
    only_on_panic();
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}
