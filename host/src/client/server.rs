//! The connection to the server: found, opened, read and written by a thread each; one after the
//! other, if it takes several. What the lines mean is the session's.

use std::fmt;
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::event::{ConnectionId, Input};
use super::input::Source;
use super::keepalive;
use super::lines::{LineReader, Rest};
use super::options::Target;

/// For each address that the host's name stands for.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(8);

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

/// Connects in the background, and tells by [`Input::ConnectAttempt`].
pub(crate) fn try_again(target: &Target, events: Sender<Input>) -> io::Result<()> {
    let (host, port) = (target.host.clone(), target.port);
    let run = move || {
        // Without an event loop nobody is left to tell.
        let _ = events.send(Input::ConnectAttempt(connect(&host, port).ok()));
    };
    thread::Builder::new().name("server finder".into()).spawn(run).map(drop)
}

/// Opens a connection to the first address of `host` that answers.
pub(crate) fn connect(host: &str, port: u16) -> Result<TcpStream, ConnectError> {
    let addresses = (host, port).to_socket_addrs().map_err(ConnectError::Unknown)?;
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match open(&address) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(ConnectError::Unreachable(last))
}

fn open(address: &SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpStream::connect_timeout(address, CONNECT_TIMEOUT)?;
    socket.set_nodelay(true)?;
    keepalive::switch_on(&socket)?;
    Ok(socket)
}

/// The event loop's end of the connection. Closed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Server {
    id: ConnectionId,
    socket: TcpStream,
    lines: Sender<String>,
    turn: Sender<()>,
}

impl Server {
    /// Reads and writes `socket` from now on.
    pub(crate) fn start(
        id: ConnectionId,
        socket: TcpStream,
        events: Sender<Input>,
    ) -> io::Result<Self> {
        let (lines, to_write) = channel();
        let (turn, turns) = channel();
        let (reading, writing) = (socket.try_clone()?, socket.try_clone()?);
        let source = Source { events, turns };
        thread::Builder::new()
            .name("server reader".into())
            .spawn(move || read(id, reading, &source))?;
        thread::Builder::new()
            .name("server writer".into())
            .spawn(move || write(writing, &to_write))?;
        Ok(Server { id, socket, lines, turn })
    }

    /// Which connection it is.
    pub(crate) fn id(&self) -> ConnectionId {
        self.id
    }

    /// Queues a line. The session never has more than a few requests on their way.
    pub(crate) fn send(&self, mut line: String) {
        line.push('\n');
        // A writer that is gone means a lost connection, and the reader tells of it.
        let _ = self.lines.send(line);
    }

    /// The lines handed out were dealt with; the next ones may come.
    pub(crate) fn next_lines(&self) {
        let _ = self.turn.send(());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It fails where the connection is gone, and that is as good.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

fn read(id: ConnectionId, socket: TcpStream, source: &Source) {
    let mut reader = LineReader::new(socket, Rest::Dropped);
    while let Ok(burst) = reader.read_burst() {
        if burst.is_empty() {
            break;
        }
        // A line that breaks the server's own rules is ignored.
        let lines = burst.into_iter().flatten().collect();
        if source.events.send(Input::Server(id, lines)).is_err() || source.turns.recv().is_err() {
            return;
        }
    }
    // Without an event loop nobody is left to tell.
    let _ = source.events.send(Input::ServerGone(id));
}

fn write(mut socket: TcpStream, lines: &Receiver<String>) {
    while let Ok(first) = lines.recv() {
        let all = lines.try_iter().fold(first, |all, line| all + &line);
        if socket.write_all(all.as_bytes()).is_err() {
            let _ = socket.shutdown(Shutdown::Both);
            return;
        }
    }
}
