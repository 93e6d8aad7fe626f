//! Runs the simulator over many seeds: `simulate --seed 1 --hours 1000`; without a seed, over fresh
//! ones. The clock says only how fast it goes and when to stop.

use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Parser;
use smolchat_tests::simulator::{Sabotage, Summary, simulate};

/// Virtual milliseconds of one seed.
const LIFE: u64 = 3_600_000;

/// Break things around the real server, seed after seed
#[derive(Debug, Parser)]
struct Options {
    /// The first seed; a fresh one by default
    #[arg(long)]
    seed: Option<u64>,
    /// Virtual hours in all, one for each seed
    #[arg(long, default_value_t = 1)]
    hours: u64,
    /// Stop after so many real seconds, whatever is left
    #[arg(long)]
    seconds: Option<u64>,
}

fn main() -> ExitCode {
    let Options { seed, hours, seconds } = Options::parse();
    let fresh = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.as_secs());
    let first = seed.unwrap_or_else(fresh);
    let begin = Instant::now();
    let end = seconds.map(|seconds| begin + Duration::from_secs(seconds));
    println!("seeds from {first}, an hour each");
    let (mut all, mut told) = (Summary::default(), begin);
    for (done, seed) in (1..=hours).zip(first..) {
        match simulate(seed, LIFE, Sabotage::None) {
            Ok(summary) => all.add(&summary),
            Err(violation) => {
                println!("VIOLATION: {violation}");
                println!("again: cargo xtask simulate --seed {seed} --hours 1");
                return ExitCode::FAILURE;
            }
        }
        if told.elapsed() >= Duration::from_secs(10) {
            told = Instant::now();
            tell(&all, done, begin);
        }
        if end.is_some_and(|end| Instant::now() >= end) {
            break;
        }
    }
    let hours = all.millis / LIFE;
    tell(&all, hours, begin);
    ExitCode::SUCCESS
}

fn tell(all: &Summary, hours: u64, begin: Instant) {
    let minutes = begin.elapsed().as_secs_f64() / 60.0;
    println!(
        "{hours} hours ({:.0} a minute), {} events: {} accepted, {} refused, {} arrived, {} again; \
         {} power cuts, {} failed commits, {} partitions, {} of {} frames harmed, {} forged, {} orders; nobody waited for more than {} rounds; \
         {} entries stored in {} bytes, {} erases; at rest {} s after all was healed; trace {:016x}",
        hours as f64 / minutes.max(1e-9),
        all.steps,
        all.accepted,
        all.refused,
        all.arrived,
        all.repeated,
        all.power_cuts,
        all.failed_commits,
        all.partitions,
        all.mishaps,
        all.frames,
        all.forged,
        all.orders,
        all.waited,
        all.stored,
        all.bytes,
        all.erased,
        all.healing / hours.max(1) / 1_000,
        all.trace
    );
}
