//! Socket addresses as they stand in a line: `192.168.69.100:5000`, `[fe80:0:0:0:0:0:0:1]:5000`.
//! Knows only the line it writes. Written without `core::fmt`; IPv6 groups are not shortened.

use core::net::{IpAddr, SocketAddr};

use super::LineWriter;

/// Reads `address:port`.
pub fn parse_socket_address(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}

/// Writes `address:port`, an IPv6 address in brackets.
pub fn emit_socket_address(address: &SocketAddr, line: &mut LineWriter) {
    let bracketed = address.is_ipv6();
    line.push_str(if bracketed { "[" } else { "" });
    emit_address(&address.ip(), line);
    line.push_str(if bracketed { "]:" } else { ":" });
    line.push_number(address.port().into());
}

/// Writes an address alone.
pub(super) fn emit_address(address: &IpAddr, line: &mut LineWriter) {
    match address {
        IpAddr::V4(ip) => {
            for (i, octet) in ip.octets().into_iter().enumerate() {
                line.push_str(if i == 0 { "" } else { "." });
                line.push_number(octet.into());
            }
        }
        IpAddr::V6(ip) => {
            for (i, group) in ip.segments().into_iter().enumerate() {
                line.push_str(if i == 0 { "" } else { ":" });
                line.push_hex(group.into(), 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_kinds_read_as_they_were_written() {
        for text in ["192.168.69.100:5000", "[fe80:0:0:0:0:0:0:1]:65535"] {
            let address = parse_socket_address(text).unwrap();
            let mut line = LineWriter::new();
            emit_socket_address(&address, &mut line);
            assert_eq!(line.as_str(), text);
        }
        assert_eq!(parse_socket_address("yoda:5000"), None);
    }
}
