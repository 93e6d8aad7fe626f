//! The SMSC LAN9118 (datasheet, chapters 3 and 5): a network chip with FIFOs of words for frames
//! and for their status.
//! Takes no interrupt. The interrupt for received frames is enabled so that it ends a sleep.

use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::time::Instant;
use smoltcp::wire::EthernetAddress;

use crate::frames::{RxToken, TxToken, read_words, write_words};
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

// Registers, by the names of the datasheet (chapter 5).
const RX_DATA_FIFO: usize = 0x00;
const TX_DATA_FIFO: usize = 0x20;
const RX_STATUS_FIFO: usize = 0x40;
const TX_STATUS_FIFO: usize = 0x48;
const IRQ_CFG: usize = 0x54;
const INT_STS: usize = 0x58;
const INT_EN: usize = 0x5c;
const BYTE_TEST: usize = 0x64;
const FIFO_INT: usize = 0x68;
const TX_CFG: usize = 0x70;
const HW_CFG: usize = 0x74;
const RX_FIFO_INF: usize = 0x7c;
const TX_FIFO_INF: usize = 0x80;
const MAC_CSR_CMD: usize = 0xa4;
const MAC_CSR_DATA: usize = 0xa8;

/// The value of `BYTE_TEST` once the chip is awake and its words arrive in order.
const AWAKE: u32 = 0x8765_4321;
/// HW_CFG: a reset, until the chip clears the bit.
const SRST: u32 = 1 << 0;
/// HW_CFG: store and forward, so a frame is sent when all of it is in the FIFO. The chip wants this
/// bit set.
const SF: u32 = 1 << 20;
/// HW_CFG: 5 KiB of the memory for frames that go out, the value after a reset.
const TX_FIF_SZ: u32 = 5 << 16;
/// TX_CFG: the transmitter is on.
const TX_ON: u32 = 1 << 1;
/// IRQ_CFG: the interrupt line is driven (IRQ_EN, IRQ_TYPE), and high when it is active (IRQ_POL).
const IRQ_ON: u32 = 1 << 8 | 1 << 4 | 1 << 0;
/// INT_STS and INT_EN: the receive status FIFO holds more than the configured level, which is 0.
const RSFL: u32 = 1 << 3;
/// FIFO_INT: the highest level of room to send, so nothing interrupts for it.
const TX_DATA_LEVEL: u32 = 0xff << 24;
/// MAC_CSR_CMD: an access to a register of the MAC is under way.
const CSR_BUSY: u32 = 1 << 31;

// Registers of the MAC, behind MAC_CSR_CMD and MAC_CSR_DATA.
const MAC_CR: u32 = 1;
const ADDRH: u32 = 2;
const ADDRL: u32 = 3;

// MAC_CR: the receiver and the transmitter are on, both ways at once, and frames to all groups come
// in: hosts of the network look for the board by name in one.
const RXEN: u32 = 1 << 2;
const TXEN: u32 = 1 << 3;
const MCPAS: u32 = 1 << 19;
const FDPX: u32 = 1 << 20;

/// Of a received frame's status: the frame is broken.
const ERROR_STATUS: u32 = 1 << 15;
/// Of a command to send: the whole frame is in this one buffer.
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
        self.registers.write(HW_CFG, SRST);
        self.until(HW_CFG, |value| value & SRST == 0)?;
        self.registers.write(HW_CFG, SF | TX_FIF_SZ);
        let [a, b, c, d, e, f] = address.0;
        self.write_mac(ADDRL, u32::from_le_bytes([a, b, c, d]))?;
        self.write_mac(ADDRH, u32::from_le_bytes([e, f, 0, 0]))?;
        self.write_mac(MAC_CR, FDPX | MCPAS | TXEN | RXEN)?;
        self.registers.write(TX_CFG, TX_ON);
        self.registers.write(FIFO_INT, TX_DATA_LEVEL);
        self.registers.write(IRQ_CFG, IRQ_ON);
        self.registers.write(INT_EN, RSFL);
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
        self.until(MAC_CSR_CMD, |command| command & CSR_BUSY == 0)?;
        self.registers.write(MAC_CSR_DATA, value);
        self.registers.write(MAC_CSR_CMD, CSR_BUSY | index);
        self.until(MAC_CSR_CMD, |command| command & CSR_BUSY == 0)
    }

    /// Takes one frame out of the FIFO, which has one. Answers its length, or nothing if the frame
    /// was skipped.
    fn take(&mut self) -> Option<usize> {
        let status = self.registers.read(RX_STATUS_FIFO);
        let length = (status >> 16 & 0x3fff) as usize;
        let words = length.div_ceil(4);
        let frame = length.checked_sub(CRC_LEN).filter(|_| status & ERROR_STATUS == 0);
        let Some(buffer) = frame.and_then(|frame| self.received.get_mut(..frame)) else {
            read_words(&mut self.registers, RX_DATA_FIFO, words, &mut []);
            return None;
        };
        read_words(&mut self.registers, RX_DATA_FIFO, words, buffer);
        frame
    }
}

impl<R: Registers> Nic for Lan9118<R> {
    fn has_frame(&mut self) -> bool {
        self.registers.read(RX_FIFO_INF) >> 16 & 0xff != 0
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
                self.registers.write(INT_STS, RSFL);
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
        Some((RxToken(&received[..length]), TxToken { registers, buffer: transmitted, send }))
    }

    fn transmit(&mut self, _: Instant) -> Option<TxToken<'_, R>> {
        if !has_room(&mut self.registers) {
            return None;
        }
        let Lan9118 { registers, transmitted, .. } = self;
        Some(TxToken { registers, buffer: transmitted, send })
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
    let fifo = registers.read(TX_FIFO_INF);
    let statuses = fifo >> 16 & 0xff;
    (0..statuses).for_each(|_| _ = registers.read(TX_STATUS_FIFO));
    (fifo & 0xffff) as usize >= FRAME_MAX + TRANSMIT_EXTRA
}

/// Sends a frame if there is room. The chip sends it when its last word is in the FIFO.
fn send(registers: &mut impl Registers, frame: &[u8]) {
    if !has_room(registers) {
        return;
    }
    let length = frame.len() as u32;
    registers.write(TX_DATA_FIFO, FIRST_AND_LAST | length);
    registers.write(TX_DATA_FIFO, length);
    write_words(registers, TX_DATA_FIFO, frame);
}

#[cfg(test)]
mod tests;
