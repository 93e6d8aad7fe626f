//! What a board needs of a network device beside frames: whether to sleep, and whether there is
//! progress.
//! Touches smoltcp's `phy`.

use smoltcp::phy::Device;

/// A network device with a FIFO that can be asked.
pub trait Nic: Device {
    /// Whether a frame waits.
    fn has_frame(&mut self) -> bool;

    /// Frames handed on since the start, wrapping.
    fn frames_received(&self) -> u32;
}
