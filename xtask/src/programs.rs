//! The two programs as people get them, and the one whose instructions are counted, built in
//! release mode, and where they are found.
//! Touches cargo and this build's target folder.

use std::env;
use std::path::PathBuf;

use crate::step::{Failure, command, run};

/// The environment variables that name the programs, for tests.
pub(crate) type Paths = [(&'static str, PathBuf); 2];

/// Builds both programs in release mode.
pub(crate) fn build() -> Result<Paths, Failure> {
    let name = "build the programs";
    run(name, &mut command("cargo build --release --package smolchat --bins"))?;
    let release = release(name)?;
    Ok([("SMOLCHATD", release.join("smolchatd")), ("SMOLCHAT", release.join("smolchat"))])
}

/// Builds the program that shows what the server's work costs, in release mode; where it is.
pub(crate) fn build_server_cost() -> Result<PathBuf, Failure> {
    let name = "build what is counted";
    let line = "cargo build --release --package smolchat-tests --bin server_cost";
    run(name, &mut command(line))?;
    Ok(release(name)?.join("server_cost"))
}

/// The folder of what is built in release mode.
fn release(step: &str) -> Result<PathBuf, Failure> {
    let own = env::current_exe().map_err(|error| Failure::new(step, error.to_string()))?;
    // This program lies in a profile's folder of the target folder, wherever that was put.
    let target = own.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    Ok(target.join("release"))
}
