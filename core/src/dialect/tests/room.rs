//! A server with a few connections in memory, each in a dialect of its own.
//! Knows no network.

use std::convert::Infallible;
use std::net::IpAddr;

use embedded_io::{ErrorType, Write};

use crate::chat::testing::{Leak, Nothing};
use crate::chat::{Capacities, Limits};
use crate::dialect::DialectKind;
use crate::server::{ConnectionId, Server, ServerMemory, Settings};
use crate::store::Durability;
use crate::time::{Duration, Instant};
use crate::transport::Transport;

/// A connection's bytes. It takes one reply at a time, and its peer reads at once.
struct Pipe {
    dialect: DialectKind,
    inward: Vec<u8>,
    outward: Vec<u8>,
}

impl ErrorType for Pipe {
    type Error = Infallible;
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        assert!(bytes.len() <= self.room(), "the server writes only what there is room for");
        self.outward.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Transport for Pipe {
    fn received(&self) -> usize {
        self.inward.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.inward.len());
        buffer[..count].copy_from_slice(&self.inward[..count]);
        count
    }

    fn consume(&mut self, count: usize) {
        self.inward.drain(..count);
    }

    fn has_ended(&self) -> bool {
        false
    }

    fn room(&self) -> usize {
        self.dialect.reply_bytes()
    }

    fn unacknowledged(&self) -> usize {
        0
    }
}

/// The server and its connections.
pub(super) struct Room {
    server: Server<'static>,
    pipes: Vec<Pipe>,
}

impl Room {
    /// A server with these users, each with the password `p`, and a connection in each dialect.
    pub(super) fn new(users: &[&str], dialects: &[DialectKind]) -> Self {
        let capacities = Capacities::new(users.len(), dialects.len(), 8, 8);
        let settings = Settings {
            block_duration: Duration::from_secs(60),
            timeout: Duration::from_secs(0),
            login_deadline: Duration::from_secs(30),
            registration: false,
            durability: Durability::Off,
            mail_expires: Duration::from_secs(0),
            limits: Limits::USUAL,
        };
        let lent = ServerMemory::from_arena(&capacities, &mut Leak);
        let mut server = Server::new(lent, settings, Instant::START, 1);
        for user in users {
            server.add_account(user, "p").unwrap();
        }
        let mut pipes = Vec::new();
        for (number, dialect) in dialects.iter().enumerate() {
            let from = IpAddr::from([10, 0, 0, number as u8]);
            let id = ConnectionId(number as u16);
            server.handle_connect(Instant::START, id, from, *dialect, &mut Nothing);
            pipes.push(Pipe { dialect: *dialect, inward: Vec::new(), outward: Vec::new() });
        }
        let mut room = Room { server, pipes };
        room.settle();
        room
    }

    /// Writes a line at a connection, and lets the server do all that follows.
    pub(super) fn say(&mut self, at: usize, line: &str) {
        self.pipes[at].inward.extend(line.as_bytes());
        self.pipes[at].inward.push(b'\n');
        self.service(at);
        self.settle();
    }

    /// What a connection has heard since the last call.
    pub(super) fn text(&mut self, at: usize) -> String {
        String::from_utf8(std::mem::take(&mut self.pipes[at].outward)).unwrap()
    }

    /// The same line by line.
    pub(super) fn heard(&mut self, at: usize) -> Vec<String> {
        self.text(at).lines().map(str::to_owned).collect()
    }

    fn settle(&mut self) {
        for _ in 0..1000 {
            let Some(connection) = self.server.poll_ready() else { return };
            self.service(connection.index());
        }
        panic!("the server never comes to rest");
    }

    fn service(&mut self, at: usize) {
        let (id, pipe) = (ConnectionId(at as u16), &mut self.pipes[at]);
        self.server.handle_input(Instant::START, id, pipe, &mut Nothing);
        self.server.poll_output(Instant::START, id, pipe, &Nothing);
    }
}
