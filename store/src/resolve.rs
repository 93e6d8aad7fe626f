//! The records of a segment, back-references resolved: a record that refers back to an earlier one
//! is read with that one's text.
//! Knows no other segment.

use core::cell::RefCell;
use core::ops::{ControlFlow, Range};

use embedded_storage_async::nor_flash::NorFlash;
use smolchat_core::protocol::Kind;
use smolchat_core::store::Entry;

use crate::record::{Numbered, RECORD_MAX, Record};
use crate::segment::{ReadFailed, each, word};
use crate::size::in_flash;

/// The last delivery of a broadcast.
struct Broadcast {
    bytes: [u8; RECORD_MAX],
    len: usize,
}

/// Calls `look` with the records of the segment at `page` that count: in order, up to the first
/// missing number, until it breaks. Answers the number after the last of them; `None` if no record
/// counts.
pub(crate) fn records_in_order<F: NorFlash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    look: &mut dyn FnMut(&Numbered<'_>) -> ControlFlow<()>,
) -> Result<Option<u32>, ReadFailed> {
    let mut next = None;
    records(flash, page, |numbered, _| match numbered {
        Some(numbered) if next.is_none_or(|next| next == numbered.number) => {
            next = Some(numbered.number.wrapping_add(1));
            look(&numbered)
        }
        _ => ControlFlow::Break(()),
    })?;
    Ok(next)
}

/// Calls `look` with every record of the segment at `page` and the place behind that record, in
/// order, until it breaks. A record that cannot be understood is `None`. `look` sees neither a
/// [`Record::BackReference`] nor a [`Record::Continued`], which belongs to another segment.
pub(crate) fn records<F: NorFlash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    mut look: impl FnMut(Option<Numbered<'_>>, u32) -> ControlFlow<()>,
) -> Result<(), ReadFailed> {
    let mut broadcast = Broadcast { bytes: [0; RECORD_MAX], len: 0 };
    let word = word::<F>();
    let mut end = page.start + word as u32;
    each(flash, page, |bytes| {
        end += in_flash(bytes.len(), word) as u32;
        let numbered = Numbered::decode(bytes);
        match numbered.map(|numbered| numbered.record) {
            Some(Record::Entry(Entry::Delivery { kind: Kind::Broadcast, .. })) => {
                broadcast.bytes[..bytes.len()].copy_from_slice(bytes);
                broadcast.len = bytes.len();
                look(numbered, end)
            }
            Some(Record::BackReference { to }) => {
                let record = broadcast.resolve(to);
                let numbered = numbered.zip(record);
                look(numbered.map(|(numbered, record)| Numbered { record, ..numbered }), end)
            }
            Some(Record::Continued) => ControlFlow::Continue(()),
            _ => look(numbered, end),
        }
    })
}

impl Broadcast {
    /// The same delivery for another receiver; `None` if there was no broadcast.
    fn resolve<'a>(&'a self, to: &'a str) -> Option<Record<'a>> {
        match Numbered::decode(&self.bytes[..self.len])?.record {
            Record::Entry(Entry::Delivery { id, kind, from, at, text, .. }) => {
                Some(Record::Entry(Entry::Delivery { id, kind, from, to, at, text }))
            }
            _ => None,
        }
    }
}
