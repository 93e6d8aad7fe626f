//! What was said, by others and by this user, as values. Knows no words for it.

use super::progress::Progress;

/// To whom something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// To everybody online.
    All,
    /// To this user, through the server.
    Direct,
    /// To this user, straight from client to client.
    Private,
}

/// Something that a user said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The user.
    pub(crate) from: String,
    /// To whom.
    pub(crate) channel: Channel,
    /// The text.
    pub(crate) text: String,
    /// Seconds since it was said.
    pub(crate) age: u32,
}

/// How far a message of this user has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// How far.
    pub(crate) progress: Progress,
    /// The receiver; none for a broadcast.
    pub(crate) to: Option<String>,
    /// What was said.
    pub(crate) text: String,
}

/// A message as its sender knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnMessage {
    /// The receiver; none for a broadcast.
    pub(crate) to: Option<String>,
    /// What was said.
    pub(crate) text: String,
    /// Counts what was said in this run.
    pub(crate) number: u64,
}
