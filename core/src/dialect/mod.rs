//! Dialects: text on one side, the values of `protocol` on the other. Each has a folder, and a
//! variant on this page. The page has everything that a server asks of a dialect.
//! Knows `protocol` only: no table, no server, no socket.

mod cutter;
pub mod lines;
#[cfg(test)]
mod tests;
mod writer;

pub use writer::{LINE_MAX, LineWriter};

use cutter::{Cut, LineCutter};

use crate::protocol::{Event, Item, Kind, MessageId, Reply, Request};

/// Bytes that the longest request takes in any dialect that is compiled in.
pub(crate) const REQUEST_BYTES: usize = {
    let (mut longest, mut next) = (0, 0);
    while next < DialectKind::ALL.len() {
        let bytes = DialectKind::ALL[next].request_bytes();
        longest = if bytes > longest { bytes } else { longest };
        next += 1;
    }
    longest
};

const _: () = {
    let mut next = 0;
    while next < DialectKind::ALL.len() {
        assert!(DialectKind::ALL[next].reply_bytes() <= LINE_MAX + 2, "the writer would cut it");
        next += 1;
    }
};

/// The dialects that there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum DialectKind {
    /// The lines of `docs/PROTOCOL.md`.
    #[default]
    Lines,
    /// The letters of the tests.
    #[cfg(test)]
    Letters,
}

impl DialectKind {
    const ALL: &[DialectKind] = &[
        DialectKind::Lines,
        #[cfg(test)]
        DialectKind::Letters,
    ];

    /// Bytes that the longest request takes, with its end. A server sees as many at once, so a
    /// receive buffer holds them.
    pub const fn request_bytes(self) -> usize {
        match self {
            DialectKind::Lines => cutter::LINE_BYTES,
            #[cfg(test)]
            DialectKind::Letters => tests::REQUEST_BYTES,
        }
    }

    /// Bytes that the longest reply, event or part of an answer takes, with its end. It goes out
    /// whole, so a transmit buffer holds it.
    pub const fn reply_bytes(self) -> usize {
        match self {
            DialectKind::Lines => LINE_MAX + 1,
            #[cfg(test)]
            DialectKind::Letters => LINE_MAX + 2,
        }
    }
}

/// A connection's dialect, and how far it has read. An enum and no trait object, so that no line
/// goes through a table of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Dialect {
    /// The lines of `docs/PROTOCOL.md`.
    Lines(LineCutter),
    /// The letters of the tests.
    #[cfg(test)]
    Letters(tests::Letters),
}

/// What the next bytes of a connection say.
#[derive(Debug)]
pub(crate) struct Parsed<'b> {
    /// The next request, or the reply to something that is no request. `None` until more bytes
    /// come.
    pub(crate) request: Option<Result<Request<'b>, Reply<'static>>>,
    /// Bytes that are done.
    pub(crate) consumed: usize,
    /// The connection's dialect, once those bytes are consumed; if there are none, at once.
    pub(crate) then: Dialect,
}

impl Default for Dialect {
    fn default() -> Self {
        Dialect::new(DialectKind::default())
    }
}

impl Dialect {
    /// At the start of a connection.
    pub(crate) const fn new(kind: DialectKind) -> Self {
        debug_assert!(
            kind.request_bytes() <= REQUEST_BYTES,
            "a dialect is missing in the list ALL"
        );
        match kind {
            DialectKind::Lines => Dialect::Lines(LineCutter::new()),
            #[cfg(test)]
            DialectKind::Letters => Dialect::Letters(tests::Letters::new()),
        }
    }

    const fn kind(&self) -> DialectKind {
        match self {
            Dialect::Lines(_) => DialectKind::Lines,
            #[cfg(test)]
            Dialect::Letters(_) => DialectKind::Letters,
        }
    }

    /// Bytes that must be seen at once to read a request.
    pub(crate) const fn request_bytes(&self) -> usize {
        self.kind().request_bytes()
    }

    /// Room that a connection must have before a request is read: the longest reply to one, in
    /// bytes.
    pub(crate) const fn reply_bytes(&self) -> usize {
        self.kind().reply_bytes()
    }

