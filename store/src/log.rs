//! The ring: append at the head, turn when it is full, make durable. Core's `Store`.
//! Touches `segment`, `record` and `scan`. What it remembers beside the head's place is a few numbers; all else is in the flash.

use core::cell::RefCell;
use core::fmt;
use core::ops::{ControlFlow, Range};

use embassy_futures::block_on;
use smolchat_core::store::{Entry, IsLive, Store, StoreError};
use smolchat_core::time::Instant;
use smolchat_core::wire::MessageId;

use crate::figures::Figures;
use crate::flash::Flash;
use crate::head::Head;
use crate::record::{FORMAT, Header, Numbered, Record};
use crate::scan::{Found, OpenError, Ring, SEQUENCE_MAX, begin_of, number_behind, scan, tell};
use crate::segment::{PushError, each};

/// Turns that one append may take before it gives up for now: each erases a page and looks through one segment. The last only takes a
/// free page where there is one.
const TURNS: usize = 3;

/// Entries in a flash, or in something that behaves like one.
pub struct Log<F> {
    flash: RefCell<F>,
    ring: Ring,
    epoch: u32,
    /// The first segment that is needed.
    oldest: u32,
    pub(crate) head: Head,
    /// Something was written that is to be durable.
    is_dirty: bool,
    /// Numbers of messages below this one are reserved: of such entries only the last matters.
    reserved: MessageId,
    latest: Instant,
    /// Turns since an entry was taken, or told that something is over.
    in_vain: u32,
    /// Something of what was accepted cannot be read any more.
    is_damaged: bool,
    figures: Figures,
}

impl<F: Flash> Log<F> {
    /// Looks through what is in `range` of `flash`, and writes nothing. An empty flash becomes a log with the first entry; its own
    /// number is `epoch` then.
    ///
    /// # Errors
    /// The flash comes back as it was, with what is the matter.
    pub fn open(flash: F, range: Range<u32>, epoch: u32) -> Result<Self, (OpenError, F)> {
        let flash = RefCell::new(flash);
        let scanned = Ring::new::<F>(&range).and_then(|ring| Ok((scan(&flash, &ring)?, ring)));
        match scanned {
            Ok((found, ring)) => Ok(Self::found(flash, ring, &found, epoch)),
            Err(error) => Err((error, flash.into_inner())),
        }
    }

    fn found(flash: RefCell<F>, ring: Ring, found: &Found, epoch: u32) -> Self {
        Log {
            flash,
            ring,
            epoch: found.epoch.unwrap_or(epoch),
            oldest: found.oldest,
            head: Head::new(found.next, found.number),
            is_dirty: false,
            reserved: found.reserved,
            latest: found.latest,
            in_vain: 0,
            is_damaged: false,
            figures: Figures::default(),
        }
    }

