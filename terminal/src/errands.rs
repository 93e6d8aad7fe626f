//! What was asked of the server: requests without a reply, and messages without a receipt.
//! Knows no line and no screen.

use heapless::String;
use smolchat_core::protocol::{MessageId, UserName};

use crate::page::Page;

/// Bytes that remind a sender of a message.
const WORDS: usize = 40;

/// How a message begins, for its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    text: String<WORDS, u8>,
    /// The message goes on.
    is_cut: bool,
}

impl Words {
    /// The beginning of a message.
    pub(crate) fn of(message: &str) -> Self {
        let mut words = Words::default();
        words.is_cut = message.chars().any(|c| words.text.push(c).is_err());
        words
    }

    /// Writes them.
    pub(crate) fn write(&self, page: &mut Page<'_, '_>) {
        page.text(&self.text);
        page.text(if self.is_cut { "…" } else { "" });
    }
}

/// What a request is to its sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nobody typed it, and its reply is not shown.
    #[default]
    Own,
    /// A login of the user.
    Login,
    /// A message to the user, or a broadcast if there is none.
    Said,
    /// Whether there is the user to whom plain text is to go.
    Turn,
    /// Whether the password is right that is to become another one.
    Check,
    /// What was said to all before this person came.
    Past,
    /// Who is online, at a login.
    Online,
    /// Anything else.
    Command,
}

/// A request, as far as its reply or its receipt needs it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errand {
    pub(crate) kind: Kind,
    /// Whom it names.
    pub(crate) user: UserName,
    /// How a message begins.
    pub(crate) words: Words,
    /// The number of its line on the screen.
    pub(crate) number: u32,
    /// The column behind the message where it stands on the screen; 0 if its place is not known.
    pub(crate) column: u16,
    /// The number that the server gave to a message.
    pub(crate) id: MessageId,
}

impl Errand {
    /// A request of this kind that names this user, or nobody.
    pub(crate) fn new(kind: Kind, user: &str) -> Self {
        let user = UserName::try_from(user).unwrap_or_default();
        Errand { kind, user, ..Errand::default() }
    }

    /// A message.
    pub(crate) fn said(to: &str, text: &str, number: u32) -> Self {
        Errand { number, words: Words::of(text), ..Errand::new(Kind::Said, to) }
    }
}

/// Requests without a reply, oldest first, and messages without a receipt.
#[derive(Debug, Default)]
pub(crate) struct Errands<'s> {
    waiting: List<'s>,
    sent: List<'s>,
}

impl<'s> Errands<'s> {
    /// None yet.
    pub(crate) fn new(waiting: &'s mut [Errand], sent: &'s mut [Errand]) -> Self {
        Errands { waiting: List { rows: waiting, len: 0 }, sent: List { rows: sent, len: 0 } }
    }

    /// Forgets all, and overwrites the words.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.sent.clear();
    }

    /// How many more requests may go out.
    pub(crate) fn room(&self) -> usize {
        self.waiting.rows.len() - self.waiting.len
    }

    /// A request goes out. There is room.
    pub(crate) fn push(&mut self, errand: Errand) {
        debug_assert!(self.room() > 0, "the caller looks for room");
        self.waiting.push(errand);
    }

    /// The request whose reply has come.
    pub(crate) fn take_first(&mut self) -> Option<Errand> {
        self.waiting.remove(0)
    }

    /// What the next reply is to.
    pub(crate) fn first(&self) -> Kind {
        self.waiting.rows[..self.waiting.len].first().map_or(Kind::Own, |errand| errand.kind)
    }

    /// Whether what is typed has to wait for a reply: it may mean something else behind it.
    /// `holds_login`: also for that to a login.
    pub(crate) fn hold_keys(&self, holds_login: bool) -> bool {
        let waiting = &self.waiting.rows[..self.waiting.len];
        waiting.iter().any(|errand| match errand.kind {
            Kind::Turn | Kind::Check => true,
            Kind::Login => holds_login,
            _ => false,
        })
    }

    /// A message was accepted. The oldest without a receipt gives way.
    pub(crate) fn keep(&mut self, errand: Errand) {
        if self.sent.len == self.sent.rows.len() {
            self.sent.remove(0);
        }
        self.sent.push(errand);
    }

    /// The message with this number, which is then done with.
    pub(crate) fn take_sent(&mut self, id: MessageId) -> Option<Errand> {
        let at = self.sent.rows[..self.sent.len].iter().position(|errand| errand.id == id)?;
        self.sent.remove(at)
    }
}

/// A list in lent memory. It is short, so taking from its front moves the rest.
#[derive(Debug, Default)]
struct List<'s> {
    rows: &'s mut [Errand],
    len: usize,
}

impl List<'_> {
    fn push(&mut self, errand: Errand) {
        if let Some(row) = self.rows.get_mut(self.len) {
            *row = errand;
            self.len += 1;
        }
    }

    fn remove(&mut self, at: usize) -> Option<Errand> {
        if at >= self.len {
            return None;
        }
        self.rows[at..self.len].rotate_left(1);
        self.len -= 1;
        Some(core::mem::take(&mut self.rows[self.len]))
    }

    fn clear(&mut self) {
        self.rows.fill(Errand::default());
        self.len = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(errands: &Errands<'_>) -> Vec<u64> {
        errands.sent.rows[..errands.sent.len].iter().map(|errand| errand.id.0).collect()
    }

    #[test]
    fn replies_come_in_the_order_of_requests() {
        let (mut waiting, mut sent) = (vec![Errand::default(); 2], vec![]);
        let mut errands = Errands::new(&mut waiting, &mut sent);
        errands.push(Errand::new(Kind::Command, "yoda"));
        errands.push(Errand::new(Kind::Own, ""));
        assert_eq!(errands.room(), 0);
        assert_eq!(errands.take_first().unwrap().user, "yoda");
        assert_eq!((errands.room(), errands.take_first().unwrap().kind), (1, Kind::Own));
        assert!(errands.take_first().is_none());
        errands.keep(Errand::said("yoda", "hi", 1));
        assert!(errands.take_sent(MessageId(0)).is_none(), "there is no memory for it");
    }

    #[test]
    fn the_oldest_message_without_a_receipt_gives_way() {
        let (mut waiting, mut sent) = (vec![], vec![Errand::default(); 2]);
        let mut errands = Errands::new(&mut waiting, &mut sent);
        for id in 1..=3 {
            errands.keep(Errand { id: MessageId(id), ..Errand::said("", "hi", 0) });
        }
        assert_eq!(ids(&errands), [2, 3]);
        assert!(errands.take_sent(MessageId(1)).is_none());
        assert!(errands.take_sent(MessageId(2)).is_some());
        assert_eq!(ids(&errands), [3]);
        errands.clear();
        assert!(ids(&errands).is_empty());
    }

    #[test]
    fn a_long_message_is_known_by_how_it_begins() {
        let words = Errand::said("yoda", &"ü".repeat(30), 1).words;
        assert_eq!((words.text.as_str(), words.is_cut), (&*"ü".repeat(20), true));
        assert!(!Errand::said("yoda", "hi", 1).words.is_cut);
    }
}
