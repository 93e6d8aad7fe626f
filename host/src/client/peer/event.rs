//! What happens on links with peers, as values.

use smolchat_peer::{Kind, PublicKey, Unreachable};

/// Texts without an acknowledgement; no more are sent until one comes (docs/PEERS.md).
pub(crate) const WINDOW: usize = 1024;

/// A link with a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LinkId(pub(crate) u64);

/// What happens on links with peers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PeerEvent {
    /// A link for talk stands, and the peer is proven to be this user.
    Connected {
        /// The link.
        link: LinkId,
        /// The peer.
        user: String,
        /// The key that it has proven.
        key: PublicKey,
        /// Whether we connected.
        by_us: bool,
    },
    /// A link for files stands with this user, who is proven.
    Serving {
        /// The peer.
        user: String,
        /// The key that it has proven.
        key: PublicKey,
        /// Whether we connected.
        by_us: bool,
    },
    /// None of the user's addresses led to a proven peer.
    Unreachable {
        /// The peer.
        user: String,
        /// What the link was to be for.
        kind: Kind,
        /// Why there is none.
        why: Unreachable,
    },
    /// The peer said something.
    Lines {
        /// The link.
        link: LinkId,
        /// What was said. Tell by [`Peers::take_lines`](super::Peers::take_lines) how many were
        /// dealt with.
        lines: Vec<String>,
    },
    /// The link is gone.
    Closed {
        /// The link.
        link: LinkId,
    },
    /// The peer reads too slowly; the last line was not sent.
    Stalled {
        /// The link.
        link: LinkId,
    },
}
