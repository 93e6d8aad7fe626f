//! Compaction: the next page becomes the active segment, and live records of the oldest segment are
//! copied to it.

use core::ops::ControlFlow;

use embassy_futures::block_on;
use smolchat_core::protocol::MessageId;
use smolchat_core::store::{Entry, IsLive, StoreError};

use crate::active::note_continued;
use crate::flash::Flash;
use crate::log::Log;
use crate::record::{FORMAT, Header, Record};
use crate::resolve::records_in_order;
use crate::ring::SEQUENCE_MAX;
use crate::scan::{begin_of, number_behind};

/// Dead segments that a compaction frees beyond the one that it must free, so that a start has
/// little to look through. Nothing in a dead segment matters.
const DEAD: usize = 2;

impl<F: Flash> Log<F> {
    /// Begins the active segment, and frees the oldest one if `most` are in use then. If the power
    /// goes before the compaction's last record, the next start finds nothing but copies and begins
    /// the same segment again. The compaction after a failed one does the same.
    pub(crate) fn compact(&mut self, is_live: IsLive<'_>, most: u32) -> Result<(), StoreError> {
        let number = self.active.number;
        let compacted = self.try_compact(is_live, most);
        if compacted.is_err() {
            self.active.number = number;
            self.leave_first();
        }
        self.fruitless = self.fruitless.saturating_add(1);
        compacted
    }

    /// Frees every segment, so that nothing is left but entries that matter; the others never come
    /// back. If the power goes, the next start begins it again.
    ///
    /// # Errors
    /// Dead entries may be left; all entries that matter are there.
    pub fn compact_all(&mut self, is_live: IsLive<'_>) -> Result<(), StoreError> {
        let end = self.active.sequence + u32::from(self.active.is_begun);
        while self.oldest < end {
            if self.active.is_begun {
                self.sync()?;
                self.active.leave(true);
            }
            self.compact(is_live, 0)?;
        }
        self.fruitless = 0;
        Ok(())
    }

    /// The very first segment is not erased again once its header is there. A power cut during that
    /// erase would leave nothing by which a start knows a log. A function of its own, as its
    /// neighbours are, so that its buffers are not on the stack while a segment is copied.
    #[inline(never)]
    fn leave_first(&mut self) {
        if self.active.sequence == self.oldest
            && let Some(number) = number_behind(&self.flash, self.ring.page(self.oldest))
        {
            self.active.number = number;
            self.active.leave(false);
        }
    }

    /// Erases the active segment's page. If `most` segments are in use, copies the live records of
    /// the oldest one and frees it. Frees dead segments, too.
    fn try_compact(&mut self, is_live: IsLive<'_>, most: u32) -> Result<(), StoreError> {
        if self.active.sequence > SEQUENCE_MAX {
            return Err(StoreError::Failed);
        }
        let number = self.active.number;
        self.begin()?;
        let in_use = self.active.sequence + 1 - self.oldest;
        let mut oldest = self.oldest;
        if oldest < self.active.sequence && in_use >= most {
            self.copy(oldest, is_live)?;
            oldest += 1;
        }
        for _ in 0..DEAD {
            if oldest < self.active.sequence && self.copy_dead(oldest, is_live)? {
                oldest += 1;
            }
        }
        self.push(Record::Freed { oldest }).map_err(|_| StoreError::Failed)?;
        self.sync()?;
        (self.oldest, self.active.is_begun) = (oldest, true);
        self.note_continued(number);
        Ok(())
    }

    /// Notes in the segment before the active one that the active one is there, so that a start
    /// notices if it is gone. It is noted only now, because a segment may be begun again until its
    /// compaction has ended.
    #[inline(never)]
    fn note_continued(&mut self, number: u32) {
        let before = self.active.sequence.wrapping_sub(1);
        if self.active.follows_complete && self.oldest <= before && before < self.active.sequence {
            note_continued(&self.flash, self.ring.page(before), number);
        }
    }

    #[inline(never)]
    fn begin(&mut self) -> Result<(), StoreError> {
        let page = self.ring.page(self.active.sequence);
        self.active.forget::<F>();
        let erased = block_on(self.flash.get_mut().erase(page.start, page.end));
        erased.map_err(|_| StoreError::Failed)?;
        self.figures.erased += 1;
        self.sync()?;
        let (sequence, segments) = (self.active.sequence, self.ring.segments);
        let header = Header { format: FORMAT, epoch: self.epoch, sequence, segments };
        self.push(Record::Header(header)).map_err(|_| StoreError::Failed)?;
        // Everything else in the segment stands behind a header.
        self.sync()
    }

