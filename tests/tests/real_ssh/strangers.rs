//! Strangers at the door for SSH, and users who do not read: what they cannot keep others from.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_process};
use smolchat_ssh_client::{Call, End, Identity, Terms};
use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS, arguments, beside_a_server};
use smolchat_tests::setting::Setting;
use smolchat_tests::ssh::{Machine, SSH_PORT, SUBSYSTEM};
use smolchat_tests::stage::{CREDENTIALS, password_of};

use super::line_user;

fn connect() -> TcpStream {
    let door = SocketAddr::new(SERVER_ADDRESS.ip(), SSH_PORT);
    let stream = TcpStream::connect_timeout(&door, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Everything that comes until the server closes.
fn told(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end, too.
    _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn strangers_who_never_finish_keep_nobody_out() {
    let setting = Setting { connections: 128, ..Setting::roomy() };
    beside_a_server(setting, |place, _| {
        let machine = Machine::new(place.namespace);
        let mut yoda = line_user("yoda");
        let mut half_open: Vec<TcpStream> = (0..100).map(|_| connect()).collect();
        let mut hans = machine.arrive("hans", &[]);
        yoda.hear("* login hans");
        // The door has 64 places for strangers. The first had to make room for the last.
        let first = half_open.remove(0);
        assert!(told(first).starts_with("SSH-2.0-"));
        hans.ask("message yoda hi", "250 {any}");
        yoda.hear("* message {number} hans 0 hi");
    });
}

#[test]
fn handshakes_of_strangers_do_not_delay_a_user() {
    let setting = Setting { connections: 128, guesses: 0, ..Setting::roomy() };
    beside_a_server(setting, |place, _| {
        let machine = Machine::new(place.namespace);
        let mut yoda = line_user("yoda");
        let once = ["-o", "NumberOfPasswordPrompts=1"];
        let strangers: Vec<_> =
            (0..20).map(|_| machine.start("nobody", &["x"], &once, &["-T"])).collect();
        let mut slowest = Duration::ZERO;
        for _ in 0..200 {
            let start = Instant::now();
            yoda.ask("ping", "202 pong");
            slowest = slowest.max(start.elapsed());
        }
        strangers.into_iter().for_each(|stranger| stranger.ends_saying("Permission denied"));
        assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    });
}

#[test]
fn a_stranger_with_more_packets_than_a_round_handles_stops_nobody() {
    beside_a_server(Setting::roomy(), |place, _| {
        let mut yoda = line_user("yoda");
        // SSH_MSG_IGNORE with one byte (RFC 4253, 11.2), in clear as before any key exchange.
        const IGNORE: [u8; 16] = [0, 0, 0, 12, 5, 2, 0, 0, 0, 1, b'x', 0, 0, 0, 0, 0];
        let strangers: Vec<TcpStream> = (0..12)
            .map(|_| {
                let mut stream = connect();
                let bytes = [b"SSH-2.0-x\r\n".as_slice(), &IGNORE.repeat(30)].concat();
                stream.write_all(&bytes).unwrap();
                stream
            })
            .collect();
        for _ in 0..20 {
            yoda.ask("ping", "202 pong");
        }
        let machine = Machine::new(place.namespace);
        machine.arrive("hans", &[]).ask("ping", "202 pong");
        drop(strangers);
    });
}

#[test]
fn a_packet_of_35_kilobytes_ends_its_sender_alone() {
    beside_a_server(Setting::roomy(), |_, _| {
        let mut yoda = line_user("yoda");
        let mut stream = connect();
        let length = 35_000u32.to_be_bytes();
        let packet = [b"SSH-2.0-x\r\n".as_slice(), &length, &[0; 35_000]].concat();
        // The server may end it before it has taken all of this.
        _ = stream.write_all(&packet);
        told(stream);
        yoda.ask("ping", "202 pong");
    });
}

#[test]
fn whoever_offers_300_keys_is_gone_before_the_password() {
    beside_a_server(Setting::roomy(), |place, _| {
        let mut yoda = line_user("yoda");
        let door = SocketAddr::new(SERVER_ADDRESS.ip(), SSH_PORT);
        let call = |terms| Connection::open(door).unwrap().carried_by(Call::new(terms));
        let Err(End::Untrusted(key)) = call(Terms::default()) else { panic!("it shows no key") };
        let identities = |count: u8| (0..count).map(|seed| Identity::from_seed(&[seed; 32]));
        let terms = |count: u8| Terms {
            user: "hans".to_owned(),
            trusted: vec![key],
            identities: identities(count).collect(),
            agent_keys: Vec::new(),
            password: Some(password_of("hans").to_owned()),
        };
        let many =
            Terms { identities: identities(150).chain(identities(150)).collect(), ..terms(0) };
        assert!(call(many).map_or(true, |connection| connection.ended));
        let few = call(terms(5)).unwrap_or_else(|end| panic!("{end}"));
        yoda.hear("* login hans");
        drop(few);
        yoda.hear("* logout hans");
        Machine::new(place.namespace).arrive("hans", &[]).ask("ping", "202 pong");
    });
}

#[test]
fn forty_users_who_come_at_once_come_in() {
    beside_a_server(Setting { connections: 128, ..Setting::roomy() }, |place, _| {
        let machine = Machine::new(place.namespace);
        let start = |_| machine.start("new", &[], &[], SUBSYSTEM);
        let mut guests: Vec<_> = (0..40).map(start).collect();
        for guest in &mut guests {
            guest.hear("220 {any}");
            guest.ask("ping", "202 pong");
        }
    });
}

#[test]
fn a_user_who_does_not_read_delays_nobody_and_loses_nothing() {
    beside_a_server(Setting::roomy(), |place, _| {
        let machine = Machine::new(place.namespace);
        let mut yoda = line_user("yoda");
        let mut hans = machine.arrive("hans", &[]);
        yoda.hear("* login hans");
        let pid = hans.program.pid().unwrap();
        kill_process(pid, Signal::STOP).unwrap();
        let text = "x".repeat(400);
        let mut accepted = 0;
        for number in 0..40 {
            yoda.say(&format!("message hans {number} {text}")).unwrap();
            let line = yoda.next_line().unwrap();
            if !line.starts_with("25") {
                assert!(line.starts_with('4'), "{line}");
                break;
            }
            accepted += 1;
        }
        assert!(accepted > 3, "{accepted}");
        yoda.ask("ping", "202 pong");
        kill_process(pid, Signal::CONT).unwrap();
        for number in 0..accepted {
            hans.hear(&format!("* message {{number}} yoda {{number}} {number} {text}"));
        }
    });
}

#[test]
fn a_full_door_says_so_in_clear() {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.run(|| {
        let folder = folder::in_memory().unwrap();
        let accounts = folder.path().join("accounts");
        fs::write(&accounts, CREDENTIALS).unwrap();
        let mut command = namespace.command(find("smolchatd").unwrap());
        command.args(arguments(Setting::roomy(), &accounts)).args(["--ssh-sessions", "2"]);
        let mut server = Program::start(&mut command).unwrap();
        server.wait_for("listening").unwrap();
        let machine = Machine::new(&namespace);
        let _users = [machine.arrive("hans", &[]), machine.arrive("luke", &[])];
        let full = "smolchat: all places for SSH are taken, try again later\r\n";
        for _ in 0..3 {
            assert_eq!(told(connect()), full);
        }
        let late = machine.start("yoda", &["x"], &[], &["-T"]);
        late.ends_saying("closed by remote host");
        server.terminate();
        assert!(server.wait().unwrap().success());
    });
}
