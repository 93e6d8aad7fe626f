//! The seam between a connection and what carries its bytes: `embedded_io`'s way to write, and a way to look at what was received
//! without taking it. Touches nothing here. A smoltcp socket, an encrypted channel, a pipe in a test: each is a transport.

use embedded_io::Write;

/// A connection's bytes. `write` is called only within `room`, so nothing here waits.
///
/// What was received stays with the carrier until it is consumed, so that an unfinished line needs no second place; and a connection that
/// is not read closes its window by itself. A carrier holds at least [`LINE_BYTES`](crate::wire::LINE_BYTES) of it.
pub trait Transport: Write {
    /// Bytes that were received and not consumed.
    fn received(&self) -> usize;

    /// Copies into `buffer` what was received and not consumed, from its start; answers how many bytes.
    fn peek(&mut self, buffer: &mut [u8]) -> usize;

    /// Done with the first `count` bytes, which were peeked at.
    fn consume(&mut self, count: usize);

    /// Nothing will be received any more beyond what can be peeked at.
    fn has_ended(&self) -> bool;

    /// Bytes that [`write`](Write::write) takes at once. A line goes out whole or not at all, so that no connection keeps half a line.
    fn room(&self) -> usize;

    /// Bytes written that the other side has not acknowledged yet; nothing where the carrier cannot know.
    fn unacknowledged(&self) -> usize;
}
