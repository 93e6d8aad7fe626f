//! What is asked of a flash. Touches `embedded-storage-async`.

use embedded_storage_async::nor_flash::NorFlash;

/// A flash, or something that behaves like one.
pub trait Flash: NorFlash {
    /// Whatever was written and erased is durable after. Nothing to do where each write is so by itself; where writes are held back,
    /// those since the last call may reach their place in any order, in part, or not at all.
    ///
    /// # Errors
    /// Nobody knows what of it is durable.
    fn sync(&mut self) -> Result<(), Self::Error>;

    /// How what was not durable yet may look once the power was gone.
    fn tearing(&self) -> Tearing {
        Tearing::InOrder
    }
}

/// How what was written since the last [`sync`](Flash::sync) may look once the power was gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tearing {
    /// Up to some word, which may hold anything, and nothing behind it: a flash.
    InOrder,
    /// Each aligned piece of so many bytes up to some byte of its own, and nothing behind that: a file on a disk.
    Sectors(u32),
}
