//! The place of the measurements: two network namespaces, and the servers in them.
//!
//! smolchatd has its TAP device in the clients' namespace; the others run in a namespace of their
//! own, behind a pair of devices. The kernel sends and receives for both kinds alike, with the same
//! congestion control.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitStatus;

use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program};
use smolchat_tests::ssh::SSH_PORT;
use tempfile::TempDir;

use crate::crowd::Door;
use crate::dialect::Dialect;
use crate::kind::Kind;
use crate::process::{Process, dropped_frames};
use crate::setting::{Setting, Start};

/// The IRC servers' address, in a namespace without other addresses.
const FAR: &str = "10.69.0.2";
const NEAR: &str = "10.69.0.1";
/// Users and connections that smolchatd has room for beyond those who are measured.
const SPARE: usize = 16;
/// smolchatd's default room, in messages of full length.
const MESSAGES: usize = 16_384;
/// Lines that a server that failed has said before, and that are told.
const LAST_WORDS: usize = 10;
/// Every kernel has it.
const CONGESTION: &str = "reno";

/// Counts of smolchatd that are zero on a good day.
const LOSSES: [&str; 5] =
    ["fragments", "strays-ignored", "syns-dropped", "evicted", "device-exhausted"];

/// The two namespaces, and a folder for what the servers read.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) clients: Namespace,
    servers: Namespace,
    folder: TempDir,
    /// The most users at once.
    pub(crate) most: usize,
    /// Messages that may be on their way to all of them.
    on_their_way: usize,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) target: Target,
    program: Program,
}

/// The facts about a running server.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    pub(crate) process: Process,
    /// Bytes that it says it has set aside for good.
    pub(crate) set_aside: u64,
}

impl Place {
    /// Makes it for this many users, each of whom has at most this many messages on their way.
    pub(crate) fn new(users: usize, window: usize) -> Result<Self, String> {
        let (clients, servers) = (Namespace::new()?, Namespace::new()?);
        clients.join(&servers, &format!("{NEAR}/24"), &format!("{FAR}/24"))?;
        for namespace in [&clients, &servers] {
            // Pacing, as some have it, would measure the pace.
            let path = "/proc/sys/net/ipv4/tcp_congestion_control";
            namespace.run(|| fs::write(path, CONGESTION)).map_err(|error| error.to_string())?;
        }
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        Ok(Place { clients, servers, folder, most: users, on_their_way: users * window })
    }

    /// Starts a server, and waits until it listens.
    pub(crate) fn start(&self, kind: Kind) -> Result<Server, String> {
        let setting = Setting {
            folder: self.folder.path(),
            users: self.most + SPARE,
            messages: self.messages(),
            address: FAR,
        };
        let namespace = if kind.is_ours() { &self.clients } else { &self.servers };
        let command = namespace.command(kind.program()?);
        let start = setting.start(kind, command).map_err(|error| format!("{kind}: {error}"))?;
        launch(kind, start)
    }

    /// Ends a server that failed, tells its last words, and starts another.
    pub(crate) fn start_again(&self, kind: Kind, failed: &mut Server) -> Result<Server, String> {
        let status = failed.kill()?;
        let words: Vec<String> = std::iter::from_fn(|| failed.program.next_line()).collect();
        for line in words.iter().rev().take(LAST_WORDS).rev() {
            eprintln!("  {kind}: {line}");
        }
        eprintln!("  {kind}: {status}");
        self.start(kind)
    }

    /// smolchatd's room in messages of full length, large enough that no quota is felt. Each has
    /// room for four short ones. A message that has arrived is held until its receiver's kernel has
    /// acknowledged it.
    fn messages(&self) -> usize {
        MESSAGES.max(self.on_their_way / 2)
    }

    /// Frames that any device dropped so far, on either side.
    pub(crate) fn dropped_frames(&self) -> io::Result<BTreeMap<String, u64>> {
        let mut all = self.clients.run(dropped_frames)?;
        all.extend(self.servers.run(dropped_frames)?.into_iter().filter(|(name, _)| name != "lo"));
        Ok(all)
    }
}

fn launch(kind: Kind, mut start: Start) -> Result<Server, String> {
    let mut program = Program::start(&mut start.command)?;
    let set_aside = match kind.dialect() {
        Dialect::Smolchat => set_aside(&program.wait_for("  memory ")?)?,
        Dialect::Irc => 0,
    };
    program.wait_for(start.word)?;
    let address = start.address.parse();
    let address = address.map_err(|_| format!("{} is no address", start.address))?;
    let id = program.pid().ok_or_else(|| format!("{kind} has no process"))?;
    let process = Process::new(id.as_raw_nonzero().get());
    Ok(Server { target: Target { kind, address, process, set_aside }, program })
}

/// "  memory  N KiB: ..."
fn set_aside(line: &str) -> Result<u64, String> {
    let kibibytes = line.split_whitespace().nth(1).and_then(|figure| figure.parse::<u64>().ok());
    kibibytes.map(|count| count * 1024).ok_or_else(|| format!("smolchatd tells {line:?}"))
}

impl Target {
    /// How many clients connect at once. ngIRCd's queue holds 10, and any other client waits for
    /// seconds. InspIRCd looks at newcomers once a second, however many they are.
    pub(crate) fn door(&self) -> Door {
        let mut address = self.address;
        if self.kind == Kind::Ssh {
            address.set_port(SSH_PORT);
        }
        let at_once = match self.kind {
            Kind::Smolchat | Kind::Strict => 256,
            // At most 64 sessions are those of strangers.
            Kind::Ssh => 32,
            Kind::Ngircd => 8,
            Kind::Inspircd => 2048,
        };
        Door { address, at_once, is_ssh: self.kind == Kind::Ssh }
    }

    /// Counts of smolchatd that should be zero and are not. The other servers tell none.
    pub(crate) fn figures(&self, place: &Place) -> Result<Vec<String>, String> {
        match self.kind.dialect() {
            Dialect::Smolchat => place.clients.run(|| self.status(place.most)),
            Dialect::Irc => Ok(Vec::new()),
        }
        .map_err(|error| format!("{}: {error}", self.kind))
    }

    fn status(&self, user: usize) -> io::Result<Vec<String>> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "login u{user} p\nstatus\nlogout\n")?;
        let lines = BufReader::new(stream).lines().collect::<io::Result<Vec<_>>>()?;
        let figures =
            lines.iter().filter_map(|line| line.get(4..).filter(|_| line.starts_with("213")));
        let is_counted = |line: &&str| {
            let mut words = line.split(' ');
            words.next().is_some_and(|name| LOSSES.contains(&name))
                && words.next().is_some_and(|count| count != "0")
        };
        Ok(figures.filter(is_counted).map(str::to_owned).collect())
    }
}

impl Server {
    fn kill(&mut self) -> Result<ExitStatus, String> {
        self.program.kill().map_err(|error| error.to_string())?;
        self.program.wait()
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Result<(), String> {
        self.program.terminate();
        self.program.wait().map(drop)
    }
}
