//! The terminal client's front door: the command line in, the exit code out.
//! Touches `smolchat::client` only.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::Parser;
use smolchat::client::{self, Ending, Options};

fn main() -> ExitCode {
    match Options::try_parse() {
        Ok(options) => client::run(&options).into(),
        Err(error) => {
            // Where nobody can be told, the exit code still tells.
            let _ = error.print();
            match error.use_stderr() {
                true => Ending::Local.into(),
                false => ExitCode::SUCCESS,
            }
        }
    }
}