    /// Copies the oldest segment if nothing in it matters but perhaps a reservation; false if
    /// something else does.
    fn copy_dead(&mut self, sequence: u32, is_live: IsLive<'_>) -> Result<bool, StoreError> {
        let (mut is_dead, mut kept, reserved) = (true, None, self.reserved);
        #[cfg(feature = "operator")]
        let settings = self.settings_turn;
        let page = self.ring.page(sequence);
        let end = records_in_order(&self.flash, page, &mut |numbered| {
            match numbered.record {
                Record::Entry(entry) if !matters(&entry, reserved, is_live) => {}
                Record::Entry(Entry::Reserved { next }) => kept = Some(next),
                #[cfg(feature = "operator")]
                Record::Settings { turn, .. } if turn < settings => {}
                #[cfg(feature = "operator")]
                Record::Settings { .. } => is_dead = false,
                Record::Entry(_) | Record::BackReference { .. } | Record::Seed(_) => {
                    is_dead = false;
                }
                Record::Header(_) | Record::Freed { .. } | Record::Closed | Record::Continued => {}
            }
            if is_dead { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let end = end.map_err(|_| StoreError::Failed)?;
        if is_dead {
            self.check_end(sequence, end)?;
            if let Some(next) = kept {
                let record = Record::Entry(Entry::Reserved { next });
                let page = self.ring.page(self.active.sequence);
                let pushed = self.active.push(&self.flash, page, record, true);
                pushed.map_err(|_| StoreError::Failed)?;
                self.figures.copied += 1;
            }
        }
        Ok(is_dead)
    }

    /// Checks that a segment could be read to its end. If not, freeing it would lose accepted
    /// entries: the segment is kept, and nothing more is taken.
    fn check_end(&mut self, sequence: u32, end: Option<u32>) -> Result<(), StoreError> {
        let begin = begin_of(&self.flash, &self.ring, sequence + 1).ok_or(StoreError::Failed)?;
        self.is_damaged = end != Some(begin);
        match self.is_damaged {
            true => Err(StoreError::Failed),
            false => Ok(()),
        }
    }

    /// Copies the entries that matter from the oldest segment to the active one.
    fn copy(&mut self, sequence: u32, is_live: IsLive<'_>) -> Result<(), StoreError> {
        #[cfg(feature = "operator")]
        let settings = self.settings_turn;
        let Log { flash, ring, active, reserved, figures, .. } = self;
        let mut copied = Ok(());
        let end = records_in_order(flash, ring.page(sequence), &mut |numbered| {
            let is_kept = match &numbered.record {
                Record::Entry(entry) => matters(entry, *reserved, is_live),
                Record::Seed(_) => true,
                #[cfg(feature = "operator")]
                Record::Settings { turn, .. } => *turn >= settings,
                _ => false,
            };
            if is_kept {
                copied = active.push(flash, ring.page(active.sequence), numbered.record, true);
                figures.copied += 1;
            }
            match copied {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        copied.map_err(|_| StoreError::Failed)?;
        self.check_end(sequence, end.map_err(|_| StoreError::Failed)?)
    }
}

/// Whether an entry of the oldest segment is copied. An entry that ended another one is not:
/// that one stood before it, and is gone.
fn matters(entry: &Entry<'_>, reserved: MessageId, is_live: IsLive<'_>) -> bool {
    match entry {
        Entry::Released { .. }
        | Entry::Expired { .. }
        | Entry::Unblock { .. }
        | Entry::KeyRemoved { .. } => false,
        #[cfg(feature = "operator")]
        Entry::Unban { .. } => false,
        #[cfg(feature = "operator")]
        Entry::AccountRemoved { .. } | Entry::Ban { .. } => is_live(entry),
        Entry::Reserved { next } => *next >= reserved,
        Entry::Account { .. }
        | Entry::Block { .. }
        | Entry::Key { .. }
        | Entry::Delivery { .. }
        | Entry::Broadcast { .. } => is_live(entry),
    }
}
