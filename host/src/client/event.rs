//! What other threads tell the event loop, as one kind of value. Knows no thread.

use std::net::TcpStream;

use super::peer::event::PeerEvent;
use super::transfer::event::TransferEvent;

/// Something happened.
#[derive(Debug)]
pub(crate) enum Input {
    /// The server answered: a connection that does not wait.
    Connected(TcpStream),
    /// No connection.
    Unreachable {
        /// Why.
        why: String,
        /// A host answered, and nothing listens at that port.
        is_refused: bool,
    },
    /// Something happened on a peer's connection.
    Peer(PeerEvent),
    /// Something happened to a file.
    Transfer(TransferEvent),
}

impl Input {
    /// How much work it is: each line of a peer counts.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Input::Peer(PeerEvent::Lines { lines, .. }) => lines.len().max(1),
            _ => 1,
        }
    }
}
