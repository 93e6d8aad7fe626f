//! `cargo xtask test`: installs what the tests need and runs all of them, or those that a change
//! needs first.

use clap::Args;

use crate::parts::{Part, Run};
use crate::step::Failure;
use crate::{firmware, suite, tools};

/// Install what the tests need and run all of them
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Also the tests that take minutes
    #[arg(long)]
    long: bool,
    /// Only what takes less than three minutes, and neither root nor an emulator
    #[arg(long, conflicts_with_all = ["long", "filter"])]
    quick: bool,
    /// Only tests whose name contains one of these
    filter: Vec<String>,
}

/// Runs the tests that `options` ask for; without a filter, what boards' images and the counts of
/// instructions are held to as well.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { long, quick, filter } = options;
    if *quick {
        return suite::run_quick();
    }
    tools::install_for_tests()?;
    if filter.is_empty() {
        return Run::new(&[Part::Boards, Part::Instructions, Part::Tests], *long).all();
    }
    firmware::build_emulated()?;
    suite::run_some(filter, *long)
}
