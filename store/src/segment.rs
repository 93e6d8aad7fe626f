//! One segment: an erase page in which `sequential-storage` keeps records one behind the other.
//! Knows no record's fields. To the library the page is a queue of one page, to which records are
//! pushed and from which none is taken. Taking one would write a word a second time, which not
//! every flash can do. A queue of several pages would erase some of them by itself.

use core::cell::RefCell;
use core::mem::replace;
use core::ops::{ControlFlow, Range};

use embassy_futures::block_on;
use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use sequential_storage::Error;
use sequential_storage::cache::page_pointers::ArrayPagePointers;
use sequential_storage::cache::page_states::ArrayPageStates;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::queue::{QueueConfig, QueueStorage};

use crate::record::RECORD_MAX;

/// A cache of the active segment, so that the next record finds its place at once.
pub(crate) type ActiveCache = Cache<ArrayPageStates<1>, ArrayPagePointers<1>, Uncached>;

/// Nothing remembered.
pub(crate) fn new_cache() -> ActiveCache {
    Cache::new(ArrayPageStates::new(), ArrayPagePointers::new(), Uncached)
}

/// Why a record is not in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PushError {
    /// It does not fit behind the other records.
    Full,
    /// It is longer than the limits allow; the flash was not written to.
    TooLong,
    /// The flash did not take it.
    Failed,
}

/// The flash failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReadFailed;

/// The size of a word: everything in `F` is a multiple of it.
pub(crate) const fn word<F: NorFlash>() -> usize {
    if F::WRITE_SIZE > F::READ_SIZE { F::WRITE_SIZE } else { F::READ_SIZE }
}

/// Appends a record to the segment at `page`.
pub(crate) fn push<F: NorFlash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    cache: &mut ActiveCache,
    record: &[u8],
) -> Result<(), PushError> {
    let config = QueueConfig::try_new(page).map_err(|_| PushError::Failed)?;
    let handle = Handle { flash, access: Access::Append };
    let mut queue = QueueStorage::new(handle, config, replace(cache, new_cache()));
    let pushed = block_on(queue.push(record, false));
    *cache = queue.destroy().1;
    pushed.map_err(|error| match error {
        Error::FullStorage => PushError::Full,
        _ => PushError::Failed,
    })
}

/// Calls `look` with every intact record of the segment at `page`, in order, until it breaks.
/// Writes nothing; `look` may write elsewhere.
pub(crate) fn each<F: NorFlash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    mut look: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<(), ReadFailed> {
    let config = QueueConfig::try_new(page).map_err(|_| ReadFailed)?;
    let handle = Handle { flash, access: Access::Read };
    let mut queue = QueueStorage::new(handle, config, Cache::new_uncached());
    let mut buffer = [0; RECORD_MAX];
    let mut records = block_on(queue.iter()).map_err(|_| ReadFailed)?;
    loop {
        match block_on(records.next(&mut buffer)) {
            Ok(Some(record)) => {
                if look(&record).is_break() {
                    return Ok(());
                }
            }
            Ok(None) => return Ok(()),
            // Longer than any record of a log: something else.
            Err(Error::BufferTooSmall(_)) => return Ok(()),
            Err(_) => return Err(ReadFailed),
        }
    }
}

/// What a handle may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Read,
    Append,
}

/// The flash for the library: while one page is read another may be written. The library repairs a
/// page that looks broken by erasing it; no handle lets it.
#[derive(Debug)]
struct Handle<'f, F> {
    flash: &'f RefCell<F>,
    access: Access,
}

/// The flash failed, or the handle may not do that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct HandleError;

impl NorFlashError for HandleError {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl<F> ErrorType for Handle<'_, F> {
    type Error = HandleError;
}

impl<F: NorFlash> ReadNorFlash for Handle<'_, F> {
    const READ_SIZE: usize = F::READ_SIZE;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), HandleError> {
        block_on(self.flash.borrow_mut().read(offset, bytes)).map_err(|_| HandleError)
    }

    fn capacity(&self) -> usize {
        self.flash.borrow().capacity()
    }
}

impl<F: NorFlash> NorFlash for Handle<'_, F> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = F::ERASE_SIZE;

    async fn erase(&mut self, _from: u32, _to: u32) -> Result<(), HandleError> {
        Err(HandleError)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), HandleError> {
        match self.access {
            Access::Read => Err(HandleError),
            Access::Append => {
                block_on(self.flash.borrow_mut().write(offset, bytes)).map_err(|_| HandleError)
            }
        }
    }
}
