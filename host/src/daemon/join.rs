//! What the operator reads of the ways to the server: how people join from here and from other
//! machines, and which doors are open to whom. Knows no stream.

use std::fmt;
use std::net::Ipv6Addr;

use smolchat_core::protocol::DEFAULT_PORT;
use smoltcp::wire::Ipv4Cidr;

use super::doors::DoorPorts;
use super::nearby::OwnAddress;
use super::options::{Door, Publish, SSH_PORT};
use super::publish::PublishedWays;
use super::reach::Reach;

/// The client's name on other machines.
const OTHERS: &str = "smolchat";

/// What others need to know to come in.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    /// The server's own address; none as long as no DHCP server has given it one.
    pub(super) server: Option<Ipv4Cidr>,
    pub(super) server6: Option<Ipv6Addr>,
    pub(super) ports: DoorPorts,
    /// Somebody who may join.
    pub(super) user: String,
    /// That user has no account yet, and may make one.
    pub(super) registers: bool,
    /// Who can reach the server itself.
    pub(super) reach: Reach,
    pub(super) published: Option<PublishedWays>,
    /// Its name on its network, unless another machine has it.
    pub(super) name: Option<String>,
    /// This host's addresses.
    pub(super) own: Vec<OwnAddress>,
}

impl Ways {
    /// The one line that says that clients may come, and by which doors.
    pub(super) fn listening(&self) -> String {
        let Ways { server, ports: DoorPorts { lines: port, ssh }, .. } = self;
        let at = match server {
            Some(server) => format!("listening on {}", server.address()),
            None => "listening, still without an address".to_owned(),
        };
        match ssh {
            Some(ssh) => format!("{at}: port {ssh} encrypted (SSH), port {port} in clear"),
            None => format!("{at}: port {port} in clear, nothing is encrypted"),
        }
    }

    /// What somebody on this host types to chat.
    pub(super) fn command(&self) -> Option<String> {
        Some(self.direct(here(), self.server?.address()))
    }

    /// What somebody types to call the server itself, by the better door.
    fn direct(&self, program: &str, server: impl fmt::Display) -> String {
        match self.ports {
            DoorPorts { ssh: Some(port), .. } => self.client(program, server, Door::Ssh, port),
            DoorPorts { lines, .. } => self.client(program, server, Door::Lines, lines),
        }
    }

    /// What somebody types to chat by that door at that port.
    fn client(&self, program: &str, at: impl fmt::Display, door: Door, port: u16) -> String {
        let (way, usual) = match door {
            Door::Ssh => ("", SSH_PORT),
            Door::Lines => ("--ssh off ", DEFAULT_PORT),
        };
        let port = if port == usual { String::new() } else { format!(" {port}") };
        let register = if self.registers { "--register " } else { "" };
        format!("{program} {way}{register}{}@{at}{port}", self.user)
    }

    fn is_on_a_network(&self) -> bool {
        matches!(self.reach, Reach::Bridged(_) | Reach::Beneath(_) | Reach::Upon(_))
    }

    fn directly(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ways { ports: DoorPorts { lines: port, ssh }, user, .. } = self;
        let Some(server) = self.server.map(|cidr| cidr.address()) else {
            return writeln!(
                f,
                "  no DHCP server has answered yet: the address is told here as soon as there is one"
            );
        };
        let program = if self.is_on_a_network() { OTHERS } else { here() };
        writeln!(f, "  {}", self.direct(program, server))?;
        if let Some(name) = self.name.as_ref().filter(|_| self.is_on_a_network()) {
            writeln!(f, "  {}", self.direct(program, format_args!("{name}.local")))?;
        }
        if let Some(port) = ssh.filter(|_| !self.registers) {
            writeln!(f, "  ssh {user}@{server} -p {port}")?;
        }
        let request = if self.registers { "register" } else { "login" };
        writeln!(f, "  nc {server} {port}   then: {request} <user> <password>")?;
        self.server6.map_or(Ok(()), |server| writeln!(f, "  nc {server} {port}"))
    }

