//! Answers that take more than one line: a cursor each, from which the server draws line after line as there is room.
//! Touches `chat` and `wire`; each kind's lines are written by its own command.

use super::{help, startprivate, status, whoelse, whoelsesince};
use crate::chat::{Chat, ConnectionId, UserId, Users};
use crate::time::Instant;
use crate::wire::{LineWriter, Reply, RequestForm, Token};

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

impl Answer {
    /// Writes the next line for `connection`.
    pub fn next_line(
        self,
        chat: &Chat<'_>,
        connection: ConnectionId,
        now: Instant,
        line: &mut LineWriter,
    ) -> Step {
        match self {
            Answer::UsersOnline(cursor) => whoelse::next_line(chat, connection, cursor, line),
            Answer::UsersSince { since, cursor } => {
                whoelsesince::next_line(chat, connection, since, cursor, line)
            }
            Answer::Help { next } => help::next_line(next, line),
            Answer::HelpOn { form } => help::only_line(form, line),
            Answer::Status { next } => status::next_line(chat, now, next, line),
            Answer::Introduced { peer, user, token } => {
                startprivate::next_line(chat, peer, user, token, line)
            }
        }
    }
}

/// Rows of the users that one step looks at: all of them but on the largest servers, where others get their turn in between.
const ROWS: usize = 4096;

/// Where an answer that lists users stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NamesCursor {
    /// The next row of the users to look at.
    next: usize,
    /// Whether the first line is out.
    begun: bool,
}

/// Writes the next line of a list of users. The first line begins with the rule's text, each line is a list of its own.
pub(super) fn names_line(
    users: &Users<'_>,
    head: Reply<'_>,
    cursor: NamesCursor,
    line: &mut LineWriter,
    mut listed: impl FnMut(UserId) -> bool,
) -> NamesStep {
    let begin = line.len();
    match cursor.begun {
        true => Reply::emit_last(head.code(), line),
        false => head.emit(line),
    }
    let (start, end) = (line.len(), users.len().min(cursor.next + ROWS));
    for row in cursor.next..end {
        let Some(user) = users.nth(row).filter(|&user| listed(user)) else { continue };
        let (name, separator) = (&users[user].name, if line.len() > start { ", " } else { "" });
        if separator.len() + name.len() > line.room() {
            Reply::mark_continued(begin, line);
            return NamesStep::Line(NamesCursor { next: row, begun: true });
        }
        line.push_str(separator);
        line.push_str(name);
    }
    if end == users.len() {
        return NamesStep::Last;
    }
    let cursor = NamesCursor { next: end, begun: cursor.begun || line.len() > start };
    if line.len() == start {
        return NamesStep::Later(cursor);
    }
    Reply::mark_continued(begin, line);
    NamesStep::Line(cursor)
}

/// A [`Step`] of a list of users, whichever list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamesStep {
    /// A line, and the list goes on.
    Line(NamesCursor),
    /// The last line.
    Last,
    /// Nothing to tell among so many rows.
    Later(NamesCursor),
}

impl NamesStep {
    /// The step of the answer that `goes_on` makes of a cursor.
    pub(super) fn of(self, goes_on: impl Fn(NamesCursor) -> Answer) -> Step {
        match self {
            NamesStep::Line(cursor) => Step::Line(goes_on(cursor)),
            NamesStep::Last => Step::Last,
            NamesStep::Later(cursor) => Step::Later(goes_on(cursor)),
        }
    }
}
