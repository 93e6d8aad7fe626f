//! `cargo xtask simulate`: the simulator, built for speed and with its checks, over many seeds.

use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::step::{self, Failure, command};

/// Real seconds that CI gives to seeds that nobody has tried.
const FRESH_SECONDS: u64 = 120;

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

/// Fresh seeds for as long as CI gives them, by the simulator that was built with the tests.
pub(crate) fn run_fresh(simulator: &Path) -> Result<(), Failure> {
    let mut simulate = Command::new("nice");
    simulate.arg(simulator).args(["--hours", "1000000", "--seconds", &FRESH_SECONDS.to_string()]);
    step::run("simulate with fresh seeds", &mut simulate)
}

fn simulator() -> Command {
    command("cargo run --profile simulation --package smolchat-tests --bin simulate --")
}
