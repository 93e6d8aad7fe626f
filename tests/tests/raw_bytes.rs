//! Bytes that no client of ours would send, against the real server: a clear line or a clean close each, and no slot lost.
//! Needs root and `smolchatd` built for release.

use std::thread;
use std::time::{Duration, Instant};

use smolchat_tests::real::{Connection, SERVER_ADDRESS, beside_a_server};
use smolchat_tests::setting::Setting;

fn open() -> Connection {
    Connection::open(SERVER_ADDRESS).unwrap_or_else(|error| panic!("no connection: {error}"))
}

fn stranger() -> Connection {
    let mut connection = open();
    connection.hear("220 {any}");
    connection
}

/// Sends the pieces, a moment apart, and reads lines until the server closes.
fn told(pieces: &[&[u8]]) -> Vec<String> {
    let mut connection = open();
    for (number, piece) in pieces.iter().enumerate() {
        if number > 0 {
            // So that the pieces mostly come apart. Whether they do makes no difference to what must come back.
            thread::sleep(Duration::from_micros(500));
        }
        connection.send(piece).unwrap_or_else(|error| panic!("{error}"));
    }
    std::iter::from_fn(|| connection.next_line()).collect()
}

const SCRIPT: &[u8] = b"ping\r\nlogin hans falcon*solo\nmessage hans gr\xc3\xbc\xc3\x9fe\n\ndance\xff\nwhoelse\r\nlogout\n";

#[test]
fn a_conversation_is_the_same_however_its_bytes_are_split_or_joined() {
    beside_a_server(Setting::roomy(), |_, _| {
        let whole = told(&[SCRIPT]);
        assert_eq!(
            whole,
            [
                "220 smolchat ready: login <user> <password>, or help",
                "202 pong",
                "230 Welcome to this message application",
                "550 Invalid receiver!",
                "500 unknown command, try help",
                "504 line is not UTF-8",
                "210 Users current online: ",
                "221 You just logged out",
            ]
        );
        for position in 1..SCRIPT.len() {
            let (before, behind) = SCRIPT.split_at(position);
            assert_eq!(told(&[before, behind]), whole, "split at {position}");
        }
        let bytes: Vec<&[u8]> = SCRIPT.chunks(1).collect();
        assert_eq!(told(&bytes), whole, "byte by byte");
    });
}

#[test]
fn a_megabyte_without_a_line_ending_is_one_error() {
    beside_a_server(Setting::roomy(), |_, _| {
        let mut connection = stranger();
        connection.send(&vec![b'x'; 1 << 20]).unwrap_or_else(|error| panic!("{error}"));
        connection.hear("502 line longer than 512 bytes");
        connection.ask("\nping", "202 pong");
    });
}

#[test]
fn every_byte_by_itself_gets_one_reply() {
    beside_a_server(Setting::roomy(), |_, _| {
        let mut connection = stranger();
        for byte in (0..=255).filter(|&byte| byte != b'\n') {
            connection.send(&[byte, b'\n']).unwrap_or_else(|error| panic!("{error}"));
            let answer = match byte {
                0x80.. => "504 line is not UTF-8",
                b'\r' | b' '..=0x7e => "500 unknown command, try help",
                _ => "505 line holds a control character",
            };
            connection.hear(answer);
        }
        connection.ask("ping", "202 pong");
    });
}

/// Sends `bytes` and a line ending: what the server says to it are errors, and then it hears the next line.
fn only_errors(bytes: &[u8]) {
    let mut connection = stranger();
    connection.send(bytes).unwrap_or_else(|error| panic!("{error}"));
    connection.say("\nping").unwrap_or_else(|error| panic!("{error}"));
    let mut errors = 0;
    while let Some(line) = connection.next_line().filter(|line| line != "202 pong") {
        assert!(line.starts_with('5'), "{line}");
        errors += 1;
    }
    assert!(errors > 0 && !connection.ended, "errors, and the connection goes on");
}

