//! ARP: hosts that look for an IPv4 address of ours (RFC 826), hosts that probe for one or claim
//! one (RFC 5227), answers to our question. The link interface answers ordinary requests.

use core::net::Ipv4Addr;

use smoltcp::phy::TxToken;
use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetProtocol, IpAddress,
};

use super::super::driver::Driver;
use super::super::port::{Arrival, Framed, HEADER_LEN};
use super::send_frame;
use crate::time::Instant;

impl<C> Driver<'_, C> {
    pub(super) fn on_arp<T: TxToken>(&mut self, now: Instant, arrival: Arrival<'_, T>) {
        let payload = arrival.frame.get(HEADER_LEN..).unwrap_or_default();
        let Ok(ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: mac,
            source_protocol_addr: from,
            target_protocol_addr: to,
            ..
        }) = ArpPacket::new_checked(payload).and_then(|packet| ArpRepr::parse(&packet))
        else {
            return;
        };
        if !mac.is_unicast() || from.is_broadcast() || from.is_multicast() {
            return;
        }
        if self.chat.has_ip_addr(from) {
            if mac != self.mac && self.on_claim(now, from.into(), mac) {
                self.announce(from, arrival.token);
            }
            return;
        }
        match operation {
            ArpOperation::Reply => {
                self.on_answer(from.into(), mac);
                self.ask_link_interface(now, arrival, true);
            }
            ArpOperation::Request if self.chat.has_ip_addr(to) => {
                if !from.is_unspecified() && self.is_near(IpAddress::Ipv4(from)) {
                    self.ask_link_interface(now, arrival, true);
                } else if self.may_answer_seeker(now) {
                    self.say(ArpOperation::Reply, (to, mac), (from, mac), arrival.token);
                }
            }
            _ => {}
        }
    }

    /// Tells everybody that an address is ours (RFC 5227, 2.4 c).
    fn announce<T: TxToken>(&mut self, own: Ipv4Addr, token: T) {
        let everybody = EthernetAddress::BROADCAST;
        let nobody = EthernetAddress([0; 6]);
        self.say(ArpOperation::Request, (own, everybody), (own, nobody), token);
    }

    /// Asks everybody who has an address.
    pub(super) fn ask_by_arp<T: TxToken>(&mut self, own: Ipv4Addr, about: Ipv4Addr, token: T) {
        let everybody = EthernetAddress::BROADCAST;
        let nobody = EthernetAddress([0; 6]);
        self.say(ArpOperation::Request, (own, everybody), (about, nobody), token);
    }

    /// One packet in the name of `own`, in a frame to `to`.
    fn say<T: TxToken>(
        &mut self,
        operation: ArpOperation,
        (own, to): (Ipv4Addr, EthernetAddress),
        target: (Ipv4Addr, EthernetAddress),
        token: T,
    ) {
        let repr = ArpRepr::EthernetIpv4 {
            operation,
            source_hardware_addr: self.mac,
            source_protocol_addr: own,
            target_hardware_addr: target.1,
            target_protocol_addr: target.0,
        };
        let token = Framed::new(token, None, &self.sent);
        let ends = (self.mac, to);
        send_frame(token, ends, EthernetProtocol::Arp, repr.buffer_len(), |payload| {
            repr.emit(&mut ArpPacket::new_unchecked(payload));
        });
    }

    /// Notes an answer for [`Driver::conclude`], if it answers our question.
    pub(super) fn on_answer(&mut self, about: IpAddress, mac: EthernetAddress) {
        if let Some(question) = &mut self.neighbours.question {
            question.hear(about, mac);
        }
    }
}
