//! A DHCP server on the link: hears what asks for an address, and answers as the test wants.

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, DhcpMessageType, DhcpPacket, DhcpRepr, EthernetAddress,
    EthernetFrame, EthernetProtocol, EthernetRepr, IpAddress, IpProtocol, Ipv4Address, Ipv4Packet,
    Ipv4Repr, UdpPacket, UdpRepr,
};

use crate::time::Instant;

const MAC: EthernetAddress = EthernetAddress([2, 0, 0, 0, 7, 7]);
const OWN: Ipv4Address = Ipv4Address::new(10, 0, 0, 2);

/// What it says to whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// An address.
    Willing,
    /// That an address asked for is not to be had; a search is answered with an offer all the same.
    Refusing,
    /// Nothing.
    Silent,
}

/// One message that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClientMessage {
    pub(super) at: Instant,
    pub(super) kind: DhcpMessageType,
    /// The address that the client says it has.
    pub(super) has: Ipv4Address,
    /// It was sent to everybody.
    pub(super) broadcast: bool,
}

/// The server.
#[derive(Debug)]
pub(super) struct Leaser {
    pub(super) mood: Mood,
    pub(super) address: Ipv4Address,
    pub(super) router: Option<Ipv4Address>,
    pub(super) seconds: u32,
    /// When a lease is to be renewed (T1), and when everybody is to be asked (T2), where it says
    /// so.
    pub(super) renewal: Option<u32>,
    pub(super) rebinding: Option<u32>,
    pub(super) heard: Vec<ClientMessage>,
    /// Bytes of its next messages that are to be others.
    pub(super) changes: Vec<(usize, u8)>,
}

impl Leaser {
    /// Leases 10.0.0.1 for so many seconds.
    pub(super) fn new(seconds: u32) -> Self {
        Leaser {
            mood: Mood::Willing,
            address: Ipv4Address::new(10, 0, 0, 1),
            router: Some(Ipv4Address::new(10, 0, 0, 254)),
            seconds,
            renewal: None,
            rebinding: None,
            heard: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// Messages of one kind that were heard.
    pub(super) fn count(&self, kind: DhcpMessageType) -> usize {
        self.heard.iter().filter(|heard| heard.kind == kind).count()
    }

    /// What it answers to a frame on the link.
    pub(super) fn answer(&mut self, frame: &[u8], now: Instant) -> Option<Vec<u8>> {
        let ethernet = EthernetFrame::new_checked(frame).ok()?;
        match ethernet.ethertype() {
            EthernetProtocol::Arp => answer_arp(ethernet.payload()),
            EthernetProtocol::Ipv4 => self.answer_ipv4(ethernet.payload(), now),
            _ => None,
        }
    }

    fn answer_ipv4(&mut self, packet: &[u8], now: Instant) -> Option<Vec<u8>> {
        let packet = Ipv4Packet::new_checked(packet).ok()?;
        let udp = match packet.next_header() {
            IpProtocol::Udp => UdpPacket::new_checked(packet.payload()).ok()?,
            _ => return None,
        };
        if udp.dst_port() != 67 {
            return None;
        }
        let message = DhcpPacket::new_checked(udp.payload()).ok()?;
        let asked = DhcpRepr::parse(&message).ok()?;
        assert!(udp.verify_checksum(&packet.src_addr().into(), &packet.dst_addr().into()));
        let broadcast = packet.dst_addr() == Ipv4Address::BROADCAST;
        self.heard.push(ClientMessage {
            at: now,
            kind: asked.message_type,
            has: asked.client_ip,
            broadcast,
        });
        let kind = match (self.mood, asked.message_type) {
            (Mood::Silent, _) => return None,
            (_, DhcpMessageType::Discover) => DhcpMessageType::Offer,
            (Mood::Refusing, DhcpMessageType::Request) => DhcpMessageType::Nak,
            (Mood::Willing, DhcpMessageType::Request) => DhcpMessageType::Ack,
            _ => return None,
        };
        Some(self.message(kind, &asked))
    }

    fn message(&self, kind: DhcpMessageType, asked: &DhcpRepr<'_>) -> Vec<u8> {
        let refusal = kind == DhcpMessageType::Nak;
        let repr = DhcpRepr {
            message_type: kind,
            your_ip: if refusal { Ipv4Address::UNSPECIFIED } else { self.address },
            client_ip: Ipv4Address::UNSPECIFIED,
            server_ip: OWN,
            router: self.router,
            subnet_mask: Some(Ipv4Address::new(255, 255, 255, 0)),
            requested_ip: None,
            client_identifier: None,
            server_identifier: Some(OWN),
            parameter_request_list: None,
            max_size: None,
            lease_duration: Some(self.seconds),
            renew_duration: self.renewal,
            rebind_duration: self.rebinding,
            ..asked.clone()
        };
        let mut message = vec![0; repr.buffer_len()];
        repr.emit(&mut DhcpPacket::new_unchecked(&mut message[..])).unwrap();
        for &(at, value) in &self.changes {
            if let Some(byte) = message.get_mut(at) {
                *byte = value;
            }
        }
        // As most servers do: to the address that the client does not have yet.
        let to = if refusal { Ipv4Address::BROADCAST } else { self.address };
        wrap(asked.client_hardware_address, to, &message)
    }
}

/// Puts a message into a frame.
fn wrap(mac: EthernetAddress, to: Ipv4Address, message: &[u8]) -> Vec<u8> {
    let checksums = ChecksumCapabilities::default();
    let udp = UdpRepr { src_port: 67, dst_port: 68 };
    let repr = Ipv4Repr {
        src_addr: OWN,
        dst_addr: to,
        next_header: IpProtocol::Udp,
        payload_len: udp.header_len() + message.len(),
        hop_limit: 64,
    };
    let mut bytes = ethernet(mac, EthernetProtocol::Ipv4, repr.buffer_len() + repr.payload_len);
    let mut packet = Ipv4Packet::new_unchecked(&mut bytes[14..]);
    repr.emit(&mut packet, &checksums);
    udp.emit(
        &mut UdpPacket::new_unchecked(packet.payload_mut()),
        &IpAddress::Ipv4(OWN),
        &IpAddress::Ipv4(to),
        message.len(),
        |payload| payload.copy_from_slice(message),
        &checksums,
    );
    bytes
}

/// Its Ethernet address, for whoever asks for it.
fn answer_arp(packet: &[u8]) -> Option<Vec<u8>> {
    let ArpRepr::EthernetIpv4 {
        operation: ArpOperation::Request,
        source_hardware_addr,
        source_protocol_addr,
        target_protocol_addr: OWN,
        ..
    } = ArpRepr::parse(&ArpPacket::new_checked(packet).ok()?).ok()?
    else {
        return None;
    };
    let repr = ArpRepr::EthernetIpv4 {
        operation: ArpOperation::Reply,
        source_hardware_addr: MAC,
        source_protocol_addr: OWN,
        target_hardware_addr: source_hardware_addr,
        target_protocol_addr: source_protocol_addr,
    };
    let mut bytes = ethernet(source_hardware_addr, EthernetProtocol::Arp, repr.buffer_len());
    repr.emit(&mut ArpPacket::new_unchecked(&mut bytes[14..]));
    Some(bytes)
}

fn ethernet(to: EthernetAddress, ethertype: EthernetProtocol, payload_len: usize) -> Vec<u8> {
    let mut bytes = vec![0; 14 + payload_len];
    let repr = EthernetRepr { src_addr: MAC, dst_addr: to, ethertype };
    repr.emit(&mut EthernetFrame::new_unchecked(&mut bytes[..]));
    bytes
}
