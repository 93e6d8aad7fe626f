//! smolchat, the terminal client: the command line in, the exit code out. Knows nothing else.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::Parser;
use smolchat::backtrace::only_on_panic;
use smolchat::client::{self, Ending, Options};

fn main() -> ExitCode {
    only_on_panic();
    match Options::try_parse() {
        Ok(options) => client::run(&options).into(),
        Err(error) => {
            // If nobody reads it, the exit code still tells.
            let _ = error.print();
            if error.use_stderr() { Ending::Usage.into() } else { ExitCode::SUCCESS }
        }
    }
}
