//! Where everything happens: two network namespaces, the servers in them. Touches the machine through `Namespace` and `Program`.
//!
//! smolchatd has its TAP device in the clients' namespace; the others run in a namespace of their own, behind a pair of devices. The
//! kernel sends and receives for both kinds alike, with the same congestion control.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use clap::ValueEnum;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use tempfile::TempDir;

use crate::crowd::Door;
use crate::dialect::Dialect;
use crate::process::{Process, dropped_frames};

/// The IRC servers' address, in a namespace where nobody else has one.
const FAR: &str = "10.69.0.2";
const NEAR: &str = "10.69.0.1";
/// Users and connections that smolchatd has room for beyond those who are measured.
const SPARE: usize = 16;
/// What smolchatd has room for by default, in messages of full length.
const MESSAGES: usize = 16_384;
/// Lines that a server that failed has said before, and that are told.
const LAST_WORDS: usize = 10;
/// Every kernel has it.
const CONGESTION: &str = "reno";

/// What smolchatd counts that a good day has none of.
const LOSSES: [&str; 5] =
    ["fragments", "strays-ignored", "syns-dropped", "evicted", "device-exhausted"];

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Kind {
    /// smolchatd that keeps nothing, as the others do.
    Smolchat,
    /// smolchatd as it is by default: an OK outlives it.
    Strict,
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
            Kind::Ngircd => "ngIRCd",
            Kind::Inspircd => "InspIRCd",
        })
    }
}

