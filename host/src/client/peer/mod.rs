//! Links with other clients: the listener, calls, and what is said on them. Threads that tell the
//! event loop what happens and never decide anything. Knows nothing of conversations, and hands
//! links for files to whoever serves them.

pub(crate) mod event;
mod files;
mod known;
mod link;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

pub(crate) use smolchat_peer::bind;
use smolchat_peer::{Endpoint, Introduction, Kind, Link, OwnKey, Unreachable};

pub(crate) use event::{LinkId, PeerEvent, WINDOW};
use files::ServeFiles;
use known::Ways;
#[cfg(test)]
pub(crate) use link::BURST;
use link::Links;

/// Tells the event loop. Never blocks. False once the loop has ended, and nobody is left to tell.
pub(crate) type Tell = Arc<dyn Fn(PeerEvent) -> bool + Send + Sync>;

/// What all threads of this room share.
struct Shared {
    /// `None` for a client that has no key.
    endpoint: Option<Endpoint>,
    links: Links,
    ways: Ways,
    files: Mutex<Option<ServeFiles>>,
    next_link: AtomicU64,
    tell: Tell,
}

/// The links with peers, as the event loop holds them.
#[derive(Debug)]
pub(crate) struct Peers {
    shared: Arc<Shared>,
}

impl Peers {
    /// No links yet; `me` is the user of this client. Without a key there is never any.
    pub(crate) fn new(me: &str, own: Option<OwnKey>, tell: Tell) -> Self {
        let shared = Shared {
            endpoint: own.map(|own| Endpoint::new(me, own)),
            links: Links::default(),
            ways: Ways::default(),
            files: Mutex::default(),
            next_link: AtomicU64::new(0),
            tell,
        };
        Peers { shared: Arc::new(shared) }
    }

    /// Hears peers out on the listener's port from now on.
    pub(crate) fn listen(&self, listener: TcpListener) -> io::Result<()> {
        let Some(endpoint) = &self.shared.endpoint else { return Ok(()) };
        let shared = self.shared.clone();
        endpoint.listen(listener, move |link| shared.serve(link))
    }

    /// The introduced user may come. `addresses` are where it may be called later.
    pub(crate) fn expect(&self, peer: Introduction, addresses: Vec<SocketAddr>) {
        self.shared.ways.note(&peer.user, addresses);
        if let Some(endpoint) = &self.shared.endpoint {
            endpoint.expect(peer);
        }
    }

    /// From now on no link is made with this user, but for talk that we call for. Those for files
    /// are cut. Talk that stands goes on.
    pub(crate) fn refuse(&self, user: &str) {
        self.shared.ways.forget(user);
        if let Some(endpoint) = &self.shared.endpoint {
            endpoint.refuse(user);
        }
    }

    /// Links are made with this user again.
    pub(crate) fn admit(&self, user: &str) {
        if let Some(endpoint) = &self.shared.endpoint {
            endpoint.admit(user);
        }
    }

    /// Connects to the introduced user at the first of `addresses` that it proves to be at.
    pub(crate) fn dial(&self, kind: Kind, peer: Introduction, addresses: Vec<SocketAddr>) {
        let shared = self.shared.clone();
        let user = peer.user.clone();
        let run = move || match shared.dial(kind, &peer, &addresses) {
            Ok(link) => shared.serve(link),
            Err(why) => _ = shared.tell(PeerEvent::Unreachable { user: peer.user, kind, why }),
        };
        if thread::Builder::new().name("peer call".into()).spawn(run).is_err() {
            let why = Unreachable::NoAnswer;
            self.shared.tell(PeerEvent::Unreachable { user, kind, why });
        }
    }

    /// Says a line to a peer. False if the peer reads too slowly to take it.
    pub(crate) fn say(&self, link: LinkId, line: String) -> bool {
        self.shared.links.send(link, line)
    }

    /// Ends a link once what was said is out.
    pub(crate) fn finish(&self, link: LinkId) {
        self.shared.links.finish(link);
    }

    /// Cuts a link.
    pub(crate) fn close(&self, link: LinkId) {
        self.shared.links.close(link);
    }

    /// So many of the lines of a link were dealt with.
    pub(crate) fn take_lines(&self, link: LinkId, count: usize) {
        self.shared.links.take_lines(link, count);
    }

    /// Lets go of every link once what was said is out, but waits no longer than until `deadline`.
    pub(crate) fn finish_all(&self, deadline: Instant) {
        self.shared.links.finish_all(deadline);
    }
}

impl Shared {
    fn new_link(&self) -> LinkId {
        LinkId(self.next_link.fetch_add(1, Ordering::Relaxed))
    }

    fn dial(
        &self,
        kind: Kind,
        peer: &Introduction,
        addresses: &[SocketAddr],
    ) -> Result<Link, Unreachable> {
        let endpoint = self.endpoint.as_ref().ok_or(Unreachable::NoAnswer)?;
        endpoint.dial(kind, peer, addresses)
    }

    /// Does with a link what it is for, as long as it is.
    fn serve(&self, link: Link) {
        let _open = self.ways.open(&link);
        match link.kind() {
            Kind::Talk => {
                let user = link.user().to_owned();
                if link::serve(self, link).is_err() {
                    let (kind, why) = (Kind::Talk, Unreachable::NoAnswer);
                    self.tell(PeerEvent::Unreachable { user, kind, why });
                }
            }
            Kind::Files => {
                let files = self.files.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let Some(files) = files else { return };
                let (user, key, by_us) = (link.user().to_owned(), *link.key(), link.is_caller());
                self.tell(PeerEvent::Serving { user, key, by_us });
                files(link);
            }
        }
    }

    /// Whether anybody was there to be told.
    fn tell(&self, event: PeerEvent) -> bool {
        (self.tell)(event)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("links", &self.links).finish_non_exhaustive()
    }
}
