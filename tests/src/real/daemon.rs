//! The host's server on a TAP device in a namespace, with an accounts file of its own.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use rustix::process::{Signal, kill_process};
use tempfile::TempDir;

use super::server::{Place, Server};
use smolchat_core::store::Durability;

use crate::folder;
use crate::killed::Mortal;
use crate::namespace::Namespace;
use crate::program::{Program, find};
use crate::setting::Setting;
use crate::stage::CREDENTIALS;

/// Where a server on a TAP device is, within every namespace.
pub const SERVER_ADDRESS: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 168, 69, 1)), 4000);

/// From how many addresses clients may come, the machine's usual one first.
pub const CLIENT_ADDRESSES: u8 = 3;

/// The address of that number, from 1 on.
pub fn client_address(number: u8) -> IpAddr {
    Ipv4Addr::new(192, 168, 69, 99 + number).into()
}

/// A running `smolchatd`.
#[derive(Debug)]
pub struct Daemon<'n> {
    namespace: &'n Namespace,
    setting: Setting,
    directory: TempDir,
    program: Program,
}

impl<'n> Daemon<'n> {
    /// Starts a server with the example accounts, and waits until it listens.
    ///
    /// # Errors
    /// What is missing, or what it said.
    pub fn start(namespace: &'n Namespace, setting: Setting) -> Result<Self, String> {
        let directory = folder::in_memory().map_err(|error| error.to_string())?;
        let accounts = directory.path().join("accounts");
        fs::write(&accounts, CREDENTIALS).map_err(|error| error.to_string())?;
        let program = launch(namespace, setting, &accounts)?;
        Ok(Daemon { namespace, setting, directory, program })
    }

    /// The file of the accounts.
    pub fn accounts(&self) -> PathBuf {
        self.directory.path().join("accounts")
    }

    /// The file of the server's key for SSH.
    pub fn host_key(&self) -> PathBuf {
        self.directory.path().join("accounts.hostkey")
    }

    /// Asks the server to stop, and waits until it has done so in good order. One that has stopped
    /// stays so.
    ///
    /// # Errors
    /// What went wrong.
    pub fn stop(&mut self) -> Result<(), String> {
        self.program.terminate();
        let status = self.program.wait()?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("it ended with {status}")),
        }
    }
}

impl Daemon<'_> {
    /// The server is gone at once, as if its machine had lost power.
    ///
    /// # Errors
    /// It does not end.
    pub fn kill(&mut self) -> Result<(), String> {
        self.program.kill().map_err(|error| error.to_string())?;
        self.program.wait().map(drop)
    }

    /// Somebody signals the server's process.
    ///
    /// # Panics
    /// It has ended.
    pub fn signal(&self, signal: Signal) {
        let pid = self.program.pid().unwrap_or_else(|| panic!("the server has no process"));
        kill_process(pid, signal).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Starts another one, where there is none, with the same accounts.
    ///
    /// # Errors
    /// What it said instead.
    pub fn start_again(&mut self) -> Result<(), String> {
        self.program = launch(self.namespace, self.setting, &self.accounts())?;
        Ok(())
    }
}

impl Server for Daemon<'_> {
    fn address(&self) -> SocketAddr {
        SERVER_ADDRESS
    }

    fn figures(&self) -> &'static [&'static str] {
        &[
            "store-appended {number}",
            "store-copied {number}",
            "store-bytes {number}",
            "store-erased {number}",
            "store-syncs {number}",
            "store-segments {number} of {number}",
            "ssh-key SHA256:{any}",
        ]
    }

    /// Puts the accounts file away, or back: without it no account can be added to it.
    fn set_store_works(&mut self, works: bool) -> io::Result<()> {
        let (here, away) = (self.accounts(), self.directory.path().join("away"));
        match works {
            true => fs::rename(away, here),
            false => fs::rename(here, away),
        }
    }

    /// Waits until the server has stopped in good order, and starts another one with the same
    /// accounts.
    fn restart(&mut self) -> Result<(), String> {
        self.stop()?;
        self.start_again()
    }
}

impl Mortal for Daemon<'_> {
    fn address(&self) -> SocketAddr {
        SERVER_ADDRESS
    }

    fn start(&mut self, durability: Durability) -> Result<(), String> {
        self.setting = self.setting.durability(durability);
        self.start_again()
    }

    fn kill(&mut self) -> Result<(), String> {
        Daemon::kill(self)
    }

    fn stop(&mut self) -> Result<(), String> {
        Daemon::stop(self)
    }
}

fn launch(namespace: &Namespace, setting: Setting, accounts: &Path) -> Result<Program, String> {
    let mut command = namespace.command(find("smolchatd")?);
    let mut program = Program::start(command.args(arguments(setting, accounts)))?;
    program.wait_for("listening")?;
    Ok(program)
}

/// What the server is started with.
pub fn arguments(setting: Setting, accounts: &Path) -> Vec<OsString> {
    let mut arguments = vec![SERVER_ADDRESS.port().to_string()];
    arguments.extend([setting.block_duration, setting.timeout].map(|seconds| seconds.to_string()));
    for (flag, value) in [
        ("--login-deadline", setting.login_deadline.to_string()),
        ("--mail-expires", format!("{}s", setting.mail_expires)),
        ("--durability", durability(setting.durability).to_owned()),
        ("--registration", switch(setting.registration)),
        ("--offload", switch(setting.offload)),
        ("--guesses", setting.guesses.to_string()),
        ("--registrations", setting.registrations.to_string()),
        ("--registrations-per-hour", setting.registrations.to_string()),
        ("--changes-per-minute", setting.changes.to_string()),
        ("--users", setting.users.to_string()),
        ("--connections", setting.connections.to_string()),
        ("--messages", setting.messages.to_string()),
        ("--blocks", setting.blocks.to_string()),
        ("--history", setting.history.to_string()),
        ("--keys", setting.keys.to_string()),
        ("--files", setting.files.to_string()),
        ("--holders", setting.holders.to_string()),
        // A client that does not read is soon felt.
        ("--tx", "1024".to_owned()),
    ] {
        arguments.extend([flag.to_owned(), value]);
    }
    arguments.push("--credentials".to_owned());
    arguments.into_iter().map(OsString::from).chain([accounts.into()]).collect()
}

fn switch(on: bool) -> String {
    if on { "on" } else { "off" }.to_owned()
}

/// The word for it on the command line.
fn durability(durability: Durability) -> &'static str {
    match durability {
        Durability::Strict => "strict",
        Durability::Relaxed => "relaxed",
        Durability::Off => "off",
    }
}

/// Does `work` on a thread inside a new namespace, where a server runs that ends in good order
/// afterwards.
///
/// # Panics
/// Something is missing, or the server did not end in good order.
pub fn beside_a_server(setting: Setting, work: impl FnOnce(&Place<'_>, &mut Daemon<'_>) + Send) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.run(|| {
        let server = Daemon::start(&namespace, setting);
        let mut server = server.unwrap_or_else(|said| panic!("{said}"));
        work(&Place { namespace: &namespace, server: SERVER_ADDRESS }, &mut server);
        server.stop().unwrap_or_else(|said| panic!("{said}"));
    });
}
