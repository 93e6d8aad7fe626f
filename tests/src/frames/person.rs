//! Somebody who chats by frames made by hand, and so knows where its connection is.

use smoltcp::wire::{EthernetAddress, Ipv4Address};

use super::packets::{ACK, FIN, FORGER, PSH, RST, SYN, Said, Segment};

/// Wider than every window and every buffer of the server's, and than what it grants beyond.
const NEAR: u32 = 8_192;

/// One of those who chat.
#[derive(Debug)]
pub(super) struct Person {
    number: u8,
    /// The next number it sends.
    next: u32,
    /// Bytes before `next` that the server may not have: only pieces of them were sent.
    in_pieces: u32,
    /// The next number of the server's that it expects.
    heard: u32,
    /// Somebody sent in its name who knew both numbers, or a reset with the very number: nothing
    /// holds for it any more.
    pub(super) is_given_away: bool,
    pub(super) text: String,
}

impl Person {
    pub(super) fn new(number: u8) -> Self {
        let text = String::new();
        Person { number, next: 7_000, in_pieces: 0, heard: 0, is_given_away: false, text }
    }

    fn mac(&self) -> EthernetAddress {
        EthernetAddress([2, 0, 0, 0, 1, self.number])
    }

    fn segment<'a>(&self, flags: u8, payload: &'a [u8]) -> Segment<'a> {
        Segment {
            mac: self.mac(),
            from: Ipv4Address::new(10, 0, 0, 10 + self.number),
            port: 5000 + u16::from(self.number),
            flags,
            seq: self.next,
            ack: self.heard,
            payload,
        }
    }

    /// The request that its connection begins with.
    pub(super) fn request(&mut self) -> Vec<u8> {
        let frame = self.segment(SYN, &[]).frame();
        self.next += 1;
        frame
    }

    pub(super) fn say(&mut self, line: &str) -> Vec<u8> {
        let frame = self.segment(PSH | ACK, line.as_bytes()).frame();
        self.next = self.next.wrapping_add(line.len() as u32);
        frame
    }

    /// A line of so many letters, unless the person was given away. Until [`sent_whole`] it is on
    /// its way in pieces, of which one may be changed: the server may have it, or not.
    ///
    /// [`sent_whole`]: Self::sent_whole
    pub(super) fn line(&mut self, len: u8) -> Option<Vec<u8>> {
        let line = format!("message user0 {}\n", "x".repeat(usize::from(len) + 1));
        self.in_pieces = line.len() as u32;
        (!self.is_given_away).then(|| self.say(&line))
    }

    /// The whole line is sent now, and whatever the server says is said with it.
    pub(super) fn sent_whole(&mut self) {
        self.in_pieces = 0;
    }

    /// A segment in its name that is not its own, so far from where its connection is.
    pub(super) fn forge(&mut self, flags: u8, seq: i32, ack: i32, len: u8, own: bool) -> Vec<u8> {
        let payload = vec![b'x'; usize::from(len)];
        let genuine = self.segment(flags & 0x3f, &payload);
        let forged = Segment {
            mac: if own { genuine.mac } else { FORGER },
            seq: genuine.seq.wrapping_add_signed(seq),
            ack: genuine.ack.wrapping_add_signed(ack),
            ..genuine
        };
        let near = seq.unsigned_abs() <= NEAR && ack.unsigned_abs() <= NEAR && flags & ACK != 0;
        let talks = near && flags & (SYN | RST) == 0;
        self.is_given_away |= talks || flags & RST != 0 && seq == 0;
        forged.frame()
    }

    /// Hears a segment that names its connection, and what it answers.
    pub(super) fn hear(&mut self, said: &Said) -> Option<Vec<u8>> {
        if self.is_given_away {
            return None;
        }
        assert_eq!(said.mac, self.mac(), "{self:?} is spoken to where it is: {said:?}");
        assert_eq!(said.flags & (RST | FIN), 0, "{self:?} is not cut off: {said:?}");
        if said.flags & SYN != 0 {
            self.heard = said.seq.wrapping_add(1);
            return Some(self.segment(ACK, &[]).frame());
        }
        let without_pieces = self.next.wrapping_sub(self.in_pieces);
        let is_right = said.ack == self.next || said.ack == without_pieces;
        assert!(is_right, "{self:?} is told where it is: {said:?}");
        if said.payload.is_empty() {
            return None;
        }
        if said.seq == self.heard {
            self.heard = self.heard.wrapping_add(said.payload.len() as u32);
            self.text.push_str(&String::from_utf8_lossy(&said.payload));
        }
        Some(self.segment(ACK, &[]).frame())
    }

    pub(super) fn is_meant(&self, said: &Said) -> bool {
        let own = self.segment(0, &[]);
        (own.from, own.port) == (said.to, said.port)
    }
}
