//! The kernel's work for the real server, checksums and long segments, changes no byte, over IPv4
//! and IPv6. Needs root and `smolchatd` built for release.

use std::fs;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

/// Questions that are asked at once; together their answers are many times a transmit buffer.
const QUESTIONS: usize = 64;
/// The most that one frame of an MTU of 1500 carries of a TCP stream.
const SEGMENT_MAX: u64 = 1460;

/// The lines that were told, and the number of frames.
struct Transfer {
    lines: Vec<String>,
    bytes: u64,
    frames: u64,
}

#[test]
fn long_answers_are_the_same_with_offload_and_without() {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let folder = TempDir::new().unwrap();
    let accounts = folder.path().join("accounts");
    fs::write(&accounts, CREDENTIALS).unwrap();
    let address6 = IpAddr::V6(Ipv6Addr::new(0xfd69, 0x736d, 0x6f6c, 0, 0, 0, 0, 1));
    let server6 = SocketAddr::new(address6, SERVER_ADDRESS.port());
    namespace.run(|| {
        let [with, without] = ["on", "off"].map(|offload| {
            let mut command = namespace.command(find("smolchatd").unwrap());
            command.args(["--durability", "off", "--offload", offload, "--credentials"]);
            let mut server = Program::start(command.arg(&accounts)).unwrap();
            let word = if offload == "on" { "with offload" } else { "without offload" };
            server.wait_for(word).unwrap();
            server.wait_for("listening").unwrap();
            let told = [SERVER_ADDRESS, server6].map(ask);
            server.terminate();
            assert!(server.wait().unwrap().success());
            told
        });
        let [with4, with6] = with;
        let [without4, without6] = without;
        for told in [&with6, &without4, &without6] {
            assert!(told.lines == with4.lines, "every way tells the same");
            assert!(told.frames * SEGMENT_MAX >= told.bytes, "these are cut by the server");
        }
        let Transfer { bytes, frames, .. } = with4;
        assert!(
            frames * SEGMENT_MAX < bytes,
            "{bytes} bytes in {frames} frames, none of them long"
        );
    });
}

/// Asks for help, many times at once.
fn ask(server: SocketAddr) -> Transfer {
    let mut connection = Connection::open(server).unwrap().logged_in("hans");
    let before = frames_out(&mut connection);
    connection.send("help\n".repeat(QUESTIONS).as_bytes()).unwrap();
    let mut lines = Vec::new();
    let mut answers = 0;
    while answers < QUESTIONS {
        let line = connection.next_line().expect("the server goes on");
        // All lines of an answer but the last have a hyphen behind the code.
        answers += usize::from(line.as_bytes()[3] == b' ');
        lines.push(line);
    }
    let frames = frames_out(&mut connection) - before;
    connection.ask("logout", "221 {any}");
    let bytes = lines.iter().map(|line| line.len() as u64 + 1).sum();
    Transfer { lines, bytes, frames }
}

/// Frames that the server has sent so far.
fn frames_out(connection: &mut Connection) -> u64 {
    connection.say("status").unwrap();
    let mut count = None;
    loop {
        let line = connection.next_line().expect("the server goes on");
        if let Some((_, value)) = line.split_once("frames-out ") {
            count = value.parse().ok();
        }
        if line.as_bytes()[3] == b' ' {
            return count.expect("a figure of that name");
        }
    }
}
