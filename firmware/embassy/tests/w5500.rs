//! The chip's own driver over a model of the chip: frames that come in a burst all come in. Touches embassy-net-wiznet and its line.
//! In a program of its own, because it moves the one clock.

use core::cell::RefCell;
use core::convert::Infallible;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use embassy_net_driver::{Driver, RxToken};
use embassy_net_wiznet::State;
use embassy_net_wiznet::chip::W5500;
use embassy_time::{Duration, MockDriver};
use embedded_hal::digital;
use embedded_hal::spi::{ErrorType, Operation, SpiDevice};
use embedded_hal_async::digital::Wait;
use smolchat_embassy::w5500::{FrameLine, SharedSpi};

/// Bytes of the receive buffer.
const RING: usize = 0x4000;

/// What the driver uses of a W5500 (datasheet, "Registers"): it receives, and is latched low once for all that came.
struct Chip {
    ring: [u8; RING],
    /// Where the next frame goes, where the reader stands, and where it said it stands. They wrap at 16 bits.
    end: u16,
    begin: u16,
    read: u16,
    latched: bool,
}

impl Chip {
    const fn new() -> Self {
        Chip { ring: [0; RING], end: 0, begin: 0, read: 0, latched: false }
    }

    fn receive(&mut self, frame: &[u8]) {
        let length = (frame.len() as u16 + 2).to_be_bytes();
        for byte in length.iter().chain(frame) {
            self.ring[usize::from(self.end) % RING] = *byte;
            self.end = self.end.wrapping_add(1);
        }
        self.latched = true;
    }

    fn byte(&self, block: u8, address: u16) -> u8 {
        let of = |word: u16| word.to_be_bytes()[usize::from(address & 1)];
        match (block, address) {
            (0, 0x39) => 4,
            (0, 0x2e) => 1,
            (1, 0x20 | 0x21) => of(RING as u16),
            (1, 0x26 | 0x27) => of(self.end.wrapping_sub(self.begin)),
            (1, 0x28 | 0x29) => of(self.begin),
            (3, _) => self.ring[usize::from(address) % RING],
            _ => panic!("nobody reads register {address:#x} of block {block}"),
        }
    }

    fn write(&mut self, block: u8, address: u16, bytes: &[u8]) {
        match (block, address, bytes) {
            (1, 0x02, [4]) => self.latched = false,
            (1, 0x28, [high, low]) => self.read = u16::from_be_bytes([*high, *low]),
            (1, 0x01, [0x40]) => self.begin = self.read,
            // What sets it up, as it must be for a chip that only receives.
            _ => {}
        }
    }
}

struct Bus<'c>(&'c RefCell<Chip>);

impl ErrorType for Bus<'_> {
    type Error = Infallible;
}

impl SpiDevice for Bus<'_> {
    fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), Infallible> {
        let [Operation::Write([high, low]), Operation::Write([control]), data] = operations else {
            panic!("an address, a control byte, data: {operations:?}");
        };
        let (block, address) = (*control >> 3, u16::from_be_bytes([*high, *low]));
        let mut chip = self.0.borrow_mut();
        match data {
            Operation::Write(bytes) => chip.write(block, address, bytes),
            Operation::Read(bytes) | Operation::TransferInPlace(bytes) => {
                for (at, byte) in (address..).zip(bytes.iter_mut()) {
                    *byte = chip.byte(block, at);
                }
            }
            _ => panic!("data goes one way: {data:?}"),
        }
        Ok(())
    }
}

struct Line<'c>(&'c RefCell<Chip>);

impl digital::ErrorType for Line<'_> {
    type Error = Infallible;
}

impl Wait for Line<'_> {
    async fn wait_for_low(&mut self) -> Result<(), Infallible> {
        let low = |_: &mut Context<'_>| match self.0.borrow().latched {
            true => Poll::Ready(Ok(())),
            false => Poll::Pending,
        };
        poll_fn(low).await
    }

    async fn wait_for_high(&mut self) -> Result<(), Infallible> {
        unreachable!("the driver waits for nothing else")
    }

    async fn wait_for_rising_edge(&mut self) -> Result<(), Infallible> {
        unreachable!("the driver waits for nothing else")
    }

    async fn wait_for_falling_edge(&mut self) -> Result<(), Infallible> {
        unreachable!("the driver waits for nothing else")
    }

    async fn wait_for_any_edge(&mut self) -> Result<(), Infallible> {
        unreachable!("the driver waits for nothing else")
    }
}

struct NoReset;

impl digital::ErrorType for NoReset {
    type Error = Infallible;
}

impl digital::OutputPin for NoReset {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Lets `future` and the clock run until it is done.
fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    for _ in 0..1000 {
        let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(output) = polled {
            return output;
        }
        MockDriver::get().advance(Duration::from_millis(1));
    }
    panic!("it takes longer than a second");
}

#[test]
fn a_burst_comes_in_whole_though_the_line_is_low_only_once() {
    let chip = RefCell::new(Chip::new());
    let bus = RefCell::new(Bus(&chip));
    let mut state = State::<4, 1>::new();
    let line = FrameLine::new(&bus, Line(&chip));
    let started = embassy_net_wiznet::new::<4, 1, W5500, _, _, _>(
        [2; 6],
        &mut state,
        SharedSpi::new(&bus),
        line,
        NoReset,
    );
    let Ok((mut device, runner)) = finish(started) else { panic!("the model is not a W5500") };
    let mut runner = pin!(runner.run());
    let context = &mut Context::from_waker(Waker::noop());
    for round in 0..100_u8 {
        for count in 0..20_u8 {
            chip.borrow_mut().receive(&[round, count]);
        }
        let mut received = Vec::new();
        // Each poll moves what there is room for; the clock stands still.
        for _ in 0..20 {
            assert!(runner.as_mut().poll(context).is_pending());
            while let Some((rx, _)) = device.receive(context) {
                received.push(rx.consume(|frame| frame.to_vec()));
            }
        }
        let sent: Vec<_> = (0..20).map(|count| vec![round, count]).collect();
        assert_eq!(received, sent);
    }
}
