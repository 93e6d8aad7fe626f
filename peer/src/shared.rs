//! What all threads of a client among clients share: its name and key, whom it expects, and who is
//! here already.

use crate::cutters::Cutters;
use crate::expectations::Expectations;
use crate::guests::Guests;
use crate::introduction::Introduction;
use crate::kind::Kind;
use crate::mac::{Parties, Party};
use crate::own_key::OwnKey;
use crate::side::Side;

/// What all threads of this client share.
#[derive(Debug)]
pub(crate) struct Shared {
    name: String,
    pub(crate) own: OwnKey,
    pub(crate) expectations: Expectations,
    pub(crate) guests: Guests,
    pub(crate) cutters: Cutters,
}

impl Shared {
    /// The client of the user `name`, who owns the key.
    pub(crate) fn new(name: &str, own: OwnKey) -> Self {
        let (expectations, guests, cutters) = Default::default();
        Shared { name: name.to_owned(), own, expectations, guests, cutters }
    }

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
