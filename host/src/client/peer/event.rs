//! What happens on peers' connections, as values.

/// A peer's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LinkId(pub(crate) u64);

/// What happens on peers' connections.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PeerEvent {
    /// A connection stands, and the peer is proven to be this user.
    Connected {
        /// The connection.
        link: LinkId,
        /// The peer.
        user: String,
        /// Whether we connected.
        by_us: bool,
    },
    /// None of the user's addresses led to a proven peer.
    Unreachable {
        /// The peer.
        user: String,
    },
    /// The peer said something. The next lines come after
    /// [`Peers::next_lines`](super::Peers::next_lines).
    Lines {
        /// The connection.
        link: LinkId,
        /// What was said.
        lines: Vec<String>,
    },
    /// The connection is gone.
    Closed {
        /// The connection.
        link: LinkId,
    },
    /// The peer reads too slowly; the last line was not sent.
    Stalled {
        /// The connection.
        link: LinkId,
    },
}
