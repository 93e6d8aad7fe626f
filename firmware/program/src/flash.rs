//! The flash of a board without a store.

use core::convert::Infallible;

use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use smolchat_store::Flash;

/// There is none: no value of this type exists.
#[derive(Clone, Copy, Debug)]
pub enum NoFlash {}

impl ErrorType for NoFlash {
    type Error = Infallible;
}

impl ReadNorFlash for NoFlash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, _: u32, _: &mut [u8]) -> Result<(), Infallible> {
        match *self {}
    }

    fn capacity(&self) -> usize {
        match *self {}
    }
}

impl NorFlash for NoFlash {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = 1024;

    async fn erase(&mut self, _: u32, _: u32) -> Result<(), Infallible> {
        match *self {}
    }

    async fn write(&mut self, _: u32, _: &[u8]) -> Result<(), Infallible> {
        match *self {}
    }
}

impl Flash for NoFlash {
    fn sync(&mut self) -> Result<(), Infallible> {
        match *self {}
    }
}
