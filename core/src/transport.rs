//! The seam between a connection and what carries its bytes: `embedded_io`'s way to write, and a
//! way to look at received bytes without taking them. A smoltcp socket, an encrypted channel, a
//! pipe in a test: each is a transport.

use embedded_io::Write;

/// A connection's bytes. `write` is called only within `room`, so nothing here waits.
///
/// Received bytes stay with the transport until they are consumed. So an unfinished line needs no
/// second place, and a connection that is not read closes its window by itself. A transport holds
/// at least [`request_bytes`](crate::dialect::DialectKind::request_bytes) received bytes.
pub trait Transport: Write {
    /// Bytes that were received and not consumed.
    fn received(&self) -> usize;

    /// Copies the received and unconsumed bytes into `buffer`, from the first on, and answers how
    /// many.
    fn peek(&mut self, buffer: &mut [u8]) -> usize;

    /// Consumes the first `count` bytes, which were peeked at.
    fn consume(&mut self, count: usize);

    /// Whether nothing more will be received beyond the bytes that can be peeked at.
    fn has_ended(&self) -> bool;

    /// Bytes that [`write`](Write::write) takes at once. A line goes out whole or not at all, so
    /// that no connection keeps half a line.
    fn room(&self) -> usize;

    /// Bytes written that the peer has not acknowledged yet; 0 if the transport cannot know.
    fn unacknowledged(&self) -> usize;
}

impl<T: Transport + ?Sized> Transport for &mut T {
    fn received(&self) -> usize {
        (**self).received()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        (**self).peek(buffer)
    }

    fn consume(&mut self, count: usize) {
        (**self).consume(count);
    }

    fn has_ended(&self) -> bool {
        (**self).has_ended()
    }

    fn room(&self) -> usize {
        (**self).room()
    }

    fn unacknowledged(&self) -> usize {
        (**self).unacknowledged()
    }
}
