//! The chip's own driver over a model of the chip. All frames of a burst come in, and an impossible
//! length costs no other frame.
//! It is a program of its own, because it moves the only clock.

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

/// The part of a W5500 that the driver uses (datasheet, "Registers"): it receives, and its line
/// goes low once for any number of frames.
struct Chip {
    ring: [u8; RING],
    /// The place of the next frame, of the reader, and the place that the reader has told. They
    /// wrap at 16 bits.
    end: u16,
    begin: u16,
    read: u16,
    latched: bool,
    /// After this many transfers out of the buffer, the wires give these bytes once instead of the
    /// right ones.
    disturbance: Option<(usize, u8)>,
}

impl Chip {
    const fn new() -> Self {
        Chip { ring: [0; RING], end: 0, begin: 0, read: 0, latched: false, disturbance: None }
    }

    fn receive(&mut self, frame: &[u8]) {
        self.receive_with(frame.len() as u16 + 2, frame);
    }

    /// Receives a frame with this length in front.
    fn receive_with(&mut self, length: u16, frame: &[u8]) {
        for byte in length.to_be_bytes().iter().chain(frame) {
            self.ring[usize::from(self.end) % RING] = *byte;
            self.end = self.end.wrapping_add(1);
        }
        self.latched = true;
    }

    /// The bytes that disturbed wires give for a transfer out of the buffer that begins now.
    fn disturbed(&mut self) -> Option<u8> {
        let (before, says) = self.disturbance?;
        self.disturbance = before.checked_sub(1).map(|before| (before, says));
        (before == 0).then_some(says)
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
            // The settings of a chip that only receives.
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
                let disturbed = if block == 3 { chip.disturbed() } else { None };
                for (at, byte) in bytes.iter_mut().enumerate() {
                    let address = address.wrapping_add(at as u16);
                    *byte = disturbed.unwrap_or_else(|| chip.byte(block, address));
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

/// Runs `work` with a chip, its driver, and a function that moves frames and answers those that
/// came in.
fn with_driver(work: impl FnOnce(&RefCell<Chip>, &mut dyn FnMut() -> Vec<Vec<u8>>)) {
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
    work(&chip, &mut || {
        let mut received = Vec::new();
        // Each poll moves what there is room for.
        for _ in 0..20 {
            assert!(runner.as_mut().poll(context).is_pending());
            while let Some((rx, _)) = device.receive(context) {
                received.push(rx.consume(|frame| frame.to_vec()));
            }
        }
        received
    });
}

/// A frame of this many bytes; its last byte distinguishes it.
fn frame(length: usize, mark: u8) -> Vec<u8> {
    let mut frame = vec![0xaa; length];
    frame[length - 1] = mark;
    frame
}

#[test]
fn a_burst_comes_in_whole_though_the_line_is_low_only_once() {
    with_driver(|chip, received| {
        for round in 0..100_u8 {
            for count in 0..20_u8 {
                chip.borrow_mut().receive(&[round, count]);
            }
            let sent: Vec<_> = (0..20).map(|count| vec![round, count]).collect();
            assert_eq!(received(), sent);
        }
    });
}

#[test]
fn a_length_that_cannot_be_costs_no_other_frame() {
    with_driver(|chip, received| {
        for length in [0, 1, 2, 1517, 0x4000, 0x8000, 0xffff] {
            chip.borrow_mut().receive_with(length, &[]);
            assert_eq!(received(), [[0; 0]; 0], "a length of {length}");
            chip.borrow_mut().receive(&frame(60, 1));
            assert_eq!(received(), [frame(60, 1)], "after a length of {length}");
        }
    });
}

#[test]
fn the_next_frame_is_found_behind_what_makes_no_sense() {
    with_driver(|chip, received| {
        for (before, length, body) in
            [(0, 0, 0), (3, 1, 60), (5, 0xffff, 0), (1, 0xffff, 1514), (0, 40, 60), (2, 2, 0)]
        {
            let mut wanted: Vec<_> = (0..before).map(|mark| frame(60, mark)).collect();
            wanted.iter().for_each(|frame| chip.borrow_mut().receive(frame));
            chip.borrow_mut().receive_with(length, &vec![0xaa; body]);
            let after = [frame(60, 100), frame(1514, 101), frame(61, 102)];
            after.iter().for_each(|frame| chip.borrow_mut().receive(frame));
            wanted.extend(after);
            let mut received = received();
            // A length that is too short, and could be one, passes for a frame.
            received.retain(|frame| frame.len() != 38);
            assert_eq!(received, wanted, "a length of {length} before {body} bytes");
        }
        for length in [0x0000, 0x0001, 0x0002, 0xffff] {
            chip.borrow_mut().receive_with(length, &[]);
        }
        chip.borrow_mut().receive(&frame(60, 1));
        assert_eq!(received(), [frame(60, 1)]);
    });
}

#[test]
fn a_disturbance_on_the_wires_costs_one_frame_at_most() {
    for says in [0x00, 0xff] {
        for before in 0..8 {
            with_driver(|chip, received| {
                chip.borrow_mut().disturbance = Some((before, says));
                for mark in 0..4 {
                    chip.borrow_mut().receive(&frame(60, mark));
                }
                let frames = received();
                let good = (0..4).filter(|mark| frames.contains(&frame(60, *mark))).count();
                assert!(good >= 3, "{good} of 4 where transfer {before} says {says:#x}");
                chip.borrow_mut().receive(&frame(60, 9));
                assert!(received().contains(&frame(60, 9)));
            });
        }
    }
}

#[test]
fn a_buffer_full_of_lengths_that_lead_nowhere_is_given_up_and_receiving_goes_on() {
    with_driver(|chip, received| {
        let nowhere: Vec<u8> = [0, 3].repeat(7_000);
        chip.borrow_mut().receive_with(0xffff, &nowhere);
        chip.borrow_mut().receive_with(0, &[]);
        assert_eq!(received(), [[0; 0]; 0]);
        chip.borrow_mut().receive(&frame(60, 1));
        assert_eq!(received(), [frame(60, 1)]);
    });
}
