//! Connecting to an introduced peer: its addresses in their order, until one proves to be the peer.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::cutters::Retries;
use crate::handshake::{self, LINK_TIMEOUT, Wire, refused};
use crate::hello::Nonce;
use crate::introduction::Introduction;
use crate::kind::Kind;
use crate::link::{Link, Made, Standing};
use crate::mac::{Parties, Purpose};
use crate::shared::Shared;
use crate::side::Side;
use crate::{hello, mac, tls};

/// An address of a peer's other network does not answer at all; the next one shall have its turn
/// soon.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Longer than a listener gives, so that it is the one that says no.
const ANSWER_TIMEOUT: Duration = LINK_TIMEOUT.saturating_add(Duration::from_secs(1));
/// The introduction is not good for longer.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// A connection that ends sooner was pushed out.
const PUSHED_OUT: Duration = Duration::from_secs(1);

/// Why there is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Nobody answers at any address.
    NoAnswer,
    /// Somebody answers, and proves nothing.
    NotProven,
    /// This side does not want to.
    Refused,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unreachable::NoAnswer => "none of the addresses answers",
            Unreachable::NotProven => "whoever answers does not prove to be the peer",
            Unreachable::Refused => "you have blocked this user",
        })
    }
}

impl std::error::Error for Unreachable {}

pub(crate) fn dial(
    shared: &Arc<Shared>,
    kind: Kind,
    peer: &Introduction,
    addresses: &[SocketAddr],
) -> Result<Link, Unreachable> {
    if shared.guests.refuses(&peer.user, kind, Side::Connector) {
        return Err(Unreachable::Refused);
    }
    let until = Instant::now() + CALL_TIMEOUT;
    let (mut why, mut retries) = (Unreachable::NoAnswer, Retries::new());
    for address in distinct(addresses).take_while(|_| Instant::now() < until) {
        while let Ok(socket) = TcpStream::connect_timeout(address, CONNECT_TIMEOUT) {
            let begun = Instant::now();
            let error = match call(shared, kind, peer, socket) {
                Ok(link) => {
                    shared.cutters.forget(*address);
                    return Ok(link);
                }
                Err(error) => error,
            };
            why = Unreachable::NotProven;
            if !is_cut(&error) || begun.elapsed() >= PUSHED_OUT {
                break;
            }
            let Some(pause) = retries.next(Instant::now(), *address, &shared.cutters) else {
                break;
            };
            thread::sleep(pause);
        }
    }
    Err(why)
}

/// A listener in a flood of strangers closes the oldest connection. One that refuses does not, or
/// says why, or takes its time.
fn is_cut(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

/// The address that the server saw and those that the client announced are often the same.
fn distinct(addresses: &[SocketAddr]) -> impl Iterator<Item = &SocketAddr> {
    addresses
        .iter()
        .enumerate()
        .filter(|(i, address)| !addresses[..*i].contains(address))
        .map(|(_, address)| address)
}

/// A link with the peer, if the peer is at the other end of this connection.
fn call(
    shared: &Arc<Shared>,
    kind: Kind,
    peer: &Introduction,
    socket: TcpStream,
) -> io::Result<Link> {
    let address = socket.peer_addr()?;
    let socket = Arc::new(socket);
    let seat = shared.guests.enter(&peer.user, kind, Side::Connector, &socket);
    let seat = seat.ok_or_else(refused)?;
    let mut wire = Wire::new(socket.clone(), Instant::now() + ANSWER_TIMEOUT)?;
    let parties = shared.parties(Side::Connector, kind, peer);
    let mut tls = tls::calling(&shared.own, &peer.key).map_err(io::Error::other)?;
    wire.send(hello_of(peer, parties)?.as_bytes(), &mut tls)?;
    wire.shake_hands(&mut tls)?;
    let exported = handshake::exported(&tls)?;
    let proof = mac::code(&peer.token, Purpose::Connect, &exported, parties);
    // The peer may use the next token as soon as it has heard the proof.
    let standing = Standing::new(shared, peer, mac::further(&exported));
    wire.say_proof(&mut tls, &proof)?;
    let heard = wire.hear_proof(&mut tls)?;
    if !mac::is_proven(&heard, &peer.token, Purpose::Accept, &exported, parties) {
        return Err(refused());
    }
    let peer = peer.clone();
    Link::new(Made { socket, tls, wire, peer, kind, is_caller: true, address, standing, seat })
}

fn hello_of(peer: &Introduction, parties: Parties<'_>) -> io::Result<String> {
    let mut nonce: Nonce = [0; 16];
    getrandom::fill(&mut nonce).map_err(io::Error::other)?;
    Ok(hello::line(peer, &nonce, parties))
}
