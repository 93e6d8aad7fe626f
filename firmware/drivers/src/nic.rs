//! The questions that a board asks a network device: may it sleep, and is there progress.
//! Knows no chip.

use smoltcp::phy::Device;

/// A network device with a FIFO that can be asked.
pub trait Nic: Device {
    /// Whether a frame waits.
    fn has_frame(&mut self) -> bool;

    /// Frames handed on since the start, wrapping.
    fn frames_received(&self) -> u32;
}
