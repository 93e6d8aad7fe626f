//! A link: two clients that have proven themselves to each other, and a TLS connection between
//! them. It is read by one thread and written by another; the state of TLS stands behind a lock
//! that nobody holds while a socket blocks.

mod ends;
mod reader;
mod standing;
mod writer;

use std::io;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::net::sockopt;
use rustls::Connection;

use crate::PublicKey;
use crate::guests::Seat;
use crate::handshake::Wire;
use crate::introduction::Introduction;
use crate::kind::Kind;
use ends::Ends;
pub use reader::{LINE_MAX, LinkReader};
pub(crate) use standing::Standing;
pub use writer::LinkWriter;

/// A write that the peer takes nothing of for so long is a lost link.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);
/// Silence after which the kernel asks whether the peer's machine is there.
const IDLE: Duration = Duration::from_secs(20);
/// The time between such questions, and their number.
const QUESTIONS: (Duration, u32) = (Duration::from_secs(5), 4);

/// A link to a peer that is proven.
#[derive(Debug)]
pub struct Link {
    ends: Arc<Ends>,
    peer: Introduction,
    kind: Kind,
    is_caller: bool,
    address: SocketAddr,
    rest: Vec<u8>,
}

/// What a handshake leads to.
pub(crate) struct Made {
    pub(crate) socket: Arc<TcpStream>,
    pub(crate) tls: Connection,
    pub(crate) wire: Wire,
    pub(crate) peer: Introduction,
    pub(crate) kind: Kind,
    pub(crate) is_caller: bool,
    pub(crate) address: SocketAddr,
    pub(crate) standing: Standing,
    pub(crate) seat: Seat,
}

/// Ends a link from elsewhere. Clones end the same one.
#[derive(Clone, Debug)]
pub struct Closer(Arc<TcpStream>);

impl Link {
    pub(crate) fn new(made: Made) -> io::Result<Self> {
        let Made { socket, mut tls, wire, peer, kind, is_caller, address, standing, seat } = made;
        socket.set_read_timeout(None)?;
        socket.set_write_timeout(Some(WRITE_TIMEOUT))?;
        notice_death(&socket)?;
        tls.set_buffer_limit(None);
        seat.stand();
        let ends = Arc::new(Ends { socket, tls: Mutex::new(tls), standing, _seat: seat });
        Ok(Link { ends, peer, kind, is_caller, address, rest: wire.into_rest() })
    }

    /// Who is at the other end.
    pub fn user(&self) -> &str {
        &self.peer.user
    }

    /// The key that the peer has proven.
    pub fn key(&self) -> &PublicKey {
        &self.peer.key
    }

    /// What its caller called for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether this side has called.
    pub fn is_caller(&self) -> bool {
        self.is_caller
    }

    /// Where the peer is. If this side has called, the peer listens there.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// By this either side may call the other for further links, as long as this link stands.
    pub fn further(&self) -> Introduction {
        Introduction { token: self.ends.standing.token, ..self.peer.clone() }
    }

    /// What ends the link from elsewhere.
    pub fn closer(&self) -> Closer {
        Closer(self.ends.socket.clone())
    }

    /// The two directions, each for one thread.
    pub fn split(self) -> (LinkReader, LinkWriter) {
        (LinkReader::new(self.ends.clone(), self.rest), LinkWriter::new(self.ends))
    }
}

impl Closer {
    /// Ends the link at once. Whoever reads or writes on it sees an error.
    pub fn close(&self) {
        // It may be closed already, which is fine.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

/// The kernel ends the connection when the peer's machine is gone.
fn notice_death(socket: &TcpStream) -> io::Result<()> {
    let (interval, count) = QUESTIONS;
    sockopt::set_socket_keepalive(socket, true)?;
    sockopt::set_tcp_keepidle(socket, IDLE)?;
    sockopt::set_tcp_keepintvl(socket, interval)?;
    sockopt::set_tcp_keepcnt(socket, count)?;
    let longest = IDLE + interval * count;
    sockopt::set_tcp_user_timeout(socket, longest.as_millis() as u32)?;
    Ok(())
}
