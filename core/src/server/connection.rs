//! One connection as the server sees it: its dialect, its unfinished answer, how it ends.
//! Knows no transport.

use super::urgent::Urgent;
#[cfg(feature = "operator")]
use crate::chat::{UserId, Wait};
use crate::command::Answer;
use crate::dialect::{Dialect, DialectKind};
use crate::protocol::CloseReason;

/// A connection's own memory.
#[derive(Debug, Default)]
pub struct Connection {
    pub(super) dialect: Dialect,
    /// The first line, until it is out.
    pub(super) greeting: Option<Greeting>,
    /// An answer with items to come. No request is read before they are out.
    pub(super) answer: Option<Answer>,
    /// A part of the answer is out.
    pub(super) is_answer_begun: bool,
    /// The next request waits: for the OK to earlier messages, for a turn at the store, for a sign
    /// of life of the user's older connection.
    pub(super) waits: bool,
    /// The request that waits was done, and only its reply is to come.
    pub(super) reply_only: bool,
    /// Its login by its carrier was counted when the password was checked.
    pub(super) is_login_counted: bool,
    /// The user that its peer has proved to be, as its carrier was told.
    #[cfg(feature = "operator")]
    pub(super) proven: Option<UserId>,
    /// The last line.
    pub(super) close_reason: Option<CloseReason>,
    /// Bytes written, wrapping.
    pub(super) written: u32,
    /// What comes before its lines.
    pub(super) urgent: Urgent,
}

impl Connection {
    /// A new connection that speaks a dialect of this kind.
    pub(super) fn new(dialect: DialectKind) -> Self {
        Connection { dialect: Dialect::new(dialect), ..Connection::default() }
    }
}

/// The first line of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greeting {
    /// Come in.
    Ready,
    /// No room.
    Full,
    /// An operator keeps its address out.
    #[cfg(feature = "operator")]
    Banned(Wait),
}
