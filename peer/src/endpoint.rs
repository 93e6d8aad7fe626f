//! A client among clients: its name, its key, whom it expects. Whatever makes links begins here.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Instant;

use crate::dial::{self, Unreachable};
use crate::introduction::Introduction;
use crate::kind::Kind;
use crate::link::Link;
use crate::own_key::OwnKey;
use crate::shared::Shared;
use crate::{PublicKey, listener};

/// A client among clients. Clones are the same client.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(crate) shared: Arc<Shared>,
}

impl Endpoint {
    /// The client of the user `name`, who owns the key.
    pub fn new(name: &str, own: OwnKey) -> Self {
        Endpoint { shared: Arc::new(Shared::new(name, own)) }
    }

    /// The key that peers are to demand.
    pub fn public_key(&self) -> &PublicKey {
        self.shared.own.public()
    }

    /// The introduced user may come within 30 seconds and be linked once.
    pub fn expect(&self, introduction: Introduction) {
        self.shared.expectations.insert(Instant::now(), introduction);
    }

    /// From now on the user makes no link with this client, and none for files is made with the
    /// user. Those for files that stand are cut, and what they, or talk, gave for further ones is
    /// forgotten. Talk that stands goes on.
    pub fn refuse(&self, user: &str) {
        self.shared.guests.refuse(user);
        self.shared.expectations.forget(user);
    }

    /// The user may be expected again.
    pub fn admit(&self, user: &str) {
        self.shared.guests.admit(user);
    }

    /// Hears connections out from now on, in threads of their own. `serve` is called with each link
    /// in its thread, and may stay as long as the link.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub fn listen(
        &self,
        listener: TcpListener,
        serve: impl Fn(Link) + Send + Sync + 'static,
    ) -> io::Result<()> {
        listener::spawn(listener, self.shared.clone(), Arc::new(serve))
    }

    /// A link with the introduced user, at the first of the addresses where that user is. Blocks,
    /// for some 30 seconds at most.
    ///
    /// # Errors
    /// The user is at none of them.
    pub fn dial(
        &self,
        kind: Kind,
        introduction: &Introduction,
        addresses: &[SocketAddr],
    ) -> Result<Link, Unreachable> {
        dial::dial(&self.shared, kind, introduction, addresses)
    }
}
