//! The place of a frame in the chip's receive buffer, and of the next frame behind an impossible
//! length.
//! Uses registers of socket 0 and its receive buffer (W5500 datasheet, "Socket Registers" and
//! "MACRAW mode").
//!
//! In front of each frame stand two bytes: its length, these two included. Behind an impossible
//! length nobody knows where the next frame begins. It is looked for: it is where length leads to
//! length, exactly to the end of what was received.

use embedded_hal::spi::{Operation, SpiDevice};

/// Registers of socket 0: its command, the number of bytes received, and the place of the first
/// one.
const COMMAND: [u8; 2] = [0x00, 0x01];
const RECEIVED_SIZE: [u8; 2] = [0x00, 0x26];
pub(super) const READ_POINTER: [u8; 2] = [0x00, 0x28];
/// The block of these registers in the control byte ("Control Phase"), that of the receive buffer,
/// and the bit for a write.
pub(super) const SOCKET_0: u8 = 1 << 3;
const RECEIVE_BUFFER: u8 = 3 << 3;
const WRITE: u8 = 1 << 2;
/// The command that tells the chip that the read pointer has moved.
const RECEIVE: u8 = 0x40;
/// Bytes of the receive buffer.
const RING_LEN: u16 = 0x4000;

/// The length of a frame without a byte, and that of the longest: an Ethernet frame of 1,514 bytes.
pub(super) const EMPTY: u16 = 2;
pub(super) const LENGTH_MAX: u16 = EMPTY + 1514;

/// So many lengths are looked at before what waits is given up; each takes a few microseconds.
const LOOKS: u16 = 4096;

/// Whether a control byte reads the receive buffer.
pub(super) const fn is_receive_buffer(control: u8) -> bool {
    control == RECEIVE_BUFFER
}

/// Whether a frame waits, of a length that can be. Skips the bytes before it, and tells the chip.
pub(super) fn find_frame<B: SpiDevice>(bus: &mut B) -> Result<bool, B::Error> {
    let size = read(bus, SOCKET_0, RECEIVED_SIZE)?;
    // More than the buffer holds is what a disturbed wire says.
    if size == 0 || size > RING_LEN {
        return Ok(false);
    }
    let begin = read(bus, SOCKET_0, READ_POINTER)?;
    // A disturbance is over when it is read again.
    if length_at(bus, begin, size)?.is_some() || length_at(bus, begin, size)?.is_some() {
        return Ok(true);
    }
    let skipped = next_frame(bus, begin, size)?;
    write(bus, READ_POINTER, &begin.wrapping_add(skipped).to_be_bytes())?;
    write(bus, COMMAND, &[RECEIVE])?;
    Ok(skipped < size)
}

/// How far behind `begin` frames are found that end where what was received does; all of `size`
/// where there are none. Another frame begins within the longest one's length.
fn next_frame<B: SpiDevice>(bus: &mut B, begin: u16, size: u16) -> Result<u16, B::Error> {
    let mut looks = LOOKS;
    for skipped in 1..size.min(LENGTH_MAX + EMPTY) {
        if leads_to_end(bus, begin.wrapping_add(skipped), size - skipped, &mut looks)? {
            return Ok(skipped);
        }
    }
    Ok(size)
}

/// Whether frames fill exactly the `size` bytes from `at`.
fn leads_to_end<B: SpiDevice>(
    bus: &mut B,
    mut at: u16,
    mut size: u16,
    looks: &mut u16,
) -> Result<bool, B::Error> {
    while size > 0 {
        let Some(left) = looks.checked_sub(1) else { return Ok(false) };
        *looks = left;
        let Some(length) = length_at(bus, at, size)? else { return Ok(false) };
        (at, size) = (at.wrapping_add(length), size - length);
    }
    Ok(true)
}

/// The length at `at`, if it can be one where `size` bytes are left.
fn length_at<B: SpiDevice>(bus: &mut B, at: u16, size: u16) -> Result<Option<u16>, B::Error> {
    let length = read(bus, RECEIVE_BUFFER, at.to_be_bytes())?;
    Ok(Some(length).filter(|length| (EMPTY + 1..=LENGTH_MAX.min(size)).contains(length)))
}

fn read<B: SpiDevice>(bus: &mut B, block: u8, address: [u8; 2]) -> Result<u16, B::Error> {
    let (mut value, control) = ([0; 2], [block]);
    let [read, control] = [&address[..], &control].map(Operation::Write);
    bus.transaction(&mut [read, control, Operation::Read(&mut value)])?;
    Ok(u16::from_be_bytes(value))
}

fn write<B: SpiDevice>(bus: &mut B, address: [u8; 2], value: &[u8]) -> Result<(), B::Error> {
    let mut operations = [&address[..], &[SOCKET_0 | WRITE], value].map(Operation::Write);
    bus.transaction(&mut operations)
}
