//! The naive chat's last broadcasts.

use super::{Answer, Millis, Naive, Place, User};

/// The bytes of a piece, and how many pieces a broadcast takes at least.
const PIECE: usize = 36;
const PIECES: usize = 2;

/// A broadcast that was said.
#[derive(Debug)]
pub(super) struct Past {
    from: User,
    at: Millis,
    text: String,
}

impl Past {
    pub(super) fn from(&self) -> User {
        self.from
    }

    fn pieces(&self) -> usize {
        self.text.len().div_ceil(PIECE).max(PIECES)
    }
}

impl Naive {
    /// Adds a broadcast, for which others make room.
    pub(super) fn remember(&mut self, at: Millis, id: u64, from: User, text: String) {
        let (past, room) = (Past { from, at, text }, PIECES * self.shape.capacities.history);
        if past.pieces() > room {
            return;
        }
        while self.history.values().map(Past::pieces).sum::<usize>() + past.pieces() > room {
            let held = |user: User| -> usize {
                self.history.values().filter(|past| past.from == user).map(Past::pieces).sum()
            };
            let (&oldest, first) = self.history.first_key_value().expect("it is full");
            let own = self.history.iter().find(|(_, past)| past.from == from);
            let gone = match own {
                Some((&own, _))
                    if held(from) + past.pieces() > room / 4 && held(from) >= held(first.from) =>
                {
                    own
                }
                _ => oldest,
            };
            self.history.remove(&gone);
        }
        self.history.insert(id, past);
    }

    /// How many broadcasts there are.
    pub(super) fn remembered(&self) -> usize {
        self.history.len()
    }

    /// Begins to tell `reader` the last `count`.
    pub(super) fn begin_history(&self, reader: User, count: Option<u32>) -> Answer {
        let most = count.map_or(usize::MAX, |count| count as usize);
        let told = self.history.iter().rev().filter(|(_, past)| self.is_told(reader, past));
        let first = told.take(most).last().map_or(self.next_id, |(&id, _)| id);
        Answer::History(first, self.next_id, 0)
    }

    fn is_told(&self, reader: User, past: &Past) -> bool {
        !self.blocks.contains(&(reader, past.from))
    }

    /// The next line, and how the answer goes on.
    pub(super) fn history_line(
        &self,
        now: Millis,
        place: Place,
        (next, end, told): (u64, u64, usize),
    ) -> Option<(String, Option<Answer>)> {
        let reader = self.user_of(place)?;
        let mut rest = self.history.range(next..end.max(next));
        let Some((id, past)) = rest.find(|(_, past)| self.is_told(reader, past)) else {
            return Some((format!("218 {told} broadcasts"), None));
        };
        let (from, age) = (&self.accounts[past.from].name, (now - past.at) / 1000);
        let line = format!("218-{id} {from} {age} {}", past.text);
        Some((line, Some(Answer::History(id + 1, end, told + 1))))
    }
}
