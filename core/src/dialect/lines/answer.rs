//! Answers as lines: as many names as fit on a line, or one figure, form or event a line.
//! Knows no cursor: whoever has the items hands them on.

use super::event::{emit as emit_event, emit_said, said};
use super::files::emit_file;
use super::reply::{emit as emit_reply, emit_last, mark_continued};
use super::{LINE_MAX, LineWriter};
use crate::protocol::{Item, MessageId, Reply, key_text};

/// A line of an answer, which is filled with items.
#[derive(Debug)]
pub(crate) struct Packer<'w> {
    line: &'w mut LineWriter,
    /// Where the first item begins.
    start: usize,
}

impl<'w> Packer<'w> {
    /// Begins a line. The first line of an answer has the words of `head`. The other lines have its
    /// code alone.
    pub(in crate::dialect) fn new(
        head: Option<Reply<'_>>,
        is_begun: bool,
        line: &'w mut LineWriter,
    ) -> Self {
        match head {
            Some(head) if is_begun => emit_last(head.code(), line),
            Some(head) => emit_reply(&head, line),
            None => {}
        }
        let start = line.len();
        Packer { line, start }
    }

    /// Writes the item, if it fits.
    #[inline]
    pub(in crate::dialect) fn push(&mut self, item: Item<'_>) -> bool {
        let (is_first, line) = (self.is_empty(), &mut *self.line);
        match item {
            Item::User(name) => return line.push_listed(name, is_first),
            // Only names share a line.
            _ if !is_first => return false,
            Item::Figure { name, value, of } => emit_figure(name, value, of, line),
            Item::Fingerprint(key) => {
                line.push_str("ssh-key ");
                line.push_str(key);
            }
            Item::Broadcast { id, from, age, text } => {
                emit_said(id, from, age, line);
                line.push_str(text);
            }
            Item::Count(count) => {
                line.push_number(count.into());
                line.push_str(" broadcasts");
            }
            Item::Key(key) => line.push_str(&key_text(key)),
            Item::KeyCount(count) => {
                line.push_number(count.into());
                line.push_str(" keys");
            }
            Item::File { id, size, holders, name } => {
                emit_file(id, size, line);
                line.push_number(holders.into());
                line.push_space();
                line.push_str(name);
            }
            Item::FileCount(count) => {
                line.push_number(count.into());
                line.push_str(" files");
            }
            Item::Holder { id, size, share, user, name } => {
                emit_file(id, size, line);
                line.push_number(share.into());
                line.push_space();
                line.push_str(user);
                line.push_space();
                line.push_str(name);
            }
            #[cfg(feature = "operator")]
            Item::Account { .. } | Item::Ban { .. } | Item::Tally(..) | Item::Place { .. } => {
                super::order::emit_item(&item, line);
            }
            Item::Available => line.push_str("Available"),
            Item::Form(form) => {
                line.push_str(form.form);
                line.push_str(": ");
                line.push_str(form.help);
            }
            Item::Event(event) => emit_event(&event, line),
        }
        debug_assert!(line.len() < LINE_MAX, "an item was cut");
        true
    }

    /// Whether the line has no item yet.
    pub(in crate::dialect) fn is_empty(&self) -> bool {
        self.line.len() == self.start
    }

    /// Ends the line. The last line of an answer tells by itself that it is the last.
    pub(in crate::dialect) fn finish(self, continues: bool) {
        if continues {
            mark_continued(self.line);
        }
    }
}

/// Writes `<name> <value>`, and ` of <limit>` if there is a limit.
fn emit_figure(name: &str, value: u64, of: Option<u64>, line: &mut LineWriter) {
    line.push_str(name);
    line.push_space();
    line.push_number(value);
    if let Some(of) = of {
        line.push_str(" of ");
        line.push_number(of);
    }
}

/// Reads the text of a line of `history` that is not the last: a broadcast's number, its sender,
/// its age in seconds, and what was said.
pub fn parse_history(text: &str) -> Option<(MessageId, &str, u32, &str)> {
    said(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{NAME_MAX, TEXT_MAX};

    #[test]
    fn the_longest_broadcast_fits_in_a_line_and_is_read_again() {
        let (from, text) = ("n".repeat(NAME_MAX), "t".repeat(TEXT_MAX));
        let (id, age) = (MessageId(u64::MAX), u32::MAX);
        let mut line = LineWriter::new();
        let mut packer = Packer::new(Some(Reply::History { broadcast: "" }), true, &mut line);
        assert!(packer.push(Item::Broadcast { id, from: &from, age, text: &text }));
        assert!(!packer.push(Item::Count(1)), "it has a line of its own");
        packer.finish(true);
        let told = line.as_str().strip_prefix("218-").and_then(parse_history);
        assert_eq!(told, Some((id, &*from, age, &*text)));
        assert_eq!(parse_history("1 broadcasts"), None);
    }
}
