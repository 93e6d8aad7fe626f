//! Who blocks whom, as far as those who listen can know: what must not come, and what must not be
//! refused. Users are numbers.

use super::records::Records;
use crate::ledger::Sent;

impl Records {
    /// A message of this number came from somebody.
    ///
    /// # Errors
    /// It was accepted when its receiver blocked its sender.
    pub(super) fn check_block(&self, to: usize, id: u64, from: usize) -> Result<(), String> {
        match self.blocks.get(&(to, from)) {
            Some(since) if *since <= id => {
                Err(format!("{to} has blocked {from} before number {id}, which came all the same"))
            }
            _ => Ok(()),
        }
    }

    /// A block is asked for.
    pub(super) fn blocking(&mut self, blocker: usize, blocked: usize) {
        self.possible_blocks.insert((blocker, blocked), None);
    }

    /// Whoever `blocker` may block.
    pub(super) fn possibly_blocked_by(&self, blocker: usize) -> impl Iterator<Item = usize> {
        let pairs = self.possible_blocks.iter().filter(|(_, until)| until.is_none());
        pairs.filter(move |((by, _), _)| *by == blocker).map(|((_, whom), _)| *whom)
    }

    /// Whoever `blocker` certainly blocks.
    pub(super) fn blocked_by(&self, blocker: usize) -> impl Iterator<Item = usize> {
        self.blocks.keys().filter(move |(by, _)| *by == blocker).map(|(_, whom)| *whom)
    }

    /// Whether `blocker` may ever have blocked `blocked`.
    pub(super) fn may_block(&self, blocker: usize, blocked: usize) -> bool {
        self.possible_blocks.contains_key(&(blocker, blocked))
    }

    /// The block was certainly taken back.
    pub(super) fn unblocked(&mut self, now: u64, blocker: usize, blocked: usize) {
        if let Some(until) = self.possible_blocks.get_mut(&(blocker, blocked)) {
            until.get_or_insert(now);
        }
    }

    /// A message that was said at `at` was refused since its receiver blocks its sender.
    pub(super) fn check_refusal_by_block(&self, sent: Sent, at: u64) -> Result<(), String> {
        match self.possible_blocks.get(&(sent.to, sent.from)) {
            Some(until) if until.is_none_or(|until| until >= at) => Ok(()),
            _ => Err(format!("{sent:?} was refused because of a block that does not stand")),
        }
    }

    /// The block was confirmed when the next message was to have this number.
    pub(super) fn blocked(&mut self, blocker: usize, blocked: usize, next: u64) {
        self.blocks.entry((blocker, blocked)).or_insert(next);
    }

    /// The block is to be taken back: from now on nothing is certain.
    pub(super) fn unblocking(&mut self, blocker: usize, blocked: usize) {
        self.blocks.remove(&(blocker, blocked));
    }
}
