//! The password from a command, such as a password manager's. It has the terminal while it runs.

use std::fmt;
use std::io::{self, IsTerminal, Read};
use std::process::{Command, ExitStatus, Stdio};

/// Bytes of what the command prints that are kept. The rest is read, so that it can end.
const KEPT: u64 = 4096;

/// Why a command gave no password.
#[derive(Debug)]
pub(crate) enum CommandFailure {
    /// It could not be run.
    Unrunnable(io::Error),
    /// It failed.
    Failed(ExitStatus),
}

impl fmt::Display for CommandFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandFailure::Unrunnable(error) => write!(f, "the password command: {error}"),
            CommandFailure::Failed(status) => {
                write!(f, "the password command failed with {status}")
            }
        }
    }
}

/// What the command prints, from its beginning. It may ask on the terminal. A pipe on the standard
/// input holds the chat's commands, so it does not get that.
pub(crate) fn first_line_of(command: &str) -> Result<Vec<u8>, CommandFailure> {
    let input = if io::stdin().is_terminal() { Stdio::inherit() } else { Stdio::null() };
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).stdin(input).stdout(Stdio::piped());
    let mut child = shell.spawn().map_err(CommandFailure::Unrunnable)?;
    let mut printed = Vec::new();
    if let Some(mut output) = child.stdout.take() {
        let kept = output.by_ref().take(KEPT).read_to_end(&mut printed);
        kept.and_then(|_| io::copy(&mut output, &mut io::sink()))
            .map_err(CommandFailure::Unrunnable)?;
    }
    let status = child.wait().map_err(CommandFailure::Unrunnable)?;
    if status.success() { Ok(printed) } else { Err(CommandFailure::Failed(status)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_prints_is_kept_from_its_beginning() {
        assert_eq!(first_line_of("printf 'a\\nb'").unwrap(), b"a\nb");
        let much = first_line_of("head -c 1000000 /dev/zero").unwrap();
        assert_eq!(much.len() as u64, KEPT);
    }

    #[test]
    fn a_command_that_fails_is_told_with_its_status() {
        let told = |command| first_line_of(command).unwrap_err().to_string();
        assert_eq!(told("echo x; exit 3"), "the password command failed with exit status: 3");
        assert!(told("kill -9 $$").contains("signal: 9"));
    }
}
