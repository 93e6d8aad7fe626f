//! `cargo xtask test`: installs what the tests need and runs all of them.
//! Touches `tools`, `programs`, `firmware` and cargo.

use clap::Args;

use crate::step::{self, Failure, command};
use crate::{firmware, instructions, programs, size, tools};

/// The features with which core must build where there is no operating system.
const BOARD_FEATURES: [&str; 5] =
    ["", "smoltcp", "smoltcp,ipv6", "smoltcp,dhcp,defmt", "smoltcp,ipv6,dhcp,defmt"];
/// What only boards switch on in core, and is tested all the same.
pub(crate) const TESTED_FEATURES: [&str; 2] = ["--features", "smolchat-core/dhcp"];

/// Install what the tests need and run all of them
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Also the tests that take minutes
    #[arg(long)]
    pub(crate) long: bool,
    /// Only tests whose name contains one of these
    pub(crate) filter: Vec<String>,
}

/// Runs the tests that `options` ask for; without a filter, what boards' images and the counts of instructions are held to as well.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    tools::install_for_tests()?;
    let programs = programs::build()?;
    match options.filter.is_empty() {
        true => check_all_builds()?,
        false => firmware::build_emulated()?,
    }
    let mut test = command("cargo test --workspace");
    test.envs(programs).envs(firmware::images()).args(TESTED_FEATURES);
    test.arg("--").args(&options.filter);
    if options.long {
        test.arg("--include-ignored");
    }
    step::run("test", &mut test)
}

/// Everything that no test of the workspace looks at.
fn check_all_builds() -> Result<(), Failure> {
    build_for_boards()?;
    firmware::build_all()?;
    size::check()?;
    firmware::test()?;
    instructions::check()?;
    check_fuzz_targets()
}

fn build_for_boards() -> Result<(), Failure> {
    for features in BOARD_FEATURES {
        let mut build = command("cargo build --package smolchat-core");
        build.args(["--target", tools::BARE, "--features", features]);
        step::run(&format!("build core for a board with \"{features}\""), &mut build)?;
    }
    Ok(())
}

/// They are a workspace of their own, which no other build looks at.
fn check_fuzz_targets() -> Result<(), Failure> {
    let mut check = command("cargo check --manifest-path fuzz/Cargo.toml --locked");
    step::run("check the fuzz targets", check.args(["--target-dir", "fuzz/target"]))
}
