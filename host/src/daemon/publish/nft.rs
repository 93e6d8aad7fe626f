//! The program `nft`, which puts rules into the kernel: found, run, its answer or its refusal.
//! Works at the start and at the end only. Knows no rule.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Why `nft` did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NftError {
    /// It is not on this machine.
    Missing,
    /// The kernel refused, or `nft` did; in its own words.
    Refused(String),
}

/// Puts rules into the kernel, all or none.
pub(super) fn load(rules: &str) -> Result<(), NftError> {
    run(&["-f", "-"], rules).map(drop)
}

/// What the kernel has of a table, in JSON.
pub(super) fn list(table: &str) -> Result<String, NftError> {
    run(&["-j", "list", "table", "ip", table], "")
}

fn run(arguments: &[&str], input: &str) -> Result<String, NftError> {
    let refused = |error: io::Error| NftError::Refused(error.to_string());
    let mut command = Command::new(find().ok_or(NftError::Missing)?);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(refused)?;
    if let Some(mut stdin) = child.stdin.take() {
        // If it ends before it has read all, its own words say why.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(refused)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    // The rest of what it says shows the rule.
    Err(NftError::Refused(said.lines().next().unwrap_or("it does not say why").to_owned()))
}

/// Where programs are, those for administrators included: a user's PATH often lacks them.
fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders.map(|folder| folder.join("nft")).find(|program| program.is_file())
}
