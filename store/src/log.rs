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
use crate::scan::{Found, OpenError, Ring, number_behind, scan, tell};
use crate::segment::{PushError, each};

/// Segments in which nothing matters that a turn frees beside the one that it must: so that a start has little to look through.
const SPENT: usize = 2;
/// Turns that one append may take before it gives up for now: each looks through one segment.
const TURNS: usize = 2;

/// Entries in a flash, or in something that behaves like one.
pub struct Log<F> {
    flash: RefCell<F>,
    ring: Ring,
    epoch: u32,
    /// The first segment that is needed.
    pub(crate) oldest: u32,
    pub(crate) head: Head,
    /// Something was written that is to be durable.
    is_dirty: bool,
    /// Numbers of messages below this one are reserved: of such entries only the last matters.
    reserved: MessageId,
    latest: Instant,
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
            figures: Figures::default(),
        }
    }

    /// Calls `entry` with every entry there is: with the accounts, then with all others. Both in the order in which they were
    /// appended, as far as that matters: what was copied comes later, and an account that was copied would come behind whatever
    /// names its user. To be called before anything is appended.
    ///
    /// # Errors
    /// The flash cannot be read any more.
    pub fn tell(&self, entry: &mut dyn FnMut(&Entry<'_>)) -> Result<(), OpenError> {
        for accounts in [true, false] {
            let mut chosen = |told: &Entry<'_>| {
                if matches!(told, Entry::Account { .. }) == accounts {
                    entry(told);
                }
            };
            tell(&self.flash, &self.ring, self.oldest..self.head.sequence, &mut chosen)?;
        }
        Ok(())
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
        for _ in 0..TURNS {
            if self.head.is_begun {
                match self.push(Record::Entry(*entry)) {
                    Ok(()) => return Ok(()),
                    Err(PushError::Failed) => return self.give_up(),
                    Err(PushError::Full) => {}
                }
                self.sync()?;
                self.head.leave();
            }
            let number = self.head.number;
            if let Err(error) = self.turn(is_live) {
                // The page will be erased again.
                self.head.number = number;
                return Err(error);
            }
        }
        match self.push(Record::Entry(*entry)) {
            Ok(()) => Ok(()),
            Err(PushError::Full) => Err(StoreError::Full),
            Err(PushError::Failed) => self.give_up(),
        }
    }

    /// The flash did not take a record, or took it and said otherwise. Nothing more is appended behind it; where it stands whole it
    /// counts.
    fn give_up(&mut self) -> Result<(), StoreError> {
        let page = self.ring.page(self.head.sequence);
        let Some(number) = number_behind(&self.flash, page) else { return Err(StoreError::Failed) };
        self.head.number = number;
        self.head.leave();
        Err(StoreError::Failed)
    }

    fn push(&mut self, record: Record<'_>) -> Result<(), PushError> {
        let page = self.ring.page(self.head.sequence);
        self.head.push(&self.flash, page, record, false)
    }

    /// Begins the head: erases its page, and frees the page behind it by copying what matters there, and what is spent. Where the power goes before
    /// the last record, the next start finds nothing but copies, and begins the same segment again.
    fn turn(&mut self, is_live: IsLive<'_>) -> Result<(), StoreError> {
        self.begin()?;
        let behind = (self.head.sequence + 1).checked_sub(self.ring.segments);
        let mut oldest = self.oldest;
        if behind == Some(oldest) {
            self.copy(oldest, is_live)?;
            oldest += 1;
        }
        for _ in 0..SPENT {
            if oldest < self.head.sequence && self.is_spent(oldest, is_live)? {
                self.copy(oldest, is_live)?;
                oldest += 1;
            }
        }
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

    /// Whether nothing in the segment, the oldest, matters but perhaps a reservation.
    fn is_spent(&mut self, sequence: u32, is_live: IsLive<'_>) -> Result<bool, StoreError> {
        let mut is_spent = true;
        let read = each(&self.flash, self.ring.page(sequence), |bytes| {
            if let Some(Numbered { record: Record::Entry(entry), .. }) = Numbered::decode(bytes) {
                is_spent &= matches!(entry, Entry::Reserved { .. }) || !is_live(&entry);
            }
            if is_spent { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        read.map(|()| is_spent).map_err(|_| StoreError::Failed)
    }

    /// Copies what matters of a segment, the oldest, to the head. What says that something is over is not copied: whatever it ended
    /// was before it, and is gone.
    fn copy(&mut self, sequence: u32, is_live: IsLive<'_>) -> Result<(), StoreError> {
        let Log { flash, ring, head, reserved, figures, .. } = self;
        let (mut next, mut copied) = (None, Ok(()));
        let read = each(flash, ring.page(sequence), |bytes| {
            let Some(numbered) = Numbered::decode(bytes) else { return ControlFlow::Break(()) };
            // As at a start: nothing counts behind a number that is missing.
            if next.is_some_and(|next| next != numbered.number) {
                return ControlFlow::Break(());
            }
            next = Some(numbered.number.wrapping_add(1));
            let Record::Entry(entry) = numbered.record else { return ControlFlow::Continue(()) };
            let matters = match entry {
                Entry::Reserved { next } => next >= *reserved,
                _ => is_live(&entry),
            };
            if matters {
                copied = head.push(flash, ring.page(head.sequence), numbered.record, true);
                figures.copied += 1;
            }
            match copied {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        read.map_err(|_| StoreError::Failed)?;
        copied.map_err(|_| StoreError::Failed)
    }

    /// Makes durable what was written.
    fn sync(&mut self) -> Result<(), StoreError> {
        self.flash.get_mut().sync().map_err(|_| StoreError::Failed)?;
        self.figures.syncs += 1;
        (self.head.is_first, self.is_dirty) = (true, false);
        Ok(())
    }
}

impl<F: Flash> Store for Log<F> {
    /// What only says that something was released need not be durable at once: if it is lost, a message comes again, with a number
    /// that its receiver knows.
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        self.append_entry(entry, is_live)?;
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
