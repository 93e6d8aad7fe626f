//! One connection: its phase, its peer, and its socket in a set of its own. Knows no other slot.

use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::socket::tcp;
use smoltcp::wire::{EthernetAddress, IpAddress, IpCidr, TcpControl, TcpRepr};

use super::acceptance::Numbers;
use super::clock::span;
use super::crafted::{Crafted, bare};
use super::frame::Tuple;
use super::settings::NetSettings;
use crate::time::{Duration, Instant};

/// The phase of a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing.
    #[default]
    Free,
    /// Shaking hands, unknown to the server. Only this slot knows the number that its peer has to
    /// acknowledge.
    HalfOpen,
    /// The same, but its number is a cookie: its peer finishes the handshake even if this place was
    /// given up.
    HalfOpenByCookie,
    /// The handshake is done; the server is told in the next step.
    Arrived,
    /// The server has it.
    Open,
    /// The server has sent everything. It ends when the peer agrees, or after a timeout.
    Closing,
}

impl Phase {
    /// Shaking hands, by whatever number.
    pub(super) fn is_half_open(self) -> bool {
        matches!(self, Phase::HalfOpen | Phase::HalfOpenByCookie)
    }
}

/// One connection.
#[derive(Debug)]
pub(super) struct Slot<'s> {
    /// Holds the one socket. A socket's handle is its position in its set, so it is the same for
    /// all slots.
    pub(super) sockets: SocketSet<'s>,
    pub(super) tuple: Tuple,
    /// Where its frames go. It changes only with a segment that [`Numbers::judge`] accepts, because
    /// its sender knows both numbers.
    pub(super) mac: EthernetAddress,
    pub(super) numbers: Numbers,
    pub(super) phase: Phase,
    /// The server does not know yet that its last connection here is over.
    pub(super) unheard: bool,
    /// Something had to be sent again or a probe went unanswered, and nothing was heard since.
    pub(super) silent: bool,
    /// The server waits for a sign of life of the peer.
    pub(super) probed: bool,
    /// Probes that are still to be sent for that.
    pub(super) probes: u8,
    /// It sends short segments only.
    pub(super) narrow: bool,
    /// When the peer was last heard, in ticks.
    heard: u16,
    /// When it began to shake hands, or to close: the low bits of that millisecond, which come
    /// again after seven weeks.
    since: u32,
}

/// A tick's length in milliseconds, as a power of two. A counter of 16 bits wraps after four hours,
/// and no peer is silent for so long.
const TICK: u32 = 8;

/// The span in whole ticks, at most the counter's range.
pub(super) fn ticks(span: Duration) -> u16 {
    (span.as_millis() >> TICK).min(u16::MAX.into()) as u16
}

impl Default for Slot<'_> {
    fn default() -> Self {
        Slot {
            sockets: SocketSet::new(&mut [][..]),
            tuple: Tuple { peer: IpAddress::v4(0, 0, 0, 0), port: 0, local: 0, service: 0 },
            mac: EthernetAddress([0; 6]),
            numbers: Numbers::default(),
            phase: Phase::Free,
            unheard: false,
            silent: false,
            probed: false,
            probes: 0,
            narrow: false,
            heard: 0,
            since: 0,
        }
    }
}

impl<'s> Slot<'s> {
    pub(super) fn socket(&mut self) -> &mut tcp::Socket<'s> {
        self.sockets.get_mut(SocketHandle::default())
    }

    /// It shakes hands, or closes, from now on.
    pub(super) fn enter(&mut self, phase: Phase, now: Instant) {
        self.phase = phase;
        self.since = now.as_millis() as u32;
    }

    /// For how long it has shaken hands, or has been closing.
    pub(super) fn age(&self, now: Instant) -> Duration {
        let millis = (now.as_millis() as u32).wrapping_sub(self.since);
        Duration::from_millis(millis.into())
    }

    /// Notes that the peer was heard: TCP accepted a segment.
    pub(super) fn hear(&mut self, now: Instant) {
        self.heard = (now.as_millis() >> TICK) as u16;
        self.silent = false;
    }

    /// Ticks since the peer was heard.
    pub(super) fn quiet(&self, now: Instant) -> u16 {
        ((now.as_millis() >> TICK) as u16).wrapping_sub(self.heard)
    }

    /// The request at the beginning of the peer's handshake, as far as a cookie tells it.
    pub(super) fn request(&self, ours: &[IpCidr], port: u16, size: u16) -> Option<Crafted> {
        let ports = (self.tuple.port, port);
        let mut asks = bare(ports, TcpControl::Syn, self.numbers.next.wrapping_sub(1), None);
        asks.max_seg_size = Some(size);
        self.craft(ours, &asks)
    }

    /// A keep-alive probe for the peer, which answers it whatever its window is (RFC 9293, 3.8.4).
    pub(super) fn keep_alive(&self, port: u16) -> TcpRepr<'static> {
        let Numbers { next, unacknowledged } = self.numbers;
        let ports = (port, self.tuple.port);
        bare(ports, TcpControl::None, unacknowledged.wrapping_sub(1), Some(next))
    }

    /// A keep-alive probe as a peer would send it: its number is below the window (RFC 9293,
    /// 3.8.4).
    pub(super) fn probe(&self, ours: &[IpCidr], port: u16) -> Option<Crafted> {
        let Numbers { next, unacknowledged } = self.numbers;
        let ports = (self.tuple.port, port);
        let asks = bare(ports, TcpControl::None, next.wrapping_sub(1), Some(unacknowledged));
        self.craft(ours, &asks)
    }

    fn craft(&self, ours: &[IpCidr], asks: &TcpRepr<'_>) -> Option<Crafted> {
        let to = ours.get(usize::from(self.tuple.local))?.address();
        Some(Crafted::new(self.tuple.peer, to, asks))
    }
}

/// A socket for lines: only an acknowledgement waits to be sent, and not for long.
pub(super) fn new_socket<'s>(
    rx: &'s mut [u8],
    tx: &'s mut [u8],
    settings: &NetSettings<'_>,
) -> tcp::Socket<'s> {
    let mut socket = tcp::Socket::new(tcp::SocketBuffer::new(rx), tcp::SocketBuffer::new(tx));
    socket.set_nagle_enabled(false);
    socket.set_ack_delay(Some(span(settings.ack_delay)));
    socket.set_keep_alive(Some(span(settings.keep_alive)));
    socket
}
