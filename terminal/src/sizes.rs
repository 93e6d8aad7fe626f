//! How much memory a terminal is lent. Knows no terminal.

use smolchat_core::arena::{Arena, end_of_slice};
use smolchat_core::carrier::Ring;
use smolchat_core::dialect::DialectKind;
use smolchat_core::protocol::MessageId;
use smolchat_editor::{Editor, Storage};

use crate::errands::{Errand, Errands};
use crate::people::{People, Person};
use crate::screen::STEP;

/// Capacities of one terminal. What is 0 is not there: no history, no search, no undo, no past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of the row that is being typed. A longer line is refused and stays in the row.
    pub row: usize,
    /// Bytes of the text that Ctrl-K and the like removed last.
    pub killed: usize,
    /// Bytes of the lines of the past.
    pub history: usize,
    /// Bytes of a search's pattern.
    pub search: usize,
    /// Bytes of what Ctrl-_ takes back.
    pub undo: usize,
    /// Bytes of the server's lines that are not shown yet: at least its longest line.
    pub heard: usize,
    /// Bytes that are shown and that the transport below has not taken.
    pub screen: usize,
    /// Bytes of requests that the server has not read: at least the longest request.
    pub typed: usize,
    /// Requests without a reply: at least [`Sizes::LEAST`] has.
    pub waiting: usize,
    /// Messages whose delivery is waited for.
    pub sent: usize,
    /// Users that are remembered, for completion, hints and answers: at least the last writer.
    pub people: usize,
    /// Broadcasts of the past that a person is told of at a login.
    pub past: usize,
}

impl Sizes {
    /// The least that works: no history, no ticks.
    pub const LEAST: Sizes = Sizes {
        row: 512,
        killed: 0,
        history: 0,
        search: 0,
        undo: 0,
        heard: DialectKind::Lines.reply_bytes(),
        screen: STEP,
        typed: DialectKind::Lines.request_bytes(),
        waiting: 4,
        sent: 0,
        people: 1,
        past: 0,
    };
    /// For boards.
    pub const SMALL: Sizes = Sizes {
        killed: 128,
        history: 256,
        screen: STEP + 512,
        sent: 4,
        people: 8,
        past: 5,
        ..Sizes::LEAST
    };
    /// For hosts.
    pub const LARGE: Sizes = Sizes {
        row: 4096,
        killed: 1024,
        history: 8192,
        search: 64,
        undo: 1024,
        heard: 2048,
        screen: 4096,
        typed: 1024,
        waiting: 16,
        sent: 16,
        people: 64,
        past: 10,
    };

    /// Whether a terminal works with these.
    pub const fn is_enough(&self) -> bool {
        let least = Sizes::LEAST;
        self.row >= least.row
            && self.heard >= least.heard
            && self.screen >= least.screen
            && self.typed >= least.typed
            && self.waiting >= least.waiting
            && self.people >= least.people
    }

    /// All memory of one terminal beside its state, in bytes.
    pub const fn total(&self) -> usize {
        let bytes = self.row + self.killed + self.history + self.search + self.undo;
        let rings = self.heard + self.screen + self.typed;
        let errands = (self.waiting + self.sent) * size_of::<Errand>();
        let past = 2 * self.past * size_of::<MessageId>();
        bytes + rings + errands + self.people * size_of::<Person>() + past
    }

    /// The end of the memory that a terminal cuts, in bytes, if it begins at `from`: the order of
    /// [`Terminal::new`](crate::Terminal::new).
    pub const fn end(&self, from: usize) -> usize {
        let rows = self.row + self.killed + self.history + self.search + self.undo;
        let bytes = rows + self.heard + self.screen + self.typed;
        let end = end_of_slice::<Errand>(from + bytes, self.waiting);
        let end = end_of_slice::<Errand>(end, self.sent);
        let end = end_of_slice::<Person>(end, self.people);
        end_of_slice::<MessageId>(end, 2 * self.past)
    }

    pub(crate) fn editor<'s>(&self, arena: &mut impl Arena<'s>) -> Editor<'s> {
        Editor::new(Storage {
            line: arena.slice(self.row),
            killed: arena.slice(self.killed),
            history: arena.slice(self.history),
            search: arena.slice(self.search),
            undo: arena.slice(self.undo),
        })
    }

    pub(crate) fn people<'s>(&self, arena: &mut impl Arena<'s>) -> People<'s> {
        People::new(arena.slice(self.people))
    }

    /// Numbers of broadcasts: of those that are told of, and as many that came meanwhile.
    pub(crate) fn past<'s>(&self, arena: &mut impl Arena<'s>) -> &'s mut [MessageId] {
        arena.slice(2 * self.past)
    }

    pub(crate) fn ring<'s>(bytes: usize, arena: &mut impl Arena<'s>) -> Ring<'s> {
        Ring::new(arena.slice(bytes))
    }

    pub(crate) fn errands<'s>(&self, arena: &mut impl Arena<'s>) -> Errands<'s> {
        Errands::new(arena.slice(self.waiting), arena.slice(self.sent))
    }
}
