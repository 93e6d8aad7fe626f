//! How bridges and routers learn that we are in the group of IPv4. A bridge that looks (RFC 4541)
//! hands on a group's frames only to its members. All versions understand a report of IGMPv2 (RFC
//! 2236).

use core::net::Ipv4Addr;

use super::{GROUP4, LONGEST, checksum, sum};
use crate::time::Duration;

/// The types of the messages.
const QUERY: u8 = 0x11;
const REPORT: u8 = 0x16;

/// The length of the packet.
const REPORT_LEN: usize = 24 + 8;

/// The report, a whole packet. Its option tells routers to look (RFC 2113).
pub(super) fn report(from: Ipv4Addr) -> [u8; REPORT_LEN] {
    let mut packet = [0; REPORT_LEN];
    packet[..12].copy_from_slice(&[0x46, 0xc0, 0, REPORT_LEN as u8, 0, 0, 0, 0, 1, 2, 0, 0]);
    packet[12..16].copy_from_slice(&from.octets());
    packet[16..20].copy_from_slice(&GROUP4.octets());
    packet[20..24].copy_from_slice(&[0x94, 4, 0, 0]);
    packet[24] = REPORT;
    packet[28..].copy_from_slice(&GROUP4.octets());
    let header = checksum(sum(&packet[..24]));
    packet[10..12].copy_from_slice(&header);
    let message = checksum(sum(&packet[24..]));
    packet[26..28].copy_from_slice(&message);
    packet
}

/// Within which time a query wants an answer, if it is one that concerns us.
pub(super) fn asked(message: &[u8]) -> Option<Duration> {
    let [QUERY, tenths, _, _, a, b, c, d, ..] = *message else { return None };
    let group = Ipv4Addr::new(a, b, c, d);
    let within = match tenths {
        // The first version does not say.
        0 => LONGEST,
        tenths => Duration::from_millis(100 * u64::from(tenths)).min(LONGEST),
    };
    (group.is_unspecified() || group == GROUP4).then_some(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_right_checksums() {
        let packet = report(Ipv4Addr::new(192, 168, 1, 9));
        assert_eq!(checksum(sum(&packet[..24])), [0, 0]);
        assert_eq!(checksum(sum(&packet[24..])), [0, 0]);
    }

    #[test]
    fn queries_for_all_groups_and_for_ours_are_answered_in_their_time() {
        assert_eq!(asked(&[0x11, 25, 0, 0, 0, 0, 0, 0]), Some(Duration::from_millis(2_500)));
        assert_eq!(asked(&[0x11, 0, 0, 0, 224, 0, 0, 251]), Some(LONGEST));
        for other in [&[0x11, 25, 0, 0, 224, 0, 0, 1][..], &[0x16, 0, 0, 0, 0, 0, 0, 0], &[0x11]] {
            assert_eq!(asked(other), None);
        }
    }
}
