//! The watchdog of the Stellaris parts (LM3S6965 datasheet, "Watchdog Timer") and of Arm's Cortex-M
//! System Design Kit (its manual, "APB components"): the same registers. It counts down twice: the
//! first time it interrupts, the second time it resets the part.
//! Knows no board.

use crate::registers::Registers;

const LOAD: usize = 0x000;
const CONTROL: usize = 0x008;
const INTERRUPT_CLEAR: usize = 0x00c;
const LOCK: usize = 0xc00;

const INTERRUPT: u32 = 1 << 0;
const RESET: u32 = 1 << 1;
/// This value in `LOCK` opens the other registers; any other value closes them.
const KEY: u32 = 0x1acc_e551;

/// A watchdog.
#[derive(Debug)]
pub struct Watchdog<R> {
    registers: R,
    half: u32,
}

impl<R: Registers> Watchdog<R> {
    /// A watchdog that bites `ticks` of its clock after it was fed last, and warns at half of it.
    /// It runs from now on.
    pub fn new(registers: R, ticks: u32) -> Self {
        let mut watchdog = Watchdog { registers, half: ticks / 2 };
        watchdog.feed();
        watchdog.registers.write(LOCK, KEY);
        watchdog.registers.write(CONTROL, RESET | INTERRUPT);
        watchdog.registers.write(LOCK, 0);
        watchdog
    }

    /// Starts both counts again, and clears the warning.
    pub fn feed(&mut self) {
        self.registers.write(LOCK, KEY);
        self.registers.write(INTERRUPT_CLEAR, 1);
        self.registers.write(LOAD, self.half);
        self.registers.write(LOCK, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::tests::Written;

    #[test]
    fn it_is_loaded_before_it_runs_and_locked_after_each_touch() {
        let mut watchdog = Watchdog::new(Written::default(), 400_000_000);
        let fed = [(LOCK, KEY), (INTERRUPT_CLEAR, 1), (LOAD, 200_000_000), (LOCK, 0)];
        let written = watchdog.registers.take();
        assert_eq!(written[..4], fed);
        assert_eq!(written[4..], [(LOCK, KEY), (CONTROL, 3), (LOCK, 0)]);
        watchdog.feed();
        assert_eq!(watchdog.registers.take(), fed);
    }
}
