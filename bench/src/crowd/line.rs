//! A member's way to the server: a socket, and a call by SSH over it where there is one.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use smolchat_ssh_client::{Call, End, SUBSYSTEM, Terms};
use smolchat_tests::real::Connection;

/// Bytes of packets that are read at once.
const READ: usize = 1 << 14;

/// A way to the server.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) stream: TcpStream,
    call: Option<Box<Call>>,
}

impl Line {
    /// Lines in clear.
    pub(super) fn plain(stream: TcpStream) -> Self {
        Line { stream, call: None }
    }

    /// Lines by SSH, for this user of a server with this key. The login is the call's own.
    pub(super) fn by_ssh(stream: TcpStream, user: usize, key: [u8; 32]) -> Self {
        let password = Some("p".to_owned());
        let terms =
            Terms { user: format!("u{user}"), trusted: vec![key], password, ..Terms::default() };
        Line { stream, call: Some(Box::new(Call::for_subsystem(terms, SUBSYSTEM))) }
    }

    /// Whether a call carries the lines.
    pub(super) fn is_carried(&self) -> bool {
        self.call.is_some()
    }

    /// Whether packets wait for the socket.
    pub(super) fn is_sending(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.is_sending())
    }

    /// Sends as much as the kernel takes; that is gone from `output` then.
    ///
    /// # Errors
    /// The kernel's word, or the call's.
    pub(super) fn send(&mut self, output: &mut Vec<u8>) -> io::Result<()> {
        let Line { stream, call } = self;
        let Some(call) = call else {
            let count = stream.write(output)?;
            output.drain(..count);
            return Ok(());
        };
        let taken = call.write(output);
        output.drain(..taken);
        flush(call, stream)
    }

    /// Reads plain bytes, as many as there are and fit.
    ///
    /// # Errors
    /// The kernel's word, or the call's.
    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Line { stream, call } = self;
        let Some(call) = call else { return stream.read(into) };
        loop {
            let count = call.received().read(into)?;
            if count > 0 {
                return Ok(count);
            }
            let mut packets = [0; READ];
            let read = stream.read(&mut packets);
            if let Ok(0) = read {
                return Ok(0);
            }
            call.receive(&packets[..read?]);
            call.progress().map_err(io::Error::other)?;
            match flush(call, stream) {
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
    }
}

/// Sends what the call has to send.
fn flush(call: &mut Call, stream: &mut TcpStream) -> io::Result<()> {
    loop {
        call.progress().map_err(io::Error::other)?;
        if !call.is_sending() {
            return Ok(());
        }
        let sent = stream.write(call.outgoing())?;
        call.sent(sent);
    }
}

/// The key of the server at this address.
///
/// # Errors
/// It shows none.
pub(super) fn key_of(server: SocketAddr) -> io::Result<[u8; 32]> {
    match Connection::open_narrow(server, None)?.carried_by(Call::new(Terms::default())) {
        Err(End::Untrusted(key)) => Ok(key),
        _ => Err(io::Error::other("the server shows no key")),
    }
}
