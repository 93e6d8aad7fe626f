//! The driver against a model of the controller's FIFOs, which panics at anything that the hardware
//! would not forgive.

use std::collections::VecDeque;

use smoltcp::phy::{Device, RxToken as _, TxToken as _};

use super::*;

/// The controller as the datasheet describes it.
#[derive(Default)]
struct Model {
    /// Frames in the receive FIFO, as words.
    waiting: VecDeque<VecDeque<u32>>,
    /// Words written and not sent yet.
    filled: Vec<u32>,
    sent: Vec<Vec<u8>>,
    pending: u32,
    mask: u32,
    receive_control: u32,
    address: [u32; 2],
    /// The number of looks during which a frame is on its way.
    busy: usize,
    resets: usize,
}

impl Model {
    /// A frame comes in from the wire.
    fn arrive(&mut self, frame: &[u8]) {
        let length = (frame.len() + RECEIVE_EXTRA) as u16;
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(frame);
        bytes.extend([0xfc; 4]);
        self.waiting.push_back(words(&bytes));
        self.pending |= RXINT;
    }
}

fn words(bytes: &[u8]) -> VecDeque<u32> {
    let word = |chunk: &[u8]| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        u32::from_le_bytes(word)
    };
    bytes.chunks(4).map(word).collect()
}

impl Registers for Model {
    fn read(&mut self, offset: usize) -> u32 {
        match offset {
            MACDATA => {
                let frame = self.waiting.front_mut().expect("nobody reads an empty FIFO");
                let word = frame.pop_front().unwrap();
                if frame.is_empty() {
                    self.waiting.pop_front();
                }
                word
            }
            MACNP => self.waiting.len() as u32,
            MACTR => {
                self.busy = self.busy.saturating_sub(1);
                u32::from(self.busy > 0)
            }
            _ => panic!("{offset:#x} is not read"),
        }
    }

    fn write(&mut self, offset: usize, value: u32) {
        match offset {
            MACIACK => {
                if value & 2 != 0 {
                    self.filled.clear();
                }
                self.pending &= !value;
            }
            MACIM => self.mask = value,
            MACRCTL => {
                self.receive_control = value;
                if value & RSTFIFO != 0 {
                    self.waiting.clear();
                    self.resets += 1;
                }
            }
            MACTCTL => {}
            MACDATA => self.filled.push(value),
            MACIA0 => self.address[0] = value,
            MACIA1 => self.address[1] = value,
            MACTR => {
                assert_eq!(self.busy, 0, "a frame is still on its way");
                let bytes: Vec<u8> =
                    self.filled.drain(..).flat_map(|word| word.to_le_bytes()).collect();
                let payload = usize::from(u16::from_le_bytes([bytes[0], bytes[1]]));
                assert_eq!((payload + HEADER_LEN + 2).div_ceil(4) * 4, bytes.len());
                self.sent.push(bytes[2..][..payload + HEADER_LEN].to_vec());
            }
            _ => panic!("{offset:#x} is not written"),
        }
    }
}

fn enabled() -> Stellaris<Model> {
    let mut device = Stellaris::new(Model::default());
    device.enable(EthernetAddress([2, 3, 4, 5, 6, 7]));
    device
}

fn frame(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 + length) as u8).collect()
}

fn receive(device: &mut Stellaris<Model>) -> Option<Vec<u8>> {
    device.receive(Instant::ZERO).map(|(token, _)| token.consume(<[u8]>::to_vec))
}

fn send(device: &mut Stellaris<Model>, frame: &[u8]) {
    let token = device.transmit(Instant::ZERO).unwrap();
    token.consume(frame.len(), |buffer| buffer.copy_from_slice(frame));
}

/// Every remainder of a word, the shortest and the longest.
const LENGTHS: [usize; 8] = [14, 60, 61, 62, 63, 64, 589, FRAME_MAX];

#[test]
fn switched_on_it_has_its_address_and_only_the_receive_interrupt() {
    let device = enabled();
    assert_eq!(device.registers.address, [0x0504_0302, 0x0706]);
    assert_eq!(device.registers.mask, RXINT);
    assert_eq!(device.registers.receive_control, RXEN | BADCRC);
}

