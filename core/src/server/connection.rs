//! One connection as the server sees it: its dialect, its unfinished answer, how it ends.
//! Knows no transport.

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
    /// The next request waits for the OK to earlier messages.
    pub(super) waits: bool,
    /// The last line.
    pub(super) close_reason: Option<CloseReason>,
    /// Bytes written, wrapping.
    pub(super) written: u32,
    /// It did not take its last lines in time.
    pub(super) overdue: bool,
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
}
