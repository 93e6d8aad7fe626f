//! What a person chooses by options and settings, as values: the server, where its password is, and
//! when to be told. Knows neither the command line nor the file.

use std::path::PathBuf;

use clap::ValueEnum;

/// The server of the settings. The password is for this one alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    /// Its name or address.
    pub(crate) host: Option<String>,
    /// The user there.
    pub(crate) user: Option<String>,
    /// Its port.
    pub(crate) port: Option<u16>,
    /// Where the user's password is.
    pub(crate) password: Option<PasswordSource>,
}

/// Where a password is, outside the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PasswordSource {
    /// In the first line of a file.
    File(PathBuf),
    /// In the first line that a command prints.
    Command(String),
}

/// What somebody wants to be told of beside the line itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Attention {
    /// Nothing.
    #[default]
    Off,
    /// What is said to this person alone.
    Direct,
    /// Whatever is said.
    All,
}
