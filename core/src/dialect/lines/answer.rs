//! Answers as lines: as many names as fit on a line, or one figure, form or event a line.
//! Knows no cursor: whoever has the items hands them on.

use super::event::emit as emit_event;
use super::reply::{emit as emit_reply, emit_last, mark_continued};
use super::{LINE_MAX, LineWriter};
use crate::protocol::{Item, Reply};

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

    /// Another line of the same answer follows.
    pub(in crate::dialect) fn mark_continued(&mut self) {
        mark_continued(self.line);
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
