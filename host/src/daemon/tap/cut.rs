//! A long TCP segment cut into frames that any kernel takes, each with its own numbers and
//! checksums (RFC 9293, RFC 791, RFC 8200). Knows no device. Any bytes get an answer.

use std::num::NonZeroU16;

use smoltcp::wire::{IpAddress, Ipv4Packet, Ipv6Packet, TcpPacket};

use super::offload::{ETHERNET_LEN, Segment, tcp};

/// The pieces of one frame.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    frame: &'a [u8],
    segment: Segment,
    /// Where its payload begins.
    payload: usize,
    /// Bytes of payload in each piece but the last.
    each: usize,
    /// Bytes of payload that the pieces so far have.
    done: usize,
    count: u16,
}

impl<'a> Pieces<'a> {
    /// The pieces of a frame with a TCP segment, with `each` bytes of payload or as a single piece;
    /// `None` if the frame has no TCP segment. What its checksum holds does not matter.
    pub(super) fn of(frame: &'a [u8], each: Option<NonZeroU16>) -> Option<Self> {
        let segment = tcp(frame)?;
        let packet = TcpPacket::new_checked(&frame[segment.start..segment.end]).ok()?;
        let payload = segment.start + usize::from(packet.header_len());
        let whole = (segment.end - payload).max(1);
        let each = each.map_or(whole, |each| usize::from(each.get()));
        Some(Pieces { frame, segment, payload, each, done: 0, count: 0 })
    }

    /// Writes the next piece into `piece`; how long it is. None after the last, or where it does
    /// not fit.
    pub(super) fn next(&mut self, piece: &mut [u8]) -> Option<usize> {
        let left = self.segment.end - self.payload - self.done;
        if left == 0 && self.count > 0 {
            return None;
        }
        let count = left.min(self.each);
        let piece = piece.get_mut(..self.payload + count)?;
        let (headers, payload) = piece.split_at_mut(self.payload);
        headers.copy_from_slice(&self.frame[..self.payload]);
        payload.copy_from_slice(&self.frame[self.payload + self.done..][..count]);
        self.number(piece, left == count);
        self.done += count;
        self.count = self.count.wrapping_add(1);
        Some(self.payload + count)
    }

    /// Gives a piece its lengths, numbers, flags and checksums.
    fn number(&self, piece: &mut [u8], is_last: bool) {
        let Segment { start, from, to, .. } = self.segment;
        let ip = &mut piece[ETHERNET_LEN..];
        match from {
            IpAddress::Ipv4(_) => {
                let total = ip.len() as u16;
                let mut packet = Ipv4Packet::new_unchecked(ip);
                packet.set_total_len(total);
                packet.set_ident(packet.ident().wrapping_add(self.count));
                packet.fill_checksum();
            }
            IpAddress::Ipv6(_) => {
                let payload = (piece.len() - start) as u16;
                Ipv6Packet::new_unchecked(&mut piece[ETHERNET_LEN..]).set_payload_len(payload);
            }
        }
        let mut packet = TcpPacket::new_unchecked(&mut piece[start..]);
        packet.set_seq_number(packet.seq_number() + self.done);
        packet.set_psh(packet.psh() && is_last);
        packet.set_fin(packet.fin() && is_last);
        packet.fill_checksum(&from, &to);
    }
}

#[cfg(test)]
mod tests {
    use smoltcp::wire::TcpSeqNumber;

    use super::super::offload::fixtures::{frame4, frame6};
    use super::*;

    fn pieces(frame: &[u8], each: Option<u16>) -> Vec<Vec<u8>> {
        let mut pieces = Pieces::of(frame, each.and_then(NonZeroU16::new)).unwrap();
        let mut buffer = [0; 1514];
        let next = || pieces.next(&mut buffer).map(|len| buffer[..len].to_vec());
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn the_pieces_are_sound_frames_and_together_the_payload() {
        let payload: Vec<u8> = (0..5000_u32).map(|number| (number % 251) as u8).collect();
        for frame in [frame4(&payload), frame6(&payload)] {
            let mut whole = Vec::new();
            let pieces = pieces(&frame, Some(1400));
            assert_eq!(pieces.len(), 4);
            for (number, piece) in pieces.iter().enumerate() {
                let Segment { start, end, from, to } = tcp(piece).unwrap();
                assert_eq!(end, piece.len());
                if let IpAddress::Ipv4(_) = from {
                    let ip = Ipv4Packet::new_checked(&piece[ETHERNET_LEN..]).unwrap();
                    assert!(ip.verify_checksum());
                    assert_eq!(usize::from(ip.ident()), number);
                }
                let packet = TcpPacket::new_checked(&piece[start..end]).unwrap();
                assert!(packet.verify_checksum(&from, &to));
                assert_eq!(packet.seq_number(), TcpSeqNumber(7) + whole.len());
                assert_eq!(packet.psh(), number == 3, "only the last is pushed");
                whole.extend_from_slice(packet.payload());
            }
            assert!(whole == payload);
        }
    }

    #[test]
    fn a_single_piece_is_the_frame_itself_whatever_its_checksum_was() {
        for payload in [&b""[..], b"o", b"hello"] {
            for right in [frame4(payload), frame6(payload)] {
                let mut begun = right.clone();
                let start = tcp(&right).unwrap().start;
                begun[start + 16..start + 18].fill(0xaa);
                assert_eq!(pieces(&begun, None), [right]);
            }
        }
    }

    #[test]
    fn what_is_no_tcp_has_no_pieces_and_what_does_not_fit_is_none() {
        for frame in [&[][..], &[0; 14], &[0xff; 60]] {
            assert!(Pieces::of(frame, None).is_none());
        }
        let frame = frame4(b"hello");
        let mut pieces = Pieces::of(&frame, None).unwrap();
        assert_eq!(pieces.next(&mut vec![0; frame.len() - 1]), None);
    }
}
