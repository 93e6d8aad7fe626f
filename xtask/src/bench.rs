//! `cargo xtask bench`: smolchatd beside the servers that people run today, under the same load.

use clap::Args;

use crate::step::{self, Failure, command};
use crate::{programs, tools};

/// The option that is heard here; the load generator lists it, and does nothing for it.
const INSTALL: &str = "--install";

/// Compare the server with ngIRCd and InspIRCd; --help lists the options
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// The load generator's
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Measures and prints.
pub(crate) fn run(Options { options }: &Options) -> Result<(), Failure> {
    tools::install_for_bench()?;
    if options.iter().any(|option| option == INSTALL) {
        tools::install_peers()?;
    }
    let programs = programs::build()?;
    let mut bench = command("cargo run --release --package smolchat-bench --");
    step::run("compare", bench.args(options).envs(programs))
}
