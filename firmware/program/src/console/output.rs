//! What waits to be written to the serial line: whole lines, in a buffer of a fixed size.
//! Knows no order.

use heapless::Vec;
use smolchat_core::dialect::lines::LINE_MAX;

use crate::serial::Serial;

/// Bytes that wait for the reader.
const OUTPUT: usize = 2048;
/// Room that a line takes at most, with its end and the echo of what was typed before it.
const ROOM: usize = 2 * (LINE_MAX + 2);

/// Bytes that wait for the reader.
#[derive(Default)]
pub(super) struct Output(Vec<u8, OUTPUT>);

impl Output {
    /// Adds a line. Call it where there [is room](Self::has_room).
    pub(super) fn say(&mut self, line: &str) {
        self.echo(line.as_bytes());
        self.echo(b"\r\n");
    }

    /// Shows what was typed. What finds no room is not shown.
    pub(super) fn echo(&mut self, bytes: &[u8]) {
        let _shown = self.0.extend_from_slice(bytes);
    }

    /// Whether a line of any length fits.
    pub(super) fn has_room(&self) -> bool {
        self.0.capacity() - self.0.len() >= ROOM
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets what waits.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Writes as much as the line takes. Answers whether it took anything.
    pub(super) fn drain(&mut self, serial: &mut dyn Serial) -> bool {
        let mut written = 0;
        while written < self.0.len() {
            match serial.write(&self.0[written..]) {
                0 => break,
                count => written += count,
            }
        }
        self.0.drain(..written);
        written > 0
    }
}
