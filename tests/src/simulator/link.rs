//! The way between a person and the server: frames take their time, and some are lost, doubled,
//! overtaken or spoiled.

use super::plan::Weather;
use crate::chance::Chance;

/// Where an Ethernet header tells what it carries, and where that begins which a checksum covers:
/// an IPv4 packet, or what is in an IPv6 packet.
const TYPE: std::ops::Range<usize> = 12..14;
const IPV4: ([u8; 2], usize) = ([0x08, 0x00], 14);
const IPV6: ([u8; 2], usize) = ([0x86, 0xdd], 14 + 40);

/// Frames on their way in one direction, and when they arrive.
#[derive(Debug, Default)]
pub(super) struct Way {
    frames: Vec<(u64, Vec<u8>)>,
    /// When the last frame that kept its place arrives.
    last: u64,
}

/// What happened to frames.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mishaps {
    pub(super) carried: u64,
    pub(super) lost: u64,
    pub(super) doubled: u64,
    pub(super) overtaken: u64,
    pub(super) spoiled: u64,
}

impl Way {
    /// A frame sets out.
    pub(super) fn send(
        &mut self,
        now: u64,
        mut frame: Vec<u8>,
        weather: &Weather,
        chance: &mut Chance,
        mishaps: &mut Mishaps,
    ) {
        mishaps.carried += 1;
        if chance.once_in(weather.loss) {
            mishaps.lost += 1;
            return;
        }
        let delay = chance.below(weather.delay.max(1)) as u64;
        let arrival = if chance.once_in(weather.disorder) {
            mishaps.overtaken += 1;
            now + 3 * delay + 1
        } else {
            self.last = self.last.max(now + delay);
            self.last
        };
        if chance.once_in(weather.repetition) {
            mishaps.doubled += 1;
            self.frames.push((arrival + delay, frame.clone()));
        }
        // Only what a checksum covers: the header has one of its own on a real wire.
        let kind = [IPV4, IPV6].into_iter().find(|(kind, _)| frame.get(TYPE) == Some(kind));
        if chance.once_in(weather.corruption)
            && let Some((_, begin)) = kind
        {
            mishaps.spoiled += 1;
            let bit = chance.below((frame.len() - begin) * 8);
            frame[begin + bit / 8] ^= 1 << (bit % 8);
        }
        self.frames.push((arrival, frame));
    }

    /// When the next frame arrives.
    pub(super) fn due(&self) -> Option<u64> {
        self.frames.iter().map(|(due, _)| *due).min()
    }

    /// The frames that have arrived, in their order.
    pub(super) fn arrive(&mut self, now: u64) -> Vec<Vec<u8>> {
        let mut arrived: Vec<_> = self.frames.extract_if(.., |(due, _)| *due <= now).collect();
        arrived.sort_by_key(|(due, _)| *due);
        arrived.into_iter().map(|(_, frame)| frame).collect()
    }

    /// Whatever is on its way is lost.
    pub(super) fn cut(&mut self) {
        self.frames.clear();
    }
}
