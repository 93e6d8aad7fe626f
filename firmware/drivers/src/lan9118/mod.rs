//! The SMSC LAN9118 (datasheet, chapters 3 and 5): a network chip with FIFOs of words for frames
//! and for their status.
//! Touches its registers only, and takes no interrupt. The interrupt for received frames is enabled
//! so that it ends a sleep.

use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::time::Instant;
use smoltcp::wire::EthernetAddress;

use crate::nic::Nic;
use crate::registers::Registers;

/// The longest frame: an Ethernet header and an MTU of 1500.
pub const FRAME_MAX: usize = 1514;

/// The bytes that a frame's status counts beside the frame: its check sequence.
const CRC_LEN: usize = 4;
/// Frames that are looked at in one call.
const LOOKS: usize = 64;
/// How often a step of the start is looked at before the chip is given up. Each takes microseconds.
const START_LOOKS: usize = 100_000;

const RECEIVE_DATA: usize = 0x00;
const TRANSMIT_DATA: usize = 0x20;
const RECEIVE_STATUS: usize = 0x40;
const TRANSMIT_STATUS: usize = 0x48;
const INTERRUPT_CONFIG: usize = 0x54;
const INTERRUPT: usize = 0x58;
const INTERRUPT_ENABLE: usize = 0x5c;
const BYTE_TEST: usize = 0x64;
const FIFO_INTERRUPT: usize = 0x68;
const TRANSMIT_CONFIG: usize = 0x70;
const HARDWARE_CONFIG: usize = 0x74;
const RECEIVE_FIFO: usize = 0x7c;
const TRANSMIT_FIFO: usize = 0x80;
const MAC_COMMAND: usize = 0xa4;
const MAC_DATA: usize = 0xa8;

/// The value of `BYTE_TEST` once the chip is awake and its words arrive in order.
const AWAKE: u32 = 0x8765_4321;
const RESET: u32 = 1 << 0;
/// A frame is sent when all of it is in the FIFO; the chip wants this bit set.
const STORE_AND_FORWARD: u32 = 1 << 20;
/// 5 KiB of the memory for frames that go out, the value after a reset.
const TRANSMIT_MEMORY: u32 = 5 << 16;
const TRANSMIT_ON: u32 = 1 << 1;
/// The interrupt line is driven, and high when it is active.
const LINE_ON: u32 = 1 << 8 | 1 << 4 | 1 << 0;
/// The receive status FIFO holds more than the configured level, which is 0.
const STATUS_WAITS: u32 = 1 << 3;
/// Nothing interrupts for room to send.
const LEVELS: u32 = 0xff << 24;

const MAC_BUSY: u32 = 1 << 31;
const MAC_CONTROL: u32 = 1;
const MAC_ADDRESS_HIGH: u32 = 2;
const MAC_ADDRESS_LOW: u32 = 3;
const MAC_TRANSMIT: u32 = 1 << 3;
const MAC_RECEIVE: u32 = 1 << 2;
const MAC_FULL_DUPLEX: u32 = 1 << 20;

/// Of a received frame's status: it is broken.
const BROKEN: u32 = 1 << 15;
/// The whole frame is in this one buffer.
const FIRST_AND_LAST: u32 = 1 << 13 | 1 << 12;
/// Bytes in the transmit FIFO beside the frame: two words of commands, and the padding of the last
/// word.
const TRANSMIT_EXTRA: usize = 12;

/// The chip with one buffer for each direction.
#[derive(Debug)]
pub struct Lan9118<R> {
    registers: R,
    received: [u8; FRAME_MAX],
    transmitted: [u8; FRAME_MAX],
    frames_received: u32,
    frames_passed_over: u32,
}

/// The chip does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoChip;

impl<R: Registers> Lan9118<R> {
    /// A chip that is off.
    pub const fn new(registers: R) -> Self {
        Lan9118 {
            registers,
            received: [0; FRAME_MAX],
            transmitted: [0; FRAME_MAX],
            frames_received: 0,
            frames_passed_over: 0,
        }
    }

    /// Switches it on.
    ///
    /// # Errors
    /// A step of the start did not come to its end.
    pub fn enable(&mut self, address: EthernetAddress) -> Result<(), NoChip> {
        self.until(BYTE_TEST, |value| value == AWAKE)?;
        self.registers.write(HARDWARE_CONFIG, RESET);
        self.until(HARDWARE_CONFIG, |value| value & RESET == 0)?;
        self.registers.write(HARDWARE_CONFIG, STORE_AND_FORWARD | TRANSMIT_MEMORY);
        let [a, b, c, d, e, f] = address.0;
        self.write_mac(MAC_ADDRESS_LOW, u32::from_le_bytes([a, b, c, d]))?;
        self.write_mac(MAC_ADDRESS_HIGH, u32::from_le_bytes([e, f, 0, 0]))?;
        self.write_mac(MAC_CONTROL, MAC_FULL_DUPLEX | MAC_TRANSMIT | MAC_RECEIVE)?;
        self.registers.write(TRANSMIT_CONFIG, TRANSMIT_ON);
        self.registers.write(FIFO_INTERRUPT, LEVELS);
        self.registers.write(INTERRUPT_CONFIG, LINE_ON);
        self.registers.write(INTERRUPT_ENABLE, STATUS_WAITS);
        Ok(())
    }

    /// Frames passed over since the start, wrapping, for they were broken or too long.
    pub fn frames_passed_over(&self) -> u32 {
        self.frames_passed_over
    }

