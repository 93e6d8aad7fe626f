//! A smoltcp TCP socket as the server sees it.

use core::error::Error;
use core::fmt;

use embedded_io::{ErrorKind, ErrorType, Write};
use smoltcp::socket::tcp::{self, State};

use crate::transport::Transport;

/// Why bytes were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum TransportError {
    /// There is no room.
    NotReady,
    /// The connection takes no more bytes.
    Closed,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TransportError::NotReady => "not ready",
            TransportError::Closed => "closed",
        })
    }
}

impl Error for TransportError {}

impl embedded_io::Error for TransportError {
    fn kind(&self) -> ErrorKind {
        match self {
            TransportError::NotReady => ErrorKind::WriteZero,
            TransportError::Closed => ErrorKind::NotConnected,
        }
    }
}

/// A socket, borrowed for the server.
#[derive(Debug)]
pub struct TcpTransport<'t, 's> {
    socket: &'t mut tcp::Socket<'s>,
}

impl<'t, 's> TcpTransport<'t, 's> {
    /// The socket as a transport.
    pub fn new(socket: &'t mut tcp::Socket<'s>) -> Self {
        TcpTransport { socket }
    }
}

impl ErrorType for TcpTransport<'_, '_> {
    type Error = TransportError;
}

impl Write for TcpTransport<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, TransportError> {
        match self.socket.send_slice(bytes) {
            Ok(0) if !bytes.is_empty() => Err(TransportError::NotReady),
            Ok(count) => Ok(count),
            Err(tcp::SendError::InvalidState) => Err(TransportError::Closed),
        }
    }

    /// The driver sends, once everything that has to be sent is there.
    fn flush(&mut self) -> Result<(), TransportError> {
        Ok(())
    }
}

impl Transport for TcpTransport<'_, '_> {
    fn received(&self) -> usize {
        self.socket.recv_queue()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        self.socket.peek_slice(buffer).unwrap_or(0)
    }

    fn consume(&mut self, mut count: usize) {
        // Twice if the bytes lie on both sides of the ring's end.
        while count > 0 {
            let take = |bytes: &mut [u8]| (bytes.len().min(count), bytes.len().min(count));
            match self.socket.recv(take) {
                Ok(taken) if taken > 0 => count -= taken,
                _ => return,
            }
        }
    }

    fn has_ended(&self) -> bool {
        !matches!(self.socket.state(), State::Established | State::FinWait1 | State::FinWait2)
    }

    fn room(&self) -> usize {
        self.socket.send_capacity() - self.socket.send_queue()
    }

    fn unacknowledged(&self) -> usize {
        self.socket.send_queue()
    }
}
