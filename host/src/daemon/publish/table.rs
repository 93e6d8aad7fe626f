//! The one table of rules that belongs to a server: what is in it, and what its sets say of
//! switches that a server has switched on. Text alone: knows no kernel.

use std::fmt::Write;
use std::net::Ipv4Addr;

use serde_json::Value;

use super::switches::Switched;

/// A port of this host, and the server's port behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// The host's address; none for all that it has.
    pub(super) address: Option<Ipv4Addr>,
    pub(super) port: u16,
    pub(super) to: u16,
}

/// What the table is made for.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    /// The server's device.
    pub(super) tap: &'a str,
    pub(super) server: Ipv4Addr,
    /// This host's address on the device.
    pub(super) host: Ipv4Addr,
    pub(super) openings: &'a [Opening],
    pub(super) switched: &'a Switched,
    /// Programs of this host may come by 127.0.0.1.
    pub(super) has_loopback: bool,
}

/// The name of the table of the server on the device of that name.
pub(super) fn name(tap: &str) -> String {
    format!("smolchat-{tap}")
}

/// Whether rules can name such a device: in quotes, `*` stands for any end of a name.
pub(super) fn is_plain(device: &str) -> bool {
    device.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte))
}

/// Rules that take the table of that name away, be it there or not.
pub(super) fn removal(tap: &str) -> String {
    let name = name(tap);
    format!("table ip {name}\ndelete table ip {name}\n")
}

impl Table<'_> {
    /// Rules that make the table, in the place of an older one.
    pub(super) fn rules(&self) -> String {
        let Table { tap, host, switched, .. } = *self;
        let mut rules = removal(tap);
        // Writing to a string cannot fail.
        let _ = writeln!(rules, "table ip {} {{", name(tap));
        for (set, devices) in switched.sets() {
            let _ = write!(rules, "set {set} {{ type ifname;");
            if !devices.is_empty() {
                let _ = write!(rules, " elements = {{ \"{}\" }}", devices.join("\", \""));
            }
            rules += "; }\n";
        }
        rules += "chain arriving { type nat hook prerouting priority -100; policy accept;\n";
        self.translations(&mut rules, &format!("iifname != \"{tap}\" "));
        rules += "}\nchain own { type nat hook output priority -100; policy accept;\n";
        self.translations(
            &mut rules,
            if self.has_loopback { "" } else { "ip daddr != 127.0.0.0/8 " },
        );
        let _ = write!(
            rules,
            "}}\n\
             chain leaving {{ type nat hook postrouting priority 100; policy accept;\n\
             oifname \"{tap}\" ip saddr 127.0.0.0/8 snat to {host}\n\
             }}\n\
             chain through {{ type filter hook forward priority 0; policy accept;\n\
             iifname \"{tap}\" ct direction reply accept\n\
             oifname \"{tap}\" ct status dnat accept\n\
             iifname \"{tap}\" drop\n"
        );
        // Frames that a bridge moves between its ports come by here, too, where the host asks for
        // that. They leave by the device on which they came.
        let [(_, forwarding), ..] = switched.sets();
        for device in forwarding {
            let _ = writeln!(rules, "iifname \"{device}\" oifname \"{device}\" accept");
        }
        let _ = write!(
            rules,
            "iifname @forwarding drop\n\
             }}\n\
             chain within {{ type filter hook input priority 0; policy accept;\n\
             iifname \"{tap}\" ip daddr 127.0.0.0/8 ct direction original drop\n\
             }}\n}}\n"
        );
        rules
    }

    fn translations(&self, rules: &mut String, from: &str) {
        for Opening { address, port, to } in self.openings {
            let server = self.server;
            let at = match address {
                Some(address) => format!("ip daddr {address}"),
                None => "fib daddr type local".to_owned(),
            };
            let _ = writeln!(rules, "{from}{at} tcp dport {port} dnat to {server}:{to}");
        }
    }
}

/// What the sets of a table say, as `nft` lists it in JSON.
pub(super) fn switched(listed: &str) -> Switched {
    let mut switched = Switched::default();
    let listed: Value = serde_json::from_str(listed).unwrap_or_default();
    let objects = listed["nftables"].as_array().map(Vec::as_slice).unwrap_or_default();
    for set in objects.iter().map(|object| &object["set"]) {
        let devices = set["elem"].as_array().map(Vec::as_slice).unwrap_or_default();
        for device in devices.iter().filter_map(Value::as_str) {
            switched.note(set["name"].as_str().unwrap_or_default(), device);
        }
    }
    switched
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_table_says_of_switches_is_read_back() {
        let listed = r#"{"nftables": [{"metainfo": {"version": "1.0.6"}},
            {"table": {"family": "ip", "name": "smolchat-smolchat0"}},
            {"set": {"name": "forwarding", "type": "ifname", "elem": ["eth0", "wlan0"]}},
            {"set": {"name": "route_localnet", "type": "ifname"}},
            {"set": {"name": "others", "elem": ["eth1", 7]}},
            {"chain": {"name": "arriving"}}]}"#;
        let found = switched(listed);
        let sets: Vec<_> = found.sets().into_iter().map(|(_, devices)| devices.to_vec()).collect();
        assert_eq!(sets, [vec!["eth0".to_owned(), "wlan0".to_owned()], vec![], vec![]]);
        for odd in ["", "{}", "[1]", r#"{"nftables": [{"set": {"elem": {}}}]}"#] {
            assert_eq!(switched(odd), Switched::default(), "{odd}");
        }
    }

    #[test]
    fn a_table_names_each_port_once_for_others_and_once_for_this_host() {
        let openings = [
            Opening { address: None, port: 2222, to: 2222 },
            Opening { address: Some([10, 0, 0, 5].into()), port: 22, to: 2222 },
        ];
        let table = Table {
            tap: "chat0",
            server: [192, 168, 69, 1].into(),
            host: [192, 168, 69, 100].into(),
            openings: &openings,
            switched: &Switched::default(),
            has_loopback: true,
        };
        let rules = table.rules();
        let count = |text: &str| rules.matches(text).count();
        assert_eq!(count("tcp dport 2222 dnat to 192.168.69.1:2222"), 2, "{rules}");
        assert_eq!(count("ip daddr 10.0.0.5 tcp dport 22 dnat"), 2, "{rules}");
        assert!(rules.starts_with("table ip smolchat-chat0\ndelete table ip smolchat-chat0\n"));
        assert!(
            is_plain("br-lan.10@x_1") && !is_plain("a*") && !is_plain("a\"") && !is_plain("a b")
        );
    }
}
