//! Our addresses and routers, as the product gives them at start.

use smoltcp::iface::Interface;
use smoltcp::wire::IpAddress;
#[cfg(feature = "ipv6")]
use smoltcp::wire::{EthernetAddress, IpCidr};

use super::error::NetError;
use super::settings::NetSettings;

/// Puts the product's addresses on one interface.
pub(super) fn assign_addresses(
    interface: &mut Interface,
    settings: &NetSettings<'_>,
) -> Result<(), NetError> {
    let mut fits = true;
    interface.update_ip_addrs(|list| {
        for address in settings.addresses {
            fits &= list.push(*address).is_ok();
        }
        #[cfg(feature = "ipv6")]
        if !settings.addresses.iter().any(is_link_local) {
            fits &= list.push(link_local(settings.mac)).is_ok();
        }
        // A leased address comes last.
        fits &= !(settings.is_leasing() && list.is_full());
    });
    match fits {
        false => Err(NetError::TooManyAddresses),
        true if interface.ip_addrs().is_empty() && !settings.is_leasing() => {
            Err(NetError::NoAddress)
        }
        true => Ok(()),
    }
}

/// Routes to other networks. The chat's interface needs none: smoltcp asks for a route only if it
/// must find an Ethernet address, and the chat's frames go back to their sender's.
pub(super) fn assign_routes(
    interface: &mut Interface,
    routers: &[IpAddress],
) -> Result<(), NetError> {
    let routes = interface.routes_mut();
    for router in routers.iter().copied() {
        let added = match router {
            IpAddress::Ipv4(router) => routes.add_default_ipv4_route(router),
            #[cfg(feature = "ipv6")]
            IpAddress::Ipv6(router) => routes.add_default_ipv6_route(router),
            #[allow(
                unreachable_patterns,
                reason = "who else enables smoltcp's IPv6 adds a variant"
            )]
            _ => continue,
        };
        added.map_err(|_| NetError::TooManyAddresses)?;
    }
    Ok(())
}

#[cfg(feature = "ipv6")]
fn is_link_local(cidr: &IpCidr) -> bool {
    matches!(cidr.address(), IpAddress::Ipv6(address) if address.is_unicast_link_local())
}

/// The link-local address that belongs to an Ethernet address: fe80::/64, and the address stretched
/// to 64 bits.
#[cfg(feature = "ipv6")]
fn link_local(mac: EthernetAddress) -> IpCidr {
    let [a, b, c, d, e, f] = mac.0;
    let words = [[a ^ 2, b], [c, 0xff], [0xfe, d], [e, f]].map(u16::from_be_bytes);
    IpCidr::new(IpAddress::v6(0xfe80, 0, 0, 0, words[0], words[1], words[2], words[3]), 64)
}
