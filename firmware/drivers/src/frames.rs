//! The parts that the two network devices share: FIFOs of words that carry frames, and smoltcp's
//! tokens.
//! Knows no register.

use smoltcp::phy;

use crate::registers::Registers;

/// Reads `words` words from the FIFO at `offset` into `buffer`. The frame's check sequence follows
/// the frame; what does not fit into `buffer` is dropped.
pub(crate) fn read_words(
    registers: &mut impl Registers,
    offset: usize,
    words: usize,
    buffer: &mut [u8],
) {
    let mut chunks = buffer.chunks_mut(4);
    for _ in 0..words {
        let word = registers.read(offset).to_le_bytes();
        if let Some(chunk) = chunks.next() {
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

/// Writes `bytes` to the FIFO at `offset`; zeroes fill the last word.
pub(crate) fn write_words(registers: &mut impl Registers, offset: usize, bytes: &[u8]) {
    for chunk in bytes.chunks(4) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        registers.write(offset, u32::from_le_bytes(word));
    }
}

/// A frame that was received.
#[derive(Debug)]
pub struct RxToken<'a>(pub(crate) &'a [u8]);

impl phy::RxToken for RxToken<'_> {
    fn consume<T, F: FnOnce(&[u8]) -> T>(self, f: F) -> T {
        f(self.0)
    }
}

/// Permission to send a frame.
#[derive(Debug)]
pub struct TxToken<'a, R> {
    pub(crate) registers: &'a mut R,
    /// The longest frame fits into it.
    pub(crate) buffer: &'a mut [u8],
    /// Hands a frame to the device. Without room the frame is lost, and TCP sends again what
    /// matters: the answer to a frame is sent without asking the device for room.
    pub(crate) send: fn(&mut R, &[u8]),
}

impl<R> phy::TxToken for TxToken<'_, R> {
    /// Sends the frame that `f` fills in. The stack keeps `length` within the device's MTU.
    fn consume<T, F: FnOnce(&mut [u8]) -> T>(self, length: usize, f: F) -> T {
        let frame = &mut self.buffer[..length];
        let result = f(frame);
        (self.send)(self.registers, frame);
        result
    }
}
