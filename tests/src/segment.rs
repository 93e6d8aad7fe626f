//! A segment with several hosts: a bridge on which a server's TAP device stands, and a namespace
//! for each host. Knows no server.

use crate::namespace::Namespace;

/// The name of every server's TAP device.
const TAP: &str = "smolchat0";

/// The bridge in a server's namespace.
#[derive(Debug)]
pub struct Segment<'n> {
    around: &'n Namespace,
}

impl<'n> Segment<'n> {
    /// A bridge with the TAP device of the server in that namespace.
    ///
    /// # Errors
    /// The machine's word.
    pub fn around(server: &'n Namespace) -> Result<Self, String> {
        server.ip(&["link", "add", "br0", "type", "bridge", "forward_delay", "0"])?;
        server.ip(&["link", "set", "br0", "up"])?;
        server.ip(&["link", "set", TAP, "master", "br0"])?;
        Ok(Segment { around: server })
    }

    /// One more host, whose device `eth0` has that address and network, if any.
    ///
    /// # Errors
    /// The machine's word.
    pub fn host(&self, port: &str, address: Option<&str>) -> Result<Namespace, String> {
        let host = Namespace::new()?;
        self.around.ip(&[
            "link",
            "add",
            port,
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            host.name(),
        ])?;
        self.around.ip(&["link", "set", port, "master", "br0"])?;
        self.around.ip(&["link", "set", port, "up"])?;
        if let Some(address) = address {
            host.ip(&["address", "add", address, "dev", "eth0"])?;
        }
        host.ip(&["link", "set", "eth0", "up"])?;
        Ok(host)
    }
}