    fn until(&mut self, offset: usize, is_done: impl Fn(u32) -> bool) -> Result<(), NoChip> {
        match (0..START_LOOKS).any(|_| is_done(self.registers.read(offset))) {
            true => Ok(()),
            false => Err(NoChip),
        }
    }

    /// Writes one of the registers that lie behind two others.
    fn write_mac(&mut self, index: u32, value: u32) -> Result<(), NoChip> {
        self.until(MAC_COMMAND, |command| command & MAC_BUSY == 0)?;
        self.registers.write(MAC_DATA, value);
        self.registers.write(MAC_COMMAND, MAC_BUSY | index);
        self.until(MAC_COMMAND, |command| command & MAC_BUSY == 0)
    }

    /// Takes one frame out of the FIFO, which has one. Answers its length, or nothing if the frame
    /// was skipped.
    fn take(&mut self) -> Option<usize> {
        let status = self.registers.read(RECEIVE_STATUS);
        let length = (status >> 16 & 0x3fff) as usize;
        let words = length.div_ceil(4);
        let frame = length.checked_sub(CRC_LEN).filter(|_| status & BROKEN == 0);
        let Some(buffer) = frame.and_then(|frame| self.received.get_mut(..frame)) else {
            (0..words).for_each(|_| _ = self.registers.read(RECEIVE_DATA));
            return None;
        };
        let mut chunks = buffer.chunks_mut(4);
        for _ in 0..words {
            let word = self.registers.read(RECEIVE_DATA).to_le_bytes();
            // The frame's check sequence follows; it is not needed.
            if let Some(chunk) = chunks.next() {
                chunk.copy_from_slice(&word[..chunk.len()]);
            }
        }
        frame
    }
}

impl<R: Registers> Nic for Lan9118<R> {
    fn has_frame(&mut self) -> bool {
        self.registers.read(RECEIVE_FIFO) >> 16 & 0xff != 0
    }

    fn frames_received(&self) -> u32 {
        self.frames_received
    }
}

impl<R: Registers> phy::Device for Lan9118<R> {
    type RxToken<'a>
        = RxToken<'a>
    where
        R: 'a;
    type TxToken<'a>
        = TxToken<'a, R>
    where
        R: 'a;

    fn receive(&mut self, _: Instant) -> Option<(RxToken<'_>, TxToken<'_, R>)> {
        let mut taken = None;
        for _ in 0..LOOKS {
            if !self.has_frame() {
                // The line follows the FIFO's level; this only takes back that it was reached.
                self.registers.write(INTERRUPT, STATUS_WAITS);
                break;
            }
            taken = self.take();
            match taken {
                Some(_) => break,
                None => self.frames_passed_over = self.frames_passed_over.wrapping_add(1),
            }
        }
        let length = taken?;
        self.frames_received = self.frames_received.wrapping_add(1);
        let Lan9118 { registers, received, transmitted, .. } = self;
        Some((RxToken(&received[..length]), TxToken { registers, buffer: transmitted }))
    }

    fn transmit(&mut self, _: Instant) -> Option<TxToken<'_, R>> {
        if !has_room(&mut self.registers) {
            return None;
        }
        Some(TxToken { registers: &mut self.registers, buffer: &mut self.transmitted })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = FRAME_MAX;
        capabilities
    }
}

/// Whether the longest frame fits into the transmit FIFO. Takes out the status of frames that were
/// sent. Nobody reads it, but a full status FIFO stops the chip from sending.
fn has_room(registers: &mut impl Registers) -> bool {
    let fifo = registers.read(TRANSMIT_FIFO);
    let statuses = fifo >> 16 & 0xff;
    (0..statuses).for_each(|_| _ = registers.read(TRANSMIT_STATUS));
    (fifo & 0xffff) as usize >= FRAME_MAX + TRANSMIT_EXTRA
}

/// A frame that was received.
#[derive(Debug)]
pub struct RxToken<'a>(&'a [u8]);

impl phy::RxToken for RxToken<'_> {
    fn consume<T, F: FnOnce(&[u8]) -> T>(self, f: F) -> T {
        f(self.0)
    }
}

/// Leave to send a frame.
#[derive(Debug)]
pub struct TxToken<'a, R> {
    registers: &'a mut R,
    buffer: &'a mut [u8; FRAME_MAX],
}

impl<R: Registers> phy::TxToken for TxToken<'_, R> {
    /// Sends the frame that `f` fills in. The stack keeps `length` within the device's MTU.
    fn consume<T, F: FnOnce(&mut [u8]) -> T>(self, length: usize, f: F) -> T {
        let frame = &mut self.buffer[..length];
        let result = f(frame);
        // An answer is sent without `transmit`. Without room it goes lost, and TCP sends again what
        // matters.
        if has_room(self.registers) {
            write_frame(self.registers, frame);
        }
        result
    }
}

/// Puts a frame into the FIFO. The chip sends it when its last word is there.
fn write_frame(registers: &mut impl Registers, frame: &[u8]) {
    let length = frame.len() as u32;
    registers.write(TRANSMIT_DATA, FIRST_AND_LAST | length);
    registers.write(TRANSMIT_DATA, length);
    for chunk in frame.chunks(4) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        registers.write(TRANSMIT_DATA, u32::from_le_bytes(word));
    }
}

#[cfg(test)]
mod tests;
