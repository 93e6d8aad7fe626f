//! The device as one interface sees it: one received frame with the token for its answer, or only a
//! way out. For the chat's interface the Ethernet header is put on and taken off here.

use core::cell::Cell;
#[cfg(feature = "segmentation-offload")]
use core::num::NonZeroUsize;

use smoltcp::phy::{Checksum, Device, DeviceCapabilities, Medium, PacketMeta, RxToken, TxToken};
use smoltcp::time::Instant;
use smoltcp::wire::{EthernetAddress, EthernetFrame, EthernetProtocol, IpVersion};

/// The length of an Ethernet header.
pub(super) const HEADER_LEN: usize = EthernetFrame::<&[u8]>::header_len();

/// The longest packet without data: an IPv6 header, and a TCP header with all the options there may
/// be.
const UNHEARD_MAX: usize = 40 + 60;

/// The Ethernet addresses at both ends of one hop.
#[derive(Clone, Copy)]
pub(super) struct Link {
    pub(super) own: EthernetAddress,
    pub(super) peer: EthernetAddress,
}

/// A received frame, and the token for an answer to it.
pub(super) struct Arrival<'f, T> {
    pub(super) frame: &'f [u8],
    pub(super) meta: PacketMeta,
    pub(super) token: T,
}

/// The device as the chat's interface must see it: it carries IP packets with checksums that are
/// verified already. The driver verifies them before anything moves.
pub(super) fn for_connections(capabilities: &DeviceCapabilities) -> DeviceCapabilities {
    let mut capabilities = capabilities.clone();
    capabilities.medium = Medium::Ip;
    capabilities.max_transmission_unit -= HEADER_LEN;
    let sums = &mut capabilities.checksum;
    for checksum in [&mut sums.ipv4, &mut sums.tcp] {
        *checksum = if checksum.tx() { Checksum::Tx } else { Checksum::None };
    }
    #[cfg(feature = "segmentation-offload")]
    for limit in [&mut capabilities.segmentation.tcpv4, &mut capabilities.segmentation.tcpv6] {
        *limit = limit.and_then(|limit| NonZeroUsize::new(limit.get() - HEADER_LEN));
    }
    capabilities
}

/// A transmit token that adds the Ethernet header if there is a `link`, and counts; or one that
/// sends nothing at all.
///
/// It is one type for both interfaces. smoltcp's dispatch is compiled for every type of token, and
/// so is in the image once.
pub(super) struct Framed<'c, T> {
    token: Option<T>,
    link: Option<Link>,
    sent: &'c Cell<u64>,
}

impl<'c, T> Framed<'c, T> {
    pub(super) fn new(token: T, link: Option<Link>, sent: &'c Cell<u64>) -> Self {
        Framed { token: Some(token), link, sent }
    }

    /// A token that sends nothing; it loses an acknowledgement at most.
    pub(super) fn muted(sent: &'c Cell<u64>) -> Self {
        Framed { token: None, link: None, sent }
    }
}

impl<T: TxToken> TxToken for Framed<'_, T> {
    fn consume<R, F>(self, len: usize, f: F) -> R
    where
        F: FnOnce(&mut [u8]) -> R,
    {
        let Some(token) = self.token else { return unheard(len, f) };
        self.sent.set(self.sent.get().wrapping_add(1));
        let header_len = if self.link.is_some() { HEADER_LEN } else { 0 };
        token.consume(header_len + len, |buffer| {
            let result = f(&mut buffer[header_len..]);
            if let Some(link) = self.link {
                emit_header(buffer, link);
            }
            result
        })
    }

    fn set_meta(&mut self, meta: PacketMeta) {
        if let Some(token) = &mut self.token {
            token.set_meta(meta);
        }
    }
}

/// Lets `f` write bytes that nobody gets.
#[cold]
#[inline(never)]
fn unheard<R>(len: usize, f: impl FnOnce(&mut [u8]) -> R) -> R {
    let mut bytes = [0; UNHEARD_MAX];
    f(&mut bytes[..len])
}

