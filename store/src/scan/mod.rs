//! Finds what a flash holds, and whether to trust it. Writes nothing, so a flash that it does not
//! understand stays as it is.

mod check;

use core::cell::RefCell;
use core::ops::{ControlFlow, Range, RangeInclusive};

use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlash;
use smolchat_core::protocol::MessageId;
use smolchat_core::store::Entry;
use smolchat_core::time::Instant;

use self::check::{Checked, check, check_behind};
use crate::error::OpenError;
use crate::flash::Flash;
use crate::item::{Item, item_at};
use crate::record::{FORMAT_CLOSES, FORMATS, Header, Numbered, RECORD_MAX, Record};
use crate::resolve::records_in_order;
use crate::ring::{Ring, SEQUENCE_MAX};
use crate::segment::{each, word};
use crate::size::header_end;
use crate::tail::{Behind, Tail, behind};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The log's own number; `None` in an empty flash.
    pub(crate) epoch: Option<u32>,
    /// The first segment that is needed.
    pub(crate) oldest: u32,
    /// The next segment to begin.
    pub(crate) next: u32,
    /// The number of the next record.
    pub(crate) number: u32,
    /// The highest number of a message that was reserved.
    pub(crate) reserved: MessageId,
    /// The latest moment at which a text was accepted.
    pub(crate) latest: Instant,
    /// The turn of the settings that were kept last.
    #[cfg(feature = "operator")]
    pub(crate) settings_turn: u32,
    /// How it ends.
    pub(crate) tail: Tail,
}

/// Looks through the whole flash.
pub(crate) fn scan<F: Flash>(flash: &RefCell<F>, ring: &Ring) -> Result<Found, OpenError> {
    let mut found = Found {
        epoch: None,
        oldest: 0,
        next: 0,
        number: 0,
        reserved: MessageId(0),
        latest: Instant::START,
        #[cfg(feature = "operator")]
        settings_turn: 0,
        tail: Tail::Empty,
    };
    let Some((first, last)) = run(flash, ring, &mut found)? else { return Ok(found) };
    // Record numbers: where this segment begins, and where the one before it ended.
    let (mut damaged, mut unfinished, mut end, mut ending) = (None, None, None, None);
    for sequence in first_needed(flash, ring, first..=last, &mut found)?..=last {
        let checked = check(flash, ring, sequence, &mut found)?;
        if end.is_some_and(|end| end != checked.begin) {
            damaged = Some(sequence - 1);
        }
        if checked.is_damaged {
            damaged = Some(sequence);
        }
        if let Some(oldest) = checked.freed.filter(|&oldest| oldest <= sequence) {
            found.oldest = found.oldest.max(oldest);
        }
        match checked.is_unfinished && sequence == last && sequence > found.oldest {
            true => unfinished = end,
            false => (end, ending) = (Some(checked.end), Some((sequence, checked))),
        }
    }
    // A segment that is not needed may be erased in part.
    if let Some(sequence) = damaged.filter(|&sequence| sequence >= found.oldest) {
        return Err(OpenError::Damaged { sequence });
    }
    if first > found.oldest {
        return Err(OpenError::Damaged { sequence: first - 1 });
    }
    found.next = if unfinished.is_some() { last } else { last + 1 };
    found.number = end.unwrap_or_default();
    check_behind(flash, ring, last + 1, found.number)?;
    if let Some((sequence, checked)) = ending {
        found.tail =
            tail(flash, ring.page(sequence), &checked)?.ok_or(OpenError::Damaged { sequence })?;
    }
    Ok(found)
}

/// How a log ends whose last segment is at `page`; `None` if a durable record is missing.
fn tail<F: Flash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    checked: &Checked,
) -> Result<Option<Tail>, OpenError> {
    let rest = checked.end_at..page.end - word::<F>() as u32;
    Ok(match (behind(flash, page, rest)?, checked.is_closed) {
        (Behind::Nothing, true) => Some(Tail::Closed),
        (Behind::Nothing, false) if checked.format < FORMAT_CLOSES => Some(Tail::Older),
        (Behind::Nothing, false) => Some(Tail::Open),
        (Behind::Torn(bytes), false) => Some(Tail::Torn { bytes }),
        // Nothing is written behind the end of a closed log.
        (Behind::Torn(_), true) | (Behind::Damage, _) => None,
    })
}

/// The first segment that has to be looked through. The last record of a compaction names it, and
/// every segment begins with a compaction. If the last compaction did not end, the one before did.
fn first_needed<F: NorFlash>(
    flash: &RefCell<F>,
    ring: &Ring,
    run: RangeInclusive<u32>,
    found: &mut Found,
) -> Result<u32, OpenError> {
    for sequence in run.clone().rev().take(2) {
        let freed = check(flash, ring, sequence, found)?.freed;
        // No log writes a record that frees later segments. Such a flash is looked through as a
        // whole, and found to be damaged.
        if let Some(oldest) = freed.filter(|&oldest| oldest <= sequence) {
            return Ok(oldest.clamp(*run.start(), *run.end()));
        }
    }
    Ok(*run.start())
}