    /// Calls `entry` with every entry there is, in the order in which they were appended, as far as that matters: what was copied
    /// comes later. To be called before anything is appended.
    ///
    /// # Errors
    /// The flash cannot be read any more.
    pub fn tell(&self, entry: &mut dyn FnMut(&Entry<'_>)) -> Result<(), OpenError> {
        tell(&self.flash, &self.ring, self.oldest..self.head.sequence, entry)
    }

    /// The log's own number: another one means another log.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The latest moment at which a text was accepted, of those that the log had when it was opened.
    pub fn latest(&self) -> Instant {
        self.latest
    }

    /// What was written and erased since the start.
    pub fn figures(&self) -> Figures {
        Figures { bytes: self.head.bytes, ..self.figures }
    }

    /// Segments that are in use, and how many there are.
    pub fn segments(&self) -> (u32, u32) {
        let head = u32::from(self.head.is_begun);
        (self.head.sequence + head - self.oldest, self.ring.segments)
    }

    /// The flash, for what it can tell.
    pub fn flash(&mut self) -> &mut F {
        self.flash.get_mut()
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.flash.into_inner()
    }

    /// Appends an entry, turning where the head is full.
    fn append_entry(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        if self.is_damaged {
            return Err(StoreError::Failed);
        }
        if self.head.is_in_doubt {
            self.settle()?;
        }
        for turn in 1..=TURNS {
            if self.head.is_begun {
                match self.push(Record::Entry(*entry)) {
                    Ok(()) => return Ok(()),
                    Err(PushError::Full) => self.leave()?,
                    Err(PushError::TooLong) => return Err(StoreError::Failed),
                    Err(PushError::Failed) => return self.give_up(),
                }
            }
            self.turn(is_live, turn < TURNS)?;
        }
        match self.push(Record::Entry(*entry)) {
            Ok(()) => Ok(()),
            Err(PushError::Full) => Err(StoreError::Full),
            Err(PushError::TooLong) => Err(StoreError::Failed),
            Err(PushError::Failed) => self.give_up(),
        }
    }

    /// Leaves a head that is full. Not where all segments were looked through in vain: everybody who is refused would wear the flash.
    fn leave(&mut self) -> Result<(), StoreError> {
        if self.in_vain > self.ring.segments {
            return Err(StoreError::Full);
        }
        self.sync()?;
        self.head.leave();
        Ok(())
    }

    /// The flash did not take a record, or took it and said otherwise.
    fn give_up(&mut self) -> Result<(), StoreError> {
        self.head.is_in_doubt = true;
        let before = self.head.number;
        self.settle()?;
        match self.head.number == before {
            true => Err(StoreError::Failed),
            false => Ok(()),
        }
    }

    /// Finds out what of the last record the flash has: whole, it counts. Nothing more is appended behind it.
    fn settle(&mut self) -> Result<(), StoreError> {
        let page = self.ring.page(self.head.sequence);
        let number = number_behind(&self.flash, page).ok_or(StoreError::Failed)?;
        if number.wrapping_sub(self.head.number) > 1 {
            return Err(StoreError::Failed);
        }
        self.head.number = number;
        self.head.leave();
        Ok(())
    }

    fn push(&mut self, record: Record<'_>) -> Result<(), PushError> {
        let page = self.ring.page(self.head.sequence);
        self.head.push(&self.flash, page, record, false)
    }

    /// Begins the head. Where the power goes before the last record, the next start finds nothing but copies, and begins the same
    /// segment again; and so does the next turn after one that failed.
    fn turn(&mut self, is_live: IsLive<'_>, is_ahead: bool) -> Result<(), StoreError> {
        let number = self.head.number;
        let turned = self.turn_once(is_live, is_ahead);
        if turned.is_err() {
            self.head.number = number;
            self.leave_first();
        }
        self.in_vain = self.in_vain.saturating_add(1);
        turned
    }

    /// The first segment of all is not erased again once its header is there: cut off in that, the flash would hold nothing by which a
    /// start knows a log.
    fn leave_first(&mut self) {
        if self.head.sequence == self.oldest
            && let Some(number) = number_behind(&self.flash, self.ring.page(self.oldest))
        {
            self.head.number = number;
            self.head.leave();
        }
    }

    /// Erases the head's page, and frees the oldest segment, where few others are free, by copying what matters there.
    fn turn_once(&mut self, is_live: IsLive<'_>, is_ahead: bool) -> Result<(), StoreError> {
        if self.head.sequence > SEQUENCE_MAX {
            return Err(StoreError::Failed);
        }
        self.begin()?;
        let in_use = self.head.sequence + 1 - self.oldest;
        let oldest = match in_use >= self.ring.most_in_use(is_ahead) {
            true => {
                self.copy_oldest(is_live)?;
                self.oldest + 1
            }
            false => self.oldest,
        };
        self.push(Record::Freed { oldest }).map_err(|_| StoreError::Failed)?;
        self.sync()?;
        (self.oldest, self.head.is_begun) = (oldest, true);
        Ok(())
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        let page = self.ring.page(self.head.sequence);
        self.head.forget();
        let erased = block_on(self.flash.get_mut().erase(page.start, page.end));
        erased.map_err(|_| StoreError::Failed)?;
        self.figures.erased += 1;
        self.sync()?;
        let (sequence, segments) = (self.head.sequence, self.ring.segments);
        let header = Header { format: FORMAT, epoch: self.epoch, sequence, segments };
        self.push(Record::Header(header)).map_err(|_| StoreError::Failed)?;
        // Whatever else stands in the segment stands behind a header.
        self.sync()
    }

    /// Copies what matters of the oldest segment to the head.
    ///
    /// Where less of it can be read than there was, what was accepted would be gone with the segment: it is kept, and nothing more is
    /// taken.
    fn copy_oldest(&mut self, is_live: IsLive<'_>) -> Result<(), StoreError> {
        let Log { flash, ring, head, reserved, figures, oldest, is_damaged, .. } = self;
        let (mut next, mut copied) = (None, Ok(()));
        let read = each(flash, ring.page(*oldest), |bytes| {
            let Some(numbered) = Numbered::decode(bytes) else { return ControlFlow::Break(()) };
            // As at a start: nothing counts behind a number that is missing.
            if next.is_some_and(|next| next != numbered.number) {
                return ControlFlow::Break(());
            }
            next = Some(numbered.number.wrapping_add(1));
            let Record::Entry(entry) = numbered.record else { return ControlFlow::Continue(()) };
            if matters(&entry, *reserved, is_live) {
                copied = head.push(flash, ring.page(head.sequence), numbered.record, true);
                figures.copied += 1;
            }
            match copied {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        read.map_err(|_| StoreError::Failed)?;
        copied.map_err(|_| StoreError::Failed)?;
        let begin = begin_of(flash, ring, *oldest + 1).ok_or(StoreError::Failed)?;
        *is_damaged = next != Some(begin);
        match is_damaged {
            true => Err(StoreError::Failed),
            false => Ok(()),
        }
    }

    /// Makes durable what was written.
    fn sync(&mut self) -> Result<(), StoreError> {
        self.flash.get_mut().sync().map_err(|_| StoreError::Failed)?;
        self.figures.syncs += 1;
        (self.head.is_first, self.is_dirty) = (true, false);
        Ok(())
    }
}

/// Whether an entry of the oldest segment is copied. What says that something is over is not: whatever it ended was before it, and is
/// gone.
fn matters(entry: &Entry<'_>, reserved: MessageId, is_live: IsLive<'_>) -> bool {
    match entry {
        Entry::Released { .. } | Entry::Unblock { .. } => false,
        Entry::Reserved { next } => *next >= reserved,
        Entry::Account { .. } | Entry::Block { .. } | Entry::Delivery { .. } => is_live(entry),
    }
}

impl<F: Flash> Store for Log<F> {
    /// What only says that something was released need not be durable at once: if it is lost, a message comes again, with a number
    /// that its receiver knows.
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        if matches!(entry, Entry::Released { .. } | Entry::Unblock { .. }) {
            self.in_vain = 0;
        }
        self.append_entry(entry, is_live)?;
        self.in_vain = 0;
        self.figures.appended += 1;
        self.is_dirty |= !matches!(entry, Entry::Released { .. });
        if let Entry::Reserved { next } = *entry {
            self.reserved = self.reserved.max(next);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        match self.is_dirty {
            true => self.sync(),
            false => Ok(()),
        }
    }
}

impl<F> fmt::Debug for Log<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.head.sequence;
        f.debug_struct("Log").field("head", &head).field("oldest", &self.oldest).finish()
    }
}
