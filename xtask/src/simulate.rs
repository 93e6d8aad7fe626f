//! `cargo xtask simulate`: the simulator, built for speed and with its checks, over many seeds.

use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::step::{self, Failure, command};

/// The first seed of CI, and the virtual hours: the same each time, so that two runs of one tree
/// say the same. Seeds that nobody has tried are for whoever can look at what they find.
const CI_SEEDS: [&str; 4] = ["--seed", "1", "--hours", "60"];

/// Break things around the real server, seed after seed, an hour each
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The first seed; a fresh one by default
    #[arg(long)]
    seed: Option<u64>,
    /// Virtual hours in all
    #[arg(long, default_value_t = 100)]
    hours: u64,
}

/// Runs what was asked for.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { seed, hours } = options;
    let mut simulate = simulator();
    simulate.args(["--hours", &hours.to_string()]);
    if let Some(seed) = seed {
        simulate.args(["--seed", &seed.to_string()]);
    }
    step::run("simulate", &mut simulate)
}

/// The seeds of CI, by the simulator that was built with the tests.
pub(crate) fn run_ci(simulator: &Path) -> Result<(), Failure> {
    let mut simulate = Command::new("nice");
    simulate.arg(simulator).args(CI_SEEDS);
    step::run("simulate", &mut simulate)
}

fn simulator() -> Command {
    command("cargo run --profile simulation --package smolchat-tests --bin simulate --")
}
