//! The project's chores, as `cargo xtask <command>`: one file for every command, and what they
//! share.

mod bench;
mod boards;
mod ci;
mod debian;
mod dist;
mod durability;
mod firmware;
mod flash;
mod fuzz;
mod image;
mod instructions;
mod lints;
mod miri;
mod parts;
mod picture;
mod programs;
mod prose;
mod python;
mod quoted;
mod recorded;
mod run;
mod simulate;
mod size;
mod step;
mod suite;
mod test;
mod text;
mod tools;

use std::process::ExitCode;

use clap::Parser;

use crate::recorded::Recorded;
use crate::step::Failure;

/// The project's chores
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    Test(test::Options),
    Ci(ci::Options),
    Instructions(instructions::Options),
    /// Measure what durability costs the server, in messages a second
    Durability,
    Bench(bench::Options),
    Dist(dist::Options),
    Fuzz(fuzz::Options),
    /// Record the chat that README.md shows, and draw it
    Picture,
    /// Run what unsafe code a host can run under Miri
    Miri,
    Run(run::Options),
    Simulate(simulate::Options),
    Flash(flash::Options),
    Size(size::Options),
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Test(options) => test::run(&options),
        Command::Ci(options) => ci::run(&options),
        Command::Instructions(options) => instructions::run(&options).and_then(quote),
        Command::Durability => durability::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Dist(options) => dist::run(&options),
        Command::Fuzz(options) => fuzz::run_target(&options),
        Command::Picture => picture::draw(),
        Command::Miri => miri::run_tests(),
        Command::Run(options) => run::run(&options),
        Command::Simulate(options) => simulate::run(&options),
        Command::Flash(options) => flash::run(&options),
        Command::Size(options) => size::run(&options).and_then(quote),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// The documents quote what was recorded anew.
fn quote(recorded: Recorded) -> Result<(), Failure> {
    match recorded {
        Recorded::Anew => quoted::write(),
        Recorded::AsBefore => Ok(()),
    }
}
