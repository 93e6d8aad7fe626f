//! The header of every frame if the kernel does checksums and segmentation: `struct virtio_net_hdr`
//! (Virtual I/O Device 1.3, 5.1.6), in this machine's byte order. Knows no device. Any bytes get an
//! answer.

use std::num::NonZeroU16;

use smoltcp::wire::{
    EthernetFrame, EthernetProtocol, IpAddress, IpProtocol, Ipv4Packet, Ipv6Packet, TcpPacket,
    checksum,
};

/// Bytes of the header.
pub(super) const HEADER_LEN: usize = 10;

/// The checksum is only begun, and whoever needs it completes it.
const NEEDS_CSUM: u8 = 1;
/// The checksum was looked at, and is right.
const DATA_VALID: u8 = 2;
const GSO_TCPV4: u8 = 1;
const GSO_TCPV6: u8 = 4;
pub(super) const ETHERNET_LEN: usize = EthernetFrame::<&[u8]>::header_len();
/// Where a TCP header has its checksum.
const TCP_CHECKSUM: usize = 16;

/// A TCP segment within a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    pub(super) from: IpAddress,
    pub(super) to: IpAddress,
}

/// The header for a frame of ours. If `segment` is given, the kernel cuts the frame into pieces
/// with that many bytes of payload. The checksum of a TCP segment is begun here and completed by
/// whoever needs it. If both ends are on this machine, nobody does.
pub(super) fn prepare(frame: &mut [u8], segment: Option<NonZeroU16>) -> [u8; HEADER_LEN] {
    let mut header = [0; HEADER_LEN];
    let Some(Segment { start, end, from, to }) = tcp(frame) else { return header };
    let Ok(packet) = TcpPacket::new_checked(&frame[start..end]) else { return header };
    let payload = start + usize::from(packet.header_len());
    let begun = checksum::pseudo_header(&from, &to, IpProtocol::Tcp, (end - start) as u32);
    frame[start + TCP_CHECKSUM..][..2].copy_from_slice(&begun.to_be_bytes());
    header[0] = NEEDS_CSUM;
    let mut set = |at: usize, value: u16| {
        header[at..at + 2].copy_from_slice(&value.to_ne_bytes());
    };
    set(6, start as u16);
    set(8, TCP_CHECKSUM as u16);
    if let Some(segment) = segment {
        set(2, payload as u16);
        set(4, segment.get());
        header[1] = if matches!(from, IpAddress::Ipv4(_)) { GSO_TCPV4 } else { GSO_TCPV6 };
    }
    header
}

/// Whether a frame of ours, behind its header, has a checksum that somebody else is to complete.
pub(super) fn is_begun(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|flags| flags & NEEDS_CSUM != 0)
}

/// Whether a received frame is as it was sent. A frame from this machine has no checksum and needs
/// none. A frame with an unchecked checksum came from a wire, over a bridge.
pub(super) fn is_sound(header: &[u8], frame: &[u8]) -> bool {
    let flags = header.first().copied().unwrap_or_default();
    if flags & (NEEDS_CSUM | DATA_VALID) != 0 {
        return true;
    }
    let Some(Segment { start, end, from, to }) = tcp(frame) else { return true };
    match TcpPacket::new_checked(&frame[start..end]) {
        Ok(packet) => packet.verify_checksum(&from, &to),
        // The stack says what it thinks of it.
        Err(_) => true,
    }
}

