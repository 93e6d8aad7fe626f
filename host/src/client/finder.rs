//! Finds the server: from a name to a connection. Runs in a thread of its own, since the name
//! service waits as long as it likes, and tells by an input.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::thread;
use std::time::Duration;

use super::event::Input;
use super::keepalive;
use super::nearby;
use super::target::Target;
use super::wake::Events;

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// The name stands for no address.
    Unknown(io::Error),
    /// No address answers.
    Unreachable(io::Error),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectError::Unknown(error) => write!(f, "no such host: {error}"),
            ConnectError::Unreachable(error) => write!(f, "{error}"),
        }
    }
}

impl ConnectError {
    fn is_refused(&self) -> bool {
        match self {
            ConnectError::Unreachable(error) => error.kind() == io::ErrorKind::ConnectionRefused,
            ConnectError::Unknown(_) => false,
        }
    }
}

/// Connects in the background, for no longer than `longest` for each address. Tells by
/// [`Input::Connected`] or [`Input::Unreachable`].
pub(crate) fn find(target: &Target, longest: Duration, events: Events) -> io::Result<()> {
    let (host, port) = (target.host.clone(), target.port);
    let run = move || {
        let found = match connect(&host, port, longest) {
            Ok(socket) => Input::Connected(socket),
            Err(error) => Input::Unreachable {
                why: format!("{host}: {error}"),
                is_refused: error.is_refused(),
            },
        };
        // Without an event loop nobody is left to tell.
        let _ = events.send(found);
    };
    thread::Builder::new().name("server finder".into()).spawn(run).map(drop)
}

/// Opens a connection to the first address of `host` that answers.
fn connect(host: &str, port: u16, longest: Duration) -> Result<TcpStream, ConnectError> {
    let addresses = look_up(host, port).map_err(ConnectError::Unknown)?;
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match open(&address, longest) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(ConnectError::Unreachable(last))
}

/// The addresses of a host. Where the name service knows no names of the link, the link is asked.
fn look_up(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let known = (host, port).to_socket_addrs().map(Vec::from_iter);
    if known.as_ref().is_ok_and(|known| !known.is_empty()) || !nearby::is_local(host) {
        return known;
    }
    let found = nearby::addresses(host, port);
    if found.is_empty() { known } else { Ok(found) }
}

fn open(address: &SocketAddr, longest: Duration) -> io::Result<TcpStream> {
    let socket = TcpStream::connect_timeout(address, longest)?;
    socket.set_nodelay(true)?;
    socket.set_nonblocking(true)?;
    keepalive::switch_on(&socket, keepalive::SERVER)?;
    Ok(socket)
}
