//! An Ethernet address of the part's own, made from the number that its maker gave it.
//! Knows no part.

use smoltcp::wire::EthernetAddress;

/// FNV-1a, 64 bits: where the hash begins.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
/// The factor for each byte in FNV-1a with 64 bits.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The Ethernet address of the part with this unique number. It is the same at every start,
/// unicast, and locally administered (IEEE 802: the second lowest bit of the first byte). Two
/// boards share it with a chance of one in 2^40.
pub fn mac(unique: &[u8]) -> EthernetAddress {
    let hash =
        unique.iter().fold(OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
    let folded = hash ^ (hash >> 40);
    let [_, _, _, a, b, c, d, e] = folded.to_be_bytes();
    EthernetAddress([0x02, a, b, c, d, e])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_that_of_one_station_and_was_given_by_nobody() {
        for unique in [[0; 12], [0xff; 12]] {
            let mac = mac(&unique);
            assert!(mac.is_unicast() && mac.is_local(), "{mac}");
        }
    }

    #[test]
    fn parts_from_one_wafer_differ_and_each_stays_the_same() {
        let dies = (0..=255).map(|die| mac(&[die, 0, 0x2a, 0, 3, 0x51, 0x35, 0x31, 0x32, 0x36]));
        let mut macs: Vec<_> = dies.clone().map(|mac| mac.0).collect();
        assert!(dies.map(|mac| mac.0).eq(macs.iter().copied()));
        macs.sort_unstable();
        macs.dedup();
        assert_eq!(macs.len(), 256);
    }
}
