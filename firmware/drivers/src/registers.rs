//! Registers as a driver sees them: words of 32 bits at offsets. On a part they are memory, in a
//! test a model.
//! Knows no peripheral. The one file of this package with unsafe code.

/// The registers of one peripheral. Offsets are in bytes from its base, and multiples of four.
pub trait Registers {
    /// Reads a register. That may change it, as with a FIFO.
    fn read(&mut self, offset: usize) -> u32;

    /// Writes a register.
    fn write(&mut self, offset: usize, value: u32);

    /// Sets `bits` and leaves the others as they are.
    fn set(&mut self, offset: usize, bits: u32) {
        let value = self.read(offset);
        self.write(offset, value | bits);
    }
}

/// Registers in memory.
#[derive(Debug)]
pub struct Mmio {
    base: usize,
}

impl Mmio {
    /// The registers of the peripheral at `base`.
    ///
    /// # Safety
    /// Such a peripheral must be there, 4 KiB long and aligned. Reads and writes of its registers
    /// must leave the program's memory alone.
    pub const unsafe fn at(base: usize) -> Self {
        Mmio { base }
    }

    /// Where a register is.
    ///
    /// # Panics
    /// `offset` is outside of the peripheral, or between two registers: a driver is wrong.
    fn address(&self, offset: usize) -> *mut u32 {
        assert!(offset < 0x1000 && offset.is_multiple_of(4));
        (self.base + offset) as *mut u32
    }
}

impl Registers for Mmio {
    fn read(&mut self, offset: usize) -> u32 {
        // SAFETY: whoever made this promised a peripheral there, and `address` stays within it.
        unsafe { self.address(offset).read_volatile() }
    }

    fn write(&mut self, offset: usize, value: u32) {
        // SAFETY: as above; a write cannot reach the program's memory.
        unsafe { self.address(offset).write_volatile(value) }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::HashMap;
    use std::mem::take;

    use super::*;

    /// Registers that note what is written, and read as a test has set them.
    #[derive(Default)]
    pub(crate) struct Written {
        pub(crate) values: HashMap<usize, u32>,
        written: Vec<(usize, u32)>,
    }

    impl Written {
        /// What was written since the last call.
        pub(crate) fn take(&mut self) -> Vec<(usize, u32)> {
            take(&mut self.written)
        }
    }

    impl Registers for Written {
        fn read(&mut self, offset: usize) -> u32 {
            self.values.get(&offset).copied().unwrap_or(0)
        }

        fn write(&mut self, offset: usize, value: u32) {
            self.written.push((offset, value));
        }
    }

    #[test]
    fn registers_lie_at_their_offsets() {
        #[repr(align(4096))]
        struct Page([u32; 1024]);
        let mut page = Box::new(Page([0; 1024]));
        let base = &raw mut *page as usize;
        // SAFETY: it is one page of this test's, and nothing else uses it while the registers are
        // used.
        let mut registers = unsafe { Mmio::at(base) };
        registers.write(0x10, 5);
        registers.set(0x10, 2);
        registers.write(0xffc, 9);
        assert_eq!((registers.read(0x10), registers.read(0xffc)), (7, 9));
        assert_eq!((page.0[4], page.0[1023], page.0[5]), (7, 9, 0));
    }

    #[test]
    #[should_panic]
    fn a_register_outside_of_the_peripheral_is_refused() {
        // SAFETY: nothing is read: the offset is checked first.
        unsafe { Mmio::at(0) }.read(0x1000);
    }
}
