//! The kernel's switches that publishing needs, device by device, and which of them a server has
//! switched on. A switch that was on before is no business of a server's.

use std::fs;
use std::io;

/// What a device may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    /// What comes in on the device may go on to another one: requests on a device of the network,
    /// answers on the server's.
    Forwarding,
    /// Programs of this host may reach the device under the address 127.0.0.1.
    RouteLocalnet,
}

/// The devices for which a server has switched something on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Switched {
    forwarding: Vec<String>,
    route_localnet: Vec<String>,
    /// Holds "all" if this host forwarded for all devices before. It did not if the list is empty.
    before: Vec<String>,
}

const ALL: &str = "all";

impl Switch {
    const fn name(self) -> &'static str {
        match self {
            Switch::Forwarding => "forwarding",
            Switch::RouteLocalnet => "route_localnet",
        }
    }

    fn path(self, device: &str) -> String {
        format!("/proc/sys/net/ipv4/conf/{device}/{}", self.name())
    }

    fn is_on(self, device: &str) -> bool {
        fs::read_to_string(self.path(device)).is_ok_and(|value| value.trim() != "0")
    }

    fn set(self, device: &str, on: bool) -> Result<(), (String, io::Error)> {
        let path = self.path(device);
        fs::write(&path, if on { "1" } else { "0" }).map_err(|error| (path, error))
    }
}

impl Switched {
    /// What has to be switched on: forwarding for the server's device and for `devices`, where
    /// others come in, and the way from 127.0.0.1.
    pub(super) fn wanted(tap: &str, devices: &[String]) -> Self {
        let off = |switch: Switch, device: &str| (!switch.is_on(device)).then(|| device.to_owned());
        let ends = [tap].into_iter().chain(devices.iter().map(String::as_str));
        let forwarding = match devices {
            // Programs of this host need no forwarding.
            [] => Vec::new(),
            _ => ends.filter_map(|device| off(Switch::Forwarding, device)).collect(),
        };
        let route_localnet = off(Switch::RouteLocalnet, tap).into_iter().collect();
        let before = Switch::Forwarding.is_on(ALL).then(|| ALL.to_owned());
        Switched { forwarding, route_localnet, before: before.into_iter().collect() }
    }

    /// Opens the way from 127.0.0.1.
    ///
    /// # Errors
    /// The kernel refuses, as in a container.
    pub(super) fn open_loopback(&self) -> Result<(), (String, io::Error)> {
        self.route_localnet.iter().try_for_each(|device| Switch::RouteLocalnet.set(device, true))
    }

    /// Begins to forward.
    ///
    /// # Errors
    /// The same.
    pub(super) fn open(&self) -> Result<(), (String, io::Error)> {
        self.forwarding.iter().try_for_each(|device| Switch::Forwarding.set(device, true))
    }

    /// Switches everything off again. If somebody has this host forward for all devices by now, the
    /// switches are theirs.
    ///
    /// # Errors
    /// The last switch that stays on.
    pub(super) fn close(&self) -> Result<(), (String, io::Error)> {
        let is_theirs = self.before.is_empty() && Switch::Forwarding.is_on(ALL);
        let forwarding = if is_theirs { &[][..] } else { &self.forwarding[..] };
        let forwarding = forwarding.iter().map(|device| (Switch::Forwarding, device));
        let localnet = self.route_localnet.iter().map(|device| (Switch::RouteLocalnet, device));
        let mut outcome = Ok(());
        // A device that is gone has no switch.
        for (switch, device) in forwarding.chain(localnet).filter(|(s, device)| s.is_on(device)) {
            if let Err(error) = switch.set(device, false) {
                outcome = Err(error);
            }
        }
        outcome
    }

    /// The names of the sets that tell a later server of all this, and what is in them.
    pub(super) fn sets(&self) -> [(&'static str, &[String]); 3] {
        [
            (Switch::Forwarding.name(), &self.forwarding),
            (Switch::RouteLocalnet.name(), &self.route_localnet),
            ("before", &self.before),
        ]
    }

    /// Notes a device of a set.
    pub(super) fn note(&mut self, set: &str, device: &str) {
        let devices = match set {
            "forwarding" => &mut self.forwarding,
            "route_localnet" => &mut self.route_localnet,
            "before" => &mut self.before,
            _ => return,
        };
        devices.push(device.to_owned());
    }
}
