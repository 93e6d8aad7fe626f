//! Frames in others' names: segments of connections that are not the attacker's, requests to
//! connect from nobody, claims of addresses. It knows where each connection is, to miss it by as
//! much as an attack should: whoever has both numbers is the peer.

use smoltcp::wire::{EthernetAddress, IpAddress, IpEndpoint, TcpControl};

use super::claims;
use crate::chance::Chance;
use crate::simulator::life::MAC;
use crate::simulator::person::{PORT, SERVER, server_of};
use crate::simulator::segment::{Segment, ahead};

/// The attacker's Ethernet address.
pub(super) const ATTACKER: EthernetAddress = EthernetAddress([2, 0, 0, 0, 9, 9]);
/// Farther from what is expected than any window reaches.
const FAR: usize = 1 << 20;
/// The smallest window that the server has with nothing in it.
const WINDOW: usize = 512;
/// How long the attacker claims no address after the server asked who has it, in milliseconds. If
/// only the attacker answers for a silent peer, it gets that peer's connections, as docs/LIMITS.md
/// admits.
const ASKED: u64 = 1_000;

/// What can be forged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forgery {
    /// Segments of a connection, both numbers far from what is expected.
    FarNumbers,
    /// Data in the window, which acknowledges what was never sent.
    NearData,
    /// A reset in the window, and not at its beginning.
    NearReset,
    /// A request to connect in the name of a connection.
    SynOnLive,
    /// Requests to connect from addresses of nobody, which are never finished.
    SynFlood,
    /// Everybody's address is said to be at the attacker's.
    Claims,
}

impl Forgery {
    pub(super) const ALL: [Forgery; 6] = [
        Forgery::FarNumbers,
        Forgery::NearData,
        Forgery::NearReset,
        Forgery::SynOnLive,
        Forgery::SynFlood,
        Forgery::Claims,
    ];
}

/// What was seen of somebody's connection.
#[derive(Clone, Debug)]
struct Overheard {
    mac: EthernetAddress,
    from: IpEndpoint,
    /// The number behind the last byte to the server.
    next: u32,
    /// What was acknowledged to the server last, if anything was.
    acknowledged: Option<u32>,
    /// The server's numbers in its answers to requests to connect that the attacker made in this
    /// name. They are near those of the peer's own connection, since they follow a clock
    /// (RFC 6528).
    begun: Vec<u32>,
}

/// Whoever forges frames.
#[derive(Debug)]
pub(super) struct Forger {
    overheard: Vec<Option<Overheard>>,
    /// About which address the server asked last, and when.
    asked: Option<(IpAddress, u64)>,
}

impl Forger {
    pub(super) fn new(people: usize) -> Self {
        Forger { overheard: vec![None; people], asked: None }
    }

    /// A frame of somebody's to the server.
    pub(super) fn overhear(&mut self, number: usize, frame: &[u8]) {
        let Some(segment) = Segment::parse(frame) else { return };
        let Segment { from_mac: mac, from, ack, .. } = segment;
        let known = self.overheard[number].take().filter(|known| known.from == from);
        let (mut next, mut acknowledged) = (segment.end(), ack);
        if let Some(known) = &known
            && segment.control != TcpControl::Syn
            && ahead(next, known.next) < 0
        {
            next = known.next;
        }
        if segment.control != TcpControl::Syn {
            acknowledged = acknowledged.or(known.as_ref().and_then(|known| known.acknowledged));
        }
        let begun = known.map(|known| known.begun).unwrap_or_default();
        self.overheard[number] = Some(Overheard { mac, from, next, acknowledged, begun });
    }

