//! The real client at ports where something else answers than a smolchat server: its exit code, and
//! what it says was found. On the loopback device; needs the client built for release.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;

use smolchat_tests::program::find;

/// Nothing that anybody would take for an answer.
const NO_ANSWER: &str = "the server does not answer";
const CLOSED: &str = "the server closed the connection";
const NOT_OURS: &str = "what answers is not a smolchat server";

/// What a server says once somebody comes, and whether it waits for a line first. Then it keeps the
/// connection, unless it hangs up.
#[derive(Clone, Copy)]
struct Peer {
    waits: bool,
    says: &'static [u8],
    hangs_up: bool,
}

const SILENT: Peer = Peer { waits: false, says: b"", hangs_up: false };

impl Peer {
    /// Serves on a port of its own, to the end of the test.
    fn serve(self) -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let mut kept = Vec::new();
            for socket in listener.incoming().flatten() {
                kept.extend(self.answer(socket));
            }
        });
        address
    }

    fn answer(self, mut socket: TcpStream) -> Option<TcpStream> {
        if self.waits {
            let mut byte = [0];
            while byte != *b"\n" && socket.read(&mut byte).ok()? > 0 {}
        }
        socket.write_all(self.says).ok()?;
        (!self.hangs_up).then_some(socket)
    }
}

/// The exit code of the client, and its last line on the standard error.
fn client(peer: SocketAddr, ssh: &str) -> (Option<i32>, String) {
    let program = find("smolchat").unwrap_or_else(|missing| panic!("{missing}"));
    let mut command = Command::new(program);
    command.args(["--accept-new", "--no-config", ssh, "hans@127.0.0.1"]);
    command.arg(peer.port().to_string()).env("SMOLCHAT_PASSWORD", "falcon*solo");
    command.env("HOME", "/nonexistent").env_remove("XDG_DATA_HOME").stdin(Stdio::null());
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), told.lines().last().unwrap_or_default().to_owned())
}

#[test]
fn whatever_answers_is_told_with_its_own_exit_code() {
    let http = Peer { waits: true, says: b"HTTP/1.0 400 Bad request\r\n\r\n", hangs_up: true };
    let irc = Peer { says: b":irc.example NOTICE * :*** Looking up\r\n", ..SILENT };
    let mail = Peer { says: b"220 mail.example ESMTP\r\n", ..SILENT };
    let old = Peer { says: b"SSH-1.5-old\r\n", ..SILENT };
    let rest = Peer { says: b"hello without an end", ..SILENT };
    let noise = Peer { says: b"\xff\xfe\xff\n\x00\n", ..SILENT };
    let gone = Peer { hangs_up: true, ..SILENT };
    let ssh = |line: &str| format!("what answers is not SSH, and says: {line}");
    let lines = |line: &str| format!("{NOT_OURS}, and says: {line}");
    let noticed = ":irc.example NOTICE * :*** Looking up";
    let mailed = "220 mail.example ESMTP";
    let runs: Vec<_> = [
        (http, "--ssh=on", 17, ssh("HTTP/1.0 400 Bad request")),
        (http, "--ssh=off", 10, NO_ANSWER.to_owned()),
        (irc, "--ssh=on", 17, ssh(noticed)),
        (irc, "--ssh=off", 17, lines(noticed)),
        (mail, "--ssh=on", 17, ssh(mailed)),
        (mail, "--ssh=off", 17, lines(mailed)),
        (old, "--ssh=on", 17, ssh("SSH-1.5-old")),
        (old, "--ssh=off", 17, "what answers is SSH: leave out --ssh off".to_owned()),
        (rest, "--ssh=on", 17, ssh("hello without an end")),
        (rest, "--ssh=off", 17, NOT_OURS.to_owned()),
        (noise, "--ssh=off", 17, NOT_OURS.to_owned()),
        (SILENT, "--ssh=on", 10, NO_ANSWER.to_owned()),
        (SILENT, "--ssh=off", 10, NO_ANSWER.to_owned()),
        (gone, "--ssh=on", 10, CLOSED.to_owned()),
        (gone, "--ssh=off", 10, CLOSED.to_owned()),
    ]
    .into_iter()
    .map(|(peer, ssh, code, told)| {
        let address = peer.serve();
        (thread::spawn(move || client(address, ssh)), ssh, code, told)
    })
    .collect();
    for (run, ssh, code, told) in runs {
        assert_eq!(run.join().unwrap(), (Some(code), told), "{ssh}");
    }
}
