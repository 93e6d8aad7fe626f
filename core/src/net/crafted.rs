//! Segments without data that the driver makes up, for its own TCP or for a peer.

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    IpAddress, IpProtocol, IpRepr, TcpControl, TcpOption, TcpPacket, TcpRepr, TcpSeqNumber,
};

/// Room for the longest packet: an IPv6 header, a TCP header, one option.
const CRAFTED_MAX: usize = 40 + 20 + 4;

/// One IP packet.
pub(super) struct Crafted {
    bytes: [u8; CRAFTED_MAX],
    len: usize,
}

impl Crafted {
    /// The segment from one address to another. It has no checksums, because our own TCP does not
    /// look at them.
    #[inline(never)]
    pub(super) fn new(from: IpAddress, to: IpAddress, tcp: &TcpRepr<'_>) -> Self {
        let ip = header(from, to, tcp);
        let mut crafted = Crafted { bytes: [0; CRAFTED_MAX], len: ip.buffer_len() };
        emit(&mut crafted.bytes[..ip.buffer_len()], &ip, tcp, &ChecksumCapabilities::ignored());
        crafted
    }

    pub(super) fn packet(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// The IP header for a segment; it tells how long the packet is.
pub(super) fn header(from: IpAddress, to: IpAddress, tcp: &TcpRepr<'_>) -> IpRepr {
    IpRepr::new(from, to, IpProtocol::Tcp, tcp.buffer_len(), 64)
}

/// Writes the packet.
pub(super) fn emit(
    buffer: &mut [u8],
    ip: &IpRepr,
    tcp: &TcpRepr<'_>,
    checksums: &ChecksumCapabilities,
) {
    ip.emit(&mut *buffer, checksums);
    let mut packet = TcpPacket::new_unchecked(&mut buffer[ip.header_len()..]);
    tcp.emit(&mut packet, &ip.src_addr(), &ip.dst_addr(), checksums);
}

/// A segment without data and options.
pub(super) fn bare(
    ports: (u16, u16),
    control: TcpControl,
    seq: u32,
    ack: Option<u32>,
) -> TcpRepr<'static> {
    TcpRepr {
        src_port: ports.0,
        dst_port: ports.1,
        control,
        seq_number: TcpSeqNumber(seq as i32),
        ack_number: ack.map(|ack| TcpSeqNumber(ack as i32)),
        window_len: 0,
        window_scale: None,
        max_seg_size: None,
        sack_permitted: false,
        sack_ranges: [None; 3],
        timestamp: None,
        payload: &[],
    }
}

/// The longest segment that the sender of a request takes (RFC 9293, 3.7.1); the request is a whole
/// IP packet.
pub(super) fn longest_segment(request: &[u8]) -> u16 {
    let (header_len, usual) = match request {
        [first, ..] if first >> 4 == 4 => (4 * usize::from(first & 15), 536),
        _ => (40, 1220),
    };
    let tcp = request.get(header_len..).unwrap_or_default();
    let Ok(packet) = TcpPacket::new_checked(tcp) else { return usual };
    let mut options = packet.options();
    while let Ok((rest, option)) = TcpOption::parse(options) {
        match option {
            // No option has no size at all; Linux takes it so, too.
            TcpOption::MaxSegmentSize(0) | TcpOption::EndOfList => break,
            TcpOption::MaxSegmentSize(size) => return size,
            _ => options = rest,
        }
    }
    usual
}
