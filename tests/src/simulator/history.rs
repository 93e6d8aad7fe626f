//! What a person is told of the last broadcasts: each was said by the user it names, is told once
//! and in order, and is of nobody whom the person blocks. What is missing was never promised, but
//! for the newest: it is there until another one comes.

use smolchat_core::dialect::lines::parse_history;

use super::attack::is_attackers;
use super::talk::{Scene, number};

/// When the store has a broadcast at the latest, in milliseconds: the server tells it every five
/// seconds.
const STORED: u64 = 10_000;

/// The broadcast after which none was sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Newest {
    /// There may be a newer one.
    #[default]
    Unknown,
    /// Its number, its sender, and when that heard of it. Whatever comes into a history is in it
    /// until another one comes.
    Accepted(u64, usize, u64),
}

impl Newest {
    /// The number and the sender of the one that the history tells until another one comes.
    pub(super) fn remembered(self) -> Option<(u64, usize)> {
        match self {
            Newest::Accepted(id, from, _) => Some((id, from)),
            Newest::Unknown => None,
        }
    }

    /// The power is gone. A store that `refused` may have dropped the history.
    pub(super) fn power_lost(&mut self, now: u64, refused: bool) {
        let is_stored = matches!(*self, Newest::Accepted(.., at) if at + STORED < now);
        if refused || !is_stored {
            *self = Newest::Unknown;
        }
    }
}

/// What was told so far of one answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past {
    /// What must be told, unless there is a newer one: its number and its sender.
    expected: Option<(u64, usize)>,
    last: u64,
    count: usize,
}

impl Past {
    /// Nothing was told yet.
    pub(super) fn new(expected: Option<(u64, usize)>) -> Self {
        Past { expected, last: 0, count: 0 }
    }

    /// A line that is not the last.
    ///
    /// # Errors
    /// It cannot be.
    pub(super) fn hear(
        &mut self,
        reader: usize,
        line: &str,
        scene: &Scene<'_>,
    ) -> Result<(), String> {
        let Some((id, from, _, text)) = parse_history(line) else {
            return Err(format!("no broadcast: {line}"));
        };
        if id.0 <= self.last {
            return Err(format!("{line} comes behind {}", self.last));
        }
        (self.last, self.count) = (id.0, self.count + 1);
        match is_attackers(from) {
            true => Ok(()),
            false => scene.records.remembered(reader, id.0, number(from)?, text),
        }
    }

    /// The last line.
    ///
    /// # Errors
    /// It counts others than were told, or the newest is missing.
    pub(super) fn end(self, reader: usize, line: &str, scene: &Scene<'_>) -> Result<(), String> {
        if let Some((id, from)) = self.expected
            && self.last < id
            && !scene.records.may_block(reader, from)
        {
            return Err(format!("the history has forgotten number {id} of {from}: {line}"));
        }
        match line == format!("{} broadcasts", self.count) {
            true => Ok(()),
            false => Err(format!("{line} behind {} of them", self.count)),
        }
    }
}
