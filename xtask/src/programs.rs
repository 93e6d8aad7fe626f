//! The two programs as people get them, and those that count instructions: built, and where they
//! are found.
//! Knows no test.

use std::path::PathBuf;

use crate::step::{Failure, command, made, run};

/// What products switch on in core, so that its own tests try it.
pub(crate) const FEATURES: [&str; 2] = ["--features", "smolchat-core/dhcp"];

/// The environment variables that name the programs, for tests.
pub(crate) type Paths = [(&'static str, PathBuf); 2];

/// Builds both programs in release mode.
pub(crate) fn build() -> Result<Paths, Failure> {
    let name = "build the programs";
    run(name, &mut command("cargo build --release --package smolchat --bins"))?;
    let release = release(name)?;
    Ok([("SMOLCHATD", release.join("smolchatd")), ("SMOLCHAT", release.join("smolchat"))])
}

/// The programs whose instructions are counted.
#[derive(Debug)]
pub(crate) struct Counted {
    /// The server with users who come in clear.
    pub(crate) lines: PathBuf,
    /// The same with users who come by SSH.
    pub(crate) ssh: PathBuf,
}

/// Builds the programs whose instructions are counted, in release mode; where they are.
pub(crate) fn build_server_cost() -> Result<Counted, Failure> {
    let name = "build what is counted";
    run(name, &mut command("cargo build --release --package smolchat-cost --bins"))?;
    let release = release(name)?;
    Ok(Counted { lines: release.join("server_cost"), ssh: release.join("ssh_cost") })
}

/// Builds the program that has the emulator count; where it is. Its own speed does not count, so it
/// is built as the tests are: with a test of a package, cargo builds the programs of that package.
pub(crate) fn build_board_cost() -> Result<PathBuf, Failure> {
    let name = "build what counts on boards";
    let line = "cargo test --workspace --no-run --test emulated_board";
    run(name, command(line).args(FEATURES))?;
    Ok(made(name, "debug")?.join("board_cost"))
}

/// The folder of what is built in release mode.
fn release(step: &str) -> Result<PathBuf, Failure> {
    made(step, "release")
}