    /// Reads the next request from `bytes`, which are all received and unconsumed bytes, or the
    /// first [`request_bytes`](Self::request_bytes) of them. Changes nothing but the bytes that it
    /// consumes, which are a copy, so a request may be left unread.
    #[inline]
    pub(crate) fn read<'b>(&self, bytes: &'b mut [u8]) -> Parsed<'b> {
        match self {
            Dialect::Lines(cutter) => {
                let mut then = *cutter;
                let Cut { line, consumed } = then.cut(bytes);
                let request = line.map(|line| Ok(lines::parse_request(line?)?));
                Parsed { request, consumed, then: Dialect::Lines(then) }
            }
            #[cfg(test)]
            Dialect::Letters(letters) => tests::read(letters, bytes),
        }
    }

    /// Learns the reply to the last request that was read. It is written, and stood alone.
    #[inline]
    pub(crate) fn learn(&mut self, _reply: &Reply<'_>) {
        match self {
            Dialect::Lines(_) => {}
            #[cfg(test)]
            Dialect::Letters(letters) => letters.learn(_reply),
        }
    }

    /// Writes a reply that stands alone. It may be written again if there is no room for it, so
    /// this changes nothing.
    #[inline]
    pub(crate) fn write_reply(&self, reply: &Reply<'_>, out: &mut LineWriter) {
        match self {
            Dialect::Lines(_) => lines::emit_reply(reply, out),
            #[cfg(test)]
            Dialect::Letters(letters) => tests::write_reply(letters, reply, out),
        }
    }

    /// Writes an event.
    #[inline]
    pub(crate) fn write_event(&self, event: &Event<'_>, out: &mut LineWriter) {
        match self {
            Dialect::Lines(_) => lines::emit_event(event, out),
            #[cfg(test)]
            Dialect::Letters(_) => tests::write_event(event, out),
        }
    }

    /// Writes a message or a broadcast, whose text comes in pieces. A character may lie across two
    /// of them.
    #[inline]
    pub(crate) fn write_said<'t>(
        &self,
        said: Said<'_>,
        pieces: impl Iterator<Item = &'t [u8]>,
        out: &mut LineWriter,
    ) {
        match self {
            Dialect::Lines(_) => {
                lines::emit_head(said.kind, said.id, said.from, said.age, out);
                pieces.for_each(|piece| out.push_piece(piece));
            }
            #[cfg(test)]
            Dialect::Letters(_) => tests::write_said(said, pieces, out),
        }
    }

    /// Begins a part of an answer of many items, whose reply is `head`. If there is no head, the
    /// items are events. `is_begun` tells whether an earlier part is out.
    #[inline]
    pub(crate) fn pack<'w>(
        &self,
        head: Option<Reply<'_>>,
        is_begun: bool,
        out: &'w mut LineWriter,
    ) -> Packer<'w> {
        match self {
            Dialect::Lines(_) => Packer::Lines(lines::Packer::new(head, is_begun, out)),
            #[cfg(test)]
            Dialect::Letters(_) => Packer::Letters(tests::Packer::new(out)),
        }
    }

    /// What was written, as it goes out.
    #[inline]
    pub(crate) fn bytes<'w>(&self, out: &'w mut LineWriter) -> &'w [u8] {
        match self {
            Dialect::Lines(_) => out.terminated(),
            #[cfg(test)]
            Dialect::Letters(_) => out.terminated_by_crlf(),
        }
    }
}

/// A message or a broadcast without its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// Which of the two.
    pub(crate) kind: Kind,
    /// Its number.
    pub(crate) id: MessageId,
    /// Its sender.
    pub(crate) from: &'a str,
    /// Seconds since it was accepted.
    pub(crate) age: u32,
}

/// A part of an answer, as long as it is filled with items.
#[derive(Debug)]
pub(crate) enum Packer<'w> {
    Lines(lines::Packer<'w>),
    #[cfg(test)]
    Letters(tests::Packer<'w>),
}

impl Packer<'_> {
    /// Writes the item, and answers whether it fits. An item fits in a part that is empty.
    #[inline]
    pub(crate) fn push(&mut self, item: Item<'_>) -> bool {
        match self {
            Packer::Lines(line) => line.push(item),
            #[cfg(test)]
            Packer::Letters(line) => line.push(item),
        }
    }

    /// Whether the part has no item yet.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Packer::Lines(line) => line.is_empty(),
            #[cfg(test)]
            Packer::Letters(line) => line.is_empty(),
        }
    }

    /// Ends the part. `continues` tells whether another part of the same answer follows; if not,
    /// this closes the answer, for which [`push`](Self::push) has left room.
    pub(crate) fn finish(self, continues: bool) {
        match self {
            Packer::Lines(line) => line.finish(continues),
            #[cfg(test)]
            Packer::Letters(line) => line.finish(continues),
        }
    }
}
