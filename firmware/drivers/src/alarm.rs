//! One-shot timers. Each raises its interrupt once after a number of ticks of the system clock, and
//! so ends a sleep.
//! Knows no board.

use crate::registers::Registers;

/// A timer that ends a sleep.
pub trait Alarm {
    /// Raises the interrupt after `ticks`, at least one.
    fn arm(&mut self, ticks: u32);

    /// Stops, and takes the interrupt back.
    fn disarm(&mut self);
}

/// A general-purpose timer of the Stellaris parts, both halves joined (LM3S6965 datasheet,
/// "General-Purpose Timers").
#[derive(Debug)]
pub struct StellarisTimer<R>(R);

impl<R: Registers> StellarisTimer<R> {
    const CONFIG: usize = 0x00;
    const MODE: usize = 0x04;
    const CONTROL: usize = 0x0c;
    const INTERRUPT_MASK: usize = 0x18;
    const INTERRUPT_CLEAR: usize = 0x24;
    const LOAD: usize = 0x28;
    const ONE_SHOT: u32 = 1;
    const TIME_OUT: u32 = 1 << 0;
    const ENABLE: u32 = 1 << 0;

    /// The timer, set up and at rest.
    pub fn new(mut registers: R) -> Self {
        registers.write(Self::CONTROL, 0);
        registers.write(Self::CONFIG, 0);
        registers.write(Self::MODE, Self::ONE_SHOT);
        registers.write(Self::INTERRUPT_MASK, Self::TIME_OUT);
        StellarisTimer(registers)
    }
}

impl<R: Registers> Alarm for StellarisTimer<R> {
    fn arm(&mut self, ticks: u32) {
        self.disarm();
        self.0.write(Self::LOAD, ticks.max(1));
        self.0.write(Self::CONTROL, Self::ENABLE);
    }

    fn disarm(&mut self) {
        self.0.write(Self::CONTROL, 0);
        self.0.write(Self::INTERRUPT_CLEAR, Self::TIME_OUT);
    }
}

/// A timer of Arm's Cortex-M System Design Kit (its manual, "APB components"). It would go round
/// and round; whoever wakes disarms it.
#[derive(Debug)]
pub struct CmsdkTimer<R>(R);

impl<R: Registers> CmsdkTimer<R> {
    const CONTROL: usize = 0x0;
    const VALUE: usize = 0x4;
    const RELOAD: usize = 0x8;
    const INTERRUPT_CLEAR: usize = 0xc;
    const ENABLE: u32 = 1 << 0;
    const INTERRUPT: u32 = 1 << 3;

    /// The timer at rest.
    pub fn new(mut registers: R) -> Self {
        registers.write(Self::CONTROL, 0);
        CmsdkTimer(registers)
    }
}

impl<R: Registers> Alarm for CmsdkTimer<R> {
    fn arm(&mut self, ticks: u32) {
        self.disarm();
        self.0.write(Self::RELOAD, ticks.max(1));
        self.0.write(Self::VALUE, ticks.max(1));
        self.0.write(Self::CONTROL, Self::ENABLE | Self::INTERRUPT);
    }

    fn disarm(&mut self) {
        self.0.write(Self::CONTROL, 0);
        self.0.write(Self::INTERRUPT_CLEAR, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::tests::Written;

    #[test]
    fn a_stellaris_timer_is_stopped_before_it_is_loaded_and_then_started() {
        let mut timer = StellarisTimer::new(Written::default());
        assert_eq!(timer.0.take(), [(0x0c, 0), (0x00, 0), (0x04, 1), (0x18, 1)]);
        timer.arm(70_000);
        assert_eq!(timer.0.take(), [(0x0c, 0), (0x24, 1), (0x28, 70_000), (0x0c, 1)]);
        timer.disarm();
        assert_eq!(timer.0.take(), [(0x0c, 0), (0x24, 1)]);
    }

    #[test]
    fn a_cmsdk_timer_is_stopped_before_it_is_loaded_and_then_started() {
        let mut timer = CmsdkTimer::new(Written::default());
        assert_eq!(timer.0.take(), [(0x0, 0)]);
        timer.arm(0);
        assert_eq!(timer.0.take(), [(0x0, 0), (0xc, 1), (0x8, 1), (0x4, 1), (0x0, 9)]);
    }
}
