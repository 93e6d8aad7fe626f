//! Connecting to an introduced peer: its addresses in their order, until one proves to be the peer.
//! Runs in a thread of its own.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use smolchat_core::protocol::Token;

use super::handshake::{self, NONCE_BYTES, Nonce, Parties};
use super::stream::PeerStream;
use super::{PeerEvent, Shared, link};
use crate::client::event::Input;
use crate::client::lines::LineReader;
use crate::client::wake::Events;

/// An address of a peer's other network does not answer at all; the next one shall have its turn
/// soon.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Longer than the listener waits for its own introduction.
const WELCOME_TIMEOUT: Duration = Duration::from_secs(6);
/// The token is not valid for longer.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Whom to connect to.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) user: String,
    pub(super) token: Token,
    pub(super) addresses: Vec<SocketAddr>,
}

/// Connects and serves the connection in a thread.
pub(super) fn spawn(call: Call, shared: Arc<Shared>, events: Events) {
    let user = call.user.clone();
    let tell = events.clone();
    let thread =
        thread::Builder::new().name("peer call".into()).spawn(move || run(call, &shared, &events));
    if thread.is_err() {
        let _ = tell.send(Input::Peer(PeerEvent::Unreachable { user }));
    }
}

fn run(call: Call, shared: &Shared, events: &Events) {
    let until = Instant::now() + CALL_TIMEOUT;
    let mut addresses = distinct(&call.addresses).take_while(|_| Instant::now() < until);
    let proven = addresses.find_map(|address| connect(address, &call, &shared.me).ok());
    let served = match proven {
        Some(reader) => link::serve(shared, events, reader, call.user.clone(), true),
        None => Err(io::ErrorKind::HostUnreachable.into()),
    };
    if served.is_err() {
        // Without an event loop nobody is left to tell.
        let _ = events.send(Input::Peer(PeerEvent::Unreachable { user: call.user }));
    }
}

/// The address that the server saw and those that the client announced are often the same.
fn distinct(addresses: &[SocketAddr]) -> impl Iterator<Item = &SocketAddr> {
    addresses
        .iter()
        .enumerate()
        .filter(|(i, address)| !addresses[..*i].contains(address))
        .map(|(_, address)| address)
}

/// A connection whose other end knows the token.
fn connect(address: &SocketAddr, call: &Call, me: &str) -> io::Result<LineReader<PeerStream>> {
    let mut socket = TcpStream::connect_timeout(address, CONNECT_TIMEOUT)?;
    let stream = PeerStream::new(socket.try_clone()?, Instant::now() + WELCOME_TIMEOUT)?;
    let parties = Parties { connector: me, listener: &call.user };
    let mut nonce: Nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(io::Error::other)?;
    let hello =
        handshake::hello(&call.token, &nonce, parties).ok_or(io::ErrorKind::InvalidInput)?;
    socket.write_all(format!("{hello}\n").as_bytes())?;
    let mut reader = LineReader::new(stream);
    match reader.read_line()? {
        Some(Ok(line)) if handshake::is_welcome(&line, &call.token, &nonce, parties) => Ok(reader),
        _ => Err(io::ErrorKind::PermissionDenied.into()),
    }
}
