//! `cargo xtask ci`: all that must hold before a change goes in, or single parts of it.

use clap::{Args, ValueEnum};

use crate::parts::{Part, Run};
use crate::step::Failure;
use crate::{step, tools};

/// Check format, lints, documentation, images and costs, run all tests, and try sixty seeds of the
/// simulator
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Also the tests that take minutes
    #[arg(long)]
    long: bool,
    /// Only these parts
    #[arg(value_enum)]
    parts: Vec<Part>,
}

/// Everything that must hold before a change goes in.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { long, parts } = options;
    step::build_for_good();
    tools::install_for_checks()?;
    tools::install_for_tests()?;
    let chosen = if parts.is_empty() { Part::value_variants() } else { parts };
    Run::new(chosen, *long).all()
}
