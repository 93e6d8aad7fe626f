//! The layer between a W5500 and its driver. It asks the chip itself whether a frame waits, and
//! keeps impossible lengths from the driver.
//! It shares the bus with the chip's driver.
//!
//! The driver (embassy-net-wiznet 0.3.0) reads one frame each time it finds the chip's line low.
//! But the line is a latch: it goes low once for any number of frames. The others stay in the chip
//! until it is full (embassy, issue 6456). So the driver is handed this in place of the line: it is
//! low as long as a frame waits. The driver also trusts the length in front of a frame. It panics
//! if the chip, or a disturbance on the wires, gives an impossible one.

mod ring;

use core::cell::RefCell;

use embedded_hal::digital;
use embedded_hal::spi::{ErrorType, Operation, SpiDevice};
use embedded_hal_async::digital::Wait;

use ring::{EMPTY, LENGTH_MAX, READ_POINTER, SOCKET_0, is_receive_buffer};

/// The register of socket 0 for its interrupts (W5500 datasheet, "Socket Registers").
const INTERRUPTS: [u8; 2] = [0x00, 0x02];
/// The bit of the control byte for a write ("Control Phase").
const WRITE: u8 = 1 << 2;
/// The interrupt for a frame; writing it clears it.
const RECEIVED: u8 = 1 << 2;

/// How often the line may be low without a frame before the driver may look for itself, so that a
/// stuck line holds nothing up.
const ALARMS: usize = 4;

/// The bus to the chip, for its driver and for [`FrameLine`]. Transfers are waited for. They are
/// short, and the loop that runs them could do nothing else meanwhile.
///
/// The driver subtracts 2 from a frame's length and reads that many bytes into a buffer of 1,514. A
/// length at which it would panic is read as an empty frame's. [`FrameLine`] then looks for the
/// next frame.
#[derive(Debug)]
pub struct SharedSpi<'b, B> {
    bus: &'b RefCell<B>,
    /// The driver asked where the next frame begins, so what it reads of the buffer next is that
    /// frame's length.
    is_length_next: bool,
}

impl<'b, B> SharedSpi<'b, B> {
    /// One more way to the bus.
    pub const fn new(bus: &'b RefCell<B>) -> Self {
        SharedSpi { bus, is_length_next: false }
    }

    /// Looks at what was transferred.
    fn check(&mut self, operations: &mut [Operation<'_, u8>]) {
        let [Operation::Write(address), Operation::Write([control]), data] = operations else {
            return;
        };
        let (Operation::Read(data) | Operation::TransferInPlace(data)) = data else { return };
        if *control == SOCKET_0 && *address == READ_POINTER {
            self.is_length_next = true;
        } else if is_receive_buffer(*control) && core::mem::take(&mut self.is_length_next) {
            let length = <[u8; 2]>::try_from(&**data).map(u16::from_be_bytes);
            if length.is_ok_and(|length| !(EMPTY..=LENGTH_MAX).contains(&length)) {
                data.copy_from_slice(&EMPTY.to_be_bytes());
            }
        }
    }
}

impl<B: ErrorType> ErrorType for SharedSpi<'_, B> {
    type Error = B::Error;
}

impl<B: SpiDevice> embedded_hal_async::spi::SpiDevice for SharedSpi<'_, B> {
    async fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), B::Error> {
        self.bus.borrow_mut().transaction(operations)?;
        self.check(operations);
        Ok(())
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

    /// Lets go of the chip's line, and looks whether a frame waits. In this order: one that comes
    /// between the two is seen, and one that comes later pulls the line.
    fn has_frame(&mut self) -> Result<bool, B::Error> {
        let mut bus = self.bus.borrow_mut();
        let (clear, control) = ([RECEIVED], [SOCKET_0 | WRITE]);
        let [write, control, clear] = [&INTERRUPTS[..], &control, &clear].map(Operation::Write);
        bus.transaction(&mut [write, control, clear])?;
        ring::find_frame(&mut *bus)
    }
}

impl<B, L: digital::ErrorType> digital::ErrorType for FrameLine<'_, B, L> {
    type Error = L::Error;
}

impl<B: SpiDevice, L: Wait> Wait for FrameLine<'_, B, L> {
    async fn wait_for_low(&mut self) -> Result<(), L::Error> {
        for _ in 0..ALARMS {
            // If the bus fails, the line alone must do.
            if self.has_frame().unwrap_or(false) {
                return Ok(());
            }
            self.line.wait_for_low().await?;
        }
        // Without a frame the driver reads nothing.
        Ok(())
    }

    // The driver waits for nothing else. The line has all other waits.

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
