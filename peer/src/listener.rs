//! The port where introduced peers connect. Strangers are heard out for a few seconds, told
//! nothing, and give way before peers do. There is a thread for the port, and one for each
//! connection.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::handshake::{self, LINK_TIMEOUT, Wire, refused};
use crate::hello::{HELLO_MAX, Hello};
use crate::link::{Link, Made, Standing};
use crate::mac::Purpose;
use crate::shared::Shared;
use crate::side::Side;
use crate::unproven::{Entry, Unproven};
use crate::{mac, tls};

/// How long a connection may take to say a hello, and the introduction that it proves to come.
pub(crate) const HELLO_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that wait to be accepted, as far as the system lets them. One that finds no room
/// tries again after a second.
const BACKLOG: i32 = 4096;
/// The pause after an error of `accept`: there may be no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

type Serve = Arc<dyn Fn(Link) + Send + Sync>;

/// Listens for peers on `port`, or on any free port for 0. It listens on every address of both
/// kinds, or of IPv4 if there is no IPv6.
///
/// # Errors
/// The port is taken, or the system refuses.
pub fn bind(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, port))
        .or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)))?;
    rustix::net::listen(&listener, BACKLOG)?;
    Ok(listener)
}

/// Hears connections out from now on.
pub(crate) fn spawn(listener: TcpListener, shared: Arc<Shared>, serve: Serve) -> io::Result<()> {
    let run = move || {
        let unproven = Unproven::default();
        for socket in listener.incoming() {
            match socket {
                Ok(socket) => hear_out(socket, &shared, &serve, &unproven),
                Err(_) => thread::sleep(ACCEPT_PAUSE),
            }
        }
    };
    thread::Builder::new().name("peer listener".into()).spawn(run).map(drop)
}

fn hear_out(socket: TcpStream, shared: &Arc<Shared>, serve: &Serve, unproven: &Unproven) {
    let Ok(address) = socket.peer_addr() else { return };
    let socket = Arc::new(socket);
    let entry = unproven.enter(&socket, address.ip());
    let (shared, serve) = (shared.clone(), serve.clone());
    let run = move || {
        // Whoever proves nothing was never told of.
        if let Ok(link) = welcome(socket, address, &shared, entry) {
            serve(link);
        }
    };
    // Without a thread the connection is dropped, and its peer tries again.
    let _ = thread::Builder::new().name("peer".into()).spawn(run);
}

/// Waits for a hello that one of the expected peers may say, and answers that one only. Whose hello
/// is proven is no stranger any more, and gives way to none.
fn welcome(
    socket: Arc<TcpStream>,
    address: SocketAddr,
    shared: &Arc<Shared>,
    entry: Entry,
) -> io::Result<Link> {
    let begun = Instant::now();
    let mut wire = Wire::new(socket.clone(), begun + HELLO_TIMEOUT)?;
    let hello = Hello::parse(&wire.read_line(HELLO_MAX)?).ok_or_else(refused)?;
    entry.wait();
    let proves =
        |peer: &_| hello.is_proven_by(peer, shared.parties(Side::Listener, hello.kind, peer));
    let deadline = begun + HELLO_TIMEOUT;
    let claim = shared.expectations.wait(deadline, &entry.waiting, &hello, proves);
    let claim = claim.ok_or_else(refused)?;
    drop(entry);
    wire.deadline = begun + LINK_TIMEOUT;
    let peer = &claim.introduction;
    let seat = shared.guests.enter(&peer.user, hello.kind, Side::Listener, &socket);
    let seat = seat.ok_or_else(refused)?;
    let parties = shared.parties(Side::Listener, hello.kind, peer);
    let mut tls = tls::called(&shared.own, &peer.key).map_err(io::Error::other)?;
    wire.shake_hands(&mut tls)?;
    let exported = handshake::exported(&tls)?;
    let heard = wire.hear_proof(&mut tls)?;
    if !mac::is_proven(&heard, &peer.token, Purpose::Connect, &exported, parties) {
        return Err(refused());
    }
    let proof = mac::code(&peer.token, Purpose::Accept, &exported, parties);
    // The peer may use the next token as soon as it has heard the proof.
    let standing = Standing::new(shared, peer, mac::further(&exported));
    let peer = claim.keep();
    wire.say_proof(&mut tls, &proof)?;
    let kind = hello.kind;
    Link::new(Made { socket, tls, wire, peer, kind, is_caller: false, address, standing, seat })
}
