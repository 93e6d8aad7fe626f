//! A client among clients: its name, its key, whom it expects. Whatever makes links begins here.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Instant;

use crate::dial::{self, Unreachable};
use crate::expectations::Expectations;
use crate::introduction::Introduction;
use crate::kind::Kind;
use crate::link::Link;
use crate::mac::{Parties, Party};
use crate::own_key::OwnKey;
use crate::{PublicKey, listener};

/// A client among clients. Clones are the same client.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub(crate) shared: Arc<Shared>,
}

/// What all threads of this client share.
#[derive(Debug)]
pub(crate) struct Shared {
    name: String,
    pub(crate) own: OwnKey,
    pub(crate) expectations: Expectations,
}

/// Which side a client is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Connector,
    Listener,
}

impl Endpoint {
    /// The client of the user `name`, who owns the key.
    pub fn new(name: &str, own: OwnKey) -> Self {
        let expectations = Expectations::default();
        Endpoint { shared: Arc::new(Shared { name: name.to_owned(), own, expectations }) }
    }

    /// The key that peers are to demand.
    pub fn public_key(&self) -> &PublicKey {
        self.shared.own.public()
    }

    /// The introduced user may come within 30 seconds and be linked once.
    pub fn expect(&self, introduction: Introduction) {
        self.shared.expectations.insert(Instant::now(), introduction);
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

impl Shared {
    /// This client and a peer, by what they do.
    pub(crate) fn parties<'a>(
        &'a self,
        side: Side,
        kind: Kind,
        peer: &'a Introduction,
    ) -> Parties<'a> {
        let own = Party { name: &self.name, key: self.own.public() };
        let peer = Party { name: &peer.user, key: &peer.key };
        match side {
            Side::Connector => Parties { kind, connector: own, listener: peer },
            Side::Listener => Parties { kind, connector: peer, listener: own },
        }
    }
}
