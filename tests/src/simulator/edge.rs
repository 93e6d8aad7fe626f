//! Bugs that are planted between the wire and the driver: a server whose network half believes too
//! much, or looks at frames late.

use std::collections::{HashMap, VecDeque};

use smoltcp::wire::{EthernetAddress, IpAddress, IpEndpoint, TcpControl};

use super::sabotage::Sabotage;
use super::segment::{Segment, ahead};

/// The smallest window that the server has with nothing in it.
const WINDOW: i32 = 512;
/// Rounds after which a late server looks at a frame.
const LATE: usize = 64;

/// What a sabotaged server's network half remembers.
#[derive(Debug)]
pub(super) struct Edge {
    sabotage: Sabotage,
    /// Where addresses were seen last.
    places: HashMap<IpAddress, EthernetAddress>,
    /// The number that is due on each connection.
    due: HashMap<IpEndpoint, u32>,
    /// Frames that are not looked at yet, and in how many rounds they are.
    held: VecDeque<(usize, Vec<u8>)>,
}

impl Edge {
    pub(super) fn new(sabotage: Sabotage) -> Self {
        Edge { sabotage, places: HashMap::new(), due: HashMap::new(), held: VecDeque::new() }
    }

    /// A frame comes: as the driver is to see it, if it is to see it now.
    pub(super) fn come(&mut self, frame: Vec<u8>) -> Option<Vec<u8>> {
        match self.sabotage {
            Sabotage::StrangeMac => {
                if let Some(segment) = Segment::parse(&frame) {
                    self.places.insert(segment.from.addr, segment.from_mac);
                }
                Some(frame)
            }
            Sabotage::NearReset => Some(self.believe_reset(frame)),
            Sabotage::LateFrames => {
                self.held.push_back((LATE, frame));
                None
            }
            _ => Some(frame),
        }
    }

    /// A reset anywhere in the window becomes the one that is due.
    fn believe_reset(&self, frame: Vec<u8>) -> Vec<u8> {
        let Some(segment) = Segment::parse(&frame) else { return frame };
        match self.due.get(&segment.from) {
            Some(due)
                if segment.control == TcpControl::Rst
                    && (1..WINDOW).contains(&ahead(segment.seq, *due)) =>
            {
                Segment { seq: *due, ..segment }.frame()
            }
            _ => frame,
        }
    }

    /// A round begins: frames that are looked at now and were not before.
    pub(super) fn release(&mut self) -> impl Iterator<Item = Vec<u8>> {
        for (rounds, _) in &mut self.held {
            *rounds -= 1;
        }
        let ripe = self.held.iter().take_while(|(rounds, _)| *rounds == 0).count();
        self.held.drain(..ripe).map(|(_, frame)| frame)
    }

    /// Whether it holds back nothing.
    pub(super) fn is_idle(&self) -> bool {
        self.held.is_empty()
    }

    /// A frame of the driver's leaves.
    pub(super) fn leave(&mut self, frame: &mut [u8]) {
        let Some(segment) = Segment::parse(frame) else { return };
        match self.sabotage {
            Sabotage::StrangeMac => {
                if let Some(place) = self.places.get(&segment.to.addr) {
                    frame[..6].copy_from_slice(&place.0);
                }
            }
            Sabotage::NearReset => {
                if let Some(ack) = segment.ack {
                    self.due.insert(segment.to, ack);
                }
            }
            _ => {}
        }
    }
}
