//! Anybody's bytes at an SSH session. Under `cfg(fuzzing)` `sunset` decrypts nothing and believes
//! most signatures, so the packets behind a login are reached, too. Nothing panics, an end stays
//! the end, and no stranger sends more than its limits.
#![no_main]

use std::collections::VecDeque;

use arbitrary::Arbitrary;
use embedded_io::{ErrorKind, ErrorType, Write};
use libfuzzer_sys::fuzz_target;
use smolchat_core::time::{Duration, Instant};
use smolchat_core::transport::Transport;
use smolchat_ssh::{
    Attempt, End, HostKey, Limits, Progress, Proof, Round, Session, Sizes, Verdict,
};

/// What happens next.
#[derive(Arbitrary, Debug)]
enum Step {
    /// The peer sends bytes.
    Bytes(Vec<u8>),
    /// The peer sends a packet of this kind.
    Packet(u8, Vec<u8>),
    /// The peer sends a packet that makes sense somewhere.
    Known(u8),
    /// The peer's TCP has so many bytes more.
    Acknowledge(u16),
    /// The server reads.
    Read(u16),
    /// The server writes.
    Write(u16),
    /// Milliseconds pass.
    Wait(u16),
}

/// The packets of a login and of the chat, in their order: with X25519 alone, and with ML-KEM.
const LOGINS: [[u8; 8]; 2] = [[0, 1, 2, 3, 4, 8, 9, 10], [25, 26, 2, 3, 4, 8, 9, 10]];

fuzz_target!(|input: (bool, Option<bool>, Vec<Step>)| {
    let (greets, logs_in, steps) = input;
    let mut memory = vec![0; Sizes::SMALL.total()];
    let mut world = World::new(&mut memory);
    if greets {
        world.send(b"SSH-2.0-fuzz\r\n");
    }
    if let Some(has_mlkem) = logs_in {
        LOGINS[usize::from(has_mlkem)].into_iter().for_each(|kind| world.step(&Step::Known(kind)));
    }
    steps.iter().for_each(|step| world.step(step));
});

struct World<'s> {
    session: Session<'s>,
    host_key: HostKey,
    wire: Wire,
    now: Instant,
    /// What the server has written.
    written: usize,
    /// The peer has sent its NEWKEYS: packets have room for a tag.
    is_encrypting: bool,
    end: Option<End>,
}

impl<'s> World<'s> {
    fn new(memory: &'s mut [u8]) -> Self {
        let mut session = Session::new(memory, &Sizes::SMALL).unwrap();
        session.open(Instant::START);
        World {
            session,
            host_key: HostKey::from_seed(&[1; 32]),
            wire: Wire::default(),
            now: Instant::START,
            written: 0,
            is_encrypting: false,
            end: None,
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Bytes(bytes) => self.send(bytes),
            Step::Packet(kind, body) => self.send_packet(&[&[*kind], &body[..]].concat()),
            Step::Known(kind) => self.send_packet(&known(*kind)),
            Step::Acknowledge(count) => {
                let count = self.wire.outgoing.min((*count).into());
                self.wire.outgoing -= count;
            }
            Step::Read(count) => self.session.consume((*count).into()),
            Step::Write(count) => {
                let line = vec![b'x'; usize::from(*count).min(self.session.room())];
                self.written += self.session.write(&line).unwrap_or(0);
            }
            Step::Wait(millis) => self.now = self.now + Duration::from_millis((*millis).into()),
        }
        self.progress();
    }

    fn send(&mut self, bytes: &[u8]) {
        self.wire.incoming.extend(bytes);
    }

    /// Frames a payload (RFC 4253, 6) and, once there are keys, leaves room for the tag.
    fn send_packet(&mut self, payload: &[u8]) {
        let before = if self.is_encrypting { 1 } else { 5 };
        let padding = 4 + (8 - (before + payload.len() + 4) % 8) % 8;
        let len = 1 + payload.len() + padding;
        self.send(&(len as u32).to_be_bytes());
        self.send(&[padding as u8]);
        self.send(payload);
        self.send(&vec![0; padding + if self.is_encrypting { 16 } else { 0 }]);
        self.is_encrypting |= payload == [21];
    }

    fn progress(&mut self) {
        let limits = Limits::default();
        // Enough for all that waits; only a stranger's packets take one.
        for _ in 0..64 {
            let mut steps = limits.steps;
            let before = self.wire.incoming.len();
            let was_asked = self.session.asked().is_some();
            let World { session, wire, host_key, now, .. } = self;
            let mut round = Round { now: *now, host_key, limits: &limits, steps: &mut steps };
            let outcome = session.progress(&mut round, wire, &mut judge);
            let taken = before - self.wire.incoming.len();
            assert!(was_asked || taken <= limits.login_bytes as usize);
            self.check(outcome);
            if outcome != Ok(Progress::Again) {
                return;
            }
        }
    }

    fn check(&mut self, outcome: Result<Progress, End>) {
        if let Some(end) = self.end {
            assert_eq!(outcome, Err(end), "an end stays the end");
        }
        self.end = outcome.err();
        let session = &self.session;
        assert!(session.received() <= Sizes::SMALL.received);
        assert!(session.unacknowledged() <= self.written);
        assert!(session.asked().is_none() || session.user().is_some());
        if outcome == Ok(Progress::Rest) && !session.is_sending() && self.wire.outgoing == 0 {
            assert_eq!(session.unacknowledged(), 0, "nothing is under way");
        }
    }
}

