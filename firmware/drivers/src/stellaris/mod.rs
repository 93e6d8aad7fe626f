//! The Ethernet controller of the LM3S6965 (datasheet, "Ethernet Controller"): two FIFOs of 2 KiB,
//! read and written by words, no DMA.
//! Touches its registers only, and takes no interrupt: the receive interrupt is enabled so that it
//! ends a sleep.
//!
//! Buffers are small, and so are frames: an IP packet has at most 576 bytes, which every IPv4 host
//! must take (RFC 791, 3.1). A longer frame is passed over.

use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::time::Instant;
use smoltcp::wire::EthernetAddress;

use crate::nic::Nic;
use crate::registers::Registers;

/// The longest frame: an Ethernet header and an IP packet of 576 bytes.
pub const FRAME_MAX: usize = HEADER_LEN + 576;

const HEADER_LEN: usize = 14;
/// In the receive FIFO a frame has its length in front (2 bytes) and its check sequence behind (4
/// bytes); the length counts both.
const RECEIVE_EXTRA: usize = 6;
/// Bytes of the receive FIFO; no length can be greater.
const FIFO_LEN: usize = 2048;
/// Frames that are looked at in one call. The emulated FIFO has 31, the real one less.
const LOOKS: usize = 31;

/// A read tells which interrupts are pending; a write acknowledges them.
const INTERRUPT: usize = 0x00;
const INTERRUPT_MASK: usize = 0x04;
const RECEIVE_CONTROL: usize = 0x08;
const TRANSMIT_CONTROL: usize = 0x0c;
const DATA: usize = 0x10;
const ADDRESS_LOW: usize = 0x14;
const ADDRESS_HIGH: usize = 0x18;
const FRAMES_WAITING: usize = 0x34;
const TRANSMISSION: usize = 0x38;

/// Only this one may be acknowledged: with bit 1 (transmit error) the transmit FIFO is emptied, and
/// with it a frame half written.
const RECEIVED: u32 = 1 << 0;
const RECEIVE_ENABLE: u32 = 1 << 0;
/// Frames with a bad check sequence never reach the FIFO.
const REJECT_BAD_CRC: u32 = 1 << 3;
const RESET_FIFO: u32 = 1 << 4;
const TRANSMIT_ENABLE: u32 = 1 << 0;
const PAD: u32 = 1 << 1;
const APPEND_CRC: u32 = 1 << 2;
const FULL_DUPLEX: u32 = 1 << 4;
/// Set to send; the hardware clears it when the frame is out.
const SENDING: u32 = 1 << 0;
/// Of the register that counts frames.
const COUNT: u32 = 0x3f;

/// The controller with one buffer for each direction.
#[derive(Debug)]
pub struct Stellaris<R> {
    registers: R,
    received: [u8; FRAME_MAX],
    transmitted: [u8; FRAME_MAX],
    frames_received: u32,
    frames_passed_over: u32,
}

impl<R: Registers> Stellaris<R> {
    /// A controller that is off.
    pub const fn new(registers: R) -> Self {
        Stellaris {
            registers,
            received: [0; FRAME_MAX],
            transmitted: [0; FRAME_MAX],
            frames_received: 0,
            frames_passed_over: 0,
        }
    }

    /// Switches it on.
    pub fn enable(&mut self, address: EthernetAddress) {
        let [a, b, c, d, e, f] = address.0;
        let registers = &mut self.registers;
        registers.write(ADDRESS_LOW, u32::from_le_bytes([a, b, c, d]));
        registers.write(ADDRESS_HIGH, u32::from_le_bytes([e, f, 0, 0]));
        registers.write(TRANSMIT_CONTROL, TRANSMIT_ENABLE | PAD | APPEND_CRC | FULL_DUPLEX);
        self.empty_fifo();
        self.registers.write(INTERRUPT, RECEIVED);
        self.registers.write(INTERRUPT_MASK, RECEIVED);
    }

    /// Frames passed over since the start, wrapping, for they were too long or made no sense.
    pub fn frames_passed_over(&self) -> u32 {
        self.frames_passed_over
    }

