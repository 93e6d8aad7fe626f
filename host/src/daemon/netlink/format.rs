//! The kernel's answers, read field by field: messages, links, addresses, routes.
//! Knows no socket. Formats: rtnetlink(7) and the kernel's uapi headers.

use std::net::IpAddr;

use rustix::io::Errno;
use rustix::net::AddressFamily;

use super::{Link, Listed, Place};

const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_LINK: u16 = 5;
pub(super) const IFLA_MASTER: u16 = 10;
pub(super) const IFLA_TXQLEN: u16 = 13;
const IFLA_STATS64: u16 = 23;
const IFLA_LINK_NETNSID: u16 = 37;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RT_TABLE_MAIN: u8 = 254;
const RTN_UNICAST: u8 = 1;
pub(super) const IFF_UP: u32 = 1;
const IFF_LOOPBACK: u32 = 8;
pub(super) const LINK_BODY: usize = 16;
const ADDRESS_BODY: usize = 8;
pub(super) const ROUTE_BODY: usize = 12;
pub(super) const IFA_LOCAL: u16 = 2;
pub(super) const IFA_ADDRESS: u16 = 1;
pub(super) const HEADER: usize = 16;

/// Takes the first message from `rest`: its kind, sequence number and body.
pub(super) fn next_message<'a>(rest: &mut &'a [u8]) -> Option<(u16, u32, &'a [u8])> {
    let length = u32_at(rest, 0)? as usize;
    let message = rest.get(..length)?;
    let body = message.get(HEADER..)?;
    *rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    Some((u16_at(message, 4)?, u32_at(message, 8)?, body))
}

pub(super) fn acknowledgement(body: &[u8]) -> Result<(), Errno> {
    match u32_at(body, 0).map(u32::cast_signed) {
        Some(0) => Ok(()),
        Some(error) => Err(Errno::from_raw_os_error(error.saturating_neg())),
        None => Err(Errno::BADMSG),
    }
}

pub(super) fn parse_link(body: &[u8]) -> Link {
    let flags = u32_at(body, 8).unwrap_or(0);
    let mut link = Link { up: flags & IFF_UP != 0, ..Link::default() };
    for (kind, value) in Attributes(&body[LINK_BODY..]) {
        match kind {
            IFLA_TXQLEN => link.queue = u32_at(value, 0).unwrap_or(0),
            IFLA_MASTER => link.master = u32_at(value, 0).unwrap_or(0),
            IFLA_ADDRESS => link.mac = value.first_chunk().copied().unwrap_or_default(),
            // struct rtnl_link_stats64: eight numbers, the last of them `tx_dropped`.
            IFLA_STATS64 => link.dropped = u64_at(value, 7 * 8).unwrap_or(0),
            _ => {}
        }
    }
    link
}

pub(super) fn parse_address(body: &[u8]) -> Option<Place> {
    let mut found = None;
    for (kind, value) in Attributes(body.get(ADDRESS_BODY..)?) {
        // With IPv4, IFA_ADDRESS may be the address of the other end.
        if kind == IFA_LOCAL || (kind == IFA_ADDRESS && found.is_none()) {
            found = parse_ip(value);
        }
    }
    Some(Place { interface: u32_at(body, 4)?, address: found?, prefix: *body.get(1)? })
}

pub(super) fn parse_route(body: &[u8]) -> Option<Place> {
    let (prefix, table, kind) = (*body.get(1)?, *body.get(4)?, *body.get(7)?);
    if table != RT_TABLE_MAIN || kind != RTN_UNICAST {
        return None;
    }
    let (mut address, mut interface) = (None, None);
    for (kind, value) in Attributes(body.get(ROUTE_BODY..)?) {
        match kind {
            RTA_DST => address = parse_ip(value),
            RTA_OIF => interface = u32_at(value, 0),
            _ => {}
        }
    }
    Some(Place { interface: interface?, address: address?, prefix })
}

fn parse_ip(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => Some(IpAddr::from(*bytes.first_chunk::<4>()?)),
        16 => Some(IpAddr::from(*bytes.first_chunk::<16>()?)),
        _ => None,
    }
}

pub(super) fn parse_listed(body: &[u8]) -> Listed {
    let flags = u32_at(body, 8).unwrap_or(0);
    let (up, loopback) = (flags & IFF_UP != 0, flags & IFF_LOOPBACK != 0);
    let mut listed =
        Listed { up, loopback, index: u32_at(body, 4).unwrap_or(0), ..Listed::default() };
    for (kind, value) in Attributes(&body[LINK_BODY..]) {
        match kind {
            IFLA_IFNAME => {
                let name = value.strip_suffix(&[0]).unwrap_or(value);
                listed.name = String::from_utf8_lossy(name).into_owned();
            }
            IFLA_MASTER => listed.master = u32_at(value, 0).unwrap_or(0),
            IFLA_LINK => listed.lower = u32_at(value, 0).unwrap_or(0),
            IFLA_LINK_NETNSID => listed.elsewhere = true,
            _ => {}
        }
    }
    if listed.elsewhere {
        listed.lower = 0;
    }
    listed
}

pub(super) fn is_address(body: &[u8], index: u32, address: IpAddr, prefix: u8) -> bool {
    let here = body.get(1) == Some(&prefix) && u32_at(body, 4) == Some(index);
    let wanted = if address.is_ipv4() { IFA_LOCAL } else { IFA_ADDRESS };
    let mut attributes = Attributes(body.get(ADDRESS_BODY..).unwrap_or_default());
    here && attributes.any(|(kind, value)| {
        kind == wanted
            && match address {
                IpAddr::V4(address) => value == address.octets(),
                IpAddr::V6(address) => value == address.octets(),
            }
    })
}

/// The attributes behind a body: kind and value.
struct Attributes<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let length = usize::from(u16_at(self.0, 0)?);
        let kind = u16_at(self.0, 2)?;
        let value = self.0.get(4..length)?;
        self.0 = self.0.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    }
}

pub(super) fn family(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => AddressFamily::INET.as_raw() as u8,
        IpAddr::V6(_) => AddressFamily::INET6.as_raw() as u8,
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}
