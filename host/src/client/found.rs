//! A server that was found on the network: what it says of itself, and how to join it. Whatever
//! comes from the network is looked at before it is shown. Knows no socket.

use std::fmt;
use std::net::IpAddr;

use smolchat_core::protocol::DEFAULT_PORT;

use super::options::SSH_PORT;

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its name, as `smolchat.local`, or its address where its name is none of a host.
    pub(crate) host: String,
    /// Its addresses, that of IPv4 first.
    pub(crate) addresses: Vec<IpAddr>,
    /// The ports of its doors, if it has them.
    pub(crate) ssh: Option<u16>,
    pub(crate) lines: Option<u16>,
    /// How many users fit.
    users: Option<u32>,
}

impl Found {
    /// What a server says: its host, its addresses, and the texts `doors` and `users`. None if
    /// nobody can join it.
    pub(crate) fn new(
        host: &str,
        addresses: impl IntoIterator<Item = IpAddr>,
        doors: &str,
        users: Option<&str>,
    ) -> Option<Self> {
        let mut addresses: Vec<_> = addresses.into_iter().collect();
        addresses.sort_by_key(|address| (address.is_ipv6(), *address));
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let first = addresses.first()?;
        let door = |name: &str| {
            let port = doors.split(',').find_map(|door| door.strip_prefix(name)?.strip_prefix(':'));
            port.and_then(|port| port.parse().ok()).filter(|port| *port != 0)
        };
        let found = Found {
            host: if is_name(&host) { host } else { first.to_string() },
            ssh: door("ssh"),
            lines: door("lines"),
            users: users.and_then(|users| users.parse().ok()),
            addresses,
        };
        (found.ssh.is_some() || found.lines.is_some()).then_some(found)
    }

    /// The command that joins it.
    pub(crate) fn command(&self) -> String {
        let (option, port, usual) = match (self.ssh, self.lines) {
            (Some(port), _) => ("", port, SSH_PORT),
            (None, port) => ("--ssh off ", port.unwrap_or(DEFAULT_PORT), DEFAULT_PORT),
        };
        let port = if port == usual { String::new() } else { format!(" {port}") };
        format!("smolchat {option}{}{port}", self.host)
    }
}

impl fmt::Display for Found {
    /// The name, the address, the doors, how many fit; and below, how to join.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.addresses.first().map_or_else(String::new, ToString::to_string);
        let doors = match (self.ssh, self.lines) {
            (Some(_), None) => "encrypted",
            (Some(_), Some(_)) => "encrypted, and a door in clear",
            (None, _) => "in clear",
        };
        write!(f, "  {}  {address}  {doors}", self.host)?;
        if let Some(users) = self.users {
            write!(f, "  room for {users} users")?;
        }
        write!(f, "\n      to join, type: {}", self.command())
    }
}

/// Whether it is a name of a host of the link, and nothing but letters, digits and hyphens.
fn is_name(host: &str) -> bool {
    let Some(label) = host.strip_suffix(".local") else { return false };
    let is_sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len()) && label.bytes().all(is_sound) && !label.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(host: &str, doors: &str) -> Option<Found> {
        let addresses = ["fe80::9", "192.168.1.9"].map(|address| address.parse().unwrap());
        Found::new(host, addresses, doors, Some("128"))
    }

    #[test]
    fn a_server_is_told_with_the_command_that_joins_it() {
        for (doors, command) in [
            ("lines:4000,ssh:2222", "smolchat den.local"),
            ("ssh:2223", "smolchat den.local 2223"),
            ("lines:4000", "smolchat --ssh off den.local"),
            ("lines:4001", "smolchat --ssh off den.local 4001"),
        ] {
            assert_eq!(found("Den.local.", doors).unwrap().command(), command);
        }
        let told = found("den.local.", "ssh:2222").unwrap().to_string();
        assert_eq!(
            told,
            "  den.local  192.168.1.9  encrypted  room for 128 users\n      to join, type: smolchat den.local"
        );
    }

    #[test]
    fn what_the_network_says_never_commands_the_terminal() {
        for host in ["a\u{1b}[2J.local.", "a b.local", ".local", "-x.local", "den.example", "--ssh"]
        {
            let found = found(host, "ssh:2222").unwrap();
            assert_eq!(found.command(), "smolchat 192.168.1.9", "{host:?}");
        }
        for doors in ["", "ssh", "ssh:", "ssh:0", "ssh:65536", "ssh:-1", "irc:6667", "ssh:2222 x"] {
            assert_eq!(found("den.local", doors), None, "{doors}");
        }
        assert_eq!(Found::new("den.local", [], "ssh:2222", None), None);
    }
}
