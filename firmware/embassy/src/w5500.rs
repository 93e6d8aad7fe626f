//! Whether a frame waits in a W5500, asked of the chip itself. Touches two of its registers, over a bus shared with its driver.
//!
//! The driver (embassy-net-wiznet 0.3.0) reads one frame each time it finds the chip's line low. But the line is a latch: however many
//! frames come before it is let go, it was low once, and the others lie in the chip until it is full (embassy, issue 6456). So the driver
//! is handed this in place of the line: it is low as long as a frame waits.

use core::cell::RefCell;

use embedded_hal::digital;
use embedded_hal::spi::{ErrorType, Operation, SpiDevice};
use embedded_hal_async::digital::Wait;

/// Registers of socket 0 (W5500 datasheet, "Socket Registers"): its interrupts, and the bytes that it has received.
const INTERRUPTS: [u8; 2] = [0x00, 0x02];
const RECEIVED_SIZE: [u8; 2] = [0x00, 0x26];
/// The block of these registers in the control byte ("Control Phase"), and its bit for a write.
const SOCKET_0: u8 = 1 << 3;
const WRITE: u8 = 1 << 2;
/// The interrupt for a frame; writing it clears it.
const RECEIVED: u8 = 1 << 2;

/// The bus to the chip, for its driver and for [`FrameLine`]. Transfers are waited for: they are short, and the loop, which lets them run,
/// could do nothing else meanwhile.
#[derive(Debug)]
pub struct SharedSpi<'b, B>(&'b RefCell<B>);

impl<'b, B> SharedSpi<'b, B> {
    /// One more way to the bus.
    pub const fn new(bus: &'b RefCell<B>) -> Self {
        SharedSpi(bus)
    }
}

impl<B: ErrorType> ErrorType for SharedSpi<'_, B> {
    type Error = B::Error;
}

impl<B: SpiDevice> embedded_hal_async::spi::SpiDevice for SharedSpi<'_, B> {
    async fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), B::Error> {
        self.0.borrow_mut().transaction(operations)
    }
}

/// A line that is low while a frame waits in the chip.
#[derive(Debug)]
pub struct FrameLine<'b, B, L> {
    bus: &'b RefCell<B>,
    line: L,
}

impl<'b, B: SpiDevice, L: Wait> FrameLine<'b, B, L> {
    /// Of the chip's own `line`, and of what its registers say over `bus`.
    pub const fn new(bus: &'b RefCell<B>, line: L) -> Self {
        FrameLine { bus, line }
    }

    /// Lets go of the chip's line, and looks whether a frame waits. In this order: one that comes between the two is seen, and one that
    /// comes later pulls the line.
    fn has_frame(&mut self) -> Result<bool, B::Error> {
        let mut bus = self.bus.borrow_mut();
        let (clear, control) = ([RECEIVED], [SOCKET_0 | WRITE]);
        let [write, control, clear] = [&INTERRUPTS[..], &control, &clear].map(Operation::Write);
        bus.transaction(&mut [write, control, clear])?;
        let mut size = [0; 2];
        let [read, control] = [&RECEIVED_SIZE[..], &[SOCKET_0]].map(Operation::Write);
        bus.transaction(&mut [read, control, Operation::Read(&mut size)])?;
        Ok(size != [0; 2])
    }
}

impl<B, L: digital::ErrorType> digital::ErrorType for FrameLine<'_, B, L> {
    type Error = L::Error;
}

impl<B: SpiDevice, L: Wait> Wait for FrameLine<'_, B, L> {
    async fn wait_for_low(&mut self) -> Result<(), L::Error> {
        // Where the bus fails, the line alone must do.
        if self.has_frame().unwrap_or(false) {
            return Ok(());
        }
        self.line.wait_for_low().await
    }

    // The driver waits for nothing else; what else there is to wait for is the line's own.

    async fn wait_for_high(&mut self) -> Result<(), L::Error> {
        self.line.wait_for_high().await
    }

    async fn wait_for_rising_edge(&mut self) -> Result<(), L::Error> {
        self.line.wait_for_rising_edge().await
    }

    async fn wait_for_falling_edge(&mut self) -> Result<(), L::Error> {
        self.line.wait_for_falling_edge().await
    }

    async fn wait_for_any_edge(&mut self) -> Result<(), L::Error> {
        self.line.wait_for_any_edge().await
    }
}

#[cfg(test)]
mod tests;
