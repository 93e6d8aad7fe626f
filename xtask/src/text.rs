//! What can be said of the files without a build: prose, format, and whether the lock files fit.

use crate::prose;
use crate::step::{Failure, command, output, run};

/// The manifests of the workspaces. A change of one package's dependencies may concern each of
/// their lock files.
const MANIFESTS: [&str; 3] = ["Cargo.toml", "firmware/Cargo.toml", "fuzz/Cargo.toml"];

/// Checks all of it; the first complaint fails.
pub(crate) fn check() -> Result<(), Failure> {
    prose::check()?;
    for manifest in MANIFESTS {
        let mut tree = command("cargo tree --locked --depth 0 --manifest-path");
        output("lock file", tree.arg(manifest))?;
        run(
            "format",
            command("cargo fmt --all --manifest-path").args([manifest, "--", "--check"]),
        )?;
    }
    Ok(())
}
