//! The server's doors: the port for lines in clear and the port for SSH, as services of the driver.
//! SSH has its key and its memory from here.
//! Knows no connection.

use std::fmt;
use std::path::PathBuf;

use smolchat_core::arena::Arena;
use smolchat_core::carrier::Carrier;
use smolchat_core::chat::Capacities;
use smolchat_core::net::Service;
use smolchat_core::time::Duration;
use smolchat_ssh::{Fingerprint, HostKey, Limits, Sizes, Ssh, SshMemory};

use super::arena::ArenaSize;
use super::error::RunError;
use super::host_key::{self, HostKeyError};
use super::options::{Door, Options, SshPort};

/// Packets of strangers that are handled in one round. A key exchange takes a tenth of a
/// millisecond here.
const STEPS: u32 = 4;

/// The doors of one server.
#[derive(Debug)]
pub(super) struct Doors {
    line_port: u16,
    /// The port of SSH and its key, if there is that door.
    ssh: Option<(u16, HostKey)>,
    /// The file of a key that was made at this start. Clients that knew an earlier one stop.
    new_key: Option<PathBuf>,
    /// Why there is none although nobody asked for that, as a warning.
    pub(super) warning: Option<String>,
}

/// What the operator reads of the doors.
#[derive(Clone, Debug)]
pub(super) struct DoorsSummary {
    /// The line on the doors.
    pub(super) words: String,
    /// The port of SSH and the key's fingerprint, if there is that door.
    pub(super) ssh: Option<(u16, Fingerprint)>,
    /// Bytes of all sessions of SSH.
    pub(super) ssh_bytes: usize,
}

/// The server's ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DoorPorts {
    pub(super) lines: u16,
    /// The port of SSH, if there is that door.
    pub(super) ssh: Option<u16>,
}

impl DoorPorts {
    /// The port of a door, if there is that door.
    pub(super) fn of(self, door: Door) -> Option<u16> {
        match door {
            Door::Lines => Some(self.lines),
            Door::Ssh => self.ssh,
        }
    }
}

impl Doors {
    /// The names of the doors, in the order of the driver's services.
    pub(super) const NAMES: &'static [&'static str] = &[Door::Lines.name(), Door::Ssh.name()];

    /// The doors that the options ask for. Without a key there is no door for SSH, and that ends
    /// the start only if SSH was asked for.
    ///
    /// # Errors
    /// SSH was asked for, and there is no key for it.
    pub(super) fn open(options: &Options) -> Result<Self, RunError> {
        let mut doors = Doors { line_port: options.port, ssh: None, new_key: None, warning: None };
        let Some(port) = options.ssh_port() else { return Ok(doors) };
        let path = options.host_key();
        let is_new = matches!(host_key::read(&path), Err(HostKeyError::Missing));
        match host_key::read_or_make(&path) {
            Ok(key) => {
                doors.ssh = Some((port, key));
                doors.new_key = is_new.then_some(path);
            }
            Err(error) if options.ssh == SshPort::Usual => {
                doors.warning =
                    Some(format!("no door for SSH: its key {}: {error}", path.display()));
            }
            Err(error) => return Err(RunError::HostKey { path, error }),
        }
        Ok(doors)
    }

    /// The services that the driver is to have, in the order of [`NAMES`](Self::NAMES).
    pub(super) fn services(&self) -> Vec<Service> {
        let lines = Service { port: self.line_port, ..Service::LINES };
        let ssh = |port| Service { port, carrier: Carrier::Ssh, ..Service::LINES };
        [lines].into_iter().chain(self.ssh.as_ref().map(|(port, _)| ssh(*port))).collect()
    }

    /// The port of SSH and what its users compare, if there is that door.
    pub(super) fn ssh(&self) -> Option<(u16, Fingerprint)> {
        self.ssh.as_ref().map(|(port, key)| (*port, key.fingerprint()))
    }

    /// The server's port of each door.
    pub(super) fn ports(&self) -> DoorPorts {
        DoorPorts { lines: self.line_port, ssh: self.ssh.as_ref().map(|(port, _)| *port) }
    }

    /// The memory of SSH.
    pub(super) fn memory<'s>(
        &self,
        options: &Options,
        capacities: &Capacities,
        arena: &mut impl Arena<'s>,
    ) -> Option<SshMemory<'s>> {
        self.ssh.as_ref()?;
        let sessions = options.ssh_sessions as usize;
        Some(SshMemory::from_arena(capacities.places(), sessions, &Sizes::LARGE, arena))
    }

    /// What the operator reads of them.
    pub(super) fn summary(&self, options: &Options, capacities: &Capacities) -> DoorsSummary {
        let mut size = ArenaSize::default();
        self.memory(options, capacities, &mut size);
        DoorsSummary { words: self.to_string(), ssh: self.ssh(), ssh_bytes: size.bytes }
    }

    /// SSH as the driver's carrier, in its memory. The key goes with it.
    ///
    /// # Errors
    /// The system has no entropy.
    pub(super) fn carrier<'s>(
        self,
        options: &Options,
        memory: Option<SshMemory<'s>>,
    ) -> Result<Ssh<'s>, RunError> {
        let (Some((_, key)), Some(memory)) = (self.ssh, memory) else { return Ok(Ssh::closed()) };
        let limits = Limits {
            login_timeout: Duration::from_secs(options.login_deadline.into()),
            steps: STEPS,
            ..Limits::default()
        };
        Ssh::new(memory, key, limits).map_err(RunError::Ssh)
    }
}

impl fmt::Display for Doors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "doors: port {} lines, in clear", self.line_port)?;
        match &self.ssh {
            Some((port, _)) => writeln!(f, "; port {port} SSH, encrypted"),
            None => writeln!(f, "; no SSH"),
        }?;
        match &self.new_key {
            Some(path) => writeln!(f, "  {} is new: a key for SSH was made", path.display()),
            None => Ok(()),
        }
    }
}
