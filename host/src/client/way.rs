//! The options of the short forms of the command line, `send` and `copy-id`: how to reach the
//! server, and as whom. Knows no action.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::keys::fingerprint;
use super::options::Switch;

/// How to reach the server, and as whom.
#[derive(Args, Clone, Debug)]
pub(super) struct Way {
    /// Where the server is, and who you are
    #[arg(value_name = "[ME@]HOST[:PORT]")]
    target: String,

    /// Read the password from the first line of a file. Without this option it comes from
    /// SMOLCHAT_PASSWORD, or from you
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Whether all that passes is encrypted, and the server is known by its key [default: on]
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    ssh: Option<Switch>,

    /// Trust the key of a server that was never seen
    #[arg(long)]
    accept_new: bool,

    /// Trust a key that was never seen if it has this fingerprint
    #[arg(long, value_name = "SHA256:...", conflicts_with = "accept_new", value_parser = fingerprint)]
    fingerprint: Option<String>,

    /// Show the server this ed25519 key
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,

    /// Read the settings from this file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Read no settings
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

impl Way {
    /// The same as a command line of `smolchat`.
    pub(super) fn command_line(self) -> Vec<OsString> {
        let mut line: Vec<OsString> = vec!["smolchat".into(), self.target.into()];
        for (option, file) in [
            ("--password-file", self.password_file),
            ("--identity", self.identity),
            ("--config", self.config),
        ] {
            if let Some(file) = file {
                line.extend([option.into(), file.into()]);
            }
        }
        if let Some(fingerprint) = self.fingerprint {
            line.extend(["--fingerprint".into(), fingerprint.into()]);
        }
        line.extend(self.ssh.map(|ssh| match ssh {
            Switch::On => "--ssh=on".into(),
            Switch::Off => "--ssh=off".into(),
        }));
        line.extend(self.accept_new.then(|| "--accept-new".into()));
        line.extend(self.no_config.then(|| "--no-config".into()));
        line
    }
}
