//! Everything between a TCP connection and a link, under one deadline: the hello, TLS, and the
//! first record each way. Whoever sends a byte now and then gains nothing.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::Connection;

use crate::mac::{Code, Exported, MAC_BYTES};
use crate::tls;

/// RFC 9266.
const EXPORTER: &[u8] = b"EXPORTER-Channel-Binding";
/// How long a connection may take to become a link.
pub(crate) const LINK_TIMEOUT: Duration = Duration::from_secs(8);
/// Bytes that are read at once. A flight of a handshake has some 800.
const READ_BYTES: usize = 4096;

/// The socket of a connection that is not a link yet, and what came of it before it was wanted.
#[derive(Debug)]
pub(crate) struct Wire {
    socket: Arc<TcpStream>,
    pub(crate) deadline: Instant,
    received: Vec<u8>,
}

/// The other end did not prove what it had to.
pub(crate) fn refused() -> io::Error {
    ErrorKind::PermissionDenied.into()
}

impl Wire {
    pub(crate) fn new(socket: Arc<TcpStream>, deadline: Instant) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        Ok(Wire { socket, deadline, received: Vec::new() })
    }

    /// What came behind the handshake.
    pub(crate) fn into_rest(self) -> Vec<u8> {
        self.received
    }

    /// A line of at most `most` bytes, its line feed among them, which is taken off. What came
    /// behind the line stays.
    pub(crate) fn read_line(&mut self, most: usize) -> io::Result<Vec<u8>> {
        loop {
            let begun = &self.received[..self.received.len().min(most)];
            if let Some(end) = begun.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.received.drain(..=end).collect();
                line.pop();
                return Ok(line);
            }
            if begun.len() == most {
                return Err(refused());
            }
            self.receive()?;
        }
    }

    /// Sends `before`, then whatever TLS has to say, in one flight.
    pub(crate) fn send(&mut self, before: &[u8], tls: &mut Connection) -> io::Result<()> {
        let mut flight = before.to_vec();
        while tls.wants_write() {
            tls.write_tls(&mut flight)?;
        }
        while !flight.is_empty() {
            let left = self.left()?;
            self.socket.set_write_timeout(Some(left))?;
            let count = (&*self.socket).write(&flight).or_else(interrupted)?;
            flight.drain(..count);
        }
        Ok(())
    }

    /// Until both sides have proven their keys and agree what the connection is for.
    pub(crate) fn shake_hands(&mut self, tls: &mut Connection) -> io::Result<()> {
        while tls.is_handshaking() {
            self.advance(tls)?;
            if tls.is_handshaking() {
                self.send(b"", tls)?;
            }
        }
        if tls.alpn_protocol() != Some(tls::PROTOCOL) {
            return Err(refused());
        }
        Ok(())
    }

    /// Says the own proof. What TLS still has to say goes before it, in the same flight.
    pub(crate) fn say_proof(&mut self, tls: &mut Connection, proof: &Code) -> io::Result<()> {
        tls.writer().write_all(proof)?;
        self.send(b"", tls)
    }

    /// The other side's proof, which nobody has checked yet.
    pub(crate) fn hear_proof(&mut self, tls: &mut Connection) -> io::Result<Code> {
        let (mut proof, mut heard) = ([0; MAC_BYTES], 0);
        while heard < proof.len() {
            match tls.reader().read(&mut proof[heard..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => heard += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.advance(tls)?,
                Err(error) => return Err(error),
            }
        }
        Ok(proof)
    }

    /// Hands TLS what has come, or what comes next. TLS takes no more than it has room for.
    fn advance(&mut self, tls: &mut Connection) -> io::Result<()> {
        if self.received.is_empty() {
            self.receive()?;
        }
        let count = tls.read_tls(&mut &self.received[..])?;
        self.received.drain(..count);
        match tls.process_new_packets() {
            Ok(_) => Ok(()),
            Err(error) => {
                // It may say why.
                let _ = self.send(b"", tls);
                Err(io::Error::new(ErrorKind::InvalidData, error))
            }
        }
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut bytes = [0; READ_BYTES];
        let left = self.left()?;
        self.socket.set_read_timeout(Some(left))?;
        match (&*self.socket).read(&mut bytes) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.received.extend_from_slice(&bytes[..count]);
                Ok(())
            }
            Err(error) => interrupted(error).map(drop),
        }
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

fn interrupted(error: io::Error) -> io::Result<usize> {
    if error.kind() == ErrorKind::Interrupted { Ok(0) } else { Err(error) }
}

/// What both ends of this connection can compute, and nobody in between. TLS fixes it before the
/// connector shows its key, so the keys stand beside it in each proof.
pub(crate) fn exported(tls: &Connection) -> io::Result<Exported> {
    tls.export_keying_material([0; 32], EXPORTER, None).map_err(io::Error::other)
}
