//! A network as in a house: machines, each a namespace of its own, whose device `eth0` is plugged
//! into one switch; a server on one of them, started as its owner starts it.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::folder;
use crate::namespace::Namespace;
use crate::program::{Program, find};
use crate::stage::CREDENTIALS;

/// The switch, and who is plugged in.
#[derive(Debug)]
pub struct Lan {
    switch: Namespace,
    ports: Cell<u32>,
}

impl Lan {
    /// A switch with nobody on it.
    ///
    /// # Errors
    /// The machine's word.
    pub fn new() -> Result<Self, String> {
        let switch = Namespace::new()?;
        switch.ip(&["link", "add", "br0", "type", "bridge", "forward_delay", "0"])?;
        switch.ip(&["link", "set", "br0", "up"])?;
        Ok(Lan { switch, ports: Cell::new(0) })
    }

    /// One more machine. It forwards nothing; `address`, with its network, is that of its device.
    ///
    /// # Errors
    /// The machine's word.
    pub fn machine(&self, address: Option<&str>) -> Result<Namespace, String> {
        let machine = Namespace::new()?;
        // A new namespace has what the machine that runs the tests has.
        write_switch(&machine, "ip_forward", "0")?;
        self.plug_in(machine.name())?;
        if let Some(address) = address {
            machine.ip(&["address", "add", address, "dev", "eth0"])?;
        }
        machine.ip(&["link", "set", "eth0", "up"])?;
        Ok(machine)
    }

    /// The switch as a machine with that address: a host whose guests are plugged into its bridge.
    /// Its kernel shows its filters what the bridge moves, as hosts of containers have it.
    ///
    /// # Errors
    /// The machine's word.
    pub fn host_of_guests(&self, address: &str) -> Result<&Namespace, String> {
        write_switch(&self.switch, "ip_forward", "0")?;
        self.switch.ip(&["address", "add", address, "dev", "br0"])?;
        // A kernel without this switch shows them nothing.
        let _ = write_switch(&self.switch, "../bridge/bridge-nf-call-iptables", "1");
        Ok(&self.switch)
    }

    /// The switch looks who is in a group, and hands the group's frames to those alone (RFC 4541).
    ///
    /// # Errors
    /// The machine's word.
    pub fn look_into_groups(&self) -> Result<(), String> {
        let words = ["link", "set", "br0", "type", "bridge", "mcast_snooping", "1"];
        self.switch.ip(&words)?;
        // Without somebody who asks, a switch hands everything to all.
        self.switch.ip(&["link", "set", "br0", "type", "bridge", "mcast_querier", "1"]).map(drop)
    }

    /// Who is in which group, as the switch knows it.
    ///
    /// # Errors
    /// The machine's word.
    pub fn members_of_groups(&self) -> Result<String, String> {
        let output = self.switch.command("bridge").args(["mdb", "show"]).output();
        let output = output.map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Gives a namespace a device `eth0` that is plugged in. It is named, or it is that of a
    /// process.
    ///
    /// # Errors
    /// The machine's word.
    pub fn plug_in(&self, namespace: &str) -> Result<(), String> {
        let port = format!("port{}", self.ports.replace(self.ports.get() + 1));
        let peer = ["type", "veth", "peer", "name", "eth0", "netns", namespace];
        self.switch.ip(&[&["link", "add", port.as_str()][..], &peer[..]].concat())?;
        self.switch.ip(&["link", "set", &port, "master", "br0"])?;
        self.switch.ip(&["link", "set", &port, "up"]).map(drop)
    }
}

/// What a switch of a machine's kernel says, below `/proc/sys/net/ipv4`; empty if there is none.
pub fn switch(machine: &Namespace, name: &str) -> String {
    let path = format!("/proc/sys/net/ipv4/{name}");
    machine.run(|| fs::read_to_string(path).unwrap_or_default().trim().to_owned())
}

/// Sets such a switch.
///
/// # Errors
/// The machine's word.
pub fn write_switch(machine: &Namespace, name: &str, value: &str) -> Result<(), String> {
    let path = format!("/proc/sys/net/ipv4/{name}");
    machine.run(|| fs::write(&path, value).map_err(|error| format!("{path}: {error}")))
}

/// A folder for a server's files, with the example accounts.
#[derive(Debug)]
pub struct ServerFolder(TempDir);

impl ServerFolder {
    /// A new one.
    ///
    /// # Errors
    /// The machine's word.
    pub fn new() -> Result<Self, String> {
        let folder = folder::in_memory().map_err(|error| error.to_string())?;
        let folder = ServerFolder(folder);
        // No start is to warn of accounts that others can read.
        let owner_alone = fs::Permissions::from_mode(0o600);
        fs::write(folder.accounts(), CREDENTIALS)
            .and_then(|()| fs::set_permissions(folder.accounts(), owner_alone))
            .map_err(|error| error.to_string())?;
        Ok(folder)
    }

