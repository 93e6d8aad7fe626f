//! smolchatd as people have it, in a namespace of its own, with two people who chat there; and the
//! log that somebody or nobody reads.

use std::fs::{self, File};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicU64;

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::pair::Pair;
use smolchat_tests::program::{Program, find};
use smolchat_tests::ssh::SSH_PORT;
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

const SERVER: Ipv4Addr = Ipv4Addr::new(10, 70, 0, 1);
pub(super) const LINES: SocketAddr = SocketAddr::new(IpAddr::V4(SERVER), 4000);
pub(super) const SSH: SocketAddr = SocketAddr::new(IpAddr::V4(SERVER), SSH_PORT);

/// People who come and go, and people at whose passwords others guess.
pub(super) const PEOPLE: u64 = 2048;
/// Their password.
pub(super) const PASSWORD: &str = "p";

/// Who reads the server's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Log {
    Read,
    /// A pipe that is full before the server starts.
    Unread,
}

/// A server with two people who chat.
pub(super) struct Server {
    pub(super) namespace: Namespace,
    pub(super) pair: Pair,
    program: Program,
    /// The next source that nobody has used.
    source: u16,
    /// What floods have named so far.
    pub(super) named: AtomicU64,
    _pipe: Option<File>,
    _folder: TempDir,
}

impl Server {
    pub(super) fn start(log: Log) -> Result<Self, String> {
        let told = |error: std::io::Error| error.to_string();
        let namespace = Namespace::new()?;
        let folder = TempDir::new().map_err(told)?;
        let accounts = folder.path().join("accounts");
        fs::write(&accounts, people(folder.path())?).map_err(told)?;
        let mut command = namespace.command("sh");
        let (line, pipe) = match log {
            Log::Read => ("exec \"$@\"".to_owned(), None),
            Log::Unread => {
                let path = folder.path().join("unread");
                let pipe = full_pipe(&path).map_err(told)?;
                (format!("exec \"$@\" 2>{}", path.display()), Some(pipe))
            }
        };
        command.args(["-c", &line, "sh"]).arg(find("smolchatd")?).arg("--credentials");
        command.arg(accounts).args(["-vv", "--registration", "on", "--name", "none"]);
        command.args(["--address", "10.70.0.1/16", "--host-address", "10.70.0.100/16"]);
        command.args(["--users", "8192", "--connections", "512", "--ssh", &SSH_PORT.to_string()]);
        command.env_remove("JOURNAL_STREAM");
        let mut program = Program::start(&mut command)?;
        program.wait_for("listening")?;
        let pair = namespace.run(|| Pair::arrive(LINES));
        let (source, named) = (0, AtomicU64::new(0));
        Ok(Server { namespace, pair, program, source, named, _pipe: pipe, _folder: folder })
    }

    /// Sources that have done nothing yet.
    pub(super) fn new_sources(&mut self, count: u16) -> Result<Vec<IpAddr>, String> {
        let numbers = self.source..self.source + count;
        self.source += count;
        let address = |number: u16| [10, 70, 1 + (number / 250) as u8, 1 + (number % 250) as u8];
        let sources: Vec<IpAddr> = numbers.map(|number| address(number).into()).collect();
        sources.iter().try_for_each(|source| self.namespace.add_address(*source))?;
        Ok(sources)
    }

    /// Asks it to stop, and waits until it has.
    pub(super) fn stop(mut self) -> Result<(), String> {
        self.program.terminate();
        self.program.wait().map(drop)
    }
}

/// A full named pipe, which is held open and not read.
fn full_pipe(path: &Path) -> std::io::Result<File> {
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let pipe = File::options().read(true).write(true).custom_flags(flags).open(path)?;
    while rustix::io::write(&pipe, &[b'\n'; 4096]).is_ok() {}
    Ok(pipe)
}

/// The example accounts, people whose password is in clear, so that they come and go fast, and
/// people whose password is hashed, as it is by default.
fn people(folder: &Path) -> Result<String, String> {
    let one = folder.join("one");
    fs::write(&one, format!("one {PASSWORD}\n")).map_err(|error| error.to_string())?;
    let mut command = Command::new(find("smolchatd")?);
    command.arg("hash").arg(&one).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().map_err(|error| error.to_string())?;
    let hashed = fs::read_to_string(&one).map_err(|error| error.to_string())?;
    let hash =
        hashed.lines().find_map(|line| line.strip_prefix("one ").filter(|_| status.success()));
    let hash = hash.ok_or("smolchatd hash makes no hash")?;
    let mut accounts = CREDENTIALS.to_owned();
    for person in 0..PEOPLE {
        accounts += &format!("open{person} {PASSWORD}\nhidden{person} {hash}\n");
    }
    Ok(accounts)
}
