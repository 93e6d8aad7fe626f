//! The servers that are compared: what they are called, where their programs are, which language
//! they speak.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;
use smolchat_tests::program::find;

use crate::dialect::Dialect;

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Kind {
    /// smolchatd that keeps nothing, as the others do.
    Smolchat,
    /// smolchatd as it is by default: an OK outlives it.
    Strict,
    /// smolchatd that keeps nothing, with clients who come by SSH.
    Ssh,
    /// ngIRCd
    Ngircd,
    /// InspIRCd
    Inspircd,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Smolchat => "smolchat",
            Kind::Strict => "smolchat strict",
            Kind::Ssh => "smolchat by SSH",
            Kind::Ngircd => "ngIRCd",
            Kind::Inspircd => "InspIRCd",
        })
    }
}

impl Kind {
    /// Its language.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Kind::Smolchat | Kind::Strict | Kind::Ssh => Dialect::Smolchat,
            Kind::Ngircd | Kind::Inspircd => Dialect::Irc,
        }
    }

    /// Whether it is the one that is compared with the others.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Kind::Smolchat | Kind::Strict | Kind::Ssh)
    }

    /// Where it is found.
    pub(crate) fn program(self) -> Result<PathBuf, String> {
        match self {
            Kind::Smolchat | Kind::Strict | Kind::Ssh => find("smolchatd"),
            Kind::Ngircd => installed("ngircd"),
            Kind::Inspircd => installed("inspircd"),
        }
    }

    /// What it calls itself.
    pub(crate) fn version(self) -> String {
        let Ok(program) = self.program() else { return "not installed".to_owned() };
        let output = Command::new(program).arg("--version").output();
        let told = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        told.ok().and_then(|told| told.lines().next().map(str::to_owned)).unwrap_or_default()
    }
}

fn installed(program: &str) -> Result<PathBuf, String> {
    let mut places = ["/usr/sbin", "/usr/bin"].iter().map(|at| Path::new(at).join(program));
    places.find(|at| at.is_file()).ok_or_else(|| format!("{program} is not installed"))
}
