//! Lines for the server that are not on their way: typed while it was away or faster than it
//! answers, or sent once and never answered. They leave in the order in which they were typed.

use std::collections::VecDeque;

use super::requests::{Pending, Sent};

/// Lines kept at most. Lines that were sent and never answered are kept beside them; their number
/// is bounded by how many may be on their way.
const CAPACITY: usize = 100;

/// No further line is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// Lines that wait.
#[derive(Debug, Default)]
pub(crate) struct Outbox(VecDeque<Sent>);

impl Outbox {
    /// Keeps a line behind all others.
    pub(crate) fn push(&mut self, line: Sent) -> Result<(), Full> {
        if self.0.len() >= CAPACITY {
            return Err(Full);
        }
        self.0.push_back(line);
        Ok(())
    }

    /// Keeps lines that were sent and not answered, before all others.
    pub(crate) fn push_unanswered(&mut self, lines: Vec<Sent>) {
        lines.into_iter().rev().for_each(|line| self.0.push_front(line));
    }

    /// The next line to send.
    pub(crate) fn pop(&mut self) -> Option<Sent> {
        self.0.pop_front()
    }

    /// The next line to send, if it may go.
    pub(crate) fn pop_if(&mut self, may_go: impl FnOnce(&Sent) -> bool) -> Option<Sent> {
        self.0.pop_front_if(|next| may_go(next))
    }

    /// Waiting messages, as they will be sent, and whether each may have arrived before.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (&str, bool)> {
        let messages = self.0.iter().filter(|sent| matches!(sent.pending, Pending::Message(_)));
        messages.map(|sent| (&*sent.line, sent.may_be_there))
    }

    /// Lines that wait.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether [`push`](Self::push) would be refused.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= CAPACITY
    }
}

/// What happens to a request whose connection was lost before its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Sent again: doing it twice is harmless, or it is a message, which should rather arrive twice
    /// than never.
    SentAgain,
    /// Its line is told to the user as lost: done twice, its answer would mislead.
    Lost,
    /// It was never to be sent: the client's own answer is shown now.
    Shown,
    /// The client itself sends it with every login, or when it is due.
    Forgotten,
}

/// What becomes of `pending`.
pub(crate) fn fate(pending: &Pending) -> Fate {
    match pending {
        Pending::Message(_)
        | Pending::Repeatable
        | Pending::Turn { .. }
        | Pending::Files
        | Pending::Search { .. } => Fate::SentAgain,
        Pending::StartPrivate(_) | Pending::ChangePassword { .. } | Pending::Other => Fate::Lost,
        Pending::LocalAnswer(_) => Fate::Shown,
        Pending::AcknowledgementsOn
        | Pending::ReceiptsOn
        | Pending::Acknowledge
        | Pending::Guess { .. }
        | Pending::Announce
        | Pending::Register
        | Pending::Blocks
        | Pending::Greeting
        | Pending::Gap
        | Pending::History
        | Pending::Active
        | Pending::Holders(_)
        | Pending::Tell(_)
        | Pending::FilePeer(_)
        | Pending::Login
        | Pending::Logout => Fate::Forgotten,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Sent {
        Sent::new(Pending::Repeatable, text.into())
    }

    fn all(outbox: &mut Outbox) -> Vec<String> {
        std::iter::from_fn(|| outbox.pop()).map(|sent| sent.line).collect()
    }

    #[test]
    fn what_was_never_answered_goes_before_what_was_typed_since() {
        let mut outbox = Outbox::default();
        outbox.push(line("three")).unwrap();
        outbox.push_unanswered(vec![line("one"), line("two")]);
        outbox.push(line("four")).unwrap();
        assert_eq!(all(&mut outbox), ["one", "two", "three", "four"]);
        assert!(outbox.is_empty());
    }

    #[test]
    fn a_full_outbox_is_told_and_sending_helps() {
        let mut outbox = Outbox::default();
        for _ in 0..CAPACITY {
            assert!(!outbox.is_full());
            outbox.push(line("ping")).unwrap();
        }
        assert!(outbox.is_full());
        assert_eq!(outbox.push(line("ping")), Err(Full));
        outbox.pop();
        assert_eq!(outbox.push(line("ping")), Ok(()));
    }
}
