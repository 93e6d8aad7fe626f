//! Servers of the network, asked for by multicast DNS: all of them, or one by its name. The crate
//! `mdns-sd` asks, in threads of its own, which end with the question.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::time::{Duration, Instant};

use mdns_sd::{HostnameResolutionEvent, ResolvedService, ScopedIp, ServiceDaemon, ServiceEvent};

use super::found::Found;
use super::links::Links;

/// What servers call themselves.
const KIND: &str = "_smolchat._tcp.local.";
/// How long servers have to answer. They answer within an eighth of a second, and a frame may be
/// lost.
const PATIENCE: Duration = Duration::from_secs(2);
/// More servers are not told.
const MOST: usize = 64;

/// The servers that answer, by name.
///
/// # Errors
/// This machine's word.
pub(crate) fn servers() -> io::Result<Vec<Found>> {
    let daemon = ServiceDaemon::new().map_err(io::Error::other)?;
    let events = daemon.browse(KIND).map_err(io::Error::other)?;
    let links = Links::now();
    let (end, mut all) = (Instant::now() + PATIENCE, BTreeMap::new());
    while let Ok(event) = events.recv_deadline(end) {
        match event {
            ServiceEvent::ServiceResolved(service) if all.len() < MOST => {
                if let Some(found) = found(&service, &links) {
                    all.insert(service.get_fullname().to_owned(), found);
                }
            }
            ServiceEvent::ServiceRemoved(_, name) => _ = all.remove(&name),
            _ => {}
        }
    }
    // If it does not end now, it ends with the program.
    let _ = daemon.shutdown();
    Ok(all.into_values().collect())
}

fn found(service: &ResolvedService, links: &Links) -> Option<Found> {
    let addresses = service.get_addresses().iter();
    let addresses = addresses.filter(|address| may_have_server(address, links));
    let addresses = addresses.map(ScopedIp::to_ip_addr);
    let doors = service.get_property_val_str("doors").unwrap_or_default();
    let users = service.get_property_val_str("users");
    Found::new(service.get_hostname(), addresses, doors, users)
}

fn may_have_server(address: &ScopedIp, links: &Links) -> bool {
    let told_on: Vec<u32> = match address {
        ScopedIp::V4(scoped) => scoped.interface_ids().iter().map(|id| id.index).collect(),
        ScopedIp::V6(scoped) => vec![scoped.scope_id().index],
        _ => Vec::new(),
    };
    links.may_have_server(address.to_ip_addr(), &told_on)
}

/// Whether multicast DNS is to know the name (RFC 6762, 3).
pub(crate) fn is_local(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).as_bytes();
    let behind = host.len().checked_sub(".local".len()).filter(|behind| *behind > 0);
    behind.is_some_and(|behind| host[behind..].eq_ignore_ascii_case(b".local"))
}

/// The addresses of such a name, those of IPv4 first; none if nobody answers, or if no server can
/// be where the answer leads.
pub(crate) fn addresses(host: &str, port: u16) -> Vec<SocketAddr> {
    let Ok(daemon) = ServiceDaemon::new() else { return Vec::new() };
    let found = daemon.resolve_hostname(&asked(host), Some(PATIENCE.as_millis() as u64));
    let (end, mut addresses) = (Instant::now() + PATIENCE, Vec::new());
    if let Ok(events) = found {
        while let Ok(event) = events.recv_deadline(end) {
            if let HostnameResolutionEvent::AddressesFound(_, found) = event {
                let links = Links::now();
                let sound = found.iter().filter(|address| may_have_server(address, &links));
                addresses.extend(sound.map(|address| with_port(address, port)));
                break;
            }
        }
    }
    let _ = daemon.shutdown();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    addresses
}

/// The name as it is asked for. Capitals mean nothing in it (RFC 6762, 16), and the crate knows
/// `.local.` in small letters only.
fn asked(host: &str) -> String {
    format!("{}.", host.strip_suffix('.').unwrap_or(host)).to_ascii_lowercase()
}

/// An address with its port. A link-local one leads nowhere without its device.
fn with_port(address: &ScopedIp, port: u16) -> SocketAddr {
    match (address.to_ip_addr(), address) {
        (IpAddr::V6(ip), ScopedIp::V6(scoped)) => {
            SocketAddrV6::new(ip, port, 0, scoped.scope_id().index).into()
        }
        (ip, _) => SocketAddr::new(ip, port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_asked_for_in_small_letters_whatever_was_typed() {
        for host in ["den-2.local", "Den-2.local.", "DEN-2.LOCAL", "den-2.Local."] {
            assert_eq!(asked(host), "den-2.local.");
        }
    }

    #[test]
    fn a_name_of_the_link_ends_in_local() {
        for host in ["smolchat.local", "SMOLCHAT.Local", "a.b.local", "smolchat.local."] {
            assert!(is_local(host), "{host}");
        }
        for host in ["local", ".local", "smolchat", "smolchat.local.example", "é.loca", ""] {
            assert!(!is_local(host), "{host}");
        }
    }
}
