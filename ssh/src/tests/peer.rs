//! A peer: `sunset`'s client, which logs in, asks for something, and has plain bytes.

use std::collections::VecDeque;

use sunset::ed25519_dalek::SigningKey;
use sunset::packets::WinChange;
use sunset::{
    ChanData, ChanHandle, CliEvent, Client, Event, Pty, PubKey, Runner, SessionCommand, SignKey,
};

use super::wire::Wire;
use crate::SUBSYSTEM;

/// The seed of leia's key.
pub(super) const KEY: [u8; 32] = [42; 32];

pub(super) struct Peer {
    runner: Runner<'static, Client>,
    name: &'static str,
    /// Those that were not asked for yet.
    pub(super) passwords: VecDeque<&'static str>,
    /// Seeds of keys, which are offered before passwords.
    pub(super) keys: VecDeque<[u8; 32]>,
    pub(super) asks: SessionCommand<&'static str>,
    /// It has a terminal.
    pub(super) has_terminal: bool,
    /// Asks for its channel behind its password, before it hears of its login.
    pub(super) is_hasty: bool,
    channels: Vec<ChanHandle>,
    pub(super) host_key: Option<[u8; 32]>,
    pub(super) is_logged_in: bool,
    /// Channels that the server opened.
    pub(super) opened: usize,
    pub(super) unsent: VecDeque<u8>,
    pub(super) received: Vec<u8>,
    /// Bytes that go each way at once.
    pub(super) piece: usize,
    pub(super) reads: bool,
}

impl Peer {
    pub(super) fn new(name: &'static str, passwords: &[&'static str]) -> Self {
        let buffer = || vec![0; 8192].leak();
        Peer {
            runner: Runner::new_client(buffer(), buffer()),
            name,
            passwords: passwords.iter().copied().collect(),
            keys: VecDeque::new(),
            asks: SessionCommand::Subsystem(SUBSYSTEM),
            has_terminal: false,
            is_hasty: false,
            channels: Vec::new(),
            host_key: None,
            is_logged_in: false,
            opened: 0,
            unsent: VecDeque::new(),
            received: Vec::new(),
            piece: usize::MAX,
            reads: true,
        }
    }

    pub(super) fn say(&mut self, text: &str) {
        self.unsent.extend(text.as_bytes());
    }

    /// Channels that it asked for.
    pub(super) fn channels(&self) -> usize {
        self.channels.len()
    }

    /// Asks for one more channel.
    pub(super) fn open(&mut self) {
        self.channels.push(self.runner.open_client_session().unwrap());
    }

    /// Its window has another size.
    pub(super) fn resize(&mut self, cols: u32) {
        let window = WinChange { cols, rows: 24, width: 0, height: 0 };
        self.runner.term_window_change(&self.channels[0], &window).unwrap();
    }

    /// Everything that can be done now, once.
    pub(super) fn progress(&mut self, wire: &mut Wire) {
        self.drain();
        let sent = wire.send(&cut(self.runner.output_buf(), self.piece));
        self.runner.consume_output(sent);
        if self.reads && self.runner.is_input_ready() {
            let bytes = cut(wire.to_peer.make_contiguous(), self.piece);
            let taken = self.runner.input(&bytes).unwrap();
            wire.to_peer.drain(..taken);
        }
        self.drain();
        self.move_plain();
    }

    fn drain(&mut self) {
        loop {
            let Peer { runner, name, passwords, keys, asks, has_terminal, .. } = self;
            let mut opens = false;
            match runner.progress().unwrap() {
                Event::None => return,
                Event::Cli(CliEvent::Hostkey(shown)) => {
                    if let PubKey::Ed25519(key) = shown.hostkey().unwrap() {
                        self.host_key = Some(key.key.0);
                    }
                    shown.accept().unwrap();
                }
                Event::Cli(CliEvent::Username(asked)) => asked.username(*name).unwrap(),
                Event::Cli(CliEvent::Password(asked)) => {
                    asked.password(passwords.pop_front().unwrap_or("no more")).unwrap();
                    opens = self.is_hasty;
                }
                Event::Cli(CliEvent::Pubkey(asked)) => match keys.pop_front() {
                    Some(seed) => {
                        let key = SignKey::Ed25519(SigningKey::from_bytes(&seed));
                        asked.pubkey(key).unwrap();
                    }
                    None => asked.skip().unwrap(),
                },
                Event::Cli(CliEvent::Authenticated) => {
                    self.is_logged_in = true;
                    opens = self.channels.is_empty();
                }
                Event::Cli(CliEvent::SessionOpened(mut opener)) => {
                    self.opened += 1;
                    if *has_terminal {
                        opener.pty(pty()).unwrap();
                    }
                    opener.cmd(asks).unwrap();
                }
                _ => {}
            }
            if opens {
                self.open();
            }
        }
    }

    fn move_plain(&mut self) {
        let Some(channel) = self.channels.first() else { return };
        if self.opened == 0 {
            return;
        }
        let mut bytes = [0; 2000];
        while !self.runner.is_channel_eof(channel) {
            let count = self.runner.read_channel(channel, ChanData::Normal, &mut bytes).unwrap();
            if count == 0 {
                break;
            }
            self.received.extend(&bytes[..count]);
        }
        let unsent = self.unsent.make_contiguous();
        let count = self.runner.write_channel(channel, ChanData::Normal, unsent).unwrap();
        self.unsent.drain(..count);
    }
}

fn pty() -> Pty {
    let term = "xterm".try_into().unwrap();
    Pty { term, cols: 80, rows: 24, width: 0, height: 0, modes: Default::default() }
}

fn cut(bytes: &[u8], most: usize) -> Vec<u8> {
    bytes[..bytes.len().min(most)].to_vec()
}
