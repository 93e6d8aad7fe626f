//! Serial ports, 8 data bits, no parity: bytes out at once, bytes in when asked for; the receive
//! interrupt ends a sleep.
//! Knows no board.

use crate::registers::Registers;

/// Bits per second.
pub const BAUD: u32 = 115_200;

/// How often a port that is full is looked at before its byte goes lost. A byte takes 87 us, and a
/// look more than 4 cycles of at most 50 MHz.
const LOOKS: usize = 4_000;

/// A serial port.
pub trait Uart {
    /// Sends a byte; waits, not for long, where there is no room.
    fn write(&mut self, byte: u8);

    /// Whether a byte can be sent without a wait.
    fn has_room(&mut self) -> bool;

    /// Whether a byte waits.
    fn has_byte(&mut self) -> bool;

    /// The next byte that came in.
    fn read(&mut self) -> Option<u8>;
}

/// Arm's PrimeCell PL011 (its manual, "Programmers model").
#[derive(Debug)]
pub struct Pl011<R>(R);

impl<R: Registers> Pl011<R> {
    const DATA: usize = 0x00;
    const FLAGS: usize = 0x18;
    const BAUD_INTEGER: usize = 0x24;
    const BAUD_FRACTION: usize = 0x28;
    const LINE_CONTROL: usize = 0x2c;
    const CONTROL: usize = 0x30;
    const INTERRUPT_MASK: usize = 0x38;
    const RECEIVE_EMPTY: u32 = 1 << 4;
    const TRANSMIT_FULL: u32 = 1 << 5;
    /// 8 bits; without the FIFOs, so that each byte that comes in interrupts.
    const EIGHT_BITS: u32 = 3 << 5;
    const ENABLE: u32 = 1 << 9 | 1 << 8 | 1 << 0;
    const RECEIVED: u32 = 1 << 4;

    /// The port, switched on; `clock` in Hz.
    pub fn new(mut registers: R, clock: u32) -> Self {
        // The divisor counts in 64ths.
        let divisor = (clock * 4 + BAUD / 2) / BAUD;
        registers.write(Self::CONTROL, 0);
        registers.write(Self::BAUD_INTEGER, divisor / 64);
        registers.write(Self::BAUD_FRACTION, divisor % 64);
        registers.write(Self::LINE_CONTROL, Self::EIGHT_BITS);
        registers.write(Self::INTERRUPT_MASK, Self::RECEIVED);
        registers.write(Self::CONTROL, Self::ENABLE);
        Pl011(registers)
    }
}

impl<R: Registers> Uart for Pl011<R> {
    fn write(&mut self, byte: u8) {
        if (0..LOOKS).any(|_| self.has_room()) {
            self.0.write(Self::DATA, byte.into());
        }
    }

    fn has_room(&mut self) -> bool {
        self.0.read(Self::FLAGS) & Self::TRANSMIT_FULL == 0
    }

    fn has_byte(&mut self) -> bool {
        self.0.read(Self::FLAGS) & Self::RECEIVE_EMPTY == 0
    }

    fn read(&mut self) -> Option<u8> {
        // Reading takes the interrupt back.
        self.has_byte().then(|| self.0.read(Self::DATA) as u8)
    }
}

/// The port of Arm's Cortex-M System Design Kit (its manual, "APB components").
#[derive(Debug)]
pub struct CmsdkUart<R>(R);

impl<R: Registers> CmsdkUart<R> {
    const DATA: usize = 0x00;
    const STATE: usize = 0x04;
    const CONTROL: usize = 0x08;
    const INTERRUPT_CLEAR: usize = 0x0c;
    const BAUD_DIVISOR: usize = 0x10;
    const TRANSMIT_FULL: u32 = 1 << 0;
    const RECEIVE_FULL: u32 = 1 << 1;
    /// Both ways, and the interrupt for what comes in.
    const ENABLE: u32 = 1 << 3 | 1 << 1 | 1 << 0;
    const RECEIVED: u32 = 1 << 1;

    /// The port, switched on; `clock` in Hz.
    pub fn new(mut registers: R, clock: u32) -> Self {
        registers.write(Self::BAUD_DIVISOR, clock / BAUD);
        registers.write(Self::CONTROL, Self::ENABLE);
        CmsdkUart(registers)
    }
}

impl<R: Registers> Uart for CmsdkUart<R> {
    fn write(&mut self, byte: u8) {
        if (0..LOOKS).any(|_| self.has_room()) {
            self.0.write(Self::DATA, byte.into());
        }
    }

    fn has_room(&mut self) -> bool {
        self.0.read(Self::STATE) & Self::TRANSMIT_FULL == 0
    }

    fn has_byte(&mut self) -> bool {
        self.0.read(Self::STATE) & Self::RECEIVE_FULL != 0
    }

    fn read(&mut self) -> Option<u8> {
        if !self.has_byte() {
            return None;
        }
        // It comes before the byte is taken, so that the next byte raises the interrupt again.
        self.0.write(Self::INTERRUPT_CLEAR, Self::RECEIVED);
        Some(self.0.read(Self::DATA) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registers::tests::Written;

    #[test]
    fn a_pl011_divides_its_clock_in_64ths() {
        // 50 MHz / (16 * 115,200) is 27.127, and 0.127 is 8.1 64ths.
        let mut uart = Pl011::new(Written::default(), 50_000_000);
        let written = uart.0.take();
        assert_eq!(written[1..3], [(0x24, 27), (0x28, 8)]);
        assert_eq!(written.last(), Some(&(0x30, 0x301)));
    }

    #[test]
    fn a_cmsdk_port_divides_its_clock() {
        let mut uart = CmsdkUart::new(Written::default(), 25_000_000);
        assert_eq!(uart.0.take(), [(0x10, 217), (0x8, 0b1011)]);
    }

    #[test]
    fn bytes_go_out_where_there_is_room_and_go_lost_where_there_is_none_for_long() {
        let mut pl011 = Pl011(Written::default());
        let mut cmsdk = CmsdkUart(Written::default());
        pl011.write(7);
        cmsdk.write(7);
        assert_eq!((pl011.0.take(), cmsdk.0.take()), (vec![(0, 7)], vec![(0, 7)]));
        assert!(pl011.has_room() && cmsdk.has_room());
        pl011.0.values.insert(0x18, 1 << 5);
        cmsdk.0.values.insert(0x04, 1 << 0);
        assert!(!pl011.has_room() && !cmsdk.has_room());
        pl011.write(7);
        cmsdk.write(7);
        assert_eq!((pl011.0.take(), cmsdk.0.take()), (vec![], vec![]));
    }

    #[test]
    fn a_byte_is_read_only_where_one_waits() {
        let mut pl011 = Pl011(Written::default());
        let mut cmsdk = CmsdkUart(Written::default());
        pl011.0.values.insert(0x18, 1 << 4);
        assert_eq!((pl011.read(), cmsdk.read()), (None, None));
        pl011.0.values.extend([(0x18, 0), (0, 0x72)]);
        cmsdk.0.values.extend([(0x04, 1 << 1), (0, 0x72)]);
        assert_eq!((pl011.read(), cmsdk.read()), (Some(b'r'), Some(b'r')));
        assert_eq!(cmsdk.0.take(), [(0xc, 1 << 1)], "the interrupt is taken back");
    }
}
