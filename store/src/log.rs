//! The ring: append to the active segment, compact when it is full, make durable. Core's `Store`.
//! It remembers the active segment's place and a few numbers; everything else is in the flash.

use core::cell::RefCell;
use core::fmt;
use core::ops::{ControlFlow, Range};

use smolchat_core::protocol::MessageId;
use smolchat_core::store::{Entry, IsLive, Store, StoreError};
use smolchat_core::time::Instant;

use crate::active::ActiveSegment;
use crate::error::OpenError;
use crate::figures::Figures;
use crate::flash::Flash;
use crate::record::{Record, SEED_BYTES};
use crate::resolve::records_in_order;
use crate::ring::Ring;
use crate::scan::{Found, number_behind, replay, scan};
use crate::segment::PushError;
use crate::tail::Tail;

/// Compactions that one append may take before it gives up for now. Each erases a page and looks
/// through one segment. The last one only takes a free page, if there is one.
const COMPACTIONS: usize = 3;

/// Entries in a flash, or in a file that behaves like one.
pub struct Log<F> {
    pub(crate) flash: RefCell<F>,
    pub(crate) ring: Ring,
    pub(crate) epoch: u32,
    /// The first segment that is needed.
    pub(crate) oldest: u32,
    pub(crate) active: ActiveSegment,
    /// How it ended when it was opened or closed.
    tail: Tail,
    /// Something was written that must become durable.
    is_dirty: bool,
    /// Message numbers below this one are reserved. Of the entries that reserve numbers only the
    /// last matters.
    pub(crate) reserved: MessageId,
    latest: Instant,
    /// The turn of the settings that were kept last. Earlier ones do not matter.
    #[cfg(feature = "operator")]
    pub(crate) settings_turn: u32,
    /// The highest turn that was tried: the flash may have it although it reported an error.
    #[cfg(feature = "operator")]
    pub(crate) settings_tried: u32,
    /// Compactions since an entry was taken, or said that something is over.
    pub(crate) fruitless: u32,
    /// Something that was accepted cannot be read any more.
    pub(crate) is_damaged: bool,
    pub(crate) figures: Figures,
}

impl<F: Flash> Log<F> {
    /// Looks through `range` of `flash`, and writes nothing. An empty flash becomes a log with the
    /// first entry, and `epoch` is then the log's own number.
    ///
    /// # Errors
    /// The flash comes back unchanged, with the reason.
    pub fn open(flash: F, range: Range<u32>, epoch: u32) -> Result<Self, (OpenError, F)> {
        let flash = RefCell::new(flash);
        let scanned = Ring::new::<F>(&range).and_then(|ring| Ok((scan(&flash, &ring)?, ring)));
        match scanned {
            Ok((found, ring)) => Ok(Self::found(flash, ring, &found, epoch)),
            Err(error) => Err((error, flash.into_inner())),
        }
    }

    fn found(flash: RefCell<F>, ring: Ring, found: &Found, epoch: u32) -> Self {
        let mut active = ActiveSegment::new(found.next, found.number);
        active.follows_complete = found.tail == Tail::Closed;
        Log {
            flash,
            ring,
            epoch: found.epoch.unwrap_or(epoch),
            oldest: found.oldest,
            active,
            tail: found.tail,
            is_dirty: false,
            reserved: found.reserved,
            latest: found.latest,
            #[cfg(feature = "operator")]
            settings_turn: found.settings_turn,
            #[cfg(feature = "operator")]
            settings_tried: found.settings_turn,
            fruitless: 0,
            is_damaged: false,
            figures: Figures::default(),
        }
    }

    /// Calls `entry` with every entry: first the accounts, then all others; with their removals
    /// both times. Both come in the order
    /// in which they were appended, but copies come later. So accounts come first: a copied account
    /// would follow entries that name its user. Call it before anything is appended.
    ///
    /// # Errors
    /// The flash cannot be read any more.
    pub fn replay(&self, entry: &mut dyn FnMut(&Entry<'_>)) -> Result<(), OpenError> {
        for accounts in [true, false] {
            let mut chosen = |replayed: &Entry<'_>| {
                if matches!(replayed, Entry::Account { .. }) == accounts || is_removal(replayed) {
                    entry(replayed);
                }
            };
            replay(&self.flash, &self.ring, self.oldest..self.active.sequence, &mut chosen)?;
        }
        Ok(())
    }

    /// The product's secret that was kept last; `None` if none was.
    ///
    /// # Errors
    /// The flash cannot be read any more.
    pub fn seed(&self) -> Result<Option<[u8; SEED_BYTES]>, OpenError> {
        let mut found = None;
        for sequence in self.oldest..self.active.sequence + u32::from(self.active.is_begun) {
            records_in_order(&self.flash, self.ring.page(sequence), &mut |numbered| {
                if let Record::Seed(seed) = numbered.record {
                    found = Some(*seed);
                }
                ControlFlow::Continue(())
            })?;
        }
        Ok(found)
    }

    /// Keeps the product's secret, durably. It is not among the entries, and every compaction
    /// copies it. A log that has one needs no other. Call it after [`replay`](Self::replay).
    ///
    /// # Errors
    /// It is not kept.
    pub fn keep_seed(
        &mut self,
        seed: &[u8; SEED_BYTES],
        is_live: IsLive<'_>,
    ) -> Result<(), StoreError> {
        self.append_record(Record::Seed(seed), is_live)?;
        self.fruitless = 0;
        self.sync()
    }