/// The segments that follow each other without a gap, up to the last one.
fn run<F: NorFlash>(
    flash: &RefCell<F>,
    ring: &Ring,
    found: &mut Found,
) -> Result<Option<(u32, u32)>, OpenError> {
    let (mut last, mut is_foreign, mut misplaced) = (None, false, None);
    for place in 0..ring.segments {
        match header(flash, ring.page(place))? {
            First::Header(header) if !FORMATS.contains(&header.format) => {
                return Err(OpenError::Newer { format: header.format });
            }
            First::Header(header) if header.segments != ring.segments => {
                return Err(OpenError::Resized { segments: header.segments });
            }
            First::Header(header)
                if header.sequence % ring.segments != place || header.sequence > SEQUENCE_MAX =>
            {
                misplaced = Some(header.sequence);
            }
            First::Header(header) if last.is_none_or(|last| header.sequence > last) => {
                last = Some(header.sequence);
                found.epoch = Some(header.epoch);
            }
            First::Header(_) | First::Nothing => {}
            First::Else => is_foreign = true,
        }
    }
    if let Some(sequence) = misplaced {
        return Err(OpenError::Damaged { sequence });
    }
    let Some(last) = last else {
        return if is_foreign { Err(foreign(flash, ring)?) } else { Ok(None) };
    };
    let mut first = last;
    while let Some(before) = first.checked_sub(1)
        && last - before < ring.segments
        && let First::Header(header) = header(flash, ring.page(before))?
        && (header.sequence, Some(header.epoch)) == (before, found.epoch)
    {
        first = before;
    }
    Ok(Some((first, last)))
}

/// Judges a flash in which no page begins as a log's does. It holds a log whose pages are damaged,
/// or something else.
fn foreign<F: NorFlash>(flash: &RefCell<F>, ring: &Ring) -> Result<OpenError, OpenError> {
    let mut buffer = [0; RECORD_MAX];
    for page in (0..ring.segments).map(|place| ring.page(place)) {
        let at = page.start + word::<F>() as u32;
        if let Item::Intact(len) = item_at(flash, at, page.end, &mut buffer)?
            && let Some(Record::Header(header)) =
                Numbered::decode(&buffer[..len]).map(|numbered| numbered.record)
        {
            return Ok(OpenError::Damaged { sequence: header.sequence });
        }
    }
    Ok(OpenError::NotOurs)
}

/// How a page begins.
enum First {
    Nothing,
    Header(Header),
    Else,
}

fn header<F: NorFlash>(flash: &RefCell<F>, page: Range<u32>) -> Result<First, OpenError> {
    let mut first = None;
    let read = each(flash, page.clone(), |bytes| {
        first = Some(match Numbered::decode(bytes).map(|numbered| numbered.record) {
            Some(Record::Header(header)) => First::Header(header),
            _ => First::Else,
        });
        ControlFlow::Break(())
    });
    match (first, read) {
        (Some(first), _) => Ok(first),
        // It may be erased behind its header.
        (None, Ok(())) if is_erased(flash, behind_header::<F>(page))? => Ok(First::Nothing),
        // The library may find a page so broken that it would erase the page.
        (None, _) => Ok(First::Else),
    }
}

/// The part of a page that is erased while its header is not intact.
fn behind_header<F: NorFlash>(page: Range<u32>) -> Range<u32> {
    page.start + header_end(word::<F>()) as u32..page.end
}

fn is_erased<F: NorFlash>(flash: &RefCell<F>, range: Range<u32>) -> Result<bool, OpenError> {
    let mut buffer = [0; RECORD_MAX];
    for from in range.clone().step_by(RECORD_MAX) {
        let piece = &mut buffer[..RECORD_MAX.min((range.end - from) as usize)];
        let read = block_on(flash.borrow_mut().read(from, piece));
        read.map_err(|_| OpenError::Failed)?;
        if piece.iter().any(|byte| *byte != 0xff) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The number of the first record of a segment.
pub(crate) fn begin_of<F: NorFlash>(flash: &RefCell<F>, ring: &Ring, sequence: u32) -> Option<u32> {
    let mut begin = None;
    let _ = each(flash, ring.page(sequence), |bytes| {
        begin = match Numbered::decode(bytes) {
            Some(Numbered { number, record: Record::Header(header), .. })
                if header.sequence == sequence =>
            {
                Some(number)
            }
            _ => None,
        };
        ControlFlow::Break(())
    });
    begin
}

/// The number after the last record that counts in a segment; `None` if it cannot be read.
pub(crate) fn number_behind<F: NorFlash>(flash: &RefCell<F>, page: Range<u32>) -> Option<u32> {
    records_in_order(flash, page, &mut |_| ControlFlow::Continue(())).ok().flatten()
}

/// Calls `replay` with every entry of the segments `found`, in order.
pub(crate) fn replay<F: NorFlash>(
    flash: &RefCell<F>,
    ring: &Ring,
    sequences: Range<u32>,
    replay: &mut dyn FnMut(&Entry<'_>),
) -> Result<(), OpenError> {
    for sequence in sequences {
        records_in_order(flash, ring.page(sequence), &mut |numbered| {
            if let Record::Entry(entry) = &numbered.record {
                replay(entry);
            }
            ControlFlow::Continue(())
        })?;
    }
    Ok(())
}
