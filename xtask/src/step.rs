//! A step: one command with a name, announced before it runs; the first that fails stops
//! everything. Every command runs in the workspace's folder.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Which step failed, and how.
#[derive(Debug)]
pub(crate) struct Failure {
    step: String,
    reason: String,
}

impl Failure {
    pub(crate) fn new(step: impl Into<String>, reason: impl Into<String>) -> Self {
        Failure { step: step.into(), reason: reason.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.step, self.reason)
    }
}

/// Whether commands keep what the next build after a small change would use again.
static IS_INCREMENTAL: AtomicBool = AtomicBool::new(true);

/// From now on cargo keeps no state for incremental builds: it is half of a target folder, and a
/// build of everything from nothing has no use for it.
pub(crate) fn build_for_good() {
    IS_INCREMENTAL.store(false, Ordering::Relaxed);
}

/// A command that runs in the workspace's folder; `line` is split at spaces.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(workspace());
    // Two steps may run side by side, and each would draw its bar over the other's.
    command.env("CARGO_TERM_PROGRESS_WHEN", "never");
    if !IS_INCREMENTAL.load(Ordering::Relaxed) {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Runs `command` as the step `name`, its output on this terminal.
pub(crate) fn run(name: &str, command: &mut Command) -> Result<(), Failure> {
    println!("xtask: {name}: {}", shown(command));
    let start = Instant::now();
    let status = command.status().map_err(|error| Failure::new(name, error.to_string()))?;
    if status.success() {
        println!("xtask: {name}: done in {:.1} s", start.elapsed().as_secs_f32());
        Ok(())
    } else {
        Err(Failure::new(name, format!("failed: {} ({status})", shown(command))))
    }
}

/// Runs `command` as the step `name`; what it prints to its standard output.
pub(crate) fn output(name: &str, command: &mut Command) -> Result<Vec<u8>, Failure> {
    println!("xtask: {name}: {}", shown(command));
    let start = Instant::now();
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| Failure::new(name, error.to_string()))?;
    if !output.status.success() {
        return Err(Failure::new(name, format!("failed: {} ({})", shown(command), output.status)));
    }
    println!("xtask: {name}: done in {:.1} s", start.elapsed().as_secs_f32());
    Ok(output.stdout)
}

/// Whether `line` runs and succeeds, its output thrown away.
pub(crate) fn succeeds(line: &str) -> bool {
    command(line).output().is_ok_and(|output| output.status.success())
}

/// The folder of the images' workspace.
pub(crate) fn firmware() -> PathBuf {
    workspace().join("firmware")
}

/// The workspace's folder.
pub(crate) fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A folder of the target folder: what is built with a profile, for example.
pub(crate) fn made(step: &str, folder: &str) -> Result<PathBuf, Failure> {
    let own = env::current_exe().map_err(|error| Failure::new(step, error.to_string()))?;
    // This program lies in a profile's folder of the target folder, wherever that was put.
    let target = own.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    Ok(target.join(folder))
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    words.join(" ")
}
