//! The records of a segment, back-references resolved: a record that refers back to an earlier one
//! is read with that one's text.
//! Touches `segment` and `record`.

use core::cell::RefCell;
use core::ops::{ControlFlow, Range};

use embedded_storage_async::nor_flash::NorFlash;
use smolchat_core::protocol::Kind;
use smolchat_core::store::Entry;

use crate::record::{Numbered, RECORD_MAX, Record};
use crate::segment::{ReadFailed, each};

/// The last delivery of a broadcast.
struct Broadcast {
    bytes: [u8; RECORD_MAX],
    len: usize,
}

/// Calls `look` with every record of the segment at `page`, in order, until it breaks; with `None`
/// for a record that cannot be understood. It is never called with [`Record::BackReference`], nor
/// with [`Record::Continued`], which tells of another segment.
pub(crate) fn records<F: NorFlash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    mut look: impl FnMut(Option<Numbered<'_>>) -> ControlFlow<()>,
) -> Result<(), ReadFailed> {
    let mut broadcast = Broadcast { bytes: [0; RECORD_MAX], len: 0 };
    each(flash, page, |bytes| {
        let numbered = Numbered::decode(bytes);
        match numbered.map(|numbered| numbered.record) {
            Some(Record::Entry(Entry::Delivery { kind: Kind::Broadcast, .. })) => {
                broadcast.bytes[..bytes.len()].copy_from_slice(bytes);
                broadcast.len = bytes.len();
                look(numbered)
            }
            Some(Record::BackReference { to }) => look(numbered.and_then(|numbered| {
                Some(Numbered { record: broadcast.resolve(to)?, ..numbered })
            })),
            Some(Record::Continued) => ControlFlow::Continue(()),
            _ => look(numbered),
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
