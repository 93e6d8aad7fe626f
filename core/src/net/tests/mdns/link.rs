//! The link: messages from other hosts in, and what the server says as lines.

use domain::base::iana::{Class, Rtype};
use domain::base::message_builder::MessageBuilder;
use domain::base::name::ParsedName;
use domain::base::{Message, Name, ParsedRecord, Question, Record, Ttl};
use domain::rdata::AllRecordData;
use heapless::Vec as Fixed;
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, IpAddress, IpCidr, IpProtocol, IpRepr,
    Ipv4Packet, Ipv6Packet, UdpPacket, UdpRepr,
};

use crate::net::tests::world::{SERVER, SERVER_MAC, World};
use crate::net::{Buffers, Naming, NetSettings};
use crate::store::Durability;

/// Another host, and its Ethernet address.
pub(super) const OTHER: IpAddress = IpAddress::v4(10, 0, 0, 7);
pub(super) const OTHER_MAC: EthernetAddress = EthernetAddress([2, 0, 0, 0, 0, 7]);
const GROUP4_MAC: EthernetAddress = EthernetAddress([0x01, 0, 0x5e, 0, 0, 0xfb]);
const GROUP6_MAC: EthernetAddress = EthernetAddress([0x33, 0x33, 0, 0, 0, 0xfb]);
/// The group.
pub(super) const GROUP: IpAddress = IpAddress::v4(224, 0, 0, 251);
pub(super) const HOST: &str = "smolchat.local";

/// A message of another host.
pub(super) type Said = Fixed<u8, 4096>;

/// A server with a name. What it says by IPv6 is left out, since it is the same.
pub(super) struct Link {
    pub(super) world: World,
}

/// What kind of message it is, and who is to hear it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// `all`, or the port of one host.
    pub(super) to: String,
    /// Questions, answers, authorities, additions: name, type, data, seconds, `only` for records
    /// that are one host's.
    pub(super) text: Vec<String>,
    pub(super) at: u64,
}

impl Line {
    pub(super) fn has(&self, words: &str) -> bool {
        self.text.iter().any(|line| line.contains(words))
    }
}

impl Link {
    /// Nothing has been said yet.
    pub(super) fn new() -> Self {
        Self::with(&NetSettings::new(SERVER_MAC, &[IpCidr::new(SERVER, 24)]))
    }

    pub(super) fn with(net: &NetSettings<'_>) -> Self {
        let net = NetSettings { naming: Some(Naming { name: "smolchat", users: 12 }), ..*net };
        let buffers = Buffers { rx: 2048, tx: 4096, fragments: 8 };
        Link { world: World::with_net(2, buffers, &net, Durability::Off) }
    }

    /// The name is the server's, and everybody knows it for a while.
    pub(super) fn settled() -> Self {
        let mut link = Self::new();
        link.pass(3_000);
        assert_eq!(link.world.environment.names, ["smolchat"]);
        link.pass(60_000);
        link
    }

    /// Lets time pass, and answers what the server said.
    pub(super) fn pass(&mut self, millis: u64) -> Vec<Line> {
        let mut said = Vec::new();
        let end = self.world.now.as_millis() + millis;
        loop {
            self.world.settle();
            let at = self.world.now.as_millis();
            let frames = std::mem::take(&mut self.world.lost);
            said.extend(
                frames.iter().filter_map(|frame| read(frame)).map(|line| Line { at, ..line }),
            );
            if at >= end {
                return said;
            }
            self.world.pass(1);
        }
    }

    /// Another host says this to the group, from the port of multicast DNS.
    pub(super) fn hear(&mut self, said: &Said) {
        self.hear_from((OTHER, 5353), GROUP, said);
    }

    pub(super) fn hear_from(&mut self, from: (IpAddress, u16), to: IpAddress, said: &[u8]) {
        self.world.cable.incoming.push_back(frame(from, to, said));
    }
}

/// The frame of a message to the port of multicast DNS.
pub(super) fn frame((from, port): (IpAddress, u16), to: IpAddress, said: &[u8]) -> Vec<u8> {
    let ip = IpRepr::new(from, to, IpProtocol::Udp, 8 + said.len(), 255);
    let mut bytes = vec![0; 14 + ip.buffer_len()];
    let mut ethernet = EthernetFrame::new_unchecked(&mut bytes[..]);
    ethernet.set_src_addr(OTHER_MAC);
    ethernet.set_dst_addr(if to == GROUP { GROUP4_MAC } else { SERVER_MAC });
    ethernet.set_ethertype(EthernetProtocol::Ipv4);
    let sums = ChecksumCapabilities::default();
    ip.emit(&mut bytes[14..], &sums);
    let mut packet = UdpPacket::new_unchecked(&mut bytes[14 + ip.header_len()..]);
    let udp = UdpRepr { src_port: port, dst_port: 5353 };
    udp.emit(&mut packet, &from, &to, said.len(), |to| to.copy_from_slice(said), &sums);
    bytes
}

pub(super) fn name(text: &str) -> Name<Fixed<u8, 255>> {
    let mut bytes = Fixed::new();
    for label in text.split('.') {
        bytes.push(label.len() as u8).unwrap();
        bytes.extend_from_slice(label.as_bytes()).unwrap();
    }
    bytes.push(0).unwrap();
    Name::from_octets(bytes).unwrap()
}

