//! This machine's addresses at which peers may find it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};

use smolchat_core::protocol::{ADDRESSES_MAX, is_of_peer};

/// This machine's addresses. The first is the address that leads to the server. Loopback only where
/// the server is on it too.
pub(crate) fn own(server: &TcpStream) -> Vec<IpAddr> {
    let is_local = server.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback());
    let towards_server = server.local_addr().ok().map(|own| own.ip());
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let all = towards_server.into_iter().chain(interfaces.iter().map(|interface| interface.ip()));
    chosen(all, is_local)
}

/// Where this machine is, as far as calls to peers need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Here {
    /// Every address of this machine.
    pub(crate) own: Vec<IpAddr>,
    /// The server's address, as this machine calls it.
    pub(crate) server: Option<IpAddr>,
}

impl Here {
    /// As it is now.
    pub(crate) fn now(server: Option<&TcpStream>) -> Self {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        let towards_server = server.and_then(|server| server.local_addr().ok());
        let own = interfaces.iter().map(|interface| interface.ip());
        let own = own.chain(towards_server.map(|own| own.ip())).map(|ip| ip.to_canonical());
        let server = server.and_then(|server| server.peer_addr().ok());
        Here { own: own.collect(), server: server.map(|server| server.ip().to_canonical()) }
    }
}

/// Where to call a peer that was introduced at `addresses`, in this order. Anybody may announce
/// anything, and this machine's own port is nobody else's.
///
/// A peer at one of this machine's addresses is on this machine. It is called over the loopback
/// first: the address towards a server on a TAP device is gone with the server.
pub(crate) fn to_call(
    addresses: &[SocketAddr],
    here: &Here,
    own_port: Option<u16>,
) -> Vec<SocketAddr> {
    let is_here = |address: &SocketAddr| here.own.contains(&address.ip().to_canonical());
    let is_own = |address: &SocketAddr| own_port == Some(address.port()) && is_here(address);
    let is_of_server = |address: &SocketAddr| {
        Some(address.ip().to_canonical()) == here.server && !is_here(address)
    };
    let is_local = here.server.is_some_and(|server| server.is_loopback());
    let may_be = |address: &&SocketAddr| {
        let is_called = address.port() != 0 && is_of_peer(address.ip(), is_local);
        is_called && !is_own(address) && !is_of_server(address)
    };
    let mut to_call: Vec<SocketAddr> = Vec::new();
    for address in addresses.iter().filter(may_be) {
        let loopback = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port());
        let near = Some(loopback).filter(|_| is_here(address));
        for address in near.into_iter().chain([*address]) {
            if !to_call.contains(&address) {
                to_call.push(address);
            }
        }
    }
    to_call.sort_by_key(|address| !address.ip().is_loopback());
    to_call
}

/// The first few that a peer could connect to, IPv4 before IPv6 behind the first.
fn chosen(all: impl Iterator<Item = IpAddr>, is_local: bool) -> Vec<IpAddr> {
    let mut chosen: Vec<IpAddr> = Vec::new();
    for address in all.map(|address| address.to_canonical()) {
        if is_of_peer(address, is_local) && !chosen.contains(&address) {
            chosen.push(address);
        }
    }
    if let Some((_, others)) = chosen.split_first_mut() {
        others.sort_by_key(IpAddr::is_ipv6);
    }
    chosen.truncate(ADDRESSES_MAX);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen_from(all: &[&str], is_local: bool) -> Vec<String> {
        let all = all.iter().map(|address| address.parse().unwrap());
        chosen(all, is_local).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_address_towards_the_server_is_first_and_none_is_told_twice() {
        let all = [
            "10.0.0.2",
            "127.0.0.1",
            "fd00::1",
            "192.168.1.2",
            "10.0.0.2",
            "fe80::1",
            "169.254.0.1",
        ];
        assert_eq!(chosen_from(&all, false), ["10.0.0.2", "192.168.1.2", "fd00::1"]);
    }

    #[test]
    fn loopback_is_told_where_the_server_is_on_it() {
        assert_eq!(chosen_from(&["127.0.0.1", "10.0.0.2"], true), ["127.0.0.1", "10.0.0.2"]);
        assert_eq!(chosen_from(&["::ffff:127.0.0.1"], true), ["127.0.0.1"]);
    }

    #[test]
    fn a_peer_on_this_machine_is_called_over_the_loopback_first() {
        let parse = |all: &[&str]| -> Vec<SocketAddr> {
            all.iter().map(|address| address.parse().unwrap()).collect()
        };
        let here = Here {
            own: ["127.0.0.1", "10.0.0.2", "192.168.1.2"].map(|ip| ip.parse().unwrap()).to_vec(),
            server: Some("10.0.0.1".parse().unwrap()),
        };
        let called = |all: &[&str]| to_call(&parse(all), &here, Some(5000));
        for (introduced, expected) in [
            (
                &["10.0.0.2:6000", "192.168.1.2:6000"][..],
                &["127.0.0.1:6000", "10.0.0.2:6000", "192.168.1.2:6000"][..],
            ),
            (
                &["10.0.0.3:6000", "192.168.1.2:6000"],
                &["127.0.0.1:6000", "10.0.0.3:6000", "192.168.1.2:6000"],
            ),
            (&["10.0.0.3:5000", "10.0.0.3:5000"], &["10.0.0.3:5000"]),
            // This client itself, the server, and what is nobody's.
            (&["10.0.0.2:5000", "10.0.0.1:6000", "127.0.0.1:22", "169.254.1.1:80"], &[]),
            (&["10.0.0.3:0"], &[]),
        ] {
            assert_eq!(called(introduced), parse(expected), "{introduced:?}");
        }
        let local = Here { server: Some("127.0.0.1".parse().unwrap()), ..here.clone() };
        assert_eq!(to_call(&parse(&["127.0.0.1:22"]), &local, None), parse(&["127.0.0.1:22"]));
    }

    #[test]
    fn no_more_are_told_than_the_wire_allows() {
        let all: Vec<_> = (1..20).map(|i| format!("10.0.0.{i}")).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        assert_eq!(chosen_from(&all, false).len(), ADDRESSES_MAX);
    }
}