fn judge(attempt: Attempt<'_>) -> Verdict {
    match attempt.proof {
        Proof::Password("force") => Verdict::Admit(1),
        Proof::Key(key) if key[0] == 1 => Verdict::Admit(2),
        _ => Verdict::Refuse,
    }
}

/// A string as SSH writes it (RFC 4251, 5).
fn string(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u32).to_be_bytes(), text].concat()
}

fn words(kind: u8, words: &[&[u8]]) -> Vec<u8> {
    words.iter().fold(vec![kind], |packet, word| [packet, string(word)].concat())
}

/// A login request of luke's by this method.
fn login(method: &[u8], rest: &[u8]) -> Vec<u8> {
    [words(50, &[b"luke", b"ssh-connection", method]), rest.to_vec()].concat()
}

/// A packet about the first channel.
fn channel(kind: u8, rest: &[u8]) -> Vec<u8> {
    [&[kind, 0, 0, 0, 0], rest].concat()
}

fn request(name: &[u8], rest: &[u8]) -> Vec<u8> {
    channel(98, &[&string(name)[..], &[1], rest].concat())
}

fn open(kind: &[u8]) -> Vec<u8> {
    [words(90, &[kind]), [0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0].to_vec()].concat()
}

fn offer(exchange: &[u8]) -> Vec<u8> {
    let mut packet = vec![20; 17];
    let cipher = &b"chacha20-poly1305@openssh.com"[..];
    let lists = [exchange, b"ssh-ed25519", cipher, cipher, b"hmac-sha2-256"];
    for list in lists.into_iter().chain([&b"hmac-sha2-256"[..], b"none", b"none", b"", b""]) {
        packet.extend(string(list));
    }
    packet.extend([0; 5]);
    packet
}

fn key(signature: bool) -> Vec<u8> {
    let blob = [string(b"ssh-ed25519"), string(&[1; 32])].concat();
    let mut rest = vec![u8::from(signature)];
    rest.extend([string(b"ssh-ed25519"), string(&blob)].concat());
    if signature {
        rest.extend(string(&[string(b"ssh-ed25519"), string(&[2; 64])].concat()));
    }
    login(b"publickey", &rest)
}

fn known(kind: u8) -> Vec<u8> {
    match kind % 28 {
        0 => offer(b"curve25519-sha256"),
        1 => words(30, &[&[9; 32]]),
        2 => vec![21],
        3 => words(5, &[b"ssh-userauth"]),
        4 => login(b"none", &[]),
        5 => login(b"password", &[&[0][..], &string(b"dark")].concat()),
        6 => key(false),
        7 => key(true),
        8 => login(b"password", &[&[0][..], &string(b"force")].concat()),
        9 => open(b"session"),
        10 => request(b"subsystem", &string(b"smolchat")),
        11 => request(b"shell", &[]),
        12 => request(b"exec", &string(b"id")),
        13 => request(b"env", &[string(b"A"), string(b"B")].concat()),
        14 => request(b"pty-req", &[string(b"xterm"), vec![0; 16], string(b"")].concat()),
        15 => request(b"window-change", &[0; 16]),
        16 => channel(94, &string(b"whoelse\n")),
        17 => channel(94, &string(&[b'y'; 900])),
        18 => channel(93, &[0, 0, 4, 0]),
        19 => channel(95, &[&[0, 0, 0, 1][..], &string(b"error")].concat()),
        20 => channel(96, &[]),
        21 => channel(97, &[]),
        22 => [words(80, &[b"keepalive@openssh.com"]), vec![1]].concat(),
        23 => words(2, &[b"ignored"]),
        24 => open(b"direct-tcpip"),
        25 => offer(b"mlkem768x25519-sha256"),
        // Every coefficient of this share is below the modulus (FIPS 203, 7.2).
        26 => words(30, &[&[9; 1184 + 32]]),
        _ => [vec![1, 0, 0, 0, 11], string(b"bye"), string(b"")].concat(),
    }
}

/// A TCP connection: what came and was not read, and how much was sent and not acknowledged.
#[derive(Default)]
struct Wire {
    incoming: VecDeque<u8>,
    outgoing: usize,
}

/// Bytes that a send buffer holds.
const SEND_BUFFER: usize = 2048;

impl ErrorType for Wire {
    type Error = ErrorKind;
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let count = bytes.len().min(self.room());
        self.outgoing += count;
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl Transport for Wire {
    fn received(&self) -> usize {
        self.incoming.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let bytes = self.incoming.iter();
        buffer.iter_mut().zip(bytes).map(|(to, from)| *to = *from).count()
    }

    fn consume(&mut self, count: usize) {
        self.incoming.drain(..count);
    }

    fn has_ended(&self) -> bool {
        false
    }

    fn room(&self) -> usize {
        SEND_BUFFER - self.outgoing
    }

    fn unacknowledged(&self) -> usize {
        self.outgoing
    }
}
