//! Lists of users: as many names as fit on a line, then the next line.
//! Touches the users; which of them are listed is the command's choice.

use super::answer::{Answer, NamesCursor, Step};
use crate::chat::{UserId, Users};
use crate::wire::{LineWriter, Reply};

/// Rows of the users that one step looks at: all of them but on the largest servers, where others get their turn in between.
const ROWS: usize = 4096;

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
