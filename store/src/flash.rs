//! What the log asks of a flash.

use embedded_storage_async::nor_flash::NorFlash;

/// A flash, or something that behaves like one.
pub trait Flash: NorFlash {
    /// Makes all writes and erases durable. A flash whose writes are durable by themselves does
    /// nothing. If writes are held back, those since the last call may reach their place in any
    /// order, in part, or not at all.
    ///
    /// # Errors
    /// Nobody knows which writes are durable.
    fn sync(&mut self) -> Result<(), Self::Error>;

    /// How writes that were not durable may look after a loss of power.
    fn tearing(&self) -> Tearing {
        Tearing::InOrder
    }
}

/// How the writes since the last [`sync`](Flash::sync) may look after a loss of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tearing {
    /// Written up to some word, which may hold anything, and nothing behind it: a flash.
    InOrder,
    /// Each aligned piece of this many bytes is written up to some byte of its own, and nothing
    /// behind that: a file on a disk.
    Sectors(u32),
}