    /// How others come in at ports of this host.
    fn by_ports(&self, f: &mut fmt::Formatter<'_>, ways: &PublishedWays) -> fmt::Result {
        for published @ Publish { port, door, .. } in &ways.ports {
            if !published.is_for_others() {
                continue;
            }
            writeln!(f, "join from other machines, at port {port} of this host:")?;
            let is_at = |own: &&OwnAddress| published.address.is_none_or(|it| it == own.address);
            let mut addresses = ways.addresses.iter().filter(is_at).peekable();
            if addresses.peek().is_none() {
                writeln!(f, "  (this host has no address on a network yet)")?;
            }
            for OwnAddress { address, device } in addresses {
                let client = self.client(OTHERS, *address, *door, *port);
                match door {
                    Door::Ssh => {
                        writeln!(
                            f,
                            "  {client}   or: ssh {}@{address} -p {port}   ({device})",
                            self.user
                        )?;
                    }
                    Door::Lines => {
                        writeln!(f, "  {client}   or: nc {address} {port}   ({device})")?
                    }
                }
            }
        }
        Ok(())
    }

    /// Which doors are open to whom.
    fn open_to(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = match &self.published {
            Some(ways) if ways.has_loopback => {
                "open to this host: all doors, published ones at 127.0.0.1, too"
            }
            _ => "open to this host: all doors",
        };
        if !self.is_on_a_network() {
            writeln!(f, "{here}")?;
        }
        for Publish { address, port, door } in self.published.iter().flat_map(|ways| &ways.ports) {
            let door = match door {
                Door::Ssh => "the door for SSH, encrypted",
                Door::Lines => "the door for lines, in clear",
            };
            match address {
                Some(address) if address.is_loopback() => {
                    writeln!(f, "open to this host at {address}, port {port}: {door}")?;
                }
                Some(address) => writeln!(f, "open to others at {address}, port {port}: {door}")?,
                None => writeln!(f, "open to others at this host's port {port}: {door}")?,
            }
        }
        match &self.reach {
            Reach::ThisMachine if self.published.is_some() => Ok(()),
            Reach::ThisMachine => writeln!(
                f,
                "open to others: nothing; --publish 2222 opens a port of this host to them, and --bridge NAME puts the server on their network"
            ),
            Reach::Bridged(name) | Reach::Beneath(name) | Reach::Upon(name) => writeln!(
                f,
                "open to every machine on the network of {name}: all doors, and the one for lines is in clear"
            ),
            Reach::Forwarded(name) => self.by_route(f, name),
            Reach::Unknown => writeln!(f, "open to others: the kernel does not say"),
        }
    }

