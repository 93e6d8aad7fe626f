//! The end of a part's own flash, for the store: Embassy's blocking driver as what the store asks
//! for.
//! Each write is done when it returns, so there is nothing to sync; while a page is erased nothing
//! else happens on the part.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash as BlockingFlash, ReadNorFlash as BlockingRead,
};
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
use smolchat_store::Flash;

/// The last bytes of a flash.
#[derive(Debug)]
pub struct Partition<F> {
    flash: F,
    start: u32,
}

impl<F: BlockingFlash> Partition<F> {
    /// The last `bytes` of `flash`, which has `capacity` bytes; whole pages. The image must not
    /// reach them.
    pub const fn last(flash: F, capacity: usize, bytes: usize) -> Self {
        Partition { flash, start: (capacity - bytes) as u32 }
    }
}

impl<F: BlockingFlash> ErrorType for Partition<F> {
    type Error = F::Error;
}

impl<F: BlockingFlash> ReadNorFlash for Partition<F> {
    const READ_SIZE: usize = F::READ_SIZE;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), F::Error> {
        BlockingRead::read(&mut self.flash, self.start + offset, bytes)
    }

    fn capacity(&self) -> usize {
        BlockingRead::capacity(&self.flash).saturating_sub(self.start as usize)
    }
}

impl<F: BlockingFlash> NorFlash for Partition<F> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = F::ERASE_SIZE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), F::Error> {
        BlockingFlash::erase(&mut self.flash, self.start + from, self.start + to)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), F::Error> {
        BlockingFlash::write(&mut self.flash, self.start + offset, bytes)
    }
}

impl<F: BlockingFlash> Flash for Partition<F> {
    fn sync(&mut self) -> Result<(), F::Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use embedded_storage::nor_flash::{NorFlashError, NorFlashErrorKind};
    use smolchat_core::protocol::MessageId;
    use smolchat_core::store::{Entry, Store};
    use smolchat_store::Log;

    use super::*;

    const PAGE: usize = 1024;
    const PAGES: usize = 8;

    /// A blocking flash of eight pages.
    struct Chip([u8; PAGE * PAGES]);

    #[derive(Debug)]
    struct Refused;

    impl NorFlashError for Refused {
        fn kind(&self) -> NorFlashErrorKind {
            NorFlashErrorKind::OutOfBounds
        }
    }

    impl ErrorType for Chip {
        type Error = Refused;
    }

    impl BlockingRead for Chip {
        const READ_SIZE: usize = 1;

        fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Refused> {
            let from = offset as usize;
            bytes.copy_from_slice(self.0.get(from..from + bytes.len()).ok_or(Refused)?);
            Ok(())
        }

        fn capacity(&self) -> usize {
            self.0.len()
        }
    }

    impl BlockingFlash for Chip {
        const WRITE_SIZE: usize = 16;
        const ERASE_SIZE: usize = PAGE;

        fn erase(&mut self, from: u32, to: u32) -> Result<(), Refused> {
            self.0.get_mut(from as usize..to as usize).ok_or(Refused)?.fill(0xff);
            Ok(())
        }

        fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Refused> {
            let from = offset as usize;
            self.0.get_mut(from..from + bytes.len()).ok_or(Refused)?.copy_from_slice(bytes);
            Ok(())
        }
    }

    #[test]
    fn a_store_at_the_end_of_a_flash_leaves_the_image_before_it_alone() {
        let mut chip = Chip([0x42; PAGE * PAGES]);
        chip.0[4 * PAGE..].fill(0xff);
        let partition = Partition::last(chip, PAGE * PAGES, 4 * PAGE);
        let mut log =
            Log::open(partition, 0..4 * PAGE as u32, 1).map_err(|(error, _)| error).unwrap();
        for next in 1..1_000 {
            log.append(&Entry::Reserved { next: MessageId(next) }, &|_| false).unwrap();
        }
        log.commit().unwrap();
        let Partition { flash, start } = log.into_flash();
        assert_eq!(start as usize, 4 * PAGE);
        assert!(flash.0[..4 * PAGE].iter().all(|byte| *byte == 0x42));
        assert!(flash.0[4 * PAGE..].iter().any(|byte| *byte != 0xff));
    }
}
