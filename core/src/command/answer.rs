//! Answers of more than one line. Each is a cursor, from which the server draws line after line
//! while there is room.
//! Touches ids and forms only; each command writes the lines of its own answers.

use crate::chat::{ConnectionId, UserId};
use crate::protocol::{RequestForm, Token};
use crate::time::Instant;

/// A cursor into an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// `whoelse`.
    UsersOnline(NamesCursor),
    /// `whoelsesince`.
    UsersSince {
        /// Sessions that ended before are not told.
        since: Instant,
        /// How far the list is.
        cursor: NamesCursor,
    },
    /// `help`, from this row of the requests on.
    Help {
        /// The next row.
        next: usize,
    },
    /// `help command`.
    HelpOn {
        /// The one row.
        form: &'static RequestForm,
    },
    /// `status`, from this figure on.
    Status {
        /// The next figure.
        next: usize,
    },
    /// `startprivate`: the event behind the reply.
    Introduced {
        /// The peer's connection.
        peer: ConnectionId,
        /// The peer.
        user: UserId,
        /// The token that both sides prove to each other.
        token: Token,
    },
}

/// The result of one step of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A line; the answer goes on at this cursor.
    Line(Answer),
    /// The last line.
    Last,
    /// Nothing yet. The step looked through so much that others get their turn first.
    Yield(Answer),
    /// Nothing more.
    Nothing,
}

/// The place of an answer that lists users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamesCursor {
    /// The next row of the users to look at.
    pub(super) next: usize,
    /// Whether the first line is out.
    pub(super) begun: bool,
}
