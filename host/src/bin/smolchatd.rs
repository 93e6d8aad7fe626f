//! smolchatd, the server: reads its options and hands them to the library. Knows nothing else.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use smolchat::backtrace::only_on_panic;
use smolchat::daemon::{Options, complain, print_fingerprint, run};

fn main() -> ExitCode {
    only_on_panic();
    let options = Options::parse();
    if let Some(printed) = options.print_page() {
        return if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    match options.run_command() {
        Some(done) => ended(done),
        None => ended(print_fingerprint(&options).unwrap_or_else(|| run(options))),
    }
}

fn ended(result: Result<(), impl Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}