/// The frame's TCP segment, if it has one and all of it.
pub(super) fn tcp(frame: &[u8]) -> Option<Segment> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    match ethernet.ethertype() {
        EthernetProtocol::Ipv4 => {
            let packet = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
            let is_whole = !packet.more_frags() && packet.frag_offset() == 0;
            (packet.next_header() == IpProtocol::Tcp && is_whole).then(|| Segment {
                start: ETHERNET_LEN + usize::from(packet.header_len()),
                end: ETHERNET_LEN + usize::from(packet.total_len()),
                from: packet.src_addr().into(),
                to: packet.dst_addr().into(),
            })
        }
        EthernetProtocol::Ipv6 => {
            let packet = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            (packet.next_header() == IpProtocol::Tcp).then(|| Segment {
                start: ETHERNET_LEN + packet.header_len(),
                end: ETHERNET_LEN + packet.total_len(),
                from: packet.src_addr().into(),
                to: packet.dst_addr().into(),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod fixtures {
    use smoltcp::phy::ChecksumCapabilities;
    use smoltcp::wire::{EthernetAddress, EthernetRepr, IpRepr, TcpControl, TcpRepr, TcpSeqNumber};

    use super::*;

    /// A frame with a segment of that payload, its checksum right.
    fn frame(from: IpAddress, to: IpAddress, payload: &[u8]) -> Vec<u8> {
        let tcp = TcpRepr {
            src_port: 4000,
            dst_port: 50_000,
            control: TcpControl::Psh,
            seq_number: TcpSeqNumber(7),
            ack_number: Some(TcpSeqNumber(8)),
            window_len: 2048,
            window_scale: None,
            max_seg_size: None,
            sack_permitted: false,
            sack_ranges: [None; 3],
            timestamp: None,
            payload,
        };
        let checksums = ChecksumCapabilities::default();
        let ip = IpRepr::new(from, to, IpProtocol::Tcp, tcp.buffer_len(), 64);
        let ethertype = match from {
            IpAddress::Ipv4(_) => EthernetProtocol::Ipv4,
            IpAddress::Ipv6(_) => EthernetProtocol::Ipv6,
        };
        let mac = EthernetAddress([2, 0, 0, 0, 0, 1]);
        let ethernet = EthernetRepr { src_addr: mac, dst_addr: mac, ethertype };
        let mut bytes = vec![0; ETHERNET_LEN + ip.buffer_len()];
        ethernet.emit(&mut EthernetFrame::new_unchecked(&mut bytes[..]));
        ip.emit(&mut bytes[ETHERNET_LEN..], &checksums);
        let segment = &mut bytes[ETHERNET_LEN + ip.header_len()..];
        tcp.emit(&mut TcpPacket::new_unchecked(segment), &from, &to, &checksums);
        bytes
    }

    pub(in super::super) fn frame4(payload: &[u8]) -> Vec<u8> {
        frame(IpAddress::v4(10, 0, 0, 1), IpAddress::v4(10, 0, 0, 2), payload)
    }

    pub(in super::super) fn frame6(payload: &[u8]) -> Vec<u8> {
        let [from, to] = [1, 2].map(|last| IpAddress::v6(0xfd00, 0, 0, 0, 0, 0, 0, last));
        frame(from, to, payload)
    }
}

#[cfg(test)]
mod tests {
    use super::fixtures::{frame4, frame6};
    use super::*;

    /// Does what the kernel does: sums from `csum_start` on, and puts the complement at
    /// `csum_offset`.
    fn complete(header: &[u8; HEADER_LEN], frame: &mut [u8]) {
        let field = |at: usize| usize::from(u16::from_ne_bytes([header[at], header[at + 1]]));
        let (start, offset) = (field(6), field(8));
        let sum = !checksum::data(&frame[start..]);
        frame[start + offset..][..2].copy_from_slice(&sum.to_be_bytes());
    }

    #[test]
    fn what_the_kernel_completes_is_the_checksum() {
        for payload in [&b""[..], b"o", b"hello", &[0xff; 1400]] {
            for right in [frame4(payload), frame6(payload)] {
                let mut begun = right.clone();
                let header = prepare(&mut begun, None);
                assert_eq!(header[..2], [NEEDS_CSUM, 0]);
                complete(&header, &mut begun);
                assert_eq!(begun, right);
            }
        }
    }

    #[test]
    fn a_long_segment_says_how_it_is_to_be_cut() {
        for (mut frame, kind, headers) in
            [(frame4(&[b'x'; 4096]), GSO_TCPV4, 54_u16), (frame6(&[b'x'; 4096]), GSO_TCPV6, 74)]
        {
            let header = prepare(&mut frame, NonZeroU16::new(1460));
            assert_eq!(header[1], kind);
            assert_eq!(header[2..4], headers.to_ne_bytes());
            assert_eq!(header[4..6], 1460_u16.to_ne_bytes());
        }
    }

    #[test]
    fn only_tcp_is_touched() {
        let mut udp = frame4(b"hello");
        udp[ETHERNET_LEN + 9] = 17;
        let mut fragment = frame4(b"hello");
        fragment[ETHERNET_LEN + 6] = 0x20;
        for mut frame in [vec![], vec![0; 14], vec![0xff; 60], udp, fragment] {
            let before = frame.clone();
            assert_eq!(prepare(&mut frame, None), [0; HEADER_LEN]);
            assert_eq!(frame, before);
            assert!(is_sound(&[0; HEADER_LEN], &frame));
        }
    }

    #[test]
    fn a_frame_that_nobody_has_looked_at_is_looked_at_here() {
        for mut frame in [frame4(b"hello"), frame6(b"hello")] {
            assert!(is_sound(&[0; HEADER_LEN], &frame));
            *frame.last_mut().unwrap() ^= 1;
            assert!(!is_sound(&[0; HEADER_LEN], &frame));
            for flag in [NEEDS_CSUM, DATA_VALID] {
                assert!(is_sound(&[flag, 0, 0, 0, 0, 0, 0, 0, 0, 0], &frame));
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let whole = frame4(b"hello");
        for length in 0..whole.len() {
            for at in 0..length {
                let mut cut = whole[..length].to_vec();
                cut[at] ^= 0xff;
                let _ = is_sound(&[], &cut);
                prepare(&mut cut, NonZeroU16::new(1));
            }
        }
    }
}
