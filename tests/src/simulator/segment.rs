//! TCP segments in Ethernet frames, taken apart and made by hand, over both versions of IP.

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, EthernetRepr, IpAddress, IpEndpoint,
    IpProtocol, IpRepr, Ipv4Packet, Ipv6Packet, TcpControl, TcpPacket, TcpRepr, TcpSeqNumber,
};

/// A segment, and the frame around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'f> {
    pub(super) from_mac: EthernetAddress,
    pub(super) to_mac: EthernetAddress,
    pub(super) from: IpEndpoint,
    pub(super) to: IpEndpoint,
    pub(super) control: TcpControl,
    pub(super) seq: u32,
    /// None where the segment acknowledges nothing.
    pub(super) ack: Option<u32>,
    pub(super) window: u16,
    pub(super) payload: &'f [u8],
}

impl<'f> Segment<'f> {
    /// The segment in a frame, if there is one and its checksums are right.
    pub(super) fn parse(frame: &'f [u8]) -> Option<Self> {
        let ethernet = EthernetFrame::new_checked(frame).ok()?;
        let (from, to, payload) = ip(&ethernet)?;
        let tcp = TcpPacket::new_checked(payload).ok()?;
        if !tcp.verify_checksum(&from, &to) {
            return None;
        }
        let control = match (tcp.rst(), tcp.syn(), tcp.fin()) {
            (true, ..) => TcpControl::Rst,
            (_, true, _) => TcpControl::Syn,
            (.., true) => TcpControl::Fin,
            _ => TcpControl::None,
        };
        Some(Segment {
            from_mac: ethernet.src_addr(),
            to_mac: ethernet.dst_addr(),
            from: IpEndpoint::new(from, tcp.src_port()),
            to: IpEndpoint::new(to, tcp.dst_port()),
            control,
            seq: tcp.seq_number().0 as u32,
            ack: tcp.ack().then(|| tcp.ack_number().0 as u32),
            window: tcp.window_len(),
            payload: payload.get(usize::from(tcp.header_len())..)?,
        })
    }

    /// The number behind the segment's last byte; a SYN and a FIN count as one.
    pub(super) fn end(&self) -> u32 {
        let marks = matches!(self.control, TcpControl::Syn | TcpControl::Fin);
        self.seq.wrapping_add(self.payload.len() as u32).wrapping_add(marks.into())
    }

    /// The segment in a frame.
    pub(super) fn frame(&self) -> Vec<u8> {
        let tcp = TcpRepr {
            src_port: self.from.port,
            dst_port: self.to.port,
            control: self.control,
            seq_number: TcpSeqNumber(self.seq as i32),
            ack_number: self.ack.map(|ack| TcpSeqNumber(ack as i32)),
            window_len: self.window,
            window_scale: None,
            max_seg_size: None,
            sack_permitted: false,
            sack_ranges: [None; 3],
            timestamp: None,
            payload: self.payload,
        };
        let (from, to) = (self.from.addr, self.to.addr);
        packet(
            (self.from_mac, self.to_mac),
            (from, to),
            IpProtocol::Tcp,
            tcp.buffer_len(),
            |bytes| {
                tcp.emit(&mut TcpPacket::new_unchecked(bytes), &from, &to, &checksums());
            },
        )
    }
}

/// A frame with an IP packet, whose payload of `len` bytes `fill` writes.
pub(super) fn packet(
    macs: (EthernetAddress, EthernetAddress),
    (from, to): (IpAddress, IpAddress),
    protocol: IpProtocol,
    len: usize,
    fill: impl FnOnce(&mut [u8]),
) -> Vec<u8> {
    // What neighbours say of themselves is believed only where no router passed it on.
    let ip = IpRepr::new(from, to, protocol, len, 255);
    let kind = match ip {
        IpRepr::Ipv4(_) => EthernetProtocol::Ipv4,
        IpRepr::Ipv6(_) => EthernetProtocol::Ipv6,
    };
    frame(macs, kind, ip.buffer_len(), |bytes| {
        ip.emit(&mut *bytes, &checksums());
        fill(&mut bytes[ip.header_len()..]);
    })
}

/// A frame whose payload of `len` bytes `fill` writes.
pub(super) fn frame(
    (src_addr, dst_addr): (EthernetAddress, EthernetAddress),
    ethertype: EthernetProtocol,
    len: usize,
    fill: impl FnOnce(&mut [u8]),
) -> Vec<u8> {
    let header = EthernetRepr { src_addr, dst_addr, ethertype };
    let mut bytes = vec![0; header.buffer_len() + len];
    let mut frame = EthernetFrame::new_unchecked(&mut bytes);
    header.emit(&mut frame);
    fill(frame.payload_mut());
    bytes
}

/// How far `number` is ahead of `origin`, below 0 where it is behind.
pub(super) fn ahead(number: u32, origin: u32) -> i32 {
    number.wrapping_sub(origin) as i32
}

fn checksums() -> ChecksumCapabilities {
    ChecksumCapabilities::default()
}

fn ip<'f>(ethernet: &EthernetFrame<&'f [u8]>) -> Option<(IpAddress, IpAddress, &'f [u8])> {
    match ethernet.ethertype() {
        EthernetProtocol::Ipv4 => {
            let packet = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
            let is_sound = packet.verify_checksum() && packet.next_header() == IpProtocol::Tcp;
            let ends = (packet.src_addr().into(), packet.dst_addr().into());
            is_sound.then(|| (ends.0, ends.1, packet.payload()))
        }
        EthernetProtocol::Ipv6 => {
            let packet = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            let is_tcp = packet.next_header() == IpProtocol::Tcp;
            is_tcp.then(|| (packet.src_addr().into(), packet.dst_addr().into(), packet.payload()))
        }
        _ => None,
    }
}
