//! One packet that is put together: the bytes that have come, and the frame that it becomes.
//! Knows no other packet.

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, EthernetRepr, IpProtocol, IpRepr,
};

use super::super::port::HEADER_LEN;
use super::fragment::{Fragment, Name, UNIT};
use crate::chat::Source;
use crate::time::{Duration, Instant};

/// The longest packet that is put together: every Ethernet carries it.
const PACKET_MAX: usize = 1500;
/// Bytes of memory for each row: such a packet, and the Ethernet header in front.
pub(in super::super) const ROW_BYTES: usize = HEADER_LEN + PACKET_MAX;
const WORDS: usize = PACKET_MAX.div_ceil(UNIT * u32::BITS as usize);

/// How long the rest of a packet may take after its first fragment. TCP sends again sooner, under
/// another number.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The result of one fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It waits for the rest.
    Waits,
    /// This many fragments are dropped, this one among them.
    Dropped(u16),
    /// The packet is whole, in a frame of this many bytes.
    Whole(usize),
}

/// One packet, or none.
#[derive(Debug)]
pub(in super::super) struct Row<'s> {
    /// The frame to be. Its header is written when the packet is whole.
    pub(super) bytes: &'s mut [u8],
    name: Option<Name>,
    since: Instant,
    /// A bit for each unit that has come.
    come: [u32; WORDS],
    /// Bytes of the whole payload; 0 until the last fragment has come.
    total: u16,
    /// Fragments that stand here.
    held: u16,
    /// Its fragments contradict each other, so that all that come are dropped (RFC 5722).
    is_spoiled: bool,
}

impl Default for Row<'_> {
    fn default() -> Self {
        Row {
            bytes: &mut [],
            name: None,
            since: Instant::START,
            come: [0; WORDS],
            total: 0,
            held: 0,
            is_spoiled: false,
        }
    }
}

impl Row<'_> {
    /// Begins another packet; answers how many fragments of the last one are dropped.
    pub(super) fn begin(&mut self, name: Name, now: Instant) -> u16 {
        (self.name, self.since) = (Some(name), now);
        (self.come, self.total, self.is_spoiled) = ([0; WORDS], 0, false);
        core::mem::take(&mut self.held)
    }

    /// Whether it is this packet's, and not too old.
    pub(super) fn is_of(&self, name: &Name, now: Instant) -> bool {
        self.name.as_ref() == Some(name) && self.is_fresh(now)
    }

    /// Whether it is a packet of that source, and not too old.
    pub(super) fn is_from(&self, source: Source, now: Instant) -> bool {
        let from = self.name.map(|name| Source::of(name.from.into()));
        from == Some(source) && self.is_fresh(now)
    }

    fn is_fresh(&self, now: Instant) -> bool {
        now.saturating_since(self.since) < TIMEOUT
    }

    /// Puts a fragment of this packet, which was sent to `own`, in its place.
    pub(super) fn take(&mut self, fragment: &Fragment<'_>, own: EthernetAddress) -> Step {
        let header_len = HEADER_LEN + fragment.name.header_len();
        let range = header_len + fragment.offset..header_len + fragment.end();
        if self.is_spoiled || range.end > self.bytes.len() || !self.agrees(fragment) {
            return self.spoil();
        }
        let place = &mut self.bytes[range];
        let units = fragment.offset / UNIT..fragment.end().div_ceil(UNIT);
        let come = units.clone().filter(|&unit| has(&self.come, unit)).count();
        if come == units.len() && *place == *fragment.payload {
            // The network doubled it.
            return Step::Dropped(1);
        }
        if come > 0 {
            return self.spoil();
        }
        place.copy_from_slice(fragment.payload);
        units.for_each(|unit| self.come[unit / 32] |= 1 << (unit % 32));
        self.held += 1;
        if !fragment.more {
            self.total = fragment.end() as u16;
        }
        self.finish(&fragment.name, own)
    }

    /// Whether it ends where the packet may.
    fn agrees(&self, fragment: &Fragment<'_>) -> bool {
        let (end, total) = (fragment.end(), usize::from(self.total));
        match (total, fragment.more) {
            (0, true) => true,
            (0, false) => {
                let mut beyond = end.div_ceil(UNIT)..WORDS * 32;
                !beyond.any(|unit| has(&self.come, unit))
            }
            (_, true) => end < total,
            (_, false) => end == total,
        }
    }

    #[cold]
    fn spoil(&mut self) -> Step {
        self.is_spoiled = true;
        Step::Dropped(core::mem::take(&mut self.held) + 1)
    }

    fn finish(&mut self, name: &Name, own: EthernetAddress) -> Step {
        let total = usize::from(self.total);
        if total == 0 || !(0..total.div_ceil(UNIT)).all(|unit| has(&self.come, unit)) {
            return Step::Waits;
        }
        (self.name, self.held) = (None, 0);
        let ip = IpRepr::new(name.from, name.to, IpProtocol::Tcp, total, 64);
        let ethertype = match ip {
            IpRepr::Ipv4(_) => EthernetProtocol::Ipv4,
            #[cfg(feature = "ipv6")]
            IpRepr::Ipv6(_) => EthernetProtocol::Ipv6,
        };
        let (header, packet) = self.bytes.split_at_mut(HEADER_LEN);
        let ethernet = EthernetRepr { src_addr: name.mac, dst_addr: own, ethertype };
        ethernet.emit(&mut EthernetFrame::new_unchecked(header));
        ip.emit(&mut packet[..ip.header_len()], &ChecksumCapabilities::default());
        Step::Whole(HEADER_LEN + ip.header_len() + total)
    }
}

fn has(come: &[u32; WORDS], unit: usize) -> bool {
    come.get(unit / 32).is_some_and(|word| word >> (unit % 32) & 1 != 0)
}
