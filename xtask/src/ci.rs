//! `cargo xtask ci`: format, lints and documentation, each without a warning, then the tests, then the simulator for a while.
//! Touches cargo, and `test` for the rest.

use clap::Args;

use crate::step::{self, Failure, command};
use crate::{firmware, simulate, test, tools};

/// Check format, lints and documentation, run all tests, then the simulator
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Also the tests that take minutes
    #[arg(long)]
    long: bool,
}

/// Everything that must hold before a change goes in.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    tools::install_for_checks()?;
    tools::install_targets()?;
    step::run("format", &mut command("cargo fmt --all -- --check"))?;
    let mut lints = command("cargo clippy --workspace --all-targets");
    step::run("lints", lints.args(test::TESTED_FEATURES).args(["--", "-D", "warnings"]))?;
    let mut document = command("cargo doc --workspace --no-deps");
    document.args(test::TESTED_FEATURES).env("RUSTDOCFLAGS", "-D warnings");
    step::run("documentation", &mut document)?;
    firmware::check()?;
    test::run(&test::Options { long: options.long, filter: Vec::new() })?;
    simulate::run_fresh()
}