#[test]
fn a_frame_comes_in_byte_for_byte_whatever_its_length() {
    for length in LENGTHS {
        let mut device = enabled();
        device.registers.arrive(&frame(length));
        assert!(device.has_frame());
        assert_eq!(receive(&mut device), Some(frame(length)));
        assert!(!device.has_frame());
        assert_eq!(receive(&mut device), None);
        assert_eq!(device.frames_received(), 1);
    }
}

#[test]
fn a_frame_goes_out_byte_for_byte_whatever_its_length() {
    let mut device = enabled();
    for length in LENGTHS {
        send(&mut device, &frame(length));
        assert_eq!(device.registers.sent.pop(), Some(frame(length)));
    }
}

#[test]
fn frames_keep_their_order_and_their_borders() {
    let mut device = enabled();
    for length in [60, 61, 14, FRAME_MAX, 63] {
        device.registers.arrive(&frame(length));
    }
    for length in [60, 61, 14, FRAME_MAX, 63] {
        assert_eq!(receive(&mut device), Some(frame(length)));
    }
    assert_eq!(receive(&mut device), None);
}

#[test]
fn too_long_a_frame_is_passed_over_and_the_next_one_taken() {
    let mut device = enabled();
    for length in [FRAME_MAX + 1, 1514, 60] {
        device.registers.arrive(&frame(length));
    }
    assert_eq!(receive(&mut device), Some(frame(60)));
    assert_eq!((device.frames_passed_over(), device.frames_received()), (2, 1));
}

#[test]
fn a_fifo_of_frames_that_are_too_long_is_left_empty() {
    let mut device = enabled();
    (0..LOOKS).for_each(|_| device.registers.arrive(&frame(600)));
    assert_eq!(receive(&mut device), None);
    assert!(!device.has_frame());
}

#[test]
fn a_length_that_cannot_be_empties_the_fifo_and_receiving_goes_on() {
    for length in [0, 5, 19, 2049, 0xffff] {
        let mut device = enabled();
        device.registers.waiting.push_back(VecDeque::from([length, 1, 2, 3]));
        let resets = device.registers.resets;
        assert_eq!(receive(&mut device), None);
        assert_eq!(device.registers.resets, resets + 1);
        device.registers.arrive(&frame(60));
        assert_eq!(receive(&mut device), Some(frame(60)));
        assert_eq!(device.registers.receive_control, RXEN | BADCRC);
    }
}

#[test]
fn acknowledging_a_received_frame_leaves_one_alone_that_is_being_written() {
    let mut device = enabled();
    device.registers.filled.push(7);
    device.registers.arrive(&frame(60));
    receive(&mut device);
    assert_eq!(device.registers.filled, [7]);
}

#[test]
fn a_frame_that_comes_after_the_last_look_raises_the_interrupt_anew() {
    let mut device = enabled();
    device.registers.arrive(&frame(60));
    receive(&mut device);
    assert_eq!(receive(&mut device), None);
    assert_eq!(device.registers.pending, 0);
    device.registers.arrive(&frame(61));
    assert_eq!(device.registers.pending & device.registers.mask, RXINT);
}

#[test]
fn an_answer_goes_out_while_its_question_is_still_held() {
    let mut device = enabled();
    device.registers.arrive(&frame(60));
    let (received, answer) = device.receive(Instant::ZERO).unwrap();
    received.consume(|question| {
        answer.consume(question.len(), |buffer| buffer.copy_from_slice(question));
    });
    assert_eq!(device.registers.sent, [frame(60)]);
}

#[test]
fn while_a_frame_is_on_its_way_there_is_no_leave_for_the_next() {
    let mut device = enabled();
    device.registers.busy = 3;
    assert!(device.transmit(Instant::ZERO).is_none());
    assert!(device.transmit(Instant::ZERO).is_none());
    send(&mut device, &frame(60));
    assert_eq!(device.registers.sent.len(), 1);
}

#[test]
fn an_answer_waits_for_the_frame_before_it_but_not_for_ever() {
    for (busy, sent) in [(SEND_LOOKS / 2, 1), (SEND_LOOKS + 1, 0)] {
        let mut device = enabled();
        device.registers.arrive(&frame(60));
        device.registers.busy = busy;
        let (_, answer) = device.receive(Instant::ZERO).unwrap();
        answer.consume(60, |_| ());
        assert_eq!(device.registers.sent.len(), sent);
        assert!(device.registers.filled.is_empty());
    }
}