    /// Throws away what was received, and receives on.
    fn empty_fifo(&mut self) {
        self.registers.write(RECEIVE_CONTROL, RESET_FIFO);
        self.registers.write(RECEIVE_CONTROL, RECEIVE_ENABLE | REJECT_BAD_CRC);
    }

    /// Takes one frame out of the FIFO, which has one. Answers its length, or nothing if the frame
    /// was skipped.
    fn take(&mut self) -> Option<usize> {
        let first = self.registers.read(DATA);
        let length = (first & 0xffff) as usize;
        if !(RECEIVE_EXTRA + HEADER_LEN..=FIFO_LEN).contains(&length) {
            // The beginning of the next frame is unknown.
            self.empty_fifo();
            return None;
        }
        let frame = length - RECEIVE_EXTRA;
        let words = length.div_ceil(4) - 1;
        let Some(buffer) = self.received.get_mut(..frame) else {
            (0..words).for_each(|_| _ = self.registers.read(DATA));
            return None;
        };
        let (head, body) = buffer.split_at_mut(2);
        head.copy_from_slice(&first.to_le_bytes()[2..]);
        let mut chunks = body.chunks_mut(4);
        for _ in 0..words {
            let word = self.registers.read(DATA).to_le_bytes();
            // The frame's check sequence follows; it is not needed.
            if let Some(chunk) = chunks.next() {
                chunk.copy_from_slice(&word[..chunk.len()]);
            }
        }
        Some(frame)
    }
}

impl<R: Registers> Nic for Stellaris<R> {
    fn has_frame(&mut self) -> bool {
        self.registers.read(FRAMES_WAITING) & COUNT != 0
    }

    fn frames_received(&self) -> u32 {
        self.frames_received
    }
}

impl<R: Registers> phy::Device for Stellaris<R> {
    type RxToken<'a>
        = RxToken<'a>
    where
        R: 'a;
    type TxToken<'a>
        = TxToken<'a, R>
    where
        R: 'a;

    fn receive(&mut self, _: Instant) -> Option<(RxToken<'_>, TxToken<'_, R>)> {
        // It comes before the look, so that a frame after the look raises the interrupt again.
        self.registers.write(INTERRUPT, RECEIVED);
        let mut taken = None;
        for _ in 0..LOOKS {
            if !self.has_frame() {
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
        let Stellaris { registers, received, transmitted, .. } = self;
        Some((RxToken(&received[..length]), TxToken { registers, buffer: transmitted }))
    }

    fn transmit(&mut self, _: Instant) -> Option<TxToken<'_, R>> {
        if self.registers.read(TRANSMISSION) & SENDING != 0 {
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

/// How often the way out is looked at before a frame goes lost. A frame of 590 bytes takes 48 us at
/// 100 Mbit/s, and a look more than 4 cycles of at most 50 MHz.
const SEND_LOOKS: usize = 2_000;

impl<R: Registers> phy::TxToken for TxToken<'_, R> {
    /// Sends the frame that `f` fills in. The stack keeps `length` within the device's MTU.
    fn consume<T, F: FnOnce(&mut [u8]) -> T>(self, length: usize, f: F) -> T {
        let frame = &mut self.buffer[..length];
        let result = f(frame);
        let is_free = |_| self.registers.read(TRANSMISSION) & SENDING == 0;
        // An answer is sent without `transmit`, so the frame before it may still be on its way. TCP
        // sends again what goes lost.
        if (0..SEND_LOOKS).any(is_free) {
            write_frame(self.registers, frame);
        }
        result
    }
}

/// Puts a frame into the FIFO and has it sent. In front goes its length without the header, so the
/// words are shifted by two bytes.
fn write_frame(registers: &mut impl Registers, frame: &[u8]) {
    let payload = frame.len().saturating_sub(HEADER_LEN) as u16;
    let (head, body) = frame.split_at(frame.len().min(2));
    let mut first = [0; 4];
    first[..2].copy_from_slice(&payload.to_le_bytes());
    first[2..][..head.len()].copy_from_slice(head);
    registers.write(DATA, u32::from_le_bytes(first));
    for chunk in body.chunks(4) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        registers.write(DATA, u32::from_le_bytes(word));
    }
    registers.write(TRANSMISSION, SENDING);
}

#[cfg(test)]
mod tests;
