//! A folder with accounts, the server that runs with them, and how it is given orders.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

/// Operators at once, as docs/SERVER.md has it.
pub(crate) const VISITORS: usize = 8;
/// The longest that a chatting user may wait. Much more than it takes, and much less than for ever.
pub(crate) const AT_MOST: Duration = Duration::from_secs(1);
/// A user and a group of nobody.
pub(crate) const NOBODY: &str = "65534";
pub(crate) const WELCOME: &str = "230 {any}";

pub(crate) struct Place {
    pub(crate) namespace: Namespace,
    pub(crate) folder: TempDir,
}

pub(crate) fn at_a_place(work: impl FnOnce(&Place) + Send) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let place = Place { namespace, folder: folder::in_memory().unwrap() };
    place.write(CREDENTIALS);
    place.namespace.run(|| work(&place));
}

impl Place {
    pub(crate) fn accounts(&self) -> PathBuf {
        self.folder.path().join("accounts")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("accounts.control")
    }

    /// An operator's end of the socket. A server that says nothing does not hold the test up.
    pub(crate) fn visit(&self) -> UnixStream {
        let socket = UnixStream::connect(self.socket()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    pub(crate) fn write(&self, accounts: &str) {
        fs::write(self.accounts(), accounts).unwrap();
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let content = fs::read_to_string(self.accounts()).unwrap();
        let lines = content.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    }

    pub(crate) fn start(&self) -> Program {
        let mut command = self.namespace.command(find("smolchatd").unwrap());
        command.args(["--users", "256", "--connections", "128", "--messages", "256"]);
        command.args(["--changes-per-minute", "0", "--credentials"]).arg(self.accounts());
        let mut server = Program::start(&mut command).unwrap();
        server.wait_for("listening").unwrap();
        server
    }

    /// Runs `smolchatd` with these words about the server here.
    pub(crate) fn run(&self, words: &str, password: &str) -> Output {
        let mut command = Command::new("timeout");
        command.arg(PATIENCE.as_secs().to_string()).arg(find("smolchatd").unwrap());
        run(command, &self.accounts(), words, password)
    }

    /// What it says where it does as it is told.
    pub(crate) fn said(&self, words: &str) -> String {
        let Output { status, stdout, stderr } = self.run(words, "");
        let said = String::from_utf8(stdout).unwrap();
        assert!(status.success(), "{words}: {said}{}", String::from_utf8_lossy(&stderr));
        said.trim_end().to_owned()
    }

    /// The first line of what it says after a reload.
    pub(crate) fn reloaded(&self, words: &str) -> String {
        self.said(words).lines().next().unwrap().to_owned()
    }

    pub(crate) fn append(&self, lines: &str) {
        let mut file = fs::File::options().append(true).open(self.accounts()).unwrap();
        file.write_all(lines.as_bytes()).unwrap();
    }

    /// What it says where it refuses.
    pub(crate) fn refused(&self, words: &str) -> String {
        let Output { status, stderr, .. } = self.run(words, "");
        assert_eq!(status.code(), Some(1), "{words}");
        String::from_utf8(stderr).unwrap().trim_end().to_owned()
    }

    pub(crate) fn with_password(&self, words: &str, password: &str) -> bool {
        self.run(&format!("{words} --stdin"), password).status.success()
    }
}

pub(crate) fn run(mut command: Command, accounts: &Path, words: &str, password: &str) -> Output {
    command.args(words.split(' ')).arg("--credentials").arg(accounts);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Whoever asks for no password may be gone by now.
    let _ = child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes());
    child.wait_with_output().unwrap()
}

pub(crate) fn stop(mut server: Program) {
    server.terminate();
    assert!(server.wait().unwrap().success());
}

pub(crate) fn stranger() -> Connection {
    let mut stranger = Connection::open(SERVER_ADDRESS).unwrap();
    stranger.hear("220 {any}");
    stranger
}

pub(crate) fn logged_in(user: &str) -> Connection {
    Connection::open(SERVER_ADDRESS).unwrap().logged_in(user)
}

/// An order at the socket; its answer's lines.
pub(crate) fn order(socket: &UnixStream, order: &str) -> Vec<String> {
    let mut writer = socket;
    writer.write_all(format!("{order}\n").as_bytes()).unwrap();
    answer(socket)
}

pub(crate) fn answer(socket: &UnixStream) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(socket).lines() {
        lines.push(line.unwrap());
        if lines.last().unwrap().as_bytes()[3] == b' ' {
            break;
        }
    }
    lines
}

/// The answer to a line of somebody to whom nothing else is said.
pub(crate) fn only(connection: &mut Connection, line: &str) -> String {
    connection.say(line).unwrap();
    connection.next_line().unwrap()
}
