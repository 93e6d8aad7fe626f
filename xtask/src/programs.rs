//! The two programs as people get them, built in release mode, and where tests find them.
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
    let own = env::current_exe().map_err(|error| Failure::new(name, error.to_string()))?;
    // This program lies in a profile's folder of the target folder, wherever that was put.
    let target = own.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    let release = target.join("release");
    Ok([("SMOLCHATD", release.join("smolchatd")), ("SMOLCHAT", release.join("smolchat"))])
}
