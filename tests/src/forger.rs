//! A host that sends TCP segments in anybody's name, with any numbers. Their Ethernet address is
//! its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SendFlags, SocketType, ipproto, sendto, socket};
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    IpAddress, IpProtocol, Ipv4Packet, Ipv4Repr, TcpControl, TcpPacket, TcpRepr, TcpSeqNumber,
};

const IP_HEADER: usize = 20;

/// A sender of forged segments.
#[derive(Debug)]
pub struct Forger {
    socket: OwnedFd,
    to: SocketAddrV4,
}

impl Forger {
    /// One that sends to this server.
    ///
    /// # Errors
    /// The machine's word: it takes root.
    pub fn new(to: SocketAddrV4) -> io::Result<Self> {
        let socket = socket(AddressFamily::INET, SocketType::RAW, Some(ipproto::RAW))?;
        Ok(Forger { socket, to })
    }

    /// Sends a segment in the name of `from`. One that the machine has no room for is lost, as on a
    /// network.
    pub fn send(
        &self,
        from: SocketAddrV4,
        control: TcpControl,
        seq: u32,
        ack: Option<u32>,
        payload: &[u8],
    ) {
        let tcp = TcpRepr {
            src_port: from.port(),
            dst_port: self.to.port(),
            control,
            seq_number: TcpSeqNumber(seq as i32),
            ack_number: ack.map(|ack| TcpSeqNumber(ack as i32)),
            window_len: 64_240,
            window_scale: None,
            max_seg_size: (control == TcpControl::Syn).then_some(1460),
            sack_permitted: false,
            sack_ranges: [None; 3],
            timestamp: None,
            payload,
        };
        let packet = packet(*from.ip(), *self.to.ip(), &tcp);
        let _ = sendto(&self.socket, &packet, SendFlags::empty(), &self.to);
    }

    /// A request to connect.
    pub fn ask(&self, from: SocketAddrV4, seq: u32) {
        self.send(from, TcpControl::Syn, seq, None, &[]);
    }
}

fn packet(from: Ipv4Addr, to: Ipv4Addr, tcp: &TcpRepr<'_>) -> Vec<u8> {
    let ip = Ipv4Repr {
        src_addr: from,
        dst_addr: to,
        next_header: IpProtocol::Tcp,
        payload_len: tcp.buffer_len(),
        hop_limit: 64,
    };
    let mut bytes = vec![0; IP_HEADER + tcp.buffer_len()];
    ip.emit(&mut Ipv4Packet::new_unchecked(&mut bytes[..]), &ChecksumCapabilities::default());
    let mut segment = TcpPacket::new_unchecked(&mut bytes[IP_HEADER..]);
    let ends = (IpAddress::Ipv4(from), IpAddress::Ipv4(to));
    tcp.emit(&mut segment, &ends.0, &ends.1, &ChecksumCapabilities::default());
    bytes
}
