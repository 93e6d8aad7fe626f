//! The board's store: opened, told to the server, and asked by it.
//! Touches the board's flash and `smolchat-store`. One that cannot be trusted is left as it is, and promises nothing.

use embedded_storage_async::nor_flash::ReadNorFlash;
use smolchat_core::server::{RestoreError, Server};
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::Duration;
use smolchat_store::{Figures, Log};

use crate::board::Board;

/// What a board keeps beyond a restart, if it keeps anything.
pub(crate) enum Kept<F> {
    /// It has no flash for that.
    Nothing,
    /// What is in the flash is left alone: nothing can be promised.
    Unusable,
    /// A log.
    Log(Log<F>),
}

/// Looks at what the board has kept.
#[inline(never)]
pub(crate) fn open<B: Board>(board: &mut B, epoch: u32) -> Kept<B::Flash> {
    let Some(flash) = board.flash() else {
        defmt::info!("store: none");
        return Kept::Nothing;
    };
    let range = 0..flash.capacity() as u32;
    match Log::open(flash, range, epoch) {
        Ok(log) => Kept::Log(log),
        Err((error, _)) => {
            defmt::error!("store: left as it is: {}", error);
            Kept::Unusable
        }
    }
}

impl<F: smolchat_store::Flash> Kept<F> {
    /// What the product's OK means on this board.
    pub(crate) fn durability(&self, wanted: Durability) -> Durability {
        match self {
            Kept::Nothing => Durability::Off,
            Kept::Unusable | Kept::Log(_) => wanted,
        }
    }

    /// By how much the server's clock must be ahead of the board's, which begins with each start: so that it never goes back.
    pub(crate) fn clock_ahead(&self) -> Duration {
        match self {
            Kept::Log(log) => Duration::from_millis(log.latest().as_millis()),
            Kept::Nothing | Kept::Unusable => Duration::default(),
        }
    }

    /// Puts everything back that was kept.
    #[inline(never)]
    pub(crate) fn restore(&self, server: &mut Server<'_>) {
        let Kept::Log(log) = self else { return };
        let (mut entries, mut strangers) = (0_u32, 0_u32);
        let told = log.tell(&mut |entry| match server.restore(entry) {
            Ok(()) => entries += 1,
            Err(RestoreError::NoSuchUser) => strangers += 1,
            Err(error) => defmt::error!("store: an entry does not fit: {}", error),
        });
        if told.is_err() {
            defmt::error!("store: cannot be read");
        }
        server.resume(log.epoch());
        let (used, segments) = log.segments();
        defmt::info!("store: {=u32} entries, {=u32} of {=u32} segments", entries, used, segments);
        if strangers > 0 {
            defmt::warn!("store: {=u32} entries are of users without an account", strangers);
        }
    }

    /// What was written since the start.
    pub(crate) fn figures(&self) -> Figures {
        match self {
            Kept::Log(log) => log.figures(),
            Kept::Nothing | Kept::Unusable => Figures::default(),
        }
    }
}

impl<F: smolchat_store::Flash> Store for Kept<F> {
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        match self {
            Kept::Log(log) => log.append(entry, is_live),
            Kept::Nothing | Kept::Unusable => Err(StoreError::Failed),
        }
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        match self {
            Kept::Log(log) => log.commit(),
            Kept::Nothing | Kept::Unusable => Ok(()),
        }
    }
}
