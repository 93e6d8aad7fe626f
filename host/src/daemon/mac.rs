//! The server's Ethernet address: locally administered, the same at every start, another on every
//! machine. Works at the start only.

use std::fs;

use sha2::{Digest, Sha256};
use smoltcp::wire::EthernetAddress;

/// What a machine is told from others by: machine-id(5), and where an older system has it.
const MACHINE_IDS: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
/// The id itself is nobody's business, so the address follows from a hash of it that serves nothing
/// else.
const PURPOSE: &[u8] = b"smolchat-ethernet-address-1";

/// The id of this machine; empty if it has none, as in some containers.
pub(super) fn machine_id() -> Vec<u8> {
    let read = MACHINE_IDS.iter().find_map(|path| fs::read(path).ok());
    read.unwrap_or_default().trim_ascii().to_vec()
}

/// The address of the server on the device of that name. `more` makes it another one.
pub(super) fn of(machine: &[u8], device: &str, more: &[u8]) -> EthernetAddress {
    let mut hash = Sha256::new();
    for part in [PURPOSE, machine, device.as_bytes(), more] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let hash = hash.finalize();
    EthernetAddress([0x02, hash[0], hash[1], hash[2], hash[3], hash[4]])
}

/// An address as people on Linux write it.
pub(super) fn shown(address: EthernetAddress) -> String {
    address.0.map(|byte| format!("{byte:02x}")).join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_devices_and_twins_differ_and_a_start_does_not() {
        let (one, two) = (b"0123456789abcdef", b"0123456789abcdee");
        let first = of(one, "smolchat0", &[]);
        assert_eq!(first, of(one, "smolchat0", &[]));
        let others =
            [of(two, "smolchat0", &[]), of(one, "smolchat1", &[]), of(one, "smolchat0", &[1])];
        assert!(others.iter().all(|other| *other != first && other.0[0] == 2), "{others:?}");
        assert_eq!(shown(EthernetAddress([2, 0, 0xa, 0xbc, 0, 1])), "02:00:0a:bc:00:01");
        assert!(of(&[], "smolchat0", &[]).is_unicast(), "a machine without an id has one, too");
    }
}