    /// The log's own number: another one means another log.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The latest moment at which a text was accepted, among the texts that the log had when it was
    /// opened.
    pub fn latest(&self) -> Instant {
        self.latest
    }

    /// How its end was found.
    pub fn tail(&self) -> Tail {
        self.tail
    }

    /// Makes everything durable, and appends a closing mark. A start that does not find the mark
    /// knows that the log was not closed or lost its end. A log to which nothing was written keeps
    /// its end.
    ///
    /// # Errors
    /// The log is not closed. Durable entries stay durable.
    pub fn close(&mut self, is_live: IsLive<'_>) -> Result<(), StoreError> {
        self.sync()?;
        if !self.active.is_begun && matches!(self.tail, Tail::Closed | Tail::Empty) {
            return Ok(());
        }
        self.append_record(Record::Closed, is_live)?;
        self.sync()?;
        self.tail = Tail::Closed;
        if self.active.is_begun {
            self.active.leave(true);
        }
        Ok(())
    }

    /// Counts of writes and erases since the start.
    pub fn figures(&self) -> Figures {
        Figures { bytes: self.active.bytes, ..self.figures }
    }

    /// Segments that are in use, and how many there are.
    pub fn segments(&self) -> (u32, u32) {
        let active = u32::from(self.active.is_begun);
        (self.active.sequence + active - self.oldest, self.ring.segments)
    }

    /// The flash, to ask it something.
    pub fn flash(&mut self) -> &mut F {
        self.flash.get_mut()
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.flash.into_inner()
    }

    /// Appends a record, and compacts where the active segment is full.
    pub(crate) fn append_record(
        &mut self,
        record: Record<'_>,
        is_live: IsLive<'_>,
    ) -> Result<(), StoreError> {
        if self.is_damaged {
            return Err(StoreError::Failed);
        }
        if self.active.is_in_doubt {
            self.confirm_last()?;
        }
        for compaction in 1..=COMPACTIONS {
            if self.active.is_begun {
                match self.push(record) {
                    Ok(()) => return Ok(()),
                    Err(PushError::Full) => self.leave()?,
                    Err(PushError::TooLong) => return Err(StoreError::Failed),
                    Err(PushError::Failed) => return self.give_up(),
                }
            }
            self.compact(is_live, self.ring.most_in_use(compaction < COMPACTIONS))?;
        }
        match self.push(record) {
            Ok(()) => Ok(()),
            Err(PushError::Full) => Err(StoreError::Full),
            Err(PushError::TooLong) => Err(StoreError::Failed),
            Err(PushError::Failed) => self.give_up(),
        }
    }

    /// Leaves an active segment that is full, unless all segments were looked through without
    /// result: every refusal would then wear the flash.
    fn leave(&mut self) -> Result<(), StoreError> {
        if self.fruitless > self.ring.segments {
            return Err(StoreError::Full);
        }
        self.sync()?;
        self.active.leave(true);
        Ok(())
    }

    /// The flash did not take a record, or took it and reported an error.
    fn give_up(&mut self) -> Result<(), StoreError> {
        self.active.is_in_doubt = true;
        let before = self.active.number;
        self.confirm_last()?;
        match self.active.number == before {
            true => Err(StoreError::Failed),
            false => Ok(()),
        }
    }

    /// Finds out whether the flash has the last record: an intact one counts. Nothing more is
    /// appended behind it.
    fn confirm_last(&mut self) -> Result<(), StoreError> {
        let page = self.ring.page(self.active.sequence);
        let number = number_behind(&self.flash, page).ok_or(StoreError::Failed)?;
        if number.wrapping_sub(self.active.number) > 1 {
            return Err(StoreError::Failed);
        }
        self.active.number = number;
        self.active.leave(false);
        Ok(())
    }

    pub(crate) fn push(&mut self, record: Record<'_>) -> Result<(), PushError> {
        let page = self.ring.page(self.active.sequence);
        self.active.push(&self.flash, page, record, false)
    }

    /// Makes all writes durable.
    pub(crate) fn sync(&mut self) -> Result<(), StoreError> {
        self.flash.get_mut().sync().map_err(|_| StoreError::Failed)?;
        self.figures.syncs += 1;
        (self.active.is_first, self.is_dirty) = (true, false);
        Ok(())
    }
}

impl<F: Flash> Store for Log<F> {
    /// An acknowledgement need not be durable at once. If it is lost, a message comes again with a
    /// number that its receiver knows.
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        if is_end(entry) {
            self.fruitless = 0;
        }
        self.append_record(Record::Entry(*entry), is_live)?;
        self.fruitless = 0;
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

/// Whether an entry says that an account is no more: it ends the account, and what others have of
/// it.
fn is_removal(entry: &Entry<'_>) -> bool {
    match entry {
        #[cfg(feature = "operator")]
        Entry::AccountRemoved { .. } => true,
        _ => false,
    }
}

/// Whether an entry only says that something is over, so that more of the log may be left out.
fn is_end(entry: &Entry<'_>) -> bool {
    match entry {
        Entry::Released { .. }
        | Entry::Expired { .. }
        | Entry::Unblock { .. }
        | Entry::KeyRemoved { .. } => true,
        #[cfg(feature = "operator")]
        Entry::AccountRemoved { .. } | Entry::Unban { .. } => true,
        _ => false,
    }
}

impl<F> fmt::Debug for Log<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let active = self.active.sequence;
        f.debug_struct("Log").field("active", &active).field("oldest", &self.oldest).finish()
    }
}
