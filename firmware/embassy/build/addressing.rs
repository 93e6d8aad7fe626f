//! Settings of the build as source text: an `Addressing`, and a switch.
//! The build script and the tests use it.

use std::net::Ipv4Addr;

/// The source text for a static `address` (as `192.168.1.50/24`) with or without a `gateway`. An
/// empty text is a setting that was not made. Without an address the board asks the network.
///
/// # Errors
/// What is wrong, as a sentence.
pub(crate) fn code(address: &str, gateway: &str) -> Result<String, String> {
    if address.is_empty() && gateway.is_empty() {
        return Ok("Addressing::Dhcp".into());
    }
    if address.is_empty() {
        return Err("there is a gateway and no address".into());
    }
    let (host, length) = network(address)?;
    let gateway = match gateway {
        "" => "None".into(),
        gateway => format!("Some({})", literal(router(gateway, host, length)?)),
    };
    let host = literal(host);
    Ok(format!(
        "Addressing::Static {{ address: Ipv4Cidr::new({host}, {length}), gateway: {gateway} }}"
    ))
}

/// The source text for a switch that is off unless somebody says `on`.
///
/// # Errors
/// What is wrong, as a sentence.
pub(crate) fn switch(text: &str) -> Result<&'static str, String> {
    match text {
        "on" => Ok("true"),
        "" | "off" => Ok("false"),
        _ => Err(format!("`{text}` is neither on nor off")),
    }
}

/// An address of one host, and how many bits of it name the network.
fn network(text: &str) -> Result<(Ipv4Addr, u32), String> {
    let wrong = || format!("`{text}` is not an address and a prefix length, as 192.168.1.50/24");
    let (host, length) = text.split_once('/').ok_or_else(wrong)?;
    let host: Ipv4Addr = host.parse().map_err(|_| wrong())?;
    let length: u32 = length.parse().map_err(|_| wrong())?;
    let rest = u32::MAX.checked_shr(length).unwrap_or(0) & host.to_bits();
    let whole = u32::MAX.checked_shr(length).unwrap_or(0);
    let names_a_host = (1..=30).contains(&length) && rest != 0 && rest != whole;
    match names_a_host && is_unicast(host) {
        true => Ok((host, length)),
        false => Err(format!("`{text}` is not the address of one host in its network")),
    }
}

/// The address of a router that the host can reach by itself.
fn router(text: &str, host: Ipv4Addr, length: u32) -> Result<Ipv4Addr, String> {
    let router: Ipv4Addr = text.parse().map_err(|_| format!("`{text}` is not an address"))?;
    let differs = (router.to_bits() ^ host.to_bits()).checked_shr(32 - length).unwrap_or(0);
    match differs == 0 && router != host {
        true => Ok(router),
        false => Err(format!("the gateway `{text}` is not another host of the board's network")),
    }
}

fn is_unicast(address: Ipv4Addr) -> bool {
    !(address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_loopback())
}

fn literal(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("Ipv4Address::new({a}, {b}, {c}, {d})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_settings_the_board_asks_the_network() {
        assert_eq!(code("", "").as_deref(), Ok("Addressing::Dhcp"));
    }

    #[test]
    fn an_address_stands_alone_or_with_a_gateway() {
        let address = "Ipv4Cidr::new(Ipv4Address::new(192, 168, 1, 50), 24)";
        let alone = format!("Addressing::Static {{ address: {address}, gateway: None }}");
        assert_eq!(code("192.168.1.50/24", ""), Ok(alone));
        let gateway = "Some(Ipv4Address::new(192, 168, 1, 1))";
        let both = format!("Addressing::Static {{ address: {address}, gateway: {gateway} }}");
        assert_eq!(code("192.168.1.50/24", "192.168.1.1"), Ok(both));
    }

    #[test]
    fn a_switch_is_off_unless_it_is_on() {
        assert_eq!(["", "off", "on"].map(switch), [Ok("false"), Ok("false"), Ok("true")]);
        assert!(switch("yes").is_err());
    }

    #[test]
    fn what_names_no_host_stops_the_build() {
        for address in [
            "192.168.1.50",
            "192.168.1/24",
            "192.168.1.50/",
            "192.168.1.50/33",
            "192.168.1.50/32",
            "192.168.1.50/0",
            "192.168.1.0/24",
            "192.168.1.255/24",
            "224.0.0.1/24",
            "127.0.0.1/8",
            "chat/24",
        ] {
            assert!(code(address, "").is_err(), "{address}");
        }
    }

    #[test]
    fn a_gateway_is_another_host_of_the_same_network() {
        for gateway in ["192.168.2.1", "192.168.1.50", "192.168.1", "0.0.0.0"] {
            assert!(code("192.168.1.50/24", gateway).is_err(), "{gateway}");
        }
        assert!(code("", "192.168.1.1").is_err());
    }
}
