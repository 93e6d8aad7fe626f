//! A chip with a latch and a count of bytes, and its line.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::Future;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use embedded_hal::spi::ErrorKind;

use super::*;

/// The length in front of each frame, including its own bytes.
const FRAME: u16 = 64;

/// The chip from outside: what a test can see of it and do to it.
#[derive(Default)]
struct Chip {
    /// Bytes received.
    waiting: Cell<u16>,
    /// Whether its line is low.
    latched: Cell<bool>,
    /// Bytes of a frame that comes right after the next time that the latch is let go.
    coming: Cell<u16>,
    is_broken: Cell<bool>,
}

impl Chip {
    fn receive(&self, bytes: u16) {
        self.waiting.set(self.waiting.get() + bytes);
        self.latched.set(true);
    }
}

struct Bus<'c>(&'c Chip);

impl ErrorType for Bus<'_> {
    type Error = ErrorKind;
}

impl SpiDevice for Bus<'_> {
    fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), ErrorKind> {
        if self.0.is_broken.get() {
            return Err(ErrorKind::Other);
        }
        match operations {
            [Operation::Write([0, 2]), Operation::Write([0b0000_1100]), Operation::Write([4])] => {
                self.0.latched.set(false);
                let coming = self.0.coming.take();
                if coming > 0 {
                    self.0.receive(coming);
                }
            }
            [
                Operation::Write([0, 0x26]),
                Operation::Write([0b0000_1000]),
                Operation::Read(size),
            ] => {
                size.copy_from_slice(&self.0.waiting.get().to_be_bytes());
            }
            [
                Operation::Write([0, 0x28]),
                Operation::Write([0b0000_1000]),
                Operation::Read(pointer),
            ] => pointer.fill(0),
            [
                Operation::Write([0, 0]),
                Operation::Write([0b0001_1000]),
                Operation::Read(length),
            ] => {
                length.copy_from_slice(&self.0.waiting.get().min(FRAME).to_be_bytes());
            }
            _ => panic!("nothing else is asked of the chip: {operations:?}"),
        }
        Ok(())
    }
}

struct Line<'c>(&'c Chip);

impl digital::ErrorType for Line<'_> {
    type Error = Infallible;
}

impl Wait for Line<'_> {
    async fn wait_for_low(&mut self) -> Result<(), Infallible> {
        poll_fn(|_| if self.0.latched.get() { Poll::Ready(()) } else { Poll::Pending }).await;
        Ok(())
    }

    async fn wait_for_high(&mut self) -> Result<(), Infallible> {
        poll_fn(|_| if self.0.latched.get() { Poll::Pending } else { Poll::Ready(()) }).await;
        Ok(())
    }

    async fn wait_for_rising_edge(&mut self) -> Result<(), Infallible> {
        unreachable!("nobody waits for it")
    }

    async fn wait_for_falling_edge(&mut self) -> Result<(), Infallible> {
        unreachable!("nobody waits for it")
    }

    async fn wait_for_any_edge(&mut self) -> Result<(), Infallible> {
        unreachable!("nobody waits for it")
    }
}

fn is_ready(future: impl Future) -> bool {
    pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

#[test]
fn frames_that_the_line_does_not_tell_of_are_found() {
    let chip = Chip::default();
    let bus = RefCell::new(Bus(&chip));
    let mut line = FrameLine::new(&bus, Line(&chip));
    chip.waiting.set(3 * 64);
    for _ in 0..3 {
        assert!(is_ready(line.wait_for_low()));
        chip.waiting.update(|bytes| bytes - 64);
    }
    assert!(!is_ready(line.wait_for_low()));
}

#[test]
fn what_was_read_already_does_not_keep_the_line_low() {
    let chip = Chip::default();
    let bus = RefCell::new(Bus(&chip));
    let mut line = FrameLine::new(&bus, Line(&chip));
    chip.latched.set(true);
    let mut low = pin!(line.wait_for_low());
    let mut context = Context::from_waker(Waker::noop());
    assert!(low.as_mut().poll(&mut context).is_pending());
    chip.receive(64);
    assert!(low.as_mut().poll(&mut context).is_ready());
}

#[test]
fn a_frame_that_comes_when_the_line_was_just_let_go_is_seen() {
    let chip = Chip::default();
    let bus = RefCell::new(Bus(&chip));
    let mut line = FrameLine::new(&bus, Line(&chip));
    chip.coming.set(64);
    assert!(is_ready(line.wait_for_low()));
}

#[test]
fn a_size_counts_in_either_byte() {
    let chip = Chip::default();
    let bus = RefCell::new(Bus(&chip));
    let mut line = FrameLine::new(&bus, Line(&chip));
    for bytes in [0x40, 0x100] {
        chip.waiting.set(bytes);
        assert!(is_ready(line.wait_for_low()), "{bytes} bytes");
    }
}

#[test]
fn without_a_bus_the_line_alone_decides() {
    let chip = Chip::default();
    let bus = RefCell::new(Bus(&chip));
    let mut line = FrameLine::new(&bus, Line(&chip));
    chip.is_broken.set(true);
    chip.waiting.set(64);
    assert!(!is_ready(line.wait_for_low()));
    chip.latched.set(true);
    assert!(is_ready(line.wait_for_low()));
    assert!(!is_ready(line.wait_for_high()));
}

#[test]
fn the_driver_and_the_line_share_the_bus() {
    let chip = Chip::default();
    let bus = RefCell::new(Bus(&chip));
    let mut line = FrameLine::new(&bus, Line(&chip));
    let mut spi = SharedSpi::new(&bus);
    chip.receive(64);
    let clear = &mut [&[0, 2][..], &[0b0000_1100], &[4]].map(Operation::Write);
    assert!(is_ready(embedded_hal_async::spi::SpiDevice::transaction(&mut spi, clear)));
    assert!(!chip.latched.get());
    assert!(is_ready(line.wait_for_low()));
}
