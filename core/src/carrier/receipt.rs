//! Which plain bytes the peer's TCP has. Knows no packet, only lengths.

/// Counts of plain bytes above a carrier and of packets below it, and one mark that ties them
/// together.
///
/// A peer can read nothing of a packet before it has all of it. So a plain byte counts as received
/// when the last byte of its packet was acknowledged. Packets are not listed: one mark stands
/// behind everything that was packed at some moment. When TCP has acknowledged up to the mark, the
/// plain bytes before it are known, and the mark moves to the end. So the count is behind by a
/// flight at most, and exact when nothing is under way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Receipt {
    /// Plain bytes that the server wrote.
    written: u64,
    /// Plain bytes that are in packets.
    packed: u64,
    /// Bytes of packets that the transport below took.
    handed: u64,
    /// Plain bytes that the peer's TCP has.
    known: u64,
    /// Plain bytes in packets, and the bytes of all packets, when the mark was set.
    mark: (u64, u64),
}

impl Receipt {
    /// The server wrote `count` plain bytes.
    pub fn write(&mut self, count: usize) {
        self.written = self.written.saturating_add(count as u64);
    }

    /// `count` plain bytes are in packets from now on.
    pub fn pack(&mut self, count: usize) {
        self.packed = self.packed.saturating_add(count as u64);
    }

    /// The transport below took `count` bytes of packets.
    pub fn hand(&mut self, count: usize) {
        self.handed = self.handed.saturating_add(count as u64);
    }

    /// `outgoing` bytes of packets wait here, and the peer's TCP lacks `unacknowledged` bytes of
    /// those that were handed on.
    pub fn update(&mut self, outgoing: usize, unacknowledged: usize) {
        let received = self.handed.saturating_sub(unacknowledged as u64);
        let end = (self.packed, self.handed.saturating_add(outgoing as u64));
        // Twice: at once up to the new mark if nothing is under way.
        for mark in [self.mark, end] {
            if received < mark.1 {
                return;
            }
            (self.known, self.mark) = (mark.0, end);
        }
    }

    /// Plain bytes that were written and may be missing in the peer's TCP.
    pub fn unacknowledged(&self) -> usize {
        usize::try_from(self.written - self.known).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_byte_is_received_with_the_last_byte_of_its_packet() {
        let mut receipt = Receipt::default();
        receipt.update(700, 0);
        assert_eq!(receipt.unacknowledged(), 0, "a handshake has no plain bytes");
        receipt.hand(700);
        receipt.update(0, 0);

        receipt.write(100);
        assert_eq!(receipt.unacknowledged(), 100);
        receipt.pack(80);
        receipt.update(120, 0);
        for lacks in [120, 60, 1] {
            receipt.hand(if lacks == 120 { 120 } else { 0 });
            receipt.update(0, lacks);
            assert_eq!(receipt.unacknowledged(), 100);
        }
        receipt.update(0, 0);
        assert_eq!(receipt.unacknowledged(), 20);
    }

    #[test]
    fn a_stream_that_never_rests_is_received_flight_by_flight() {
        let mut receipt = Receipt::default();
        for packet in 1..=100 {
            receipt.write(50);
            receipt.pack(50);
            receipt.hand(90);
            // Three packets are always under way.
            receipt.update(0, 90 * packet.min(3));
            let under_way = 50 * packet.min(3);
            let told = receipt.unacknowledged();
            assert!((under_way..=2 * under_way).contains(&told), "{told} at {packet}");
        }
    }
}
