//! `cargo xtask bench`: smolchatd and the servers that people run today under the same load, by turns, and how they compare.
//! Touches network namespaces that it makes and removes itself; needs root, and `smolchatd` built for release.
//!
//! | file | holds |
//! |---|---|
//! | `dialect` | the lines of both protocols |
//! | `crowd` | everybody's connections |
//! | `work` | who says what, and when |
//! | `process` | what a process takes |
//! | `place` | the namespaces and the servers |
//! | `measure` | one cell: a crowd at work with one server |
//! | `rows` | what is compared |
//! | `table`, `plot`, `report` | the results |

mod crowd;
mod dialect;
mod measure;
mod place;
mod plot;
mod process;
mod report;
mod rows;
mod table;
mod work;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::measure::{Sample, measure};
use crate::place::{Kind, Place, Server};
use crate::report::Method;
use crate::rows::{Row, median, rows, works};
use crate::table::Measured;

/// Compare smolchatd with ngIRCd and InspIRCd, where these are installed
#[derive(Debug, Parser)]
struct Options {
    /// Only this work, given once or more often; all are listed where it is unknown
    #[arg(long, value_parser = known_work)]
    work: Vec<String>,
    /// With so many connections, given once or more often, instead of each work's own numbers
    #[arg(long)]
    connections: Vec<usize>,
    /// How often each server has its turn
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long each turn is
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// Leave the other servers out
    #[arg(long)]
    alone: bool,
    /// Write docs/BENCHMARKS.md and its picture
    #[arg(long)]
    record: bool,
}

fn known_work(name: &str) -> Result<String, String> {
    match works().any(|work| work == name) {
        true => Ok(name.to_owned()),
        false => Err(format!("it is one of: {}", works().collect::<Vec<_>>().join(", "))),
    }
}

fn main() -> ExitCode {
    match compare(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(told) => {
            eprintln!("bench: {told}");
            ExitCode::FAILURE
        }
    }
}

fn compare(options: &Options) -> Result<(), String> {
    let rows = rows(&options.work, &options.connections);
    if let Some(row) = rows.iter().find(|row| row.connections < 2) {
        return Err(format!("{} needs two connections at least", row.work));
    }
    let most = rows.iter().map(|row| row.connections).max().unwrap_or(2);
    allow_files(most as u64 + 1000)
        .map_err(|error| format!("cannot open {most} files: {error}"))?;
    let place = Place::new(most + 16)?;
    let servers = start(&place, options.alone)?;
    let mut all = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        eprintln!(
            "{} of {}: {}, {} connections",
            number + 1,
            rows.len(),
            row.words,
            row.connections
        );
        all.push(measure_row(&place, &servers, row, options)?);
    }
    servers.into_iter().try_for_each(Server::stop)?;
    println!("{}\n{}\n{}", table::ratios(&all), table::figures(&all), table::memory(&all));
    if options.record {
        let method = Method { rounds: options.rounds, seconds: options.seconds };
        report::record(&all, method).map_err(|error| format!("cannot write: {error}"))?;
    }
    Ok(())
}

fn start(place: &Place, alone: bool) -> Result<Vec<Server>, String> {
    let mut servers = Vec::new();
    for kind in [Kind::Smolchat, Kind::Strict, Kind::Ngircd, Kind::Inspircd] {
        let is_ours = matches!(kind, Kind::Smolchat | Kind::Strict);
        match kind.program() {
            Some(_) if is_ours || !alone => servers.push(place.start(kind)?),
            None if is_ours => return Err("smolchatd is not built".to_owned()),
            None if !alone => {
                eprintln!("{kind} is not installed, and left out: cargo xtask bench --install")
            }
            _ => {}
        }
    }
    Ok(servers)
}

/// Every server has its turn in every round.
fn measure_row(
    place: &Place,
    servers: &[Server],
    row: &Row,
    options: &Options,
) -> Result<Measured, String> {
    let mut samples: BTreeMap<Kind, Vec<Sample>> = BTreeMap::new();
    let span = Duration::from_secs_f64(options.seconds);
    for _ in 0..options.rounds {
        let targets = servers.iter().map(|server| &server.target);
        for target in targets.filter(|target| row.strict || target.kind != Kind::Strict) {
            let kind = target.kind;
            let measured = place.clients.run(|| measure(target, row.kind, row.connections, span));
            let sample = measured.map_err(|error| format!("{kind}: {}: {error}", row.words))?;
            let Sample { rate, server, p50, .. } = sample;
            eprintln!(
                "  {kind:16} {rate:10.0} messages/s {server:8.3} µs each, half within {p50:.0} µs"
            );
            samples.entry(kind).or_default().push(sample);
        }
    }
    let samples = samples.iter().map(|(kind, samples)| (*kind, median(samples))).collect();
    Ok(Measured { row: *row, samples })
}

/// Lets this program and those it starts have so many files open.
fn allow_files(count: u64) -> rustix::io::Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    match current.is_some_and(|current| current < count) {
        true => {
            let maximum = maximum.map(|maximum| maximum.max(count));
            setrlimit(Resource::Nofile, Rlimit { current: Some(count), maximum })
        }
        false => Ok(()),
    }
}
