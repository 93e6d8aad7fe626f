//! What `--publish` says: a port of this host, and the door that it opens for others.

use std::net::Ipv4Addr;
use std::str::FromStr;

/// A port of this host that leads to a door of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Publish {
    /// The one address of this host that has the port, or all of them.
    pub(crate) address: Option<Ipv4Addr>,
    pub(crate) port: u16,
    pub(crate) door: Door,
}

/// A door of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Encrypted.
    Ssh,
    /// In clear.
    Lines,
}

impl Door {
    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Door::Ssh => "ssh",
            Door::Lines => "lines",
        }
    }
}

impl Publish {
    /// Whether other hosts may come to it.
    pub(crate) fn is_for_others(&self) -> bool {
        self.address.is_none_or(|address| !address.is_loopback())
    }

    fn of_words(address: Option<&str>, port: &str, door: Option<&str>) -> Option<Self> {
        let port = port.parse().ok().filter(|port| *port > 0)?;
        let door = match door {
            None | Some("ssh") => Door::Ssh,
            Some("lines") => Door::Lines,
            Some(_) => return None,
        };
        // 0.0.0.0 is how other programs write "all".
        let address = address.map(Ipv4Addr::from_str).transpose().ok()?;
        let address = address.filter(|address| !address.is_unspecified());
        let is_one = address.is_none_or(|one| !one.is_multicast() && !one.is_broadcast());
        is_one.then_some(Publish { address, port, door })
    }
}

impl FromStr for Publish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split(':').collect();
        let read = match words[..] {
            [port] => Self::of_words(None, port, None),
            [first, second] if first.contains('.') => Self::of_words(Some(first), second, None),
            [port, door] => Self::of_words(None, port, Some(door)),
            [address, port, door] => Self::of_words(Some(address), port, Some(door)),
            _ => None,
        };
        read.ok_or_else(|| {
            "give a port of this host, as 2222, 192.168.1.5:2222 or 4000:lines; the doors are ssh and lines".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_stands_alone_or_between_an_address_and_a_door() {
        let one = Some(Ipv4Addr::new(10, 0, 0, 5));
        for (text, address, port, door) in [
            ("2222", None, 2222, Door::Ssh),
            ("22:ssh", None, 22, Door::Ssh),
            ("4000:lines", None, 4000, Door::Lines),
            ("10.0.0.5:2222", one, 2222, Door::Ssh),
            ("10.0.0.5:4000:lines", one, 4000, Door::Lines),
            ("0.0.0.0:65535", None, 65535, Door::Ssh),
        ] {
            assert_eq!(text.parse(), Ok(Publish { address, port, door }), "{text}");
        }
        for wrong in [
            "",
            "0",
            "65536",
            "-1",
            "ssh",
            "2222:irc",
            "2222:",
            ":2222",
            "fd00::1:2222",
            "10.0.0.5",
            "10.0.0:2222",
            "10.0.0.5:2222:ssh:",
            "224.0.0.1:1",
            "255.255.255.255:1",
        ] {
            assert!(wrong.parse::<Publish>().is_err(), "{wrong}");
        }
        let loopback: Publish = "127.0.0.1:2222".parse().unwrap();
        assert!(!loopback.is_for_others());
        assert!("2222".parse::<Publish>().unwrap().is_for_others());
    }
}
