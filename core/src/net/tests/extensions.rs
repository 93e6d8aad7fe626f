//! Extension headers of IPv6 before TCP: ignored and counted, whatever connection the TCP behind
//! them names.

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, IpAddress, IpCidr, IpProtocol, Ipv6Address,
    Ipv6Packet, Ipv6Repr, TcpControl, TcpPacket,
};

use super::super::crafted::bare;
use super::super::{Frame, Ours, Service, classify};
use super::raw::STRANGER_MAC;
use super::world::{PORT, SERVER_MAC, World};

const OURS: Ipv6Address = Ipv6Address::new(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 2);
const THEIRS: Ipv6Address = Ipv6Address::new(0xfe80, 0, 0, 0, 0, 0, 0, 9);

/// A header of so many units of eight bytes, all padding.
fn options(next: IpProtocol, eights: u8) -> Vec<u8> {
    let len = 8 * eights - 4;
    let mut header = vec![next.into(), eights - 1, 1, len];
    header.resize(8 * usize::from(eights), 0);
    header
}

/// A request to connect behind these headers, each by its number.
fn request(headers: &[IpProtocol]) -> Vec<u8> {
    let tcp = bare((5000, PORT), TcpControl::Syn, 1000, None);
    let mut segment = vec![0; tcp.buffer_len()];
    let (from, to) = (IpAddress::Ipv6(THEIRS), IpAddress::Ipv6(OURS));
    let mut packet = TcpPacket::new_unchecked(&mut segment[..]);
    tcp.emit(&mut packet, &from, &to, &ChecksumCapabilities::default());
    let (mut next_header, mut payload) = (IpProtocol::Tcp, segment);
    for (number, header) in headers.iter().enumerate().rev() {
        let front = options(next_header, number as u8 + 1);
        (next_header, payload) = (*header, [front, payload].concat());
    }
    let repr = Ipv6Repr {
        src_addr: THEIRS,
        dst_addr: OURS,
        next_header,
        payload_len: payload.len(),
        hop_limit: 64,
    };
    let mut frame = vec![0; 14 + 40 + payload.len()];
    let mut ethernet = EthernetFrame::new_unchecked(&mut frame[..]);
    ethernet.set_src_addr(STRANGER_MAC);
    ethernet.set_dst_addr(SERVER_MAC);
    ethernet.set_ethertype(EthernetProtocol::Ipv6);
    let mut packet = Ipv6Packet::new_unchecked(ethernet.payload_mut());
    repr.emit(&mut packet);
    packet.payload_mut().copy_from_slice(&payload);
    frame
}

fn look(frame: &[u8]) -> Frame {
    let addresses = [IpCidr::new(IpAddress::Ipv6(OURS), 64)];
    let checksum = &ChecksumCapabilities::default();
    classify(
        frame,
        &Ours { mac: SERVER_MAC, addresses: &addresses, services: &[Service::LINES], checksum },
    )
}

#[test]
fn tcp_behind_extension_headers_is_not_looked_at() {
    use IpProtocol::*;
    assert!(matches!(look(&request(&[])), Frame::Chat(segment) if segment.opens));
    for headers in [&[HopByHop][..], &[Ipv6Opts], &[HopByHop, Ipv6Opts, Ipv6Route, Ipv6Opts]] {
        assert_eq!(look(&request(headers)), Frame::Unsound, "{headers:?}");
    }
    assert_eq!(look(&request(&[HopByHop, Ipv6Frag])), Frame::Fragment);
    assert_eq!(look(&request(&[Ipv6Frag])), Frame::Fragment);
    assert_eq!(look(&request(&[HopByHop, Ipv6NoNxt])), Frame::Other);
}

#[test]
fn headers_that_are_cut_off_anywhere_are_not_the_chats() {
    let frame = request(&[IpProtocol::HopByHop, IpProtocol::Ipv6Opts]);
    for len in 0..frame.len() {
        assert!(!matches!(look(&frame[..len]), Frame::Chat(_)), "{len} bytes");
    }
}

#[test]
fn nothing_is_said_to_tcp_behind_extension_headers_and_no_connection_ends_by_it() {
    let mut world = World::new(4);
    let host = world.host_with(IpCidr::new(IpAddress::Ipv6(THEIRS), 64));
    world.hosts[host].mac = EthernetAddress([2, 0, 0, 0, 1, 0]);
    let client = world.connect_to(host, IpAddress::Ipv6(OURS));
    world.settle();
    assert!(world.read(client).starts_with("220 "));
    let port = world.peer(client).port();
    for headers in [&[IpProtocol::HopByHop][..], &[IpProtocol::Ipv6Opts]] {
        let mut frame = request(headers);
        let at = frame.len() - 20;
        frame[at..at + 2].copy_from_slice(&port.to_be_bytes());
        assert!(world.inject([frame]).is_empty());
    }
    assert_eq!(world.driver.counters().refused, 2);
    assert_eq!(world.server.connections(), 1);
    world.write(client, "help\n");
    world.settle();
    assert!(!world.read(client).is_empty());
}