impl Kind {
    /// Its language.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Kind::Smolchat | Kind::Strict => Dialect::Smolchat,
            Kind::Ngircd | Kind::Inspircd => Dialect::Irc,
        }
    }

    /// Whether it is the one that is compared with the others.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Kind::Smolchat | Kind::Strict)
    }

    /// Where it is found.
    pub(crate) fn program(self) -> Result<PathBuf, String> {
        match self {
            Kind::Smolchat | Kind::Strict => find("smolchatd"),
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

/// What is to be known of a running server.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    pub(crate) process: Process,
    /// Bytes that it says it has set aside for good.
    pub(crate) set_aside: u64,
}

impl Place {
    /// Made, for so many users, of whom each has no more than so many messages on their way.
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
        let program = kind.program()?;
        let failed = |error: io::Error| format!("{kind}: {error}");
        let users = self.most + SPARE;
        match kind {
            Kind::Smolchat | Kind::Strict => {
                let durability = if kind == Kind::Strict { "strict" } else { "off" };
                let accounts = self.write("accounts", |file| {
                    (0..users).try_for_each(|user| writeln!(file, "u{user} p"))
                });
                let mut command = self.clients.command(program);
                command.args(["--durability", durability, "--credentials"]);
                command.arg(accounts.map_err(failed)?);
                command.args(["--connections", &users.to_string(), "--users", &users.to_string()]);
                command.args(["--messages", &self.messages().to_string()]);
                // Both may run at once, each on a network of its own.
                let (tap, network) =
                    if kind == Kind::Strict { ("smolchat1", 70) } else { ("smolchat0", 69) };
                command.args(["--tap", tap, "--address", &format!("192.168.{network}.1/24")]);
                command.args(["--host-address", &format!("192.168.{network}.100/24")]);
                self.launch(
                    kind,
                    &mut command,
                    &format!("192.168.{network}.1:4000"),
                    "listening on",
                )
            }
            Kind::Ngircd => {
                let config = self.write("ngircd.conf", |file| {
                    write!(
                        file,
                        "[Global]\nName = irc.example.net\nInfo = bench\nListen = {FAR}\nPorts = 6667\nMotdPhrase = hi\n\
                         [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxPenaltyTime = 0\n\
                         PingTimeout = 3600\nPongTimeout = 3600\n[Options]\nDNS = no\nIdent = no\nPAM = no\n"
                    )
                });
                let mut command = self.servers.command(program);
                command.args(["--nodaemon", "--config"]).arg(config.map_err(failed)?);
                self.launch(kind, &mut command, &format!("{FAR}:6667"), "ready")
            }
            Kind::Inspircd => {
                let limit = self.most + 100;
                let config = self.write("inspircd.conf", |file| {
                    write!(
                        file,
                        "<server name=\"irc.example.net\" description=\"bench\" network=\"bench\" id=\"42A\">\n\
                         <admin name=\"a\" nick=\"a\" email=\"a@example.net\">\n\
                         <bind address=\"{FAR}\" port=\"6668\" type=\"clients\">\n\
                         <connect name=\"main\" allow=\"*\" timeout=\"60\" pingfreq=\"3600\" hardsendq=\"104857600\" softsendq=\"104857600\" \
                         recvq=\"1048576\" commandrate=\"1000000000\" threshold=\"1000000\" fakelag=\"no\" localmax=\"{limit}\" globalmax=\"{limit}\" \
                         limit=\"{limit}\" maxchans=\"20\" useident=\"no\" resolvehostnames=\"no\" maxconnwarn=\"no\">\n\
                         <performance netbuffersize=\"65534\" somaxconn=\"4096\" softlimit=\"{limit}\">\n"
                    )
                });
                let mut command = self.servers.command(program);
                command.args(["--nofork", "--runasroot", "--nopid", "--nolog", "--config"]);
                command.arg(config.map_err(failed)?);
                self.launch(kind, &mut command, &format!("{FAR}:6668"), "is now running")
            }
        }
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

    /// What smolchatd is to have room for, in messages of full length, that no quota is felt: there is room for four short ones in each, and
    /// one that has arrived is held until its receiver's kernel has acknowledged it.
    fn messages(&self) -> usize {
        MESSAGES.max(self.on_their_way / 2)
    }

    /// Frames that any device dropped so far, on either side.
    pub(crate) fn dropped_frames(&self) -> io::Result<BTreeMap<String, u64>> {
        let mut all = self.clients.run(dropped_frames)?;
        all.extend(self.servers.run(dropped_frames)?.into_iter().filter(|(name, _)| name != "lo"));
        Ok(all)
    }

    fn write(
        &self,
        name: &str,
        text: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> io::Result<PathBuf> {
        let path = self.folder.path().join(name);
        let mut bytes = Vec::new();
        text(&mut bytes)?;
        fs::write(&path, bytes)?;
        Ok(path)
    }

    fn launch(
        &self,
        kind: Kind,
        command: &mut Command,
        address: &str,
        word: &str,
    ) -> Result<Server, String> {
        let mut program = Program::start(command)?;
        let set_aside = match kind.dialect() {
            Dialect::Smolchat => set_aside(&program.wait_for("  memory ")?)?,
            Dialect::Irc => 0,
        };
        program.wait_for(word)?;
        let address = address.parse().map_err(|_| format!("{address} is no address"))?;
        let id = program.pid().ok_or_else(|| format!("{kind} has no process"))?;
        let process = Process::new(id.as_raw_nonzero().get());
        Ok(Server { target: Target { kind, address, process, set_aside }, program })
    }
}

/// "  memory  N KiB: ..."
fn set_aside(line: &str) -> Result<u64, String> {
    let kibibytes = line.split_whitespace().nth(1).and_then(|figure| figure.parse::<u64>().ok());
    kibibytes.map(|count| count * 1024).ok_or_else(|| format!("smolchatd tells {line:?}"))
}

impl Target {
    /// Where clients enter. ngIRCd's queue holds 10 of them, and who does not fit waits for seconds; InspIRCd looks at newcomers once a
    /// second, however many they are.
    pub(crate) fn door(&self) -> Door {
        let at_once = match self.kind {
            Kind::Smolchat | Kind::Strict => 256,
            Kind::Ngircd => 8,
            Kind::Inspircd => 2048,
        };
        Door { address: self.address, at_once }
    }

    /// What smolchatd has counted that is no part of a good day, where it is not zero; nothing of the others, who do not tell.
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
