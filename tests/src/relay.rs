//! A way to a server that a test can cut: connections to it are carried on to the server, until
//! they are not.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Carries connections for as long as the process lives.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    /// The clients' bytes are lost on the way.
    is_deaf: AtomicBool,
    /// A client's end and the server's end of every connection that is not cut on both.
    links: Mutex<Vec<[TcpStream; 2]>>,
}

impl Relay {
    /// Listens at the loopback address, at the server's port.
    ///
    /// # Errors
    /// The machine's word.
    pub fn open(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, server.port()))?;
        let address = listener.local_addr()?;
        let links = Mutex::default();
        let shared = Arc::new(Shared { server, is_deaf: AtomicBool::new(false), links });
        let carrying = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // If the server is not there, the connection is refused.
                let _ = carry(client, &carrying);
            }
        });
        Ok(Relay { address, shared })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The clients' bytes are lost from now on, although they seem to arrive.
    pub fn lose_what_clients_say(&self) {
        self.shared.is_deaf.store(true, Ordering::SeqCst);
    }

    /// Cuts every connection of a client. The server does not notice. New connections are carried,
    /// and heard.
    pub fn cut_clients(&self) {
        self.shared.is_deaf.store(false, Ordering::SeqCst);
        self.shared.for_each_link(|[client, _]| cut(client));
    }

    /// Cuts the server's side of every connection, too.
    pub fn cut_servers(&self) {
        self.shared.for_each_link(|[_, server]| cut(server));
    }
}

impl Shared {
    fn for_each_link(&self, work: impl Fn(&[TcpStream; 2])) {
        self.links.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(work);
    }
}

fn carry(client: TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    let server = TcpStream::connect(shared.server)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let (from_client, to_client) = (client.try_clone()?, client.try_clone()?);
    let (from_server, to_server) = (server.try_clone()?, server.try_clone()?);
    shared.links.lock().unwrap_or_else(PoisonError::into_inner).push([client, server]);
    let shared = shared.clone();
    thread::spawn(move || pump(from_client, to_server, || shared.is_deaf.load(Ordering::SeqCst)));
    thread::spawn(move || pump(from_server, to_client, || false));
    Ok(())
}

/// Copies until either side is gone. A side that ends is let go, and the other side hears nothing
/// of it, as with a cut cable.
fn pump(mut from: TcpStream, mut to: TcpStream, is_lost: impl Fn() -> bool) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if !is_lost() && to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    cut(&from);
}

fn cut(stream: &TcpStream) {
    // It fails where the connection is gone already.
    let _ = stream.shutdown(Shutdown::Both);
}
