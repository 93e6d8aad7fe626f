//! The driver against a model of the chip's FIFOs, which panics at anything that the hardware would
//! not forgive.

use std::collections::VecDeque;

use smoltcp::phy::{Device, RxToken as _, TxToken as _};

use super::*;

/// Bytes of the transmit FIFO as `TX_FIF_SZ` sets it (datasheet, 5.3.9).
const FIFO_LEN: usize = 4608;

/// The chip as the datasheet describes it.
struct Model {
    awake_after: usize,
    statuses: VecDeque<u32>,
    data: VecDeque<u32>,
    /// Words written of a frame that is not complete yet.
    filled: Vec<u32>,
    sent: Vec<Vec<u8>>,
    /// Statuses of frames that went out.
    told: usize,
    free: usize,
    mac: [u32; 4],
    mac_data: u32,
    line: u32,
    enabled: u32,
    config: u32,
    transmit: u32,
}

impl Default for Model {
    fn default() -> Self {
        Model {
            awake_after: 3,
            statuses: VecDeque::new(),
            data: VecDeque::new(),
            filled: Vec::new(),
            sent: Vec::new(),
            told: 0,
            free: FIFO_LEN,
            mac: [0; 4],
            mac_data: 0,
            line: 0,
            enabled: 0,
            config: 0,
            transmit: 0,
        }
    }
}

impl Model {
    /// A frame comes in from the wire.
    fn arrive(&mut self, frame: &[u8], status: u32) {
        let mut bytes = frame.to_vec();
        bytes.extend([0xfc; CRC_LEN]);
        self.statuses.push_back((bytes.len() as u32) << 16 | status);
        for chunk in bytes.chunks(4) {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            self.data.push_back(u32::from_le_bytes(word));
        }
    }

    fn fill(&mut self, word: u32) {
        self.filled.push(word);
        let [command, length, body @ ..] = &self.filled[..] else { return };
        assert_eq!(*command, FIRST_AND_LAST | length, "one buffer, and all of the frame");
        let length = *length as usize;
        if body.len() == length.div_ceil(4) {
            let bytes: Vec<u8> = body.iter().flat_map(|word| word.to_le_bytes()).collect();
            assert!(4 * self.filled.len() <= self.free, "the FIFO is full");
            self.sent.push(bytes[..length].to_vec());
            self.told += 1;
            assert!(self.told <= 128, "the status FIFO is full");
            self.filled.clear();
        }
    }
}

impl Registers for Model {
    fn read(&mut self, offset: usize) -> u32 {
        match offset {
            BYTE_TEST => {
                self.awake_after = self.awake_after.saturating_sub(1);
                if self.awake_after == 0 { AWAKE } else { 0 }
            }
            RX_STATUS_FIFO => self.statuses.pop_front().expect("nobody reads an empty FIFO"),
            RX_DATA_FIFO => self.data.pop_front().expect("nobody reads an empty FIFO"),
            TX_STATUS_FIFO => {
                self.told = self.told.checked_sub(1).expect("nobody reads an empty FIFO");
                0
            }
            RX_FIFO_INF => ((self.statuses.len() as u32) << 16) | (4 * self.data.len() as u32),
            TX_FIFO_INF => (self.told as u32) << 16 | self.free as u32,
            HW_CFG | MAC_CSR_CMD => 0,
            _ => panic!("{offset:#x} is not read"),
        }
    }

    fn write(&mut self, offset: usize, value: u32) {
        match offset {
            TX_DATA_FIFO => self.fill(value),
            HW_CFG => self.config = value,
            TX_CFG => self.transmit = value,
            IRQ_CFG => self.line = value,
            INT_EN => self.enabled = value,
            INT_STS | FIFO_INT => {}
            MAC_CSR_DATA => self.mac_data = value,
            MAC_CSR_CMD => self.mac[(value & 3) as usize] = self.mac_data,
            _ => panic!("{offset:#x} is not written"),
        }
    }
}

