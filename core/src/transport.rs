//! The seam between a connection and what carries its bytes: `embedded_io` and the two facts it does not tell.
//! Touches nothing here. A smoltcp socket, an encrypted channel, a pipe in a test: each is a transport.

use embedded_io::{ErrorType, Read, ReadReady, Write};

/// A connection's bytes. `read` is called only when `read_ready` says yes and `write` only within `room`, so neither waits.
pub trait Transport: ErrorType + Read + ReadReady + Write {
    /// Bytes that [`write`](Write::write) takes at once. A line goes out whole or not at all, so that no connection keeps half a line.
    fn room(&self) -> usize;

    /// Bytes written that the other side has not acknowledged yet; nothing where the carrier cannot know.
    fn unacknowledged(&self) -> usize;
}
