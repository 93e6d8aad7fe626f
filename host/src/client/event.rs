//! Everything that happens to the client, as one kind of value for the event loop.
//! Touches `lines` and the values of `peer`; knows no thread.

use super::lines::Line;
use super::peer::event::PeerEvent;

/// Something happened.
#[derive(Debug)]
pub enum Input {
    /// Lines came from the server. The reader waits for its turn.
    Server(Vec<String>),
    /// The server's connection ended.
    ServerGone,
    /// The user typed a line. The reader waits for its turn.
    Typed(Line),
    /// The user will type no more.
    EndOfInput,
    /// SIGTERM, SIGINT or SIGHUP.
    Signal,
    /// Something happened on a peer's connection.
    Peer(PeerEvent),
}