/// Writes the header of a frame whose packet is there already. The packet tells its IP version.
fn emit_header(buffer: &mut [u8], link: Link) {
    let version = IpVersion::of_packet(&buffer[HEADER_LEN..]);
    let mut frame = EthernetFrame::new_unchecked(buffer);
    frame.set_src_addr(link.own);
    frame.set_dst_addr(link.peer);
    frame.set_ethertype(match version {
        Ok(IpVersion::Ipv4) => EthernetProtocol::Ipv4,
        _ => EthernetProtocol::Ipv6,
    });
}

/// A device with exactly one frame to receive, and the token for its answer.
pub(super) struct Received<'f, T> {
    frame: &'f [u8],
    meta: PacketMeta,
    token: Option<T>,
    capabilities: &'f DeviceCapabilities,
}

impl<'f, T: TxToken> Received<'f, T> {
    pub(super) fn new(
        frame: &'f [u8],
        meta: PacketMeta,
        token: T,
        capabilities: &'f DeviceCapabilities,
    ) -> Self {
        Received { frame, meta, token: Some(token), capabilities }
    }
}

impl<T: TxToken> Device for Received<'_, T> {
    type RxToken<'a>
        = Held<'a>
    where
        Self: 'a;
    type TxToken<'a>
        = T
    where
        Self: 'a;

    fn receive(&mut self, _: Instant) -> Option<(Held<'_>, T)> {
        let token = self.token.take()?;
        Some((Held { frame: self.frame, meta: self.meta }, token))
    }

    fn transmit(&mut self, _: Instant) -> Option<T> {
        self.token.take()
    }

    fn capabilities(&self) -> DeviceCapabilities {
        self.capabilities.clone()
    }
}

/// A received frame in a buffer of its owner's.
pub(super) struct Held<'f> {
    frame: &'f [u8],
    meta: PacketMeta,
}

impl RxToken for Held<'_> {
    fn consume<R, F>(self, f: F) -> R
    where
        F: FnOnce(&[u8]) -> R,
    {
        f(self.frame)
    }

    fn meta(&self) -> PacketMeta {
        self.meta
    }
}

/// The way out of a device for one connection. It remembers whether the device took everything.
pub(super) struct Outlet<'d, D> {
    device: &'d mut D,
    link: Option<Link>,
    sent: &'d Cell<u64>,
    capabilities: &'d DeviceCapabilities,
    /// A frame was not taken; its bytes are still in the socket.
    pub(super) exhausted: bool,
}

impl<'d, D: Device> Outlet<'d, D> {
    pub(super) fn new(
        device: &'d mut D,
        link: Option<Link>,
        sent: &'d Cell<u64>,
        capabilities: &'d DeviceCapabilities,
    ) -> Self {
        Outlet { device, link, sent, capabilities, exhausted: false }
    }
}

impl<D: Device> Device for Outlet<'_, D> {
    type RxToken<'a>
        = Nothing
    where
        Self: 'a;
    type TxToken<'a>
        = Framed<'a, D::TxToken<'a>>
    where
        Self: 'a;

    fn receive(&mut self, _: Instant) -> Option<(Nothing, Self::TxToken<'_>)> {
        None
    }

    fn transmit(&mut self, now: Instant) -> Option<Self::TxToken<'_>> {
        let token = self.device.transmit(now);
        self.exhausted |= token.is_none();
        Some(Framed::new(token?, self.link, self.sent))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        self.capabilities.clone()
    }
}

/// No frame: the type has no value.
pub(super) enum Nothing {}

impl RxToken for Nothing {
    fn consume<R, F>(self, _: F) -> R
    where
        F: FnOnce(&[u8]) -> R,
    {
        match self {}
    }
}

/// A device with nothing but a description, to make an interface for.
pub(super) struct Described<'d>(pub(super) &'d DeviceCapabilities);

impl Device for Described<'_> {
    type RxToken<'a>
        = Nothing
    where
        Self: 'a;
    type TxToken<'a>
        = Nothing
    where
        Self: 'a;

    fn receive(&mut self, _: Instant) -> Option<(Nothing, Nothing)> {
        None
    }

    fn transmit(&mut self, _: Instant) -> Option<Nothing> {
        None
    }

    fn capabilities(&self) -> DeviceCapabilities {
        self.0.clone()
    }
}

impl TxToken for Nothing {
    fn consume<R, F>(self, _: usize, _: F) -> R
    where
        F: FnOnce(&mut [u8]) -> R,
    {
        match self {}
    }
}
