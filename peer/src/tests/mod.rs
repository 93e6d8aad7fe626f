//! Links on the loopback: introduced peers, and strangers of every kind.

mod guests;
mod liars;
mod links;
mod strangers;
mod streams;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::{Endpoint, Introduction, Kind, Link, OwnKey, Token};

/// Far longer than anything here takes.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A client that listens, and the links that others made with it.
struct Client {
    name: &'static str,
    endpoint: Endpoint,
    address: SocketAddr,
    links: Mutex<Receiver<Link>>,
}

/// The key of a user is made of its name.
fn key_of(name: &str) -> OwnKey {
    let mut seed = [0; 32];
    seed[..name.len()].copy_from_slice(name.as_bytes());
    OwnKey::from_seed(&seed).unwrap()
}

fn client(name: &'static str) -> Client {
    client_with(name, key_of(name))
}

fn client_with(name: &'static str, key: OwnKey) -> Client {
    let endpoint = Endpoint::new(name, key);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, links) = channel();
    // A test may not wait for its links.
    endpoint.listen(listener, move |link| drop(sender.send(link))).unwrap();
    Client { name, endpoint, address, links: Mutex::new(links) }
}

/// The introduction of `name` with a token.
fn introduced(name: &str, token: u8) -> Introduction {
    let key = *key_of(name).public();
    Introduction { user: name.into(), key, token: Token([token; 16]) }
}

impl Client {
    fn expects(&self, name: &str, token: u8) {
        self.endpoint.expect(introduced(name, token));
    }

    fn calls(&self, peer: &Client, token: u8) -> Result<Link, crate::Unreachable> {
        self.endpoint.dial(Kind::Talk, &introduced(peer.name, token), &[peer.address])
    }

    /// The link that somebody made.
    fn called(&self) -> Link {
        self.links.lock().unwrap().recv_timeout(TIMEOUT).unwrap()
    }

    fn is_undisturbed(&self) -> bool {
        self.links.lock().unwrap().try_recv().is_err()
    }
}

/// Two who are linked; the first has called.
fn linked() -> (Client, Link, Client, Link) {
    let (hans, yoda) = (client("hans"), client("yoda"));
    yoda.expects("hans", 7);
    let ours = hans.calls(&yoda, 7).unwrap();
    let theirs = yoda.called();
    (hans, ours, yoda, theirs)
}
