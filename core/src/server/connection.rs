//! One connection as the server sees it: how far its lines are cut, its unfinished answer, how it
//! ends.
//! Touches `dialect::lines::LineCutter` and `command::Answer`.

use crate::command::Answer;
use crate::dialect::lines::LineCutter;
use crate::protocol::CloseReason;

/// A connection's own memory.
#[derive(Debug, Default)]
pub struct Connection {
    pub(super) lines: LineCutter,
    /// The first line, until it is out.
    pub(super) greeting: Option<Greeting>,
    /// An answer with lines to come. No request is read before they are out.
    pub(super) answer: Option<Answer>,
    /// The next request waits for the OK to earlier messages.
    pub(super) waits: bool,
    /// The last line.
    pub(super) close_reason: Option<CloseReason>,
    /// Bytes written, wrapping.
    pub(super) written: u32,
    /// It did not take its last lines in time.
    pub(super) overdue: bool,
}

/// The first line of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greeting {
    /// Come in.
    Ready,
    /// No room.
    Full,
}