    /// Whoever has a route to the server's network comes in, because this host forwards.
    fn by_route(&self, f: &mut fmt::Formatter<'_>, device: &str) -> fmt::Result {
        writeln!(
            f,
            "open to others who route the server's network to this host, since it forwards what comes in on {device}: all doors, and the one for lines is in clear"
        )?;
        let own = self.own.iter().find(|own| own.device == device);
        match (own, self.server) {
            (Some(OwnAddress { address, .. }), Some(server)) => {
                writeln!(
                    f,
                    "  on each of them: sudo ip route add {} via {address}",
                    server.network()
                )
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reach {
            Reach::Bridged(name) | Reach::Beneath(name) => {
                writeln!(f, "join from every machine on the network of {name}:")?;
            }
            Reach::Upon(name) => writeln!(
                f,
                "join from every machine on the network of {name} but this host, which does not reach what stands on its own device:"
            )?,
            _ => writeln!(f, "join from this host:")?,
        }
        self.directly(f)?;
        if let Some(ways) = &self.published {
            self.by_ports(f, ways)?;
        }
        self.open_to(f)
    }
}

/// How to start the client on this host: the same way as this server was.
fn here() -> &'static str {
    if is_run_by_cargo() { "cargo run --release --bin smolchat --" } else { "smolchat" }
}

/// Whether whoever started this server did so from the sources.
pub(super) fn is_run_by_cargo() -> bool {
    std::env::var_os("CARGO").is_some()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn ways(published: &[&str], reach: Reach) -> Ways {
        let address = Ipv4Addr::new(10, 0, 0, 5);
        let own = vec![OwnAddress { device: "eth0".to_owned(), address }];
        let ports: Vec<_> = published.iter().map(|text| text.parse().unwrap()).collect();
        let published = (!ports.is_empty()).then(|| PublishedWays {
            ports,
            addresses: own.clone(),
            has_loopback: true,
        });
        Ways {
            server: Some(Ipv4Cidr::new([192, 168, 69, 1].into(), 24)),
            server6: None,
            ports: DoorPorts { lines: 4000, ssh: Some(2222) },
            user: "hans".to_owned(),
            registers: false,
            reach,
            published,
            name: Some("smolchat".to_owned()),
            own,
        }
    }

    #[test]
    fn a_server_that_only_this_host_reaches_says_so_and_what_opens_it() {
        let told = ways(&[], Reach::ThisMachine).to_string();
        assert!(told.contains("hans@192.168.69.1\n  ssh hans@192.168.69.1 -p 2222\n"), "{told}");
        assert!(told.contains("open to others: nothing; --publish 2222"), "{told}");
    }

    #[test]
    fn where_nobody_has_an_account_and_people_may_register_the_command_registers() {
        let mut ways = Ways { registers: true, ..ways(&[], Reach::ThisMachine) };
        assert!(ways.command().unwrap().ends_with("--register hans@192.168.69.1"));
        let told = ways.to_string();
        assert!(told.contains("then: register <user> <password>"), "{told}");
        assert!(!told.contains("ssh hans@"), "{told}");
        ways.ports.ssh = None;
        assert!(ways.command().unwrap().ends_with("--ssh off --register hans@192.168.69.1"));
    }

    #[test]
    fn people_of_the_network_may_name_the_server() {
        let ways = ways(&[], Reach::Bridged("br0".to_owned()));
        let told = ways.to_string();
        assert!(told.contains("\n  smolchat hans@smolchat.local\n"), "{told}");
        let nameless = Ways { name: None, ..ways }.to_string();
        assert!(!nameless.contains(".local"), "{nameless}");
    }

    #[test]
    fn published_ports_are_told_with_what_others_type() {
        let told = ways(&["2222", "5000:lines"], Reach::ThisMachine).to_string();
        assert!(told.contains("hans@10.0.0.5   or: ssh hans@10.0.0.5 -p 2222   (eth0)"), "{told}");
        assert!(told.contains("--ssh off hans@10.0.0.5 5000   or: nc 10.0.0.5 5000"), "{told}");
        assert!(
            told.contains("open to others at this host's port 5000: the door for lines, in clear")
        );
        assert!(!told.contains("open to others: nothing"), "{told}");
        let local = ways(&["127.0.0.1:2200"], Reach::ThisMachine).to_string();
        assert!(local.contains("open to this host at 127.0.0.1, port 2200"), "{local}");
        assert!(!local.contains("join from other machines"), "{local}");
    }

    #[test]
    fn a_route_is_told_with_the_address_that_it_leads_to() {
        let told = ways(&[], Reach::Forwarded("eth0".to_owned())).to_string();
        assert!(told.contains("sudo ip route add 192.168.69.0/24 via 10.0.0.5"), "{told}");
    }

    #[test]
    fn without_an_address_nothing_is_told_that_needs_one() {
        let ways = Ways { server: None, ..ways(&[], Reach::Bridged("br0".to_owned())) };
        assert_eq!(ways.command(), None);
        let told = ways.to_string();
        assert!(told.contains("no DHCP server has answered yet"), "{told}");
        assert!(ways.listening().starts_with("listening, still without an address: port 2222"));
    }
}
