//! One download as a value: which chunk to ask of whom, and when to stop waiting. Knows no link, no
//! disk and no clock; time is an argument.
//!
//! The rarest chunk is asked for first, in an order of this download's own. Up to eight holders
//! are asked at once. None of them gives all while others hold some (`plan/pick.rs`). A holder of
//! which a deadline passes too often is given up. Once everything is asked for, a second holder is
//! asked for what is late.

mod holder;
mod pick;
mod rate;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::Moment;
use crate::bitmap::Bitmap;
use crate::chance::Chance;
use crate::shape::Shape;
pub use holder::HolderId;
use holder::{Holder, STRIKES};
pub(crate) use rate::Rate;

/// Holders that are asked at once.
pub const HOLDERS_MAX: usize = 8;
/// So long without a byte is a stall.
pub const STALL: Duration = Duration::from_secs(20);
/// For how long a part of the file is kept back for holders who are being called.
const EXPECTATION: Duration = Duration::from_secs(5);
/// How long a busy holder is left alone.
const PAUSE: Duration = Duration::from_millis(500);

/// A question to a holder, or a word that it need not answer any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Who is meant.
    pub holder: HolderId,
    /// Which chunk.
    pub index: u32,
}

/// Why a holder does not give a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Later, perhaps.
    Busy,
    /// It does not have this chunk.
    NotThis,
}

/// What passed while nobody answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overdue {
    /// What need not be answered any more.
    pub cancelled: Vec<Ask>,
    /// Who is given up.
    pub given_up: Vec<HolderId>,
}

/// What has to be loaded, and who is asked for it.
#[derive(Debug)]
pub struct Plan {
    shape: Shape,
    held: Bitmap,
    /// Chunks that were missing at the start.
    wanted: u32,
    /// Chunks that are missing and of which nobody was asked, in this download's order.
    open: Vec<u32>,
    /// How many holders were asked for each chunk.
    asks: Vec<u8>,
    /// How many holders have each chunk.
    copies: Vec<u16>,
    holders: Vec<Holder>,
    expected: Vec<Expected>,
    rate: Rate,
    moved: Moment,
    is_stalled: bool,
}

/// A holder who is being called.
#[derive(Debug)]
struct Expected {
    id: HolderId,
    share: u8,
    until: Moment,
}

impl Plan {
    /// A download of what `held` lacks, or of one chunk only. Downloads of other seeds ask in
    /// another order.
    pub fn new(now: Moment, shape: Shape, held: Bitmap, seed: u64, only: Option<u32>) -> Self {
        debug_assert_eq!(held.count(), shape.count());
        let mut open = Chance::new(seed).order(shape.count());
        open.retain(|index| !held.has(*index) && only.is_none_or(|only| only == *index));
        Plan {
            shape,
            wanted: open.len() as u32,
            held,
            open,
            asks: vec![0; shape.count() as usize],
            copies: vec![0; shape.count() as usize],
            holders: Vec::new(),
            expected: Vec::new(),
            rate: Rate::new(now),
            moved: now,
            is_stalled: false,
        }
    }

    /// The chunks that are here.
    pub fn held(&self) -> &Bitmap {
        &self.held
    }

    /// Whether all chunks are here.
    pub fn is_done(&self) -> bool {
        self.held.is_full()
    }

    /// Bytes that are here.
    pub fn done_bytes(&self) -> u64 {
        let last = self.shape.count().saturating_sub(1);
        let lacks = u64::from(self.shape.chunk_bytes()) - self.last_len();
        let whole = u64::from(self.held.held()) * u64::from(self.shape.chunk_bytes());
        whole - if self.held.has(last) { lacks } else { 0 }
    }

    fn last_len(&self) -> u64 {
        let last = self.shape.count().checked_sub(1).and_then(|last| self.shape.len_of(last));
        last.unwrap_or(self.shape.chunk_bytes()).into()
    }

    /// Bytes in a second, of late.
    pub fn rate(&self, now: Moment) -> u64 {
        self.rate.of(now)
    }

    /// How long it still takes at this rate.
    pub fn left(&self, now: Moment) -> Option<Duration> {
        let rate = self.rate(now);
        let left = self.shape.size() - self.done_bytes();
        (rate > 0).then(|| Duration::from_secs(left.div_ceil(rate)))
    }

    /// How many holders were asked for something and have not answered yet.
    pub fn busy_holders(&self) -> usize {
        self.holders.iter().filter(|holder| !holder.asked.is_empty()).count()
    }

    /// Whether nobody more can be asked.
    pub fn is_crowded(&self) -> bool {
        self.holders.len() >= HOLDERS_MAX
    }

    /// Somebody is being called who may hold `share` 255ths of the file. For a while a part of the
    /// file is kept back, so that not all comes from one who is here earlier.
    pub fn expect(&mut self, now: Moment, id: HolderId, share: u8) {
        self.forget_expected(id);
        if self.expected.len() < HOLDERS_MAX {
            self.expected.push(Expected { id, share, until: now + EXPECTATION });
        }
    }

    /// Nobody comes of this call; or it has led to a holder.
    pub fn forget_expected(&mut self, id: HolderId) {
        self.expected.retain(|expected| expected.id != id);
    }

    /// A holder of these chunks can be asked. Whether there was room for it.
    pub fn join(&mut self, now: Moment, id: HolderId, held: Bitmap) -> bool {
        self.leave(id);
        if held.count() != self.shape.count() || !self.is_of_use(&held) {
            return false;
        }
        if self.is_crowded() {
            self.make_room();
        }
        if self.is_crowded() {
            return false;
        }
        held.iter().for_each(|index| self.copies[index as usize] += 1);
        self.holders.push(Holder::new(now, id, held));
        true
    }

