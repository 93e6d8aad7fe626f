//! `cargo xtask instructions`: what one message costs the server, counted, with few connections and with many.
//! Touches cargo and callgrind.

use crate::step::{self, Failure, command};
use crate::tools;

/// Counts, prints and compares.
pub(crate) fn run() -> Result<(), Failure> {
    tools::install_for_tests()?;
    let line = "cargo test --release --package smolchat-tests --test message_cost -- --nocapture";
    step::run("count instructions", &mut command(line))
}
