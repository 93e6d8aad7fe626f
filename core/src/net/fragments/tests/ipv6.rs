//! Fragments of IPv6 (RFC 8200, 4.5).

use smoltcp::wire::Ipv6Packet;

use super::*;

const OURS: [u8; 16] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

fn fragment6(next: [u8; 2], number: u32, offset: usize, more: bool, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 1, 9, 0x86, 0xdd];
    frame.extend([0x60, 0, 0, 0]);
    frame.extend((8 + payload.len() as u16).to_be_bytes());
    frame.extend([next[0], 64]);
    frame.extend([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
    frame.extend(OURS);
    frame.extend([next[1], 0]);
    frame.extend((offset as u16 | u16::from(more)).to_be_bytes());
    frame.extend(number.to_be_bytes());
    frame.extend(payload);
    frame
}

fn room() -> Room {
    let addresses = vec![IpCidr::new(IpAddress::Ipv6(OURS.into()), 64)];
    Room { addresses, ..Room::new(8) }
}

fn payload(frame: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let frame = frame?;
    assert_eq!(frame[12..14], [0x86, 0xdd]);
    let packet = Ipv6Packet::new_checked(&frame[14..]).unwrap();
    assert_eq!((packet.next_header(), packet.dst_addr()), (IpProtocol::Tcp, OURS.into()));
    Some(packet.payload().to_vec())
}

#[test]
fn a_packet_of_ipv6_is_put_together_too() {
    let (mut room, whole) = (room(), segment(1_440));
    let at = |begin: usize, end: usize| {
        fragment6([44, 6], 7, begin, end < whole.len(), &whole[begin..end])
    };
    assert_eq!(room.take(&at(800, 1_460)), None);
    assert_eq!(room.take(&at(400, 800)), None);
    assert_eq!(payload(room.take(&at(0, 400))), Some(whole));
    assert_eq!(room.counts(), (1, 0));
}

#[test]
fn a_fragment_that_is_all_is_apart_from_others_of_its_number() {
    let (mut room, whole, alone) = (room(), segment(300), segment(5));
    let at = |begin: usize, end: usize| {
        fragment6([44, 6], 7, begin, end < whole.len(), &whole[begin..end])
    };
    assert_eq!(room.take(&at(0, 160)), None);
    assert_eq!(payload(room.take(&fragment6([44, 6], 7, 0, false, &alone))), Some(alone));
    assert_eq!(payload(room.take(&at(160, 320))), Some(whole));
    assert_eq!(room.counts(), (2, 0));
}

#[test]
fn behind_other_headers_nothing_is_put_together() {
    let (mut room, whole) = (room(), segment(300));
    // The second header begins where the first says: eight bytes on.
    let mut frame = fragment6([0, 44], 0, 0, false, &[]);
    frame.extend([6, 0, 0, 1, 0, 0, 0, 7]);
    frame.extend(&whole[..160]);
    let len = (frame.len() - 54) as u16;
    frame[18..20].copy_from_slice(&len.to_be_bytes());
    assert_eq!(room.take(&frame), None);
    assert_eq!(room.take(&fragment6([44, 17], 7, 0, true, &whole[..160])), None);
    assert_eq!(room.counts(), (0, 2));
}
