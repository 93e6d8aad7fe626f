//! The store of a host: a log in a file. The file is locked, made larger if the capacities need it,
//! and restored into the server. Works at the start only.

use std::path::Path;

use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
use smolchat_core::chat::Capacities;
use smolchat_core::server::Server;
use smolchat_core::store::{Entry, Store};
use smolchat_store::{Live, Log, Tail, segments};

use super::flash_file::{FlashFile, PAGE};
use super::ownerless::Ownerless;
use super::store_error::HostStoreError;
use super::store_file::{Held, StoreFile};

/// A store's file that this server has locked, before it is read.
#[derive(Debug)]
pub(super) struct LockedStore {
    file: StoreFile,
    held: Held,
    /// The bytes that it must have.
    bytes: u64,
}

/// The entries that came back from a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RestoreSummary {
    /// Entries of users who have no account any more; they are deleted.
    pub(super) ownerless: Ownerless,
    /// How its end was found; `None` if it is new.
    pub(super) tail: Option<Tail>,
}

impl LockedStore {
    /// Opens and locks the store at `path`, or a new one, with room for everything that the server
    /// may hold.
    ///
    /// # Errors
    /// It cannot be opened or locked.
    pub(super) fn new(path: &Path, capacities: &Capacities) -> Result<Self, HostStoreError> {
        let bytes = bytes(capacities);
        let file = StoreFile::at(path)?;
        let held = file.hold(bytes)?;
        Ok(LockedStore { file, held, bytes })
    }

    /// Restores its entries into `server`, and is ready for more. `epoch` names a new store for
    /// good. Entries of users without an account are deleted for good. If these users are the
    /// majority, that happens only if it `may_forget` them.
    ///
    /// # Errors
    /// It cannot be read, or does not fit.
    pub(super) fn open(
        self,
        epoch: u32,
        server: &mut Server<'_>,
        may_forget: bool,
    ) -> Result<(Log<FlashFile>, RestoreSummary), HostStoreError> {
        let LockedStore { file, held, bytes } = self;
        Ok(match held {
            Held::New(flash) => {
                let log = open(flash, epoch)?;
                file.put_in_place(false)?;
                server.resume(log.epoch(), false);
                (log, RestoreSummary::default())
            }
            Held::Found(flash) => {
                let log = open(flash, epoch)?;
                let restored = restore(&log, server)?;
                restored.ownerless.check(may_forget)?;
                let log = match size(&log) < bytes {
                    // Only entries that matter are copied.
                    true => grow(&file, bytes, log, server)?,
                    false => without_ownerless(log, &restored.ownerless, server)?,
                };
                (log, restored)
            }
        })
    }
}

/// The bytes of a store with room for everything that a server may hold.
fn bytes(capacities: &Capacities) -> u64 {
    let Capacities { deliveries, history: broadcasts, blocks, keys, .. } = *capacities;
    let live = Live { deliveries, broadcasts, blocks, keys, accounts: 0 };
    u64::from(segments(&live, PAGE, FlashFile::WRITE_SIZE)) * PAGE as u64
}

/// The bytes of a log's file.
pub(super) fn size(log: &Log<FlashFile>) -> u64 {
    u64::from(log.segments().1) * PAGE as u64
}

fn open(flash: FlashFile, epoch: u32) -> Result<Log<FlashFile>, HostStoreError> {
    let range = 0..flash.capacity() as u32;
    Log::open(flash, range, epoch).map_err(|(error, _)| HostStoreError::Log(error))
}

/// Restores a log, and looks for entries of users without an account.
fn restore(
    log: &Log<FlashFile>,
    server: &mut Server<'_>,
) -> Result<RestoreSummary, HostStoreError> {
    let mut ownerless = Ownerless::default();
    if smolchat_store::restore(log, server)?.ownerless > 0 {
        let is_known = |name: &str| server.chat().find(name).is_some();
        let replayed = log.replay(&mut |entry| ownerless.note(entry, is_known));
        replayed.map_err(HostStoreError::Log)?;
    }
    Ok(RestoreSummary { ownerless, tail: Some(log.tail()) })
}

/// The log without entries of deleted accounts, so that a later owner of the name finds nothing.
fn without_ownerless(
    mut log: Log<FlashFile>,
    ownerless: &Ownerless,
    server: &Server<'_>,
) -> Result<Log<FlashFile>, HostStoreError> {
    if ownerless.is_any() {
        log.compact_all(&|entry| server.is_live(entry)).map_err(HostStoreError::Delete)?;
    }
    Ok(log)
}

/// Copies a log into a larger file, which takes the old file's place. The old file stays locked
/// until nobody finds it any more.
fn grow(
    file: &StoreFile,
    bytes: u64,
    old: Log<FlashFile>,
    server: &Server<'_>,
) -> Result<Log<FlashFile>, HostStoreError> {
    let copied = copy(&old, file.prepare(bytes)?, server);
    let grown = copied.and_then(|log| Ok(file.put_in_place(true).map(|()| log)?));
    if grown.is_err() {
        file.discard();
    }
    grown
}

/// A durable log in `flash` with all entries of the old one that matter. A release or an unblock
/// has nothing to end there.
fn copy(
    old: &Log<FlashFile>,
    flash: FlashFile,
    server: &Server<'_>,
) -> Result<Log<FlashFile>, HostStoreError> {
    let mut log = open(flash, old.epoch())?;
    let is_live = |entry: &Entry<'_>| server.is_live(entry);
    let mut copied = Ok(());
    let replayed = old.replay(&mut |entry| {
        if copied.is_ok() && (is_live(entry) || matches!(entry, Entry::Reserved { .. })) {
            copied = log.append(entry, &is_live);
        }
    });
    replayed.map_err(HostStoreError::Log)?;
    copied.and_then(|()| log.commit()).map_err(HostStoreError::Copy)?;
    Ok(log)
}
