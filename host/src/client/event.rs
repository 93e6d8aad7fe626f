//! Everything that happens to the client, as one kind of value for the event loop. Knows no thread.

use std::net::TcpStream;

use super::lines::Line;
use super::peer::event::PeerEvent;

/// Distinguishes one connection's events from those of the connection before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConnectionId(pub(crate) u64);

/// Something happened.
#[derive(Debug)]
pub(crate) enum Input {
    /// Lines came from the server. The reader waits for its turn.
    Server(ConnectionId, Vec<String>),
    /// The server's connection ended.
    ServerGone(ConnectionId),
    /// The server was tried again: a connection, if it answers.
    ConnectAttempt(Option<TcpStream>),
    /// The user typed a line. The reader waits for its turn.
    Typed(Line),
    /// The user will type no more.
    End,
    /// The user gave up the line being typed.
    Cancelled,
    /// SIGTERM, SIGINT or SIGHUP.
    Signal,
    /// Something happened on a peer's connection.
    Peer(PeerEvent),
}
