//! How far an own message has come: the value that receipts keep and that is shown.
//! Knows nobody.

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    /// The server answers for it.
    Accepted,
    /// It outlives a restart of the server.
    Stored,
    /// Its receiver has acknowledged it.
    Delivered,
    /// Its receiver did not fetch it in time; it is gone.
    Expired,
}