#[test]
fn clients_of_other_protocols_are_told_that_this_is_none_of_theirs() {
    beside_a_server(Setting::roomy(), |_, _| {
        only_errors(b"GET / HTTP/1.1\r\nHost: chat\r\nUser-Agent: x\r\n\r\n");
        only_errors(b"POST /login HTTP/1.1\r\nContent-Length: 21\r\n\r\nuser=hans&password=x\r\n");
        // The beginning of a TLS 1.2 client hello, its random bytes counted up.
        let hello = [0x16, 0x03, 0x01, 0x00, 0xc8, 0x01, 0x00, 0x00, 0xc4, 0x03, 0x03];
        only_errors(&hello.into_iter().chain(0..=255).collect::<Vec<u8>>());
        only_errors(b"SSH-2.0-OpenSSH_9.9\r\n\x00\x00\x05\xdc\x07\x14");
    });
}

#[test]
fn ten_thousand_connections_that_drop_cost_no_slot() {
    let slots = 16;
    beside_a_server(Setting::roomy().connections(slots), |_, _| {
        let mut hans = open().logged_in("hans");
        for cycle in 0..10_000 {
            drop_one(cycle);
        }
        // The user stayed, and all slots but that one take strangers, nobody having to make room.
        hans.ask("ping", "202 pong");
        let mut strangers: Vec<Connection> = (1..slots).map(|_| stranger()).collect();
        for stranger in &mut strangers {
            stranger.ask("ping", "202 pong");
        }
        let mut late = stranger();
        strangers[0].hear("* bye 424 {any}");
        late.ask("ping", "202 pong");
    });
}

/// A connection that ends in one of many ways.
fn drop_one(cycle: usize) {
    let mut connection = open();
    // A server that closes early is no fault here, so what becomes of these bytes does not matter.
    let _ = match cycle % 5 {
        0 => connection.send(b"login hans fal"),
        1 => connection.send(b"ping\nping\nping\n"),
        2 => connection.send(&[0xff; 600]),
        _ => Ok(()),
    };
    if cycle.is_multiple_of(2) {
        connection.reset().unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Messages from one to the other that arrive within a moment, each sent when the last was heard.
fn round_trips(from: &mut Connection, to: &mut Connection) -> u32 {
    let (end, mut count) = (Instant::now() + Duration::from_millis(500), 0);
    while Instant::now() < end {
        from.ask("message luke hi", "250 {id} delivered");
        to.hear("* message {id} hans {age} hi");
        count += 1;
    }
    count
}

#[test]
fn a_stalled_reader_delays_nobody_and_loses_nothing() {
    beside_a_server(Setting::roomy(), |_, _| {
        let mut hans = open().logged_in("hans");
        let mut luke = open().logged_in("luke");
        hans.hear("* login luke");
        let mut yoda =
            Connection::open_narrow(SERVER_ADDRESS).unwrap_or_else(|error| panic!("{error}"));
        yoda.say("acks on").unwrap_or_else(|error| panic!("{error}"));
        yoda.hear("220 {any}");
        yoda.hear("200 acknowledgements on");
        yoda.ask("login yoda wise@!man", "230 {any}");
        hans.hear("* login yoda");
        luke.hear("* login yoda");
        let before = round_trips(&mut hans, &mut luke);
        // More than the connection's buffers hold, of both sides together.
        let text = "x".repeat(400);
        for _ in 0..11 {
            hans.ask(&format!("message yoda {text}"), "250 {id} delivered");
        }
        let beside = round_trips(&mut hans, &mut luke);
        yoda.reset().unwrap_or_else(|error| panic!("{error}"));
        hans.hear("* logout yoda");
        luke.hear("* logout yoda");
        let after = round_trips(&mut hans, &mut luke);
        assert!(3 * beside > before.min(after), "{before} before, {beside} beside, {after} after");
        let mut yoda = open().logged_in("yoda");
        for _ in 0..11 {
            yoda.hear(&format!("* message {{id}} hans {{age}} {text}"));
        }
        yoda.ask("ping", "202 pong");
    });
}
