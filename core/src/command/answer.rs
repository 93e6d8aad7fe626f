//! Answers that take more than one line: a cursor each, from which the server draws line after line as there is room.
//! Touches ids and forms only; each kind's lines are written by its own command.

use crate::chat::{ConnectionId, UserId};
use crate::time::Instant;
use crate::wire::{RequestForm, Token};

/// A cursor into an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `whoelse`.
    UsersOnline(NamesCursor),
    /// `whoelsesince`.
    UsersSince {
        /// Sessions that ended before are not told.
        since: Instant,
        /// How far the list is.
        cursor: NamesCursor,
    },
    /// `help`: from this row of the requests on.
    Help {
        /// The next row.
        next: usize,
    },
    /// `help command`.
    HelpOn {
        /// The one row.
        form: &'static RequestForm,
    },
    /// `status`: from this figure on.
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
        /// What both sides prove to each other.
        token: Token,
    },
}

/// What a cursor gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A line, and the answer goes on there.
    Line(Answer),
    /// The last line.
    Last,
    /// Nothing yet: so much was looked through that others get their turn first.
    Later(Answer),
    /// Nothing any more.
    Nothing,
}

/// Where an answer that lists users stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NamesCursor {
    /// The next row of the users to look at.
    pub(super) next: usize,
    /// Whether the first line is out.
    pub(super) begun: bool,
}
