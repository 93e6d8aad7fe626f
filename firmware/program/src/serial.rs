//! A line of bytes to whoever sits beside the board. Neither way waits.
//! Knows no device.

/// A device that carries bytes both ways, such as a serial port.
pub trait Serial {
    /// The next byte that came in, if one waits.
    fn read(&mut self) -> Option<u8>;

    /// Takes as many of `bytes` as it has room for now. Answers how many those are.
    fn write(&mut self, bytes: &[u8]) -> usize;

    /// Whether somebody may be there. Where nobody can be, what waits for a reader is dropped.
    fn is_connected(&mut self) -> bool {
        true
    }
}
