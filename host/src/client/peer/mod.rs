//! Direct connections between clients: the listener, calls, and what is said on them. Threads that
//! tell the event loop what happens and never decide anything. Knows nothing of conversations.

mod dial;
pub(crate) mod event;
mod expectations;
mod handshake;
mod link;
mod listener;
mod stream;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use smolchat_core::protocol::Token;

use super::wake::Events;
pub(crate) use event::{LinkId, PeerEvent};
use expectations::Expectations;
use link::Links;
pub(crate) use listener::bind;

/// What all threads of this room share.
#[derive(Debug)]
struct Shared {
    /// The user of this client.
    me: String,
    expectations: Expectations,
    links: Links,
    next_link: AtomicU64,
}

/// The peers' connections, as the event loop holds them.
#[derive(Debug)]
pub(crate) struct Peers {
    shared: Arc<Shared>,
    events: Events,
}

impl Peers {
    /// No connections yet; `me` is the user of this client.
    pub(crate) fn new(me: String, events: Events) -> Self {
        let shared = Shared {
            me,
            expectations: Expectations::default(),
            links: Links::default(),
            next_link: AtomicU64::new(0),
        };
        Peers { shared: Arc::new(shared), events }
    }

    /// Hears peers out on the listener's port from now on.
    pub(crate) fn listen(&self, listener: std::net::TcpListener) -> io::Result<()> {
        listener::spawn(listener, self.shared.clone(), self.events.clone())
    }

    /// `user` may come and prove `token`.
    pub(crate) fn expect(&self, user: String, token: Token) {
        self.shared.expectations.insert(Instant::now(), user, token);
    }

    /// Connects to `user` at the first of `addresses` whose host proves to be that user's client.
    pub(crate) fn dial(&self, user: String, token: Token, addresses: Vec<SocketAddr>) {
        dial::spawn(
            dial::Call { user, token, addresses },
            self.shared.clone(),
            self.events.clone(),
        );
    }

    /// Says a text to a peer. False if the peer reads too slowly to take it.
    pub(crate) fn say(&self, link: LinkId, text: &str) -> bool {
        self.shared.links.send(link, format!("text {text}\n"))
    }

    /// Tells the peer that the conversation is over, and closes once that is out.
    pub(crate) fn stop(&self, link: LinkId) {
        self.shared.links.send(link, "stop\n".to_owned());
        self.shared.links.finish(link);
    }

    /// Closes at once.
    pub(crate) fn close(&self, link: LinkId) {
        self.shared.links.close(link);
    }

    /// The lines handed out were dealt with; the next ones may come.
    pub(crate) fn next_lines(&self, link: LinkId) {
        self.shared.links.next_lines(link);
    }

    /// Lets go of every connection once what was said is out, but waits no longer than until
    /// `deadline`.
    pub(crate) fn finish_all(&self, deadline: Instant) {
        self.shared.links.finish_all(deadline);
    }
}

impl Shared {
    fn new_link(&self) -> LinkId {
        LinkId(self.next_link.fetch_add(1, Ordering::Relaxed))
    }
}