    /// The file of the accounts.
    pub fn accounts(&self) -> PathBuf {
        self.0.path().join("accounts")
    }

    /// Gives all of it to a user and a group of that number, with a copy of `smolchatd`; where that
    /// is. What the user may not see is not to hide the program.
    ///
    /// # Errors
    /// The machine's word.
    pub fn hand_to(&self, user: u32) -> Result<PathBuf, String> {
        let program = self.0.path().join("smolchatd");
        let copied = fs::copy(find("smolchatd")?, &program).map(drop);
        let own = |path: &Path| chown(path, Some(user), Some(user));
        let owned = copied.and_then(|()| own(self.0.path())).and_then(|()| own(&self.accounts()));
        owned.map(|()| program).map_err(|error| error.to_string())
    }

    /// Gives `smolchatd` its options, behind what `command` begins with.
    ///
    /// # Errors
    /// There is no such program.
    pub fn options(&self, command: &mut Command, options: &[&str]) {
        command.args(options).args(["--connections", "16", "--users", "32", "--messages", "24"]);
        command.arg("--credentials").arg(self.accounts());
    }
}

/// A server of the program that people start.
#[derive(Debug)]
pub struct LanServer {
    program: Program,
    /// What it said up to "listening", that line included.
    pub told: Vec<String>,
}

impl LanServer {
    /// Starts it on `machine`, and waits until it listens.
    ///
    /// # Errors
    /// What it said instead.
    pub fn start(
        machine: &Namespace,
        folder: &ServerFolder,
        options: &[&str],
    ) -> Result<Self, String> {
        let mut command = machine.command(find("smolchatd")?);
        folder.options(&mut command, options);
        Self::run(&mut command)
    }

    /// Runs a prepared command, and waits until the server listens.
    ///
    /// # Errors
    /// What it said instead.
    pub fn run(command: &mut Command) -> Result<Self, String> {
        Self::of(Program::start(command)?)
    }

    /// Waits until the server of a program that was started listens.
    ///
    /// # Errors
    /// What it said instead.
    pub fn of(mut program: Program) -> Result<Self, String> {
        let mut told = Vec::new();
        while let Some(line) = program.next_line() {
            let is_last = line.starts_with("listening");
            told.push(line);
            if is_last {
                return Ok(LanServer { program, told });
            }
        }
        Err(told.join("\n"))
    }

    /// Whether a line says so.
    pub fn has_told(&self, text: &str) -> bool {
        self.told.iter().any(|line| line.contains(text))
    }

    /// Reads on, up to a line that holds `text`.
    ///
    /// # Errors
    /// What it said instead.
    pub fn wait_for(&mut self, text: &str) -> Result<String, String> {
        self.program.wait_for(text)
    }

    /// Asks it to stop, and waits until it has done so in good order.
    ///
    /// # Errors
    /// What went wrong.
    pub fn stop(mut self) -> Result<(), String> {
        self.program.terminate();
        let status = self.program.wait()?;
        if status.success() { Ok(()) } else { Err(format!("it ended with {status}")) }
    }

    /// It is gone at once.
    ///
    /// # Errors
    /// It does not end.
    pub fn kill(mut self) -> Result<(), String> {
        self.program.kill().map_err(|error| error.to_string())?;
        self.program.wait().map(drop)
    }
}
