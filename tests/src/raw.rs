//! Bytes that no client of ours would send, to a server of the roomy setting: a clear line or a
//! clean close each, and no slot lost. Knows nothing of what the server runs on.

use std::thread;
use std::time::Duration;

use crate::real::{Connection, Place, Play};
use crate::setting::Setting;

/// The list of the functions' names.
macro_rules! plays {
    ($($name:ident),+ $(,)?) => {
        /// Everything that is tried.
        pub const RAW: &[Play] = &[$((stringify!($name), $name)),+];
    };
}

plays! {
    a_conversation_is_the_same_however_its_bytes_are_split_or_joined,
    a_megabyte_without_a_line_ending_is_one_error,
    every_byte_by_itself_gets_one_reply,
    clients_of_other_protocols_are_told_that_this_is_none_of_theirs,
    a_million_bytes_of_chance_are_answered_with_errors,
    ten_thousand_connections_that_drop_cost_no_slot,
}

fn open(place: &Place<'_>) -> Connection {
    Connection::open(place.server).unwrap_or_else(|error| panic!("no connection: {error}"))
}

fn stranger(place: &Place<'_>) -> Connection {
    let mut connection = open(place);
    connection.hear("220 {any}");
    connection
}

/// Sends the pieces, a moment apart, and reads lines until the server closes.
fn told(place: &Place<'_>, pieces: &[&[u8]]) -> Vec<String> {
    let mut connection = open(place);
    for (number, piece) in pieces.iter().enumerate() {
        if number > 0 {
            // So that the pieces mostly come apart. Whether they do makes no difference to what
            // must come back.
            thread::sleep(Duration::from_micros(500));
        }
        connection.send(piece).unwrap_or_else(|error| panic!("{error}"));
    }
    std::iter::from_fn(|| connection.next_line()).collect()
}

const SCRIPT: &[u8] = b"ping\r\nlogin hans falcon*solo\nmessage hans gr\xc3\xbc\xc3\x9fe\n\ndance\xff\nwhoelse\r\nlogout\n";

fn a_conversation_is_the_same_however_its_bytes_are_split_or_joined(place: &Place<'_>) {
    let whole = told(place, &[SCRIPT]);
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
        assert_eq!(told(place, &[before, behind]), whole, "split at {position}");
    }
    let bytes: Vec<&[u8]> = SCRIPT.chunks(1).collect();
    assert_eq!(told(place, &bytes), whole, "byte by byte");
}

fn a_megabyte_without_a_line_ending_is_one_error(place: &Place<'_>) {
    let mut connection = stranger(place);
    connection.send(&vec![b'x'; 1 << 20]).unwrap_or_else(|error| panic!("{error}"));
    connection.hear("502 line longer than 512 bytes");
    connection.ask("\nping", "202 pong");
}

fn every_byte_by_itself_gets_one_reply(place: &Place<'_>) {
    let mut connection = stranger(place);
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
}

/// Sends `bytes` and a line ending: what the server says to it are errors, and then it hears the
/// next line.
fn only_errors(connection: &mut Connection, bytes: &[u8]) {
    connection.send(bytes).unwrap_or_else(|error| panic!("{error}"));
    connection.say("\nping").unwrap_or_else(|error| panic!("{error}"));
    let mut errors = 0;
    while let Some(line) = connection.next_line().filter(|line| line != "202 pong") {
        assert!(line.starts_with('5'), "{line}");
        errors += 1;
    }
    assert!(errors > 0 && !connection.ended, "errors, and the connection goes on");
}

fn clients_of_other_protocols_are_told_that_this_is_none_of_theirs(place: &Place<'_>) {
    only_errors(&mut stranger(place), b"GET / HTTP/1.1\r\nHost: chat\r\nUser-Agent: x\r\n\r\n");
    only_errors(
        &mut stranger(place),
        b"POST /login HTTP/1.1\r\nContent-Length: 21\r\n\r\nuser=hans&password=x\r\n",
    );
    // The beginning of a TLS 1.2 client hello, its random bytes counted up.
    let hello = [0x16, 0x03, 0x01, 0x00, 0xc8, 0x01, 0x00, 0x00, 0xc4, 0x03, 0x03];
    only_errors(&mut stranger(place), &hello.into_iter().chain(0..=255).collect::<Vec<u8>>());
    only_errors(&mut stranger(place), b"SSH-2.0-OpenSSH_9.9\r\n\x00\x00\x05\xdc\x07\x14");
}

/// Bytes of every kind, the same each time (Marsaglia, "Xorshift RNGs", 2003).
fn chance() -> impl Iterator<Item = u8> {
    let next = |state: &u32| {
        let state = state ^ (state << 13);
        let state = state ^ (state >> 17);
        Some(state ^ (state << 5))
    };
    std::iter::successors(Some(1), next).map(|state| (state >> 24) as u8)
}

/// A million bytes that mean nothing, a tenth of them over each of ten connections: each line of
/// them is an error.
pub fn a_million_bytes_of_chance_are_answered_with_errors(place: &Place<'_>) {
    let babble = || {
        let mut connection = stranger(place);
        let mut chance = chance();
        for _ in 0..100 {
            let piece: Vec<u8> = chance.by_ref().take(1000).collect();
            only_errors(&mut connection, &piece);
        }
    };
    // At once, since each waits for its acknowledgements most of the time where buffers are small.
    // Ten are more handshakes than the smallest board keeps.
    thread::scope(|scope| (0..10).for_each(|_| drop(scope.spawn(babble))));
}

/// Users stay, and no stranger has to make room.
pub fn ten_thousand_connections_that_drop_cost_no_slot(place: &Place<'_>) {
    let slots = Setting::roomy().connections;
    let mut hans = open(place).logged_in("hans");
    for cycle in 0..10_000 {
        drop_one(place, cycle);
    }
    // The user stayed, and all slots but that one take strangers, nobody having to make room.
    hans.ask("ping", "202 pong");
    let mut strangers: Vec<Connection> = (1..slots).map(|_| stranger(place)).collect();
    for stranger in &mut strangers {
        stranger.ask("ping", "202 pong");
    }
    let mut late = stranger(place);
    strangers[0].hear("* bye 424 {any}");
    late.ask("ping", "202 pong");
}

/// A connection that ends in one of many ways.
fn drop_one(place: &Place<'_>, cycle: usize) {
    let mut connection = open(place);
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
