//! smolchat, the terminal client: the command line in, the exit code out. Knows nothing else.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use smolchat::backtrace::only_on_panic;
use smolchat::client::{self, Ending};

fn main() -> ExitCode {
    only_on_panic();
    match client::parse(std::env::args_os(), |name| std::env::var_os(name)) {
        Ok((options, sending)) => client::run(&options, sending.as_ref()).into(),
        Err(error) => {
            // If nobody reads it, the exit code still tells.
            let _ = error.print();
            if error.use_stderr() { Ending::Usage.into() } else { ExitCode::SUCCESS }
        }
    }
}
