//! Why smolchatd did not start, or stopped by itself: one clear line each, with what helps.

use std::path::PathBuf;
use std::{fmt, io};

use rustix::io::Errno;
use smolchat_core::net::NetError;
use smolchat_ssh::DoorError;

use super::addresses::AddressesError;
use super::credentials::CredentialsError;
use super::host_key::HostKeyError;
use super::interface::InterfaceError;
use super::publish::PublishError;
use super::store_error::HostStoreError;
use super::tap::TapError;

/// Why the server did not start, or stopped by itself: a line for its owner, with what helps.
#[derive(Debug)]
pub struct Error(pub(super) RunError);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

/// The reasons for an [`Error`].
#[derive(Debug)]
pub(crate) enum RunError {
    /// The addresses do not fit together.
    Addresses(AddressesError),
    /// The accounts cannot be used.
    Credentials(CredentialsError),
    /// There is no place for accounts, and nobody named another.
    State {
        /// The file that was to be made.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The store cannot be used.
    Store {
        /// Its file.
        path: PathBuf,
        /// Why not.
        error: HostStoreError,
    },
    /// The TAP device cannot be used.
    Tap {
        /// Its name.
        name: String,
        /// Why not.
        error: TapError,
        /// The commands that prepare one.
        commands: String,
    },
    /// The host's side of the TAP device cannot be configured.
    Interface {
        /// Its name.
        name: String,
        /// Why not.
        error: InterfaceError,
        /// The commands that do.
        commands: String,
    },
    /// A port of this host is not published.
    Publish(PublishError),
    /// There is no key for SSH, which was asked for.
    HostKey {
        /// Its file.
        path: PathBuf,
        /// Why not.
        error: HostKeyError,
    },
    /// There is no door for SSH.
    Ssh(DoorError),
    /// More accounts than the server can hold.
    TooManyAccounts(usize),
    /// The system has less memory for the server than its capacities take.
    NoMemory {
        /// So many bytes were asked for.
        bytes: usize,
    },
    /// The network driver cannot work with these options.
    Network(NetError),
    /// The system refused something every program needs.
    System(io::Error),
    /// The store failed while the server ran. The last promises were never sent.
    StoreLost {
        /// Its file.
        path: PathBuf,
        /// The system's error, if there is one.
        error: Option<Errno>,
    },
    /// The credentials file failed while the server ran. Nobody heard an OK for an account that may
    /// not be in it.
    CredentialsLost {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: Errno,
    },
    /// The TAP device went away while the server ran.
    TapLost(Errno),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Addresses(error) => error.fmt(f),
            RunError::Credentials(error) => error.fmt(f),
            RunError::State { path, error } => write!(
                f,
                "cannot make {}: {error}; give a file of accounts by --credentials",
                path.display()
            ),
            RunError::Store { path, error } => write!(f, "store {}: {error}", path.display()),
            RunError::Tap { name, error, commands } => tap(f, name, error, commands),
            RunError::Interface { name, error, commands } => {
                write!(f, "TAP device {name}: {error}")?;
                if error.is_denied() { help(f, commands) } else { Ok(()) }
            }
            RunError::HostKey { path, error } => {
                write!(f, "key for SSH {}: {error}; or start with --ssh off", path.display())
            }
            RunError::Publish(error) => write!(f, "--publish: {error}"),
            RunError::Ssh(error) => write!(f, "SSH: {error}"),
            RunError::Network(NetError::PortTaken) => {
                write!(
                    f,
                    "the port for lines and the port for SSH are the same: give --ssh another"
                )
            }
            RunError::TooManyAccounts(count) => {
                write!(f, "{count} accounts in the credentials file, and at most 65000 fit")
            }
            RunError::NoMemory { bytes } => write!(
                f,
                "the system has no {} KiB of memory for the server; lower --connections, --users or --messages",
                bytes.div_ceil(1024)
            ),
            RunError::Network(error) => write!(f, "the network cannot start: {error:?}"),
            // Only a thread is refused so, and mostly for its stack.
            RunError::System(error) if error.kind() == io::ErrorKind::WouldBlock => {
                write!(f, "the system has no memory for a thread, or no more threads: {error}")
            }
            RunError::System(error) => error.fmt(f),
            RunError::StoreLost { path, error } => {
                write!(f, "store {}: it does not work any more", path.display())?;
                error.map_or(Ok(()), |error| write!(f, ": {error}"))?;
                f.write_str("; look at the disk, then start the server again")
            }
            RunError::CredentialsLost { path, error } => {
                write!(f, "{}: it does not work any more: {error}", path.display())?;
                f.write_str("; look at the disk and the file, then start the server again")
            }
            RunError::TapLost(error) => {
                write!(f, "the TAP device is gone: {error}; start the server again")
            }
        }
    }
}

fn tap(f: &mut fmt::Formatter<'_>, name: &str, error: &TapError, commands: &str) -> fmt::Result {
    write!(f, "TAP device {name}: {error}")?;
    match error {
        TapError::Denied => help(f, commands),
        TapError::DriverDenied => {
            let open = "  sudo chmod 666 /dev/net/tun\n";
            help(f, &format!("{open}{commands}"))
        }
        _ => Ok(()),
    }
}

fn help(f: &mut fmt::Formatter<'_>, commands: &str) -> fmt::Result {
    write!(f, "\nThese commands prepare it for this user (or start smolchatd as root):\n{commands}")
}

impl std::error::Error for RunError {}

impl From<AddressesError> for RunError {
    fn from(error: AddressesError) -> Self {
        RunError::Addresses(error)
    }
}

impl From<CredentialsError> for RunError {
    fn from(error: CredentialsError) -> Self {
        RunError::Credentials(error)
    }
}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> Self {
        RunError::System(error)
    }
}
