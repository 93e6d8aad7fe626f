//! Lints and documentation of the workspace, each without a warning.

use crate::programs::FEATURES;
use crate::step::{Failure, command, run};

/// Checks all of it; the first warning fails.
pub(crate) fn check() -> Result<(), Failure> {
    let mut lints = command("cargo clippy --workspace --all-targets");
    run("lints", lints.args(FEATURES).args(["--", "-D", "warnings"]))?;
    let mut document = command("cargo doc --workspace --no-deps");
    document.args(FEATURES).env("RUSTDOCFLAGS", "-D warnings");
    run("documentation", &mut document)?;
    // The fuzz targets are a workspace of their own, which no other build looks at.
    let mut fuzz = command("cargo check --manifest-path fuzz/Cargo.toml --locked");
    run("check the fuzz targets", fuzz.args(["--target-dir", "fuzz/target"]))
}