fn enabled() -> Lan9118<Model> {
    let mut device = Lan9118::new(Model::default());
    device.enable(EthernetAddress([2, 3, 4, 5, 6, 7])).unwrap();
    device
}

fn frame(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 + length) as u8).collect()
}

fn receive(device: &mut Lan9118<Model>) -> Option<Vec<u8>> {
    device.receive(Instant::ZERO).map(|(token, _)| token.consume(<[u8]>::to_vec))
}

fn send(device: &mut Lan9118<Model>, frame: &[u8]) {
    let token = device.transmit(Instant::ZERO).unwrap();
    token.consume(frame.len(), |buffer| buffer.copy_from_slice(frame));
}

/// Every remainder of a word, the shortest and the longest.
const LENGTHS: [usize; 8] = [14, 60, 61, 62, 63, 64, 1513, FRAME_MAX];

#[test]
fn switched_on_it_has_its_address_and_only_the_receive_interrupt() {
    let Model { mac, line, enabled, config, transmit, .. } = enabled().registers;
    let control = FDPX | MCPAS | TXEN | RXEN;
    assert_eq!(mac, [0, control, 0x0706, 0x0504_0302]);
    assert_eq!((line, enabled), (IRQ_ON, RSFL));
    assert_eq!((config, transmit), (SF | TX_FIF_SZ, TX_ON));
}

#[test]
fn a_chip_that_never_wakes_is_given_up() {
    let mut device = Lan9118::new(Model { awake_after: usize::MAX, ..Model::default() });
    assert_eq!(device.enable(EthernetAddress([2; 6])), Err(NoChip));
}

#[test]
fn a_frame_comes_in_byte_for_byte_whatever_its_length() {
    for length in LENGTHS {
        let mut device = enabled();
        device.registers.arrive(&frame(length), 0);
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
        device.registers.arrive(&frame(length), 0);
    }
    for length in [60, 61, 14, FRAME_MAX, 63] {
        assert_eq!(receive(&mut device), Some(frame(length)));
    }
    assert!(device.registers.data.is_empty());
}

#[test]
fn a_broken_or_too_long_frame_is_passed_over_and_the_next_one_taken() {
    let mut device = enabled();
    device.registers.arrive(&frame(100), ERROR_STATUS);
    device.registers.arrive(&frame(FRAME_MAX + 1), 0);
    // A status of nothing at all.
    device.registers.statuses.push_back(0);
    device.registers.arrive(&frame(60), 0);
    assert_eq!(receive(&mut device), Some(frame(60)));
    assert_eq!((device.frames_passed_over(), device.frames_received()), (3, 1));
    assert!(device.registers.data.is_empty());
}

#[test]
fn what_the_chip_tells_of_sent_frames_is_taken_out() {
    let mut device = enabled();
    for _ in 0..1000 {
        send(&mut device, &frame(60));
    }
    assert_eq!(device.registers.sent.len(), 1000);
}

#[test]
fn without_room_for_the_longest_frame_there_is_no_leave_to_send() {
    let mut device = enabled();
    device.registers.free = FRAME_MAX + TRANSMIT_EXTRA - 1;
    assert!(device.transmit(Instant::ZERO).is_none());
    device.registers.arrive(&frame(60), 0);
    let (_, answer) = device.receive(Instant::ZERO).unwrap();
    answer.consume(60, |_| ());
    assert!(device.registers.filled.is_empty(), "an answer goes lost, whole");
    device.registers.free += 1;
    send(&mut device, &frame(FRAME_MAX));
    assert_eq!(device.registers.sent, [frame(FRAME_MAX)]);
}

#[test]
fn an_answer_goes_out_while_its_question_is_still_held() {
    let mut device = enabled();
    device.registers.arrive(&frame(60), 0);
    let (received, answer) = device.receive(Instant::ZERO).unwrap();
    received.consume(|question| {
        answer.consume(question.len(), |buffer| buffer.copy_from_slice(question));
    });
    assert_eq!(device.registers.sent, [frame(60)]);
}
