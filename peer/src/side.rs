//! The two sides of a link: who has called, and who was called.

/// Which side a client is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Connector,
    Listener,
}