    /// A frame of the server's at `now`. What it gives away of others, if it is for the attacker
    /// and should not be.
    pub(super) fn receive(&mut self, now: u64, frame: &[u8]) -> Option<String> {
        if let Some(about) = claims::question(frame) {
            self.asked = Some((about, now));
        }
        let segment = Segment::parse(frame).filter(|segment| segment.to_mac == ATTACKER)?;
        let mut known = self.overheard.iter_mut().flatten();
        let known = known.find(|known| known.from == segment.to)?;
        if segment.control == TcpControl::Syn {
            known.begun.push(segment.seq);
        }
        // What the attacker began in somebody's name is answered to it, and never gets beyond that.
        let is_after = |begun: &u32| (0..=1).contains(&ahead(segment.seq, *begun));
        let is_begun = known.begun.iter().any(is_after);
        let is_answer = is_begun && segment.payload.is_empty();
        let is_answer = is_answer || segment.control == TcpControl::Rst;
        let is_stolen = !is_answer && known.is_near(&segment);
        is_stolen.then(|| format!("what is for {} goes to the attacker", segment.to))
    }

    /// Frames of one kind.
    pub(super) fn forge(
        &mut self,
        now: u64,
        forgery: Forgery,
        chance: &mut Chance,
    ) -> Vec<Vec<u8>> {
        if forgery == Forgery::SynFlood {
            return (0..=chance.below(8)).map(|_| stranger(chance)).collect();
        }
        let number = chance.below(self.overheard.len());
        let Some(victim) = &self.overheard[number] else { return Vec::new() };
        if forgery == Forgery::Claims {
            let address = victim.from.addr;
            let is_asked =
                self.asked.is_some_and(|(about, at)| about == address && at + ASKED >= now);
            return if is_asked { Vec::new() } else { vec![claims::claim(address)] };
        }
        vec![victim.forge(forgery, chance)]
    }
}

impl Overheard {
    /// Whether a segment of the server's tells where this connection is.
    fn is_near(&self, segment: &Segment<'_>) -> bool {
        self.acknowledged.is_some_and(|known| ahead(segment.seq, known).unsigned_abs() < FAR as u32)
    }

    fn forge(&self, forgery: Forgery, chance: &mut Chance) -> Vec<u8> {
        let controls = [TcpControl::Rst, TcpControl::None, TcpControl::Psh, TcpControl::Fin];
        let far = FAR + chance.below(1 << 29);
        let far = if chance.once_in(2) { far as u32 } else { (far as u32).wrapping_neg() };
        let near = 1 + chance.below(WINDOW - 1) as u32;
        let known = self.acknowledged.unwrap_or(0);
        let (control, distance, ack) = match forgery {
            Forgery::NearReset => (TcpControl::Rst, near, Some(known)),
            Forgery::NearData => (TcpControl::Psh, near - 1, Some(known.wrapping_add(far))),
            Forgery::SynOnLive if chance.once_in(2) => (TcpControl::Syn, near, None),
            Forgery::SynOnLive => (TcpControl::Syn, far, None),
            _ => (controls[chance.below(4)], far, Some(known)),
        };
        let segment = Segment {
            from_mac: if chance.once_in(2) { ATTACKER } else { self.mac },
            to_mac: MAC,
            from: self.from,
            to: IpEndpoint::new(server_of(self.from.addr), PORT),
            control,
            seq: self.next.wrapping_add(distance),
            ack,
            window: 2_048,
            payload: if control == TcpControl::Psh { b"logout\n" } else { b"" },
        };
        segment.frame()
    }
}

/// The first segment of a connection that never comes to be.
fn stranger(chance: &mut Chance) -> Vec<u8> {
    let address = IpAddress::v4(10, 0, 0, 100 + chance.below(100) as u8);
    let segment = Segment {
        from_mac: ATTACKER,
        to_mac: MAC,
        from: IpEndpoint::new(address, 1_024 + chance.below(60_000) as u16),
        to: IpEndpoint::new(SERVER, PORT),
        control: TcpControl::Syn,
        seq: chance.number() as u32,
        ack: None,
        window: 2_048,
        payload: b"",
    };
    segment.frame()
}
