//! How bridges and routers learn that we are in the group of IPv6. All versions understand a report
//! of MLDv1 (RFC 2710).

use core::net::Ipv6Addr;

use super::{GROUP6, LONGEST, checksum, sum};
use crate::time::Duration;

/// The types of the messages.
const QUERY: u8 = 130;
const REPORT: u8 = 131;
const ICMPV6: u8 = 58;

/// The length of the message, and of the packet.
const MESSAGE_LEN: usize = 24;
const REPORT_LEN: usize = 40 + 8 + MESSAGE_LEN;

/// The report, a whole packet. Its option tells routers to look (RFC 2711).
pub(super) fn report(from: Ipv6Addr) -> [u8; REPORT_LEN] {
    let mut packet = [0; REPORT_LEN];
    packet[..8].copy_from_slice(&[0x60, 0, 0, 0, 0, 8 + MESSAGE_LEN as u8, 0, 1]);
    packet[8..24].copy_from_slice(&from.octets());
    packet[24..40].copy_from_slice(&GROUP6.octets());
    packet[40..48].copy_from_slice(&[ICMPV6, 0, 5, 2, 0, 0, 1, 0]);
    packet[48] = REPORT;
    packet[56..].copy_from_slice(&GROUP6.octets());
    let message = checksum(sum_with_addresses(&packet));
    packet[50..52].copy_from_slice(&message);
    packet
}

/// The sum of the message and of what of the header counts with it (RFC 8200, 8.1).
fn sum_with_addresses(packet: &[u8; REPORT_LEN]) -> u32 {
    sum(&packet[8..40]) + MESSAGE_LEN as u32 + u32::from(ICMPV6) + sum(&packet[48..])
}

/// Within which time a query wants an answer, if it is one that concerns us. `payload` is what
/// stands behind the header of IPv6: hop-by-hop options, and the message.
pub(super) fn asked(payload: &[u8]) -> Option<Duration> {
    let [ICMPV6, eights, ..] = *payload else { return None };
    let message = payload.get(8 * (usize::from(eights) + 1)..)?;
    let [QUERY, _, _, _, high, low, ..] = *message else { return None };
    let group: [u8; 16] = message.get(8..24)?.try_into().ok()?;
    let group = Ipv6Addr::from(group);
    let within = Duration::from_millis(u16::from_be_bytes([high, low]).into()).min(LONGEST);
    (group.is_unspecified() || group == GROUP6).then_some(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_a_right_checksum() {
        let packet = report(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 9));
        assert_eq!(checksum(sum_with_addresses(&packet)), [0, 0]);
    }

    #[test]
    fn queries_for_all_groups_are_answered_in_their_time() {
        let mut query = vec![ICMPV6, 0, 5, 2, 0, 0, 1, 0, QUERY, 0, 0, 0, 0x03, 0xe8, 0, 0];
        query.extend([0; 16]);
        assert_eq!(asked(&query), Some(Duration::from_secs(1)));
        assert_eq!(asked(&query[..20]), None);
        query[8] = REPORT;
        assert_eq!(asked(&query), None);
        assert_eq!(asked(&[ICMPV6, 255, 0, 0]), None);
    }
}