/// A question for one name; `class` 0x8001 asks for an answer to one host.
pub(super) fn question(asked: &str, rtype: Rtype, class: u16) -> Said {
    questions(&[(asked, rtype, class)], &[])
}

/// Questions, with answers that their sender knows: name, type, data, seconds.
pub(super) fn questions(
    asked: &[(&str, Rtype, u16)],
    known: &[(&str, Rtype, Vec<u8>, u32)],
) -> Said {
    let mut section = MessageBuilder::from_target(Said::new()).unwrap().question();
    for (asked, rtype, class) in asked {
        section.push(Question::new(name(asked), *rtype, Class::from_int(*class))).unwrap();
    }
    let mut section = section.answer();
    for (owner, rtype, data, ttl) in known {
        section.push(record(owner, *rtype, data, *ttl)).unwrap();
    }
    section.finish()
}

/// A probe for a name, with what its sender would say.
pub(super) fn probe(owner: &str, claims: &[(Rtype, Vec<u8>)]) -> Said {
    let mut section = MessageBuilder::from_target(Said::new()).unwrap().question();
    section.push(Question::new(name(owner), Rtype::ANY, Class::from_int(0x8001))).unwrap();
    let mut section = section.authority();
    for (rtype, data) in claims {
        section.push(record(owner, *rtype, data, 120)).unwrap();
    }
    section.finish()
}

/// An answer with one record.
pub(super) fn answer(owner: &str, rtype: Rtype, data: &[u8], ttl: u32) -> Said {
    let mut builder = MessageBuilder::from_target(Said::new()).unwrap();
    builder.header_mut().set_qr(true);
    let mut section = builder.answer();
    section.push(record(owner, rtype, data, ttl)).unwrap();
    section.finish()
}

fn record<'d>(
    owner: &str,
    rtype: Rtype,
    data: &'d [u8],
    ttl: u32,
) -> Record<Name<Fixed<u8, 255>>, domain::base::UnknownRecordData<&'d [u8]>> {
    let data = domain::base::UnknownRecordData::from_octets(rtype, data).unwrap();
    Record::new(name(owner), Class::from_int(0x8001), Ttl::from_secs(ttl), data)
}

/// What a frame of the server's says, if it is a message by IPv4.
fn read(frame: &[u8]) -> Option<Line> {
    let ethernet = EthernetFrame::new_checked(frame).unwrap();
    if ethernet.dst_addr() == GROUP6_MAC {
        return None;
    }
    let packet = Ipv4Packet::new_checked(ethernet.payload()).ok().filter(|ip| ip.version() == 4)?;
    if packet.next_header() == IpProtocol::Igmp {
        return Some(Line { to: "routers".to_owned(), ..Line::default() });
    }
    assert!(packet.verify_checksum());
    let datagram = UdpPacket::new_checked(packet.payload()).unwrap();
    if datagram.src_port() == 68 {
        return None;
    }
    let ends: (IpAddress, IpAddress) = (packet.src_addr().into(), packet.dst_addr().into());
    assert!(datagram.verify_checksum(&ends.0, &ends.1) && datagram.src_port() == 5353);
    assert_eq!(packet.hop_limit(), 255);
    let to = match ethernet.dst_addr() {
        GROUP4_MAC if ends.1 == GROUP => "all".to_owned(),
        mac => {
            // Further hosts have numbers from 100 on.
            assert!(mac == OTHER_MAC || mac.0[..5] == OTHER_MAC.0[..5] && mac.0[5] >= 100);
            datagram.dst_port().to_string()
        }
    };
    Some(Line { to, text: lines(datagram.payload()), at: 0 })
}

/// The messages by IPv6, as they are.
pub(super) fn read6(frame: &[u8]) -> Option<Vec<String>> {
    let ethernet = EthernetFrame::new_checked(frame).unwrap();
    let packet = Ipv6Packet::new_checked(ethernet.payload()).ok().filter(|ip| ip.version() == 6)?;
    if ethernet.dst_addr() != GROUP6_MAC || packet.next_header() != IpProtocol::Udp {
        return None;
    }
    let datagram = UdpPacket::new_checked(packet.payload()).unwrap();
    assert!(datagram.verify_checksum(&packet.src_addr().into(), &packet.dst_addr().into()));
    Some(lines(datagram.payload()))
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let message = Message::from_octets(bytes).unwrap();
    let mut lines: Vec<String> = Vec::new();
    for question in message.question() {
        let question = question.unwrap();
        let one = if question.qclass().to_int() & 0x8000 != 0 { " one" } else { "" };
        lines.push(format!("? {} {}{one}", question.qname(), question.qtype()));
    }
    let sections = [message.answer(), message.authority(), message.additional()];
    for (sign, section) in ["=", "!", "+"].into_iter().zip(sections) {
        lines.extend(section.unwrap().map(|record| format!("{sign} {}", shown(&record.unwrap()))));
    }
    lines
}

fn shown(record: &ParsedRecord<'_, &[u8]>) -> String {
    let only = if record.class().to_int() & 0x8000 != 0 { " only" } else { "" };
    let data = record.to_any_record::<AllRecordData<&[u8], ParsedName<&[u8]>>>().unwrap();
    let (owner, rtype, ttl) = (record.owner(), record.rtype(), record.ttl().as_secs());
    format!("{owner} {rtype} {} {ttl}{only}", data.data())
}
