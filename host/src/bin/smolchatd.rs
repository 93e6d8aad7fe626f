//! smolchatd, the server: reads its options and hands them to the library.
//! Touches only `smolchat::daemon`.

use std::process::ExitCode;

use clap::Parser;
use smolchat::daemon::{Options, run};

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("smolchatd: {error}");
            ExitCode::FAILURE
        }
    }
}
