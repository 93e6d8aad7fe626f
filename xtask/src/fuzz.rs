//! `cargo xtask fuzz`: random bytes against one of the targets in `fuzz/`, for as long as asked.
//! Installs cargo-fuzz and the nightly toolchain if they are missing.

use clap::Args;

use crate::step::{Failure, command, run, succeeds};

/// Run a fuzz target: operations, lines, frames, editor, secrets, ssh, files or terminal
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A target in fuzz/fuzz_targets
    target: String,
    /// For how long
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Fuzzes; a finding fails and is kept in `fuzz/artifacts`.
pub(crate) fn run_target(options: &Options) -> Result<(), Failure> {
    if !succeeds("cargo fuzz --version") {
        run("install cargo-fuzz", &mut command("cargo install cargo-fuzz --locked"))?;
    }
    if !succeeds("cargo +nightly --version") {
        run("install nightly", &mut command("rustup toolchain install nightly --profile minimal"))?;
    }
    let Options { target, seconds } = options;
    let line = format!("cargo +nightly fuzz run {target} -- -max_total_time={seconds}");
    run("fuzz", &mut command(&line))
}
