//! `cargo xtask flash BOARD`: an image onto a board that is plugged in, its log on the terminal. It
//! does not install probe-rs: that takes long, and wants rules for USB devices that are the user's
//! to make.

use clap::Args;

use crate::boards::{self, Runs};
use crate::step::{Failure, command, run as run_step, succeeds};
use crate::{firmware, tools};

/// Build a board's image, flash it with probe-rs and show its log
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A board with a debug probe
    board: String,
}

/// Builds, flashes, and shows the log.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let board = boards::find(&options.board)?;
    let Runs::Flashed(chip) = board.runs else {
        let told = format!("it is there to be emulated: cargo xtask run {}", board.name);
        return Err(Failure::new(board.name, told));
    };
    if !succeeds("probe-rs --version") {
        let hint = "it is missing; this installs it:\n  cargo install probe-rs-tools --locked";
        return Err(Failure::new("probe-rs", hint));
    }
    tools::install_target(board.target)?;
    firmware::build(board)?;
    let mut flash = command(&format!("probe-rs run --chip {chip}"));
    run_step(&format!("flash {}", board.name), flash.arg(board.image()))
}
