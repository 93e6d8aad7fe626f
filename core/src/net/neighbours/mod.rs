//! Frames beside the chat's: hosts that look for us, hosts that claim our addresses, and everything
//! that the link interface answers. Only an answer to a question of ours moves a connection
//! (`inquiry`).
//!
//! smoltcp's link interface answers ordinary requests for our Ethernet address, and learns from
//! them where its own answers go. Other requests are answered here: probes from hosts without an
//! address (RFC 5227; RFC 4862), requests from other networks, and solicitations sent to us alone
//! (RFC 4861, 7.3). All answers have limits, because a sender is easily forged.

mod arp;
mod inquiry;
pub(super) mod known;
#[cfg(feature = "ipv6")]
mod ndisc;
mod notices;
mod too_big;

use core::net::IpAddr;

use smoltcp::phy::TxToken;
use smoltcp::wire::{EthernetAddress, EthernetFrame, EthernetProtocol, IpAddress, IpCidr};

use self::notices::SegmentNotice;
use super::clock::moment;
use super::counters::Limiter;
use super::driver::Driver;
use super::port::{Arrival, Framed, HEADER_LEN, Received};
use crate::time::{Duration, Instant};

/// How long we let a claim to our address stand after we have said that it is ours (DEFEND_INTERVAL
/// of RFC 5227, 1.1).
const DEFEND_INTERVAL: Duration = Duration::from_secs(10);
/// The type of a frame with a VLAN tag (IEEE 802.1Q).
const TAGGED: EthernetProtocol = EthernetProtocol::Unknown(0x8100);
/// 224.0.0.1: every host.
const ALL_SYSTEMS: EthernetAddress = EthernetAddress([0x01, 0, 0x5e, 0, 0, 1]);
/// ff02::1: every host.
const ALL_NODES: EthernetAddress = EthernetAddress([0x33, 0x33, 0, 0, 0, 1]);

impl<C> Driver<'_, C> {
    /// Takes a frame that is not the chat's.
    pub(super) fn dispatch_other<T: TxToken>(&mut self, now: Instant, arrival: Arrival<'_, T>) {
        let Ok(ethernet) = EthernetFrame::new_checked(arrival.frame) else { return };
        let from = ethernet.src_addr();
        if !self.is_for_us(ethernet.dst_addr()) || !from.is_unicast() {
            self.counters.for_others += 1;
            return;
        }
        if from == self.mac {
            self.counters.conflicts += 1;
            self.neighbours.notices.add(SegmentNotice::SameEthernetAddress);
            return;
        }
        #[cfg(feature = "mdns")]
        let Some(arrival) = self.hear_of_names(now, arrival) else { return };
        match ethernet.ethertype() {
            EthernetProtocol::Arp => self.on_arp(now, arrival),
            EthernetProtocol::Ipv4 => match too_big::of_ipv4(ethernet.payload()) {
                Some(report) => self.on_too_big(&report),
                None => self.ask_link_interface(now, arrival, false),
            },
            #[cfg(feature = "ipv6")]
            EthernetProtocol::Ipv6 => self.on_ipv6(now, arrival),
            TAGGED => self.counters.tagged += 1,
            _ => {}
        }
    }

    /// Whether a frame is to us, to everybody, or to a group that we are in. A switch also floods
    /// frames to others.
    fn is_for_us(&self, to: EthernetAddress) -> bool {
        if to == self.mac || to.is_broadcast() || to == ALL_SYSTEMS {
            return true;
        }
        #[cfg(feature = "mdns")]
        if self.is_name_group(to) {
            return true;
        }
        cfg!(feature = "ipv6")
            && (to == ALL_NODES
                || self.chat.ip_addrs().iter().any(|own| solicited(own) == Some(to)))
    }

    /// Has the link interface answer, within a limit; `seeker` tells which limit.
    fn ask_link_interface<T: TxToken>(
        &mut self,
        now: Instant,
        arrival: Arrival<'_, T>,
        seeker: bool,
    ) {
        let Arrival { frame, meta, token } = arrival;
        let lease = is_lease(frame);
        #[cfg(feature = "dhcp")]
        if let (true, Some(client)) = (lease, &mut self.dhcp) {
            client.hear(now);
        }
        if self.limiter(seeker).is_spent(now) && !lease {
            self.counters.unanswered += 1;
            return;
        }
        let before = self.sent.get();
        let token = Framed::new(token, None, &self.sent);
        let mut port = Received::new(frame, meta, token, &self.link_capabilities);
        self.link_interface.poll_ingress_single(moment(now), &mut port, &mut self.link_sockets);
        if self.sent.get() != before {
            self.limiter(seeker).allow(now);
        }
    }

    fn limiter(&mut self, seeker: bool) -> &mut Limiter {
        match seeker {
            true => &mut self.neighbours.seekers,
            false => &mut self.neighbours.others,
        }
    }

    /// Whether one more host that looks for us may be answered. If so, it counts.
    fn may_answer_seeker(&mut self, now: Instant) -> bool {
        let allowed = self.neighbours.seekers.allow(now);
        self.counters.unanswered += u64::from(!allowed);
        allowed
    }

    /// Notes that a host with another Ethernet address claims `address`. Answers whether we must
    /// contradict it.
    fn on_claim(&mut self, now: Instant, address: IpAddr, by: EthernetAddress) -> bool {
        self.counters.conflicts += 1;
        self.neighbours.notices.add(SegmentNotice::Claimed { address, by });
        if now < self.neighbours.defended_until {
            return false;
        }
        self.neighbours.defended_until = now + DEFEND_INTERVAL;
        true
    }

    /// Whether the address is in one of our networks.
    fn is_near(&self, address: IpAddress) -> bool {
        self.link_interface.ip_addrs().iter().any(|own| own.contains_addr(&address))
    }
}

/// Sends one frame of `len` bytes behind its header.
fn send_frame<T: TxToken>(
    token: Framed<'_, T>,
    (from, to): (EthernetAddress, EthernetAddress),
    ethertype: EthernetProtocol,
    len: usize,
    emit: impl FnOnce(&mut [u8]),
) {
    token.consume(HEADER_LEN + len, |buffer| {
        let mut frame = EthernetFrame::new_unchecked(&mut *buffer);
        frame.set_src_addr(from);
        frame.set_dst_addr(to);
        frame.set_ethertype(ethertype);
        emit(&mut buffer[HEADER_LEN..]);
    });
}

/// The group in which hosts look for an IPv6 address (RFC 4291, 2.7.1; RFC 2464, 7).
fn solicited(own: &IpCidr) -> Option<EthernetAddress> {
    match own {
        #[cfg(feature = "ipv6")]
        IpCidr::Ipv6(own) => {
            let [.., a, b, c] = own.address().octets();
            Some(EthernetAddress([0x33, 0x33, 0xff, a, b, c]))
        }
        _ => None,
    }
}

/// Whether it may be a DHCP server's message: UDP to port 68. No flood may keep such a message from
/// us.
fn is_lease(frame: &[u8]) -> bool {
    const UDP: u8 = 17;
    let header = |at: usize| frame.get(HEADER_LEN + at).copied().unwrap_or_default();
    let port = HEADER_LEN + 4 * usize::from(header(0) & 0x0f) + 2;
    cfg!(feature = "dhcp")
        && header(0) >> 4 == 4
        && header(9) == UDP
        && frame.get(port..port + 2) == Some(&[0, 68])
}
