//! Frames between a server and its hosts: the server's device speaks Ethernet, and each host's
//! device speaks IP. The wire puts the Ethernet header on and takes it off; a host's number stands
//! in its address.
//! Knows no server and no time.

use std::collections::VecDeque;

use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::time::Instant;
use smoltcp::wire::EthernetAddress;

const HEADER: usize = 14;
const MTU: usize = 1500;
const IPV4: [u8; 2] = [8, 0];

/// Frames in both directions.
#[derive(Debug)]
pub struct Wire {
    server: EthernetAddress,
    /// Frames for the server, the oldest first.
    pub to_server: VecDeque<Vec<u8>>,
    /// Frames from the server, the oldest first.
    pub to_hosts: VecDeque<Vec<u8>>,
}

impl Wire {
    /// An empty wire to a server with this Ethernet address.
    pub(crate) fn to(server: EthernetAddress) -> Self {
        Wire { server, to_server: VecDeque::new(), to_hosts: VecDeque::new() }
    }

    /// The next packet for a host, and that host. What is for nobody is dropped.
    pub(crate) fn next_for_host(&mut self) -> Option<(u16, Vec<u8>)> {
        loop {
            let mut frame = self.to_hosts.pop_front()?;
            if frame.starts_with(&host_address(0)[..4]) && frame[12..HEADER] == IPV4 {
                let host = u16::from_be_bytes([frame[4], frame[5]]);
                return Some((host, frame.split_off(HEADER)));
            }
        }
    }

    fn header(&self, host: u16) -> Vec<u8> {
        [&self.server.0[..], &host_address(host), &IPV4].concat()
    }
}

fn host_address(host: u16) -> [u8; 6] {
    let [high, low] = host.to_be_bytes();
    [2, 1, 0, 0, high, low]
}

/// A frame, or a packet, that has come.
#[derive(Debug)]
pub struct Received(Vec<u8>);

impl RxToken for Received {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(&self.0)
    }
}

/// Room for a frame behind the header that it already has.
#[derive(Debug)]
pub struct Sending<'w> {
    frames: &'w mut VecDeque<Vec<u8>>,
    header: Vec<u8>,
}

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let Sending { frames, header: mut frame } = self;
        let header = frame.len();
        frame.resize(header + len, 0);
        let result = f(&mut frame[header..]);
        frames.push_back(frame);
        result
    }
}

/// The server's end.
impl Device for Wire {
    type RxToken<'a> = Received;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, now: Instant) -> Option<(Received, Sending<'_>)> {
        let frame = self.to_server.pop_front()?;
        Some((Received(frame), self.transmit(now)?))
    }

    fn transmit(&mut self, _: Instant) -> Option<Sending<'_>> {
        Some(Sending { frames: &mut self.to_hosts, header: Vec::new() })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        capabilities(Medium::Ethernet, MTU + HEADER)
    }
}

/// A host's end.
pub(crate) struct End<'w> {
    pub(crate) host: u16,
    pub(crate) inbox: &'w mut VecDeque<Vec<u8>>,
    pub(crate) wire: &'w mut Wire,
}

impl Device for End<'_> {
    type RxToken<'a>
        = Received
    where
        Self: 'a;
    type TxToken<'a>
        = Sending<'a>
    where
        Self: 'a;

    fn receive(&mut self, now: Instant) -> Option<(Received, Sending<'_>)> {
        let packet = self.inbox.pop_front()?;
        Some((Received(packet), self.transmit(now)?))
    }

    fn transmit(&mut self, _: Instant) -> Option<Sending<'_>> {
        let header = self.wire.header(self.host);
        Some(Sending { frames: &mut self.wire.to_server, header })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        capabilities(Medium::Ip, MTU)
    }
}

fn capabilities(medium: Medium, max_transmission_unit: usize) -> DeviceCapabilities {
    let mut capabilities = DeviceCapabilities::default();
    capabilities.medium = medium;
    capabilities.max_transmission_unit = max_transmission_unit;
    capabilities
}
