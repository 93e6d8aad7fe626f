//! `cargo xtask bench`: smolchatd and the servers that people run today under the same load, by
//! turns, and how they compare. It works in network namespaces of its own, and needs root and
//! `smolchatd` built for release.
//!
//! | file | holds |
//! |---|---|
//! | `dialect` | the lines of both protocols |
//! | `crowd` | everybody's connections |
//! | `work` | who says what, and when |
//! | `process` | what a process takes |
//! | `kind`, `setting` | the servers, and how each is started |
//! | `place` | the namespaces, and what runs in them |
//! | `measure` | one cell: a crowd at work with one server |
//! | `idle` | what connections take that do nothing |
//! | `rows` | what is compared, and how rounds become one figure |
//! | `findings` | what was measured |
//! | `run` | the whole run |
//! | `files` | a file from one client to another, beside scp |
//! | `floods` | how late messages are beside floods |
//! | `lines`, `section` | how late lines are; a part of the page that is measured alone |
//! | `table`, `plot`, `report` | the results |

mod crowd;
mod dialect;
mod faults;
mod files;
mod findings;
mod floods;
mod idle;
mod kind;
mod lines;
mod measure;
mod place;
mod plot;
mod process;
mod report;
mod rows;
mod run;
mod section;
mod setting;
mod table;
#[cfg(test)]
mod tests;
mod work;

use std::process::ExitCode;

use clap::Parser;

use crate::kind::Kind;
use crate::rows::works;

/// Compare smolchatd with ngIRCd and InspIRCd, where these are installed
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Options {
    /// Only this work, given once or more often; all are listed where it is unknown
    #[arg(long, value_parser = known_work)]
    work: Vec<String>,
    /// With so many connections, given once or more often, instead of each work's own numbers
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(2..=20_000))]
    connections: Vec<u64>,
    /// Only these servers
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Kind::Smolchat, Kind::Strict, Kind::Ssh, Kind::Ngircd, Kind::Inspircd])]
    servers: Vec<Kind>,
    /// How often each server has its turn
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=100))]
    rounds: u64,
    /// How long each turn is
    #[arg(long, default_value_t = 1.5, value_parser = seconds)]
    seconds: f64,
    /// A look: one round, shorter turns, one number of connections for each work
    #[arg(long)]
    quick: bool,
    /// Only a file from one client to another, beside scp of OpenSSH
    #[arg(long)]
    files: bool,
    /// Only how late messages are beside floods
    #[arg(long, conflicts_with = "files")]
    floods: bool,
    /// Write docs/BENCHMARKS.md and its picture
    #[arg(long)]
    record: bool,
    /// Install the other servers first, where they are missing (cargo xtask bench does it)
    #[arg(long)]
    install: bool,
}

/// What takes memory and does nothing is no work, but can be asked for as one.
const IDLE: &str = "memory";

fn known_work(name: &str) -> Result<String, String> {
    if works().chain([IDLE]).any(|work| work == name) {
        Ok(name.to_owned())
    } else {
        Err(format!("it is one of: {}", works().chain([IDLE]).collect::<Vec<_>>().join(", ")))
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.05..=600.0).contains(seconds));
    seconds.ok_or_else(|| "give seconds from 0.05 to 600".to_owned())
}

fn main() -> ExitCode {
    let options = Options::parse();
    let measured = match (options.files, options.floods) {
        (true, _) => files::run(options.rounds as usize, options.record),
        (_, true) => floods::run(options.rounds as usize, options.record),
        _ => run::run(options),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(told) => {
            eprintln!("bench: {told}");
            ExitCode::FAILURE
        }
    }
}
