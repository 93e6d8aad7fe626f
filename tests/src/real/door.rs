//! The way of a stage's clients by SSH: guests of the subsystem, who trust the key that the server
//! shows first. Knows no rule of the chat.

use std::io;
use std::net::SocketAddr;

use smolchat_ssh_client::{Call, End, SUBSYSTEM, Terms};

use super::connection::Connection;

/// The name of those who have not logged in.
const GUEST: &str = "new";

/// The server's key, once it was seen.
#[derive(Debug, Default)]
pub(super) struct Door {
    trusted: Vec<[u8; 32]>,
}

impl Door {
    /// A guest's connection, whose greeting is still to be heard. One that the server ends before
    /// that is told nothing.
    ///
    /// # Errors
    /// The machine's word, or what the server does in place of SSH.
    pub(super) fn open(
        &mut self,
        server: SocketAddr,
        from: Option<SocketAddr>,
    ) -> io::Result<Connection> {
        loop {
            let trusted = self.trusted.clone();
            let terms = Terms { user: GUEST.to_owned(), trusted, ..Terms::default() };
            let call = Call::for_subsystem(terms, SUBSYSTEM);
            match Connection::open_narrow(server, from)?.carried_by(call) {
                Err(End::Untrusted(key)) if self.trusted.is_empty() => self.trusted.push(key),
                carried => return carried.map_err(io::Error::other),
            }
        }
    }
}
