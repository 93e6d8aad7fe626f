//! The port where introduced peers connect. Strangers are heard out for a few seconds, told
//! nothing, and never keep peers out. There is a thread for the port, and one for each connection.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::handshake::{Hello, Parties};
use super::stream::PeerStream;
use super::{Shared, link};
use crate::client::lines::LineReader;
use crate::client::wake::Events;

/// How long a connection may take to prove itself.
const PROOF_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that have not proven themselves; the oldest gives way.
const UNPROVEN_MAX: usize = 16;
/// The pause after an error of `accept`: there may be no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Listens for peers on `port`, or on any free port for 0. It listens on every address of both
/// kinds, or of IPv4 if there is no IPv6.
pub(crate) fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv6Addr::UNSPECIFIED, port))
        .or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)))
}

/// Hears connections out from now on.
pub(super) fn spawn(listener: TcpListener, shared: Arc<Shared>, events: Events) -> io::Result<()> {
    let run = move || {
        let unproven = Arc::new(Unproven::default());
        for socket in listener.incoming() {
            match socket {
                Ok(socket) => hear_out(socket, &shared, &events, &unproven),
                Err(_) => thread::sleep(ACCEPT_PAUSE),
            }
        }
    };
    thread::Builder::new().name("peer listener".into()).spawn(run).map(drop)
}

fn hear_out(socket: TcpStream, shared: &Arc<Shared>, events: &Events, unproven: &Arc<Unproven>) {
    let Ok(entry) = Unproven::enter(unproven, &socket) else { return };
    let (shared, events) = (shared.clone(), events.clone());
    let run = move || {
        let proven = prove(socket, &shared);
        drop(entry);
        if let Ok((reader, user)) = proven {
            // A connection that fails before it is served was never told of.
            let _ = link::serve(&shared, &events, reader, user, false);
        }
    };
    // Without a thread the connection is dropped, and its peer tries again.
    let _ = thread::Builder::new().name("peer".into()).spawn(run);
}

/// Waits for a hello that one of the expected peers may say, and answers that one only.
fn prove(mut socket: TcpStream, shared: &Shared) -> io::Result<(LineReader<PeerStream>, String)> {
    let deadline = Instant::now() + PROOF_TIMEOUT;
    let stream = PeerStream::new(socket.try_clone()?, deadline)?;
    let mut reader = LineReader::new(stream);
    let refused = || io::Error::from(io::ErrorKind::PermissionDenied);
    let line = reader.read_line()?.and_then(Result::ok).ok_or_else(refused)?;
    let hello = Hello::parse(&line).ok_or_else(refused)?;
    let (user, token) =
        shared.expectations.wait(deadline, &hello, &shared.me).ok_or_else(refused)?;
    let parties = Parties { connector: &user, listener: &shared.me };
    let welcome = hello.welcome(&token, parties).ok_or_else(refused)?;
    socket.write_all(format!("{welcome}\n").as_bytes())?;
    Ok((reader, user))
}

/// The connections that have not proven themselves, oldest first.
#[derive(Debug, Default)]
struct Unproven(Mutex<(u64, VecDeque<(u64, TcpStream)>)>);

/// One of them, until it is dropped.
#[derive(Debug)]
struct Entry {
    unproven: Arc<Unproven>,
    number: u64,
}

impl Unproven {
    fn enter(unproven: &Arc<Self>, socket: &TcpStream) -> io::Result<Entry> {
        let socket = socket.try_clone()?;
        let mut list = unproven.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, sockets) = &mut *list;
        if sockets.len() >= UNPROVEN_MAX
            && let Some((_, oldest)) = sockets.pop_front()
        {
            // Its thread sees the end and goes.
            let _ = oldest.shutdown(Shutdown::Both);
        }
        let number = *next;
        *next += 1;
        sockets.push_back((number, socket));
        drop(list);
        Ok(Entry { unproven: unproven.clone(), number })
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut list = self.unproven.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.1.retain(|(number, _)| *number != self.number);
    }
}
