//! The Ethernet controller of the LM3S6965 (datasheet, "Ethernet Controller"): two FIFOs of 2 KiB,
//! read and written by words, no DMA.
//! Takes no interrupt: the receive interrupt is enabled so that it ends a sleep.
//!
//! Buffers are small, and so are frames: an IP packet has at most 576 bytes, which every IPv4 host
//! must take (RFC 791, 3.1). A longer frame is passed over.

use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::time::Instant;
use smoltcp::wire::EthernetAddress;

use crate::frames::{RxToken, TxToken, read_words, write_words};
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

// Registers, by the names of the datasheet.
const MACIACK: usize = 0x00;
const MACIM: usize = 0x04;
const MACRCTL: usize = 0x08;
const MACTCTL: usize = 0x0c;
const MACDATA: usize = 0x10;
const MACIA0: usize = 0x14;
const MACIA1: usize = 0x18;
const MACNP: usize = 0x34;
const MACTR: usize = 0x38;

/// MACIACK and MACIM: a frame was received. Only this interrupt may be acknowledged: with bit 1
/// (TXER) the transmit FIFO is emptied, and with it a frame half written.
const RXINT: u32 = 1 << 0;
/// MACRCTL: the receiver is on.
const RXEN: u32 = 1 << 0;
/// MACRCTL: frames with a bad check sequence never reach the FIFO.
const BADCRC: u32 = 1 << 3;
/// MACRCTL: the receive FIFO is emptied.
const RSTFIFO: u32 = 1 << 4;
// MACTCTL: the transmitter is on, fills short frames up, appends check sequences, and sends while
// it receives.
const TXEN: u32 = 1 << 0;
const PADEN: u32 = 1 << 1;
const CRC: u32 = 1 << 2;
const DUPLEX: u32 = 1 << 4;
/// MACTR: set to send; the hardware clears it when the frame is out.
const NEWTX: u32 = 1 << 0;
/// MACNP: the number of frames in the receive FIFO.
const NPR: u32 = 0x3f;

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
        registers.write(MACIA0, u32::from_le_bytes([a, b, c, d]));
        registers.write(MACIA1, u32::from_le_bytes([e, f, 0, 0]));
        registers.write(MACTCTL, TXEN | PADEN | CRC | DUPLEX);
        self.empty_fifo();
        self.registers.write(MACIACK, RXINT);
        self.registers.write(MACIM, RXINT);
    }

    /// Frames passed over since the start, wrapping, for they were too long or made no sense.
    pub fn frames_passed_over(&self) -> u32 {
        self.frames_passed_over
    }

    /// Throws away what was received, and receives on.
    fn empty_fifo(&mut self) {
        self.registers.write(MACRCTL, RSTFIFO);
        self.registers.write(MACRCTL, RXEN | BADCRC);
    }

    /// Takes one frame out of the FIFO, which has one. Answers its length, or nothing if the frame
    /// was skipped.
    fn take(&mut self) -> Option<usize> {
        let first = self.registers.read(MACDATA);
        let length = (first & 0xffff) as usize;
        if !(RECEIVE_EXTRA + HEADER_LEN..=FIFO_LEN).contains(&length) {
            // The beginning of the next frame is unknown.
            self.empty_fifo();
            return None;
        }
        let frame = length - RECEIVE_EXTRA;
        let words = length.div_ceil(4) - 1;
        let Some(buffer) = self.received.get_mut(..frame) else {
            read_words(&mut self.registers, MACDATA, words, &mut []);
            return None;
        };
        let (start, body) = buffer.split_at_mut(2);
        start.copy_from_slice(&first.to_le_bytes()[2..]);
        read_words(&mut self.registers, MACDATA, words, body);
        Some(frame)
    }
}

impl<R: Registers> Nic for Stellaris<R> {
    fn has_frame(&mut self) -> bool {
        self.registers.read(MACNP) & NPR != 0
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
        self.registers.write(MACIACK, RXINT);
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
        Some((RxToken(&received[..length]), TxToken { registers, buffer: transmitted, send }))
    }

    fn transmit(&mut self, _: Instant) -> Option<TxToken<'_, R>> {
        let Stellaris { registers, transmitted, .. } = self;
        if is_sending(registers) {
            return None;
        }
        Some(TxToken { registers, buffer: transmitted, send })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = FRAME_MAX;
        capabilities
    }
}

/// How often the transmitter is looked at before a frame is lost. A frame of 590 bytes takes 48 us
/// at 100 Mbit/s, and a look more than 4 cycles of at most 50 MHz.
const SEND_LOOKS: usize = 2_000;

/// Whether a frame is still being sent.
fn is_sending(registers: &mut impl Registers) -> bool {
    registers.read(MACTR) & NEWTX != 0
}

/// Sends a frame once the frame before it is out. Its length without the header goes in front, so
/// the words are shifted by two bytes.
fn send(registers: &mut impl Registers, frame: &[u8]) {
    if (0..SEND_LOOKS).all(|_| is_sending(registers)) {
        return;
    }
    let payload = frame.len().saturating_sub(HEADER_LEN) as u16;
    let (start, body) = frame.split_at(frame.len().min(2));
    let mut first = [0; 4];
    first[..2].copy_from_slice(&payload.to_le_bytes());
    first[2..][..start.len()].copy_from_slice(start);
    registers.write(MACDATA, u32::from_le_bytes(first));
    write_words(registers, MACDATA, body);
    registers.write(MACTR, NEWTX);
}

#[cfg(test)]
mod tests;
