//! Which chunk to ask of whom next.
//!
//! **Never all from one.** Each of n holders has a part of the chunks kept back for it: two thirds
//! of an even share. A holder that has taken its own part takes what is open beyond the parts of
//! the others. A slow holder's part is only what it can give in the same time, and a silent one
//! loses it.

use std::time::Duration;

use super::holder::Holder;
use super::{Ask, Plan};
use crate::Moment;

/// A rate of less time than this says little.
const MEASURED: Duration = Duration::from_secs(1);
/// A holder that gives nothing for so long has nothing kept back for it.
const SILENCE: Duration = Duration::from_secs(5);
/// A chunk is not late before this.
const LATE: Duration = Duration::from_millis(500);

impl Plan {
    /// The next question, or `None` if nobody is to be asked now.
    pub fn next(&mut self, now: Moment) -> Option<Ask> {
        let mut by_room: Vec<usize> = (0..self.holders.len()).collect();
        by_room.sort_by_key(|at| self.holders[*at].asked.len());
        for at in by_room {
            if !self.holders[at].has_room(now, self.shape) {
                continue;
            }
            if let Some(index) = self.open_chunk(now, at).or_else(|| self.late_chunk(now, at)) {
                self.open.retain(|open| *open != index);
                self.asks[index as usize] += 1;
                let holder = &mut self.holders[at];
                holder.ask(now, index, self.shape);
                return Some(Ask { holder: holder.id, index });
            }
        }
        None
    }

    /// The rarest chunk that nobody was asked for; of equal ones the first in this download's
    /// order.
    fn open_chunk(&self, now: Moment, at: usize) -> Option<u32> {
        let holder = &self.holders[at];
        if self.open.is_empty() || !self.may_take(now, at) {
            return None;
        }
        let open = self.open.iter().copied().filter(|index| holder.held.has(*index));
        open.min_by_key(|index| self.copies[*index as usize])
    }

    /// Once all are asked for: the oldest question to another who will answer later than this
    /// holder can.
    fn late_chunk(&self, now: Moment, at: usize) -> Option<u32> {
        let holder = &self.holders[at];
        if self.open.iter().any(|index| holder.held.has(*index)) {
            return None;
        }
        // Nothing is known of a holder that gives nothing now: it may try.
        let own = match holder.rate.of(now) {
            0 => Duration::ZERO,
            _ => holder.time_for(now, self.shape.chunk_bytes().into()),
        };
        let others = self.holders.iter().filter(|other| other.id != holder.id);
        let asked = others.flat_map(|other| &other.asked);
        let late = asked.filter(|asked| {
            now.saturating_sub(asked.since) >= LATE.max(2 * own)
                && self.asks[asked.index as usize] < 2
                && holder.held.has(asked.index)
        });
        late.min_by_key(|asked| asked.since).map(|asked| asked.index)
    }

    /// Whether enough is open for the others if this holder takes one more.
    fn may_take(&self, now: Moment, at: usize) -> bool {
        let holder = &self.holders[at];
        let part = self.part();
        if holder.taken() < part {
            return true;
        }
        let others = self.holders.iter().filter(|other| other.id != holder.id);
        let kept: u32 = others.map(|other| self.kept_back(now, other, part)).sum();
        let coming = self.expected.iter().filter(|expected| now < expected.until);
        let coming: u32 =
            coming.map(|expected| (part * u32::from(expected.share)).div_ceil(255)).sum();
        self.open.len() as u32 > kept + coming
    }

    /// The chunks that are kept back for each holder.
    fn part(&self) -> u32 {
        let count = (self.holders.len() + self.expected.len()) as u32;
        match self.wanted {
            wanted if wanted < count => 0,
            wanted if wanted < 3 * count => 1,
            wanted => (2 * wanted).div_ceil(3 * count.max(1)),
        }
    }

    /// What is still kept back for a holder: no more than it has and can give.
    fn kept_back(&self, now: Moment, holder: &Holder, part: u32) -> u32 {
        let left = self.able(now, holder, part).saturating_sub(holder.taken());
        if left == 0 || now.saturating_sub(holder.heard) >= SILENCE {
            return 0;
        }
        let open = self.open.iter().filter(|index| holder.held.has(**index));
        open.take(left as usize).count() as u32
    }

    /// How much of its part a holder can give while the others give theirs.
    fn able(&self, now: Moment, holder: &Holder, part: u32) -> u32 {
        let rates = self.holders.iter().map(|other| other.rate.of(now));
        let all: u64 = rates.sum();
        if holder.rate.measured(now) < MEASURED || all == 0 {
            return part;
        }
        let able = u64::from(self.wanted) * holder.rate.of(now) / all;
        part.min(able.max(1) as u32)
    }
}
