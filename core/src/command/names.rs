//! Lists of users: as many names as fit on a line, then the next line.
//! Touches the users. The command chooses which of them are listed.

use super::answer::{Answer, NamesCursor, Step};
use crate::chat::{Chat, UserId};
use crate::dialect::lines::{LineWriter, emit_last, emit_reply, mark_continued};
use crate::protocol::Reply;

/// Rows of the users that one step looks at. Only on the largest servers others get their turn in
/// between.
const ROWS: usize = 4096;

/// Writes the next line of a list of users. The first line begins with the rule's text, and each
/// line is a list of its own. A function of its own, so that its long loop shares its registers
/// with nothing else.
#[inline(never)]
pub(super) fn names_line(
    chat: &Chat<'_>,
    head: Reply<'_>,
    cursor: NamesCursor,
    line: &mut LineWriter,
    mut listed: impl FnMut(UserId) -> bool,
) -> NamesStep {
    match cursor.begun {
        true => emit_last(head.code(), line),
        false => emit_reply(&head, line),
    }
    let (start, end) = (line.len(), chat.accounts().min(cursor.next + ROWS));
    for row in cursor.next..end {
        let Some(user) = chat.nth_account(row).filter(|&user| listed(user)) else { continue };
        let (name, separator) = (chat.name(user), if line.len() > start { ", " } else { "" });
        if separator.len() + name.len() > line.room() {
            mark_continued(line);
            return NamesStep::Line(NamesCursor { next: row, begun: true });
        }
        line.push_str(separator);
        line.push_str(name);
    }
    if end == chat.accounts() {
        return NamesStep::Last;
    }
    let cursor = NamesCursor { next: end, begun: cursor.begun || line.len() > start };
    if line.len() == start {
        return NamesStep::Yield(cursor);
    }
    mark_continued(line);
    NamesStep::Line(cursor)
}

/// A [`Step`] of a list of users, whichever list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamesStep {
    /// A line, and the list goes on.
    Line(NamesCursor),
    /// The last line.
    Last,
    /// Nothing to tell in these rows.
    Yield(NamesCursor),
}

impl NamesStep {
    /// The step of the answer; `goes_on` makes the answer from a cursor.
    pub(super) fn of(self, goes_on: impl Fn(NamesCursor) -> Answer) -> Step {
        match self {
            NamesStep::Line(cursor) => Step::Line(goes_on(cursor)),
            NamesStep::Last => Step::Last,
            NamesStep::Yield(cursor) => Step::Yield(goes_on(cursor)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::testing::chat_of;
    use crate::dialect::lines::{LINE_MAX, ReplyLine};

    /// The lines of a list of those of `count` users that `listed` picks, and how often others got
    /// their turn.
    fn lines(count: usize, listed: impl Fn(UserId) -> bool) -> (Vec<String>, usize) {
        let chat = chat_of(count);
        let (mut cursor, mut lines, mut turns) = (NamesCursor::default(), Vec::new(), 0);
        loop {
            let mut line = LineWriter::new();
            let step =
                names_line(&chat, Reply::UsersOnline { users: "" }, cursor, &mut line, &listed);
            match step {
                NamesStep::Yield(next) => (cursor, turns) = (next, turns + 1),
                NamesStep::Line(next) => {
                    lines.push(line.as_str().to_owned());
                    cursor = next;
                }
                NamesStep::Last => {
                    lines.push(line.as_str().to_owned());
                    return (lines, turns);
                }
            }
        }
    }

    #[test]
    fn many_rows_without_a_name_give_others_their_turn_and_make_no_line() {
        let last = 2 * ROWS;
        let (lines, turns) = lines(last + 1, |user| user.index() == last);
        assert_eq!(lines, [format!("210 Users current online: u{last}")]);
        assert_eq!(turns, 2);
    }

    #[test]
    fn a_list_over_several_lines_tells_everybody_once_and_in_order() {
        let count = ROWS + 500;
        let (lines, turns) = lines(count, |_| true);
        let mut told = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            assert!(line.len() <= LINE_MAX);
            let reply = ReplyLine::parse(line).unwrap();
            assert_eq!((reply.code, reply.last), (210, number + 1 == lines.len()));
            let text = reply.text.strip_prefix("Users current online: ");
            assert_eq!(text.is_some(), number == 0, "only the first line has the rule's text");
            told.extend(text.unwrap_or(reply.text).split(", ").map(str::to_owned));
        }
        assert_eq!(turns, 0, "every step had names to tell");
        assert_eq!(told, (0..count).map(|number| format!("u{number}")).collect::<Vec<_>>());
    }
}