    /// Whether it has something that is missing.
    fn is_of_use(&self, held: &Bitmap) -> bool {
        held.iter().any(|index| !self.held.has(index))
    }

    /// A holder who has nothing that is missing makes room for one who has.
    fn make_room(&mut self) {
        let useless = self.holders.iter().find(|holder| !self.is_of_use(&holder.held));
        if let Some(id) = useless.map(|holder| holder.id) {
            self.leave(id);
        }
    }

    /// A holder has one chunk more. Whether this is one of the holders.
    pub fn has(&mut self, id: HolderId, index: u32) -> bool {
        let holder = self.holders.iter_mut().find(|holder| holder.id == id);
        if let Some(holder) = holder {
            if holder.held.insert(index) {
                self.copies[index as usize] += 1;
            }
            return true;
        }
        false
    }

    /// A holder can be asked no more. What it was asked for is asked of others.
    pub fn leave(&mut self, id: HolderId) {
        let Some(at) = self.holders.iter().position(|holder| holder.id == id) else { return };
        let holder = self.holders.remove(at);
        holder.held.iter().for_each(|index| self.copies[index as usize] -= 1);
        holder.asked.iter().for_each(|asked| self.reopen(asked.index));
    }

    /// One who was asked for the chunk will not give it.
    fn reopen(&mut self, index: u32) {
        self.asks[index as usize] -= 1;
        if self.asks[index as usize] == 0 && !self.held.has(index) {
            self.open.push(index);
        }
    }

    fn holder(&mut self, id: HolderId) -> Option<&mut Holder> {
        self.holders.iter_mut().find(|holder| holder.id == id)
    }

    /// All that holders were asked for.
    pub fn all_asked(&self) -> Vec<Ask> {
        let asked = self.holders.iter().flat_map(|holder| {
            holder.asked.iter().map(|asked| Ask { holder: holder.id, index: asked.index })
        });
        asked.collect()
    }

    /// Whether `id` is one of the holders.
    pub fn is_holder(&self, id: HolderId) -> bool {
        self.holders.iter().any(|holder| holder.id == id)
    }

    /// Whether `id` is asked for the chunk.
    pub fn is_asked(&self, id: HolderId, index: u32) -> bool {
        let holder = self.holders.iter().find(|holder| holder.id == id);
        holder.is_some_and(|holder| holder.asked.iter().any(|asked| asked.index == index))
    }

    /// What a holder gave: bytes that came from it and were good.
    pub fn bytes_of(&self, id: HolderId) -> u64 {
        self.holders.iter().find(|holder| holder.id == id).map_or(0, |holder| holder.bytes)
    }

    /// Bytes of a chunk came from `id`, maybe not yet all of it.
    pub fn moved(&mut self, now: Moment, id: HolderId, bytes: u64) {
        (self.moved, self.is_stalled) = (now, false);
        self.rate.add(now, bytes);
        if let Some(holder) = self.holder(id) {
            holder.rate.add(now, bytes);
            holder.heard = now;
        }
    }

    /// A chunk from `id` is checked and written. Others who were asked for it need not answer any
    /// more: they are returned.
    pub fn arrived(&mut self, id: HolderId, index: u32) -> Vec<Ask> {
        if self.held.insert(index) {
            self.open.retain(|open| *open != index);
        }
        let bytes = u64::from(self.shape.len_of(index).unwrap_or(0));
        if let Some(holder) = self.holder(id) {
            holder.served += 1;
            holder.bytes += bytes;
            holder.strikes = 0;
        }
        let mut others = Vec::new();
        for holder in &mut self.holders {
            if holder.take(index) {
                self.asks[index as usize] -= 1;
                if holder.id != id {
                    others.push(Ask { holder: holder.id, index });
                }
            }
        }
        others
    }

    /// A holder does not give the chunk.
    pub fn refused(&mut self, now: Moment, id: HolderId, index: u32, why: Refusal) {
        let Some(holder) = self.holders.iter_mut().find(|holder| holder.id == id) else { return };
        if !holder.take(index) {
            return;
        }
        match why {
            Refusal::Busy => holder.pause = now + PAUSE,
            Refusal::NotThis => {
                let rest = holder.held.iter().filter(|held| *held != index);
                let mut held = Bitmap::empty(self.shape.count());
                rest.for_each(|index| _ = held.insert(index));
                if holder.held.has(index) {
                    self.copies[index as usize] -= 1;
                }
                holder.held = held;
            }
        }
        self.reopen(index);
    }

    /// What was to come by now and has not.
    pub fn overdue(&mut self, now: Moment) -> Overdue {
        let mut overdue = Overdue::default();
        self.expected.retain(|expected| now < expected.until);
        for holder in &mut self.holders {
            let late = holder.asked.iter().filter(|asked| now >= asked.deadline);
            let late: Vec<_> = late.map(|asked| asked.index).collect();
            for index in late {
                holder.take(index);
                holder.strikes += 1;
                overdue.cancelled.push(Ask { holder: holder.id, index });
            }
            if holder.strikes >= STRIKES {
                overdue.given_up.push(holder.id);
            }
        }
        for index in 0..overdue.cancelled.len() {
            self.reopen(overdue.cancelled[index].index);
        }
        overdue.given_up.iter().for_each(|id| self.leave(*id));
        overdue
    }

    /// For how long nothing has come, said once for each stall.
    pub fn stalled(&mut self, now: Moment) -> Option<Duration> {
        let since = now.saturating_sub(self.moved);
        let is_new = since >= STALL && !self.is_stalled && !self.is_done();
        self.is_stalled |= is_new;
        is_new.then_some(since)
    }
}
