//! `cargo xtask durability`: what durability costs the server in messages a second, and how long a
//! start with a full store takes.

use crate::programs;
use crate::step::{self, Failure, command};

/// Measures and prints.
pub(crate) fn run() -> Result<(), Failure> {
    let programs = programs::build()?;
    let line = "cargo run --release --package smolchat-tests --bin durability_cost";
    step::run("measure durability", command(line).envs(programs))
}
