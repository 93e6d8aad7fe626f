//! Shells: the server speaks lines, and the peer has a person's words.

use embedded_io::Write;
use smolchat_core::transport::Transport;
use sunset::SessionCommand;

use super::doors::door;
use super::peer::Peer;
use super::wire::Wire;
use super::*;
use crate::{Channel, Door};

/// Luke, who asked for a shell.
struct Shell {
    door: Door<'static>,
    session: usize,
    wire: Wire,
    peer: Peer,
}

impl Shell {
    fn new(has_terminal: bool) -> Self {
        let mut door = door(1);
        let session = door.open(Instant::START, 1).unwrap().session;
        let mut peer = Peer::new("luke", &["force"]);
        (peer.asks, peer.has_terminal) = (SessionCommand::Shell, has_terminal);
        let mut shell = Shell { door, session, wire: Wire::new(4096), peer };
        shell.talk();
        shell.tell("220 smolchat ready: login <user> <password>, or help");
        shell.tell("230 Welcome to this message application");
        shell
    }

    fn talk(&mut self) {
        for _ in 0..200 {
            self.door.begin_round();
            let below = &mut self.wire.server();
            _ = self.door.progress(Instant::START, self.session, below, &mut judge).unwrap();
            self.peer.progress(&mut self.wire);
        }
    }

    fn channel(&mut self) -> Channel<'_, 'static> {
        self.door.channel(self.session).unwrap()
    }

    fn tell(&mut self, line: &str) {
        self.channel().write_all(format!("{line}\n").as_bytes()).unwrap();
        self.talk();
    }

    fn type_keys(&mut self, keys: &str) {
        self.peer.say(keys);
        self.talk();
    }

    fn requests(&mut self) -> String {
        let mut channel = self.channel();
        let mut bytes = vec![0; channel.received()];
        channel.peek(&mut bytes);
        channel.consume(bytes.len());
        self.talk();
        String::from_utf8(bytes).unwrap()
    }

    fn seen(&self) -> &str {
        std::str::from_utf8(&self.peer.received).unwrap()
    }
}

#[test]
fn a_peer_with_a_terminal_has_a_prompt_and_sees_words() {
    let mut shell = Shell::new(true);
    assert!(shell.seen().contains("you are luke"), "{:?}", shell.seen());
    assert!(shell.seen().contains("all> "), "{:?}", shell.seen());
    let asked = [(); 3].map(|()| shell.requests());
    assert_eq!(asked, ["receipts on\n", "history 5\n", "whoelse\n"]);
    shell.tell("203 1 receipts on\n218 0 broadcasts\n210 Users current online: leia");
    shell.type_keys("hello\r");
    assert_eq!(shell.requests(), "broadcast hello\n");
    shell.tell("* message 7 leia 0 are you coming?");
    assert!(shell.seen().contains("leia\x1b[22;39m: are you coming?\r\n"), "{:?}", shell.seen());
    assert_eq!(shell.channel().unacknowledged(), 0, "all of it is with the peer");
}

#[test]
fn a_peer_without_a_terminal_reads_plain_lines() {
    let mut shell = Shell::new(false);
    shell.type_keys("message leia hi\nhello\n");
    assert_eq!(shell.requests(), "message leia hi\n");
    shell.tell("* message 7 leia 0 are you coming?");
    assert_eq!(
        shell.seen(),
        "Welcome to this message application\nhello: unknown command, try help\n\
         leia: are you coming?\n"
    );
}

#[test]
fn more_than_a_session_holds_comes_whole_and_in_order() {
    let mut shell = Shell::new(false);
    let mut told = String::new();
    for number in 0..50 {
        let line = format!("* message {number} leia 0 {number} {}", "x".repeat(400));
        while shell.channel().room() < 513 {
            shell.talk();
        }
        shell.tell(&line);
        told += &format!("leia: {number} {}\n", "x".repeat(400));
    }
    assert!(shell.seen().ends_with(&told));
    assert!(!shell.door.is_sending(shell.session));
}

#[test]
fn the_next_peer_of_a_place_finds_nothing_of_the_last() {
    let mut shell = Shell::new(true);
    shell.type_keys("my own words");
    let Shell { door, session, .. } = &mut shell;
    door.close(*session);
    assert!(!door.is_sending(*session));
    assert_eq!(door.channel(*session).map(|channel| channel.received()), Some(0));
    assert_eq!(door.open(Instant::START, 2).map(|opened| opened.session), Ok(*session));
    let mut channel = door.channel(*session).unwrap();
    assert!(matches!(channel, Channel::Open(_)), "no shell yet");
    assert!(channel.write_all(b"200 hello\n").is_err());
}

#[test]
fn a_terminal_is_asked_for_its_width_as_soon_as_its_window_changes() {
    /// Asks where the cursor is.
    const QUESTION: &[u8] = b"\x1b[6n";
    let mut shell = Shell::new(true);
    // Before that no key is looked at.
    let asked = [(); 3].map(|()| shell.requests());
    assert_eq!(asked[2], "whoelse\n");
    shell.type_keys("\x1b[1;80R");
    // The first key of a row asks, too.
    shell.type_keys("h");
    shell.type_keys("\x1b[1;80R");
    for columns in [30, 100, 20] {
        shell.peer.received.clear();
        shell.type_keys("h");
        assert!(!shell.peer.received.windows(4).any(|part| part == QUESTION), "a key is no change");
        shell.peer.resize(columns);
        shell.talk();
        assert!(shell.peer.received.windows(4).any(|part| part == QUESTION), "{columns}");
        shell.type_keys(&format!("\x1b[1;{columns}R"));
    }
}
