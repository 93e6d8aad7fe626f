//! Who can reach the server at its start: this machine alone, or other machines as well. A frame of
//! another machine comes to a TAP device only through a bridge, a device on top of it, or this
//! machine's routing.
//! Knows the kernel's list of interfaces and its switches for forwarding.

use std::fmt;
use std::fs;
use std::io::ErrorKind;

use super::netlink::{Listed, Netlink};
use super::options::Registration;

/// Who can reach the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Programs of this machine.
    ThisMachine,
    /// Everybody on the bridge of this name, or on whatever else the device was given to.
    Bridged(String),
    /// Everybody behind the device of this name, which stands on the server's.
    Beneath(String),
    /// Everybody behind the device of this name, on which the server's stands.
    Upon(String),
    /// Everybody who comes in on the interface of this name, because it forwards.
    Forwarded(String),
    /// The kernel does not say.
    Unknown,
}

/// Whether strangers may create accounts, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RegistrationDecision {
    /// Somebody who starts the server has decided it.
    ByOption(bool),
    /// It follows from who can reach the server.
    ByReach(Reach),
    /// A port of this host is open to others.
    Published,
}

impl RegistrationDecision {
    pub(super) fn new(registration: Registration, reach: &Reach, is_published: bool) -> Self {
        match registration {
            Registration::Auto if is_published => RegistrationDecision::Published,
            Registration::Auto => RegistrationDecision::ByReach(reach.clone()),
            asked => RegistrationDecision::ByOption(asked == Registration::On),
        }
    }

    /// Whether they may.
    pub(super) fn is_on(&self) -> bool {
        matches!(
            self,
            RegistrationDecision::ByOption(true)
                | RegistrationDecision::ByReach(Reach::ThisMachine)
        )
    }
}

impl fmt::Display for RegistrationDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegistrationDecision::ByOption(true) => write!(f, "registration on, as asked"),
            RegistrationDecision::ByOption(false) => write!(f, "registration off, as asked"),
            RegistrationDecision::ByReach(reach) if self.is_on() => {
                write!(f, "registration on, {reach}")
            }
            RegistrationDecision::ByReach(reach) => {
                write!(f, "registration off, {reach}: --registration on offers it nevertheless")
            }
            RegistrationDecision::Published => write!(
                f,
                "registration off, a port is published: --registration on offers it nevertheless"
            ),
        }
    }
}

impl Reach {
    /// Who can reach a server on the device of this number.
    pub(super) fn of(index: u32) -> Self {
        let mut links = Vec::new();
        let listed = Netlink::open().and_then(|mut netlink| netlink.list(&mut links));
        match listed {
            Ok(()) => Self::found(index, &links, forwards),
            Err(_) => Reach::Unknown,
        }
    }

    fn found(index: u32, links: &[Listed], forwards: impl Fn(&str) -> bool) -> Self {
        let name_of = |index| {
            let link = links.iter().find(|link| link.index == index);
            link.map_or_else(|| "?".to_owned(), |link| link.name.clone())
        };
        let Some(own) = links.iter().find(|link| link.index == index) else {
            return Reach::Unknown;
        };
        if own.master != 0 {
            return Reach::Bridged(name_of(own.master));
        }
        if own.lower != 0 {
            return Reach::Upon(name_of(own.lower));
        }
        if own.elsewhere {
            return Reach::Upon("a device elsewhere".to_owned());
        }
        if let Some(upper) = links.iter().find(|link| link.lower == index) {
            return Reach::Beneath(upper.name.clone());
        }
        let mut others = links.iter().filter(|link| link.index != index);
        match others.find(|link| link.up && !link.loopback && forwards(&link.name)) {
            Some(other) => Reach::Forwarded(other.name.clone()),
            None => Reach::ThisMachine,
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reach::ThisMachine => write!(f, "only this machine can reach the server"),
            Reach::Bridged(name) => write!(f, "others can reach the server over {name}"),
            Reach::Beneath(name) => {
                write!(f, "others may reach the server over {name}, which stands on its device")
            }
            Reach::Upon(name) => {
                write!(f, "others can reach the server over {name}, on which its device stands")
            }
            Reach::Forwarded(name) => write!(
                f,
                "others may reach the server, since this machine forwards what comes in on {name}"
            ),
            Reach::Unknown => write!(f, "the kernel does not say who can reach the server"),
        }
    }
}

/// Whether the kernel forwards what comes in on the interface of that name. For IPv4 the
/// interface's own switch decides. For IPv6 the switch for all interfaces decides, or the
/// interface's own switch, which newer kernels have.
fn forwards(name: &str) -> bool {
    [
        format!("ipv4/conf/{name}/forwarding"),
        "ipv6/conf/all/forwarding".to_owned(),
        format!("ipv6/conf/{name}/force_forwarding"),
    ]
    .iter()
    .any(|switch| match fs::read_to_string(format!("/proc/sys/net/{switch}")) {
        Ok(value) => value.trim() != "0",
        // Without IPv6 these switches are missing. A switch that cannot be read says nothing.
        Err(error) => error.kind() != ErrorKind::NotFound,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(index: u32, name: &str) -> Listed {
        Listed { index, name: name.to_owned(), up: true, ..Listed::default() }
    }

    #[test]
    fn a_device_alone_in_a_machine_that_forwards_nothing_is_reached_by_that_machine_only() {
        let loopback = Listed { loopback: true, ..link(1, "lo") };
        let links = [loopback, link(2, "eth0"), link(3, "smolchat0")];
        assert_eq!(Reach::found(3, &links, |_| false), Reach::ThisMachine);
        let own = |name: &str| name == "smolchat0" || name == "lo";
        assert_eq!(Reach::found(3, &links, own), Reach::ThisMachine, "not its own switch");
    }

    #[test]
    fn a_bridge_a_device_on_top_and_forwarding_let_others_in() {
        let mut links = [link(2, "eth0"), link(3, "smolchat0"), link(4, "br0")];
        let eth0 = |name: &str| name == "eth0";
        assert_eq!(Reach::found(3, &links, eth0), Reach::Forwarded("eth0".to_owned()));
        links[1].lower = 2;
        assert_eq!(Reach::found(3, &links, |_| false), Reach::Upon("eth0".to_owned()));
        links[1].lower = 0;
        links[0].up = false;
        assert_eq!(Reach::found(3, &links, eth0), Reach::ThisMachine, "nothing comes in there");
        links[2].lower = 3;
        assert_eq!(Reach::found(3, &links, |_| false), Reach::Beneath("br0".to_owned()));
        links[1].master = 4;
        assert_eq!(Reach::found(3, &links, |_| false), Reach::Bridged("br0".to_owned()));
    }

    #[test]
    fn strangers_are_welcome_where_they_are_this_machines_or_asked_for() {
        fn is_on(asked: Registration, reach: &Reach, published: bool) -> bool {
            RegistrationDecision::new(asked, reach, published).is_on()
        }
        let alone = &Reach::ThisMachine;
        assert!(is_on(Registration::Auto, alone, false));
        assert!(!is_on(Registration::Auto, alone, true));
        for reach in [Reach::Bridged("br0".to_owned()), Reach::Unknown] {
            assert!(!is_on(Registration::Auto, &reach, false));
            assert!(is_on(Registration::On, &reach, true));
        }
        assert!(!is_on(Registration::Off, alone, false));
    }

    #[test]
    fn a_device_that_is_not_listed_may_be_anywhere() {
        assert_eq!(Reach::found(3, &[link(2, "eth0")], |_| false), Reach::Unknown);
    }
}
