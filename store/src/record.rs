//! A record's bytes: a kind, a number, and the fields of an entry or of the log's own. Little
//! endian; a name has its length in front, a text reaches to the end.
//! Knows no flash.

mod fields;
#[cfg(feature = "operator")]
mod operator;

use core::ops::RangeInclusive;

use smolchat_core::protocol::{Kind, MessageId, NAME_MAX, Secret, TEXT_MAX};
use smolchat_core::store::Entry;
use smolchat_core::time::Instant;

use self::fields::{Reader, Writer};

/// The version of the format. A log of a higher version is left alone. Version 8 has what operators
/// did. A product without orders writes version 7, and opens no log of version 8. Version 6 had no
/// keys and no seed. Version 5 had no hashes of passwords. Version 4 had no passwords that were
/// changed. Version 3 had no broadcasts of the history. Version 2 wrote no closing mark. Version 1
/// wrote a broadcast's text once for every receiver.
pub const FORMAT: u16 = if cfg!(feature = "operator") { 8 } else { 7 };
/// The first format with a closing mark.
pub(crate) const FORMAT_CLOSES: u16 = 3;
/// The versions that are read.
pub(crate) const FORMATS: RangeInclusive<u16> = 1..=FORMAT;
/// The longest record, in bytes: a delivery. It is a multiple of the largest word of any flash, so
/// that a record can be read as it was written.
pub const RECORD_MAX: usize =
    (RECORD_HEADER + 8 + 8 + 1 + 2 * (1 + NAME_MAX) + TEXT_MAX).next_multiple_of(32);

/// Bytes of a seed.
pub const SEED_BYTES: usize = 32;

/// An account that begins behind a removal: what is not written of others comes first.
const SINCE: (u8, u8) = (17, 18);
/// What is not written of an account that was registered.
const REGISTERED: (u16, bool) = (0, false);
const FIRST_OF_NAME: MessageId = MessageId(0);
/// The kind and the number.
const RECORD_HEADER: usize = 1 + 4;
/// The first record of every log holds these bytes near its beginning.
pub const MAGIC: [u8; 8] = *b"smolchat";

/// The first record since the log was made durable.
const FIRST: u8 = 0x80;
/// A copy of a record that is still in the oldest segment.
const COPY: u8 = 0x40;
const KIND: u8 = 0x3f;

/// A record, its fields borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbered<'a> {
    pub(crate) number: u32,
    pub(crate) is_first: bool,
    pub(crate) is_copy: bool,
    pub(crate) record: Record<'a>,
}

/// What a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record<'a> {
    /// The first record of each segment.
    Header(Header),
    /// The segments below this one are not needed any more. It ends a compaction.
    Freed { oldest: u32 },
    /// An entry of the chat's.
    Entry(Entry<'a>),
    /// The product's secret, from which it makes its key. Only the last one counts.
    Seed(&'a [u8; SEED_BYTES]),
    /// What the product was set to. Only the one with the highest turn counts: copies of earlier
    /// ones may stand behind it.
    #[cfg(feature = "operator")]
    Settings { turn: u32, bytes: &'a [u8] },
    /// Nobody wrote behind this when the log was closed.
    Closed,
    /// The next segment was begun, and its compaction has ended. This record stands behind all
    /// others and has the number of that segment's header.
    Continued,
    /// The last broadcast delivery before it in its segment, for another receiver: few bytes
    /// instead of the text.
    BackReference { to: &'a str },
}

/// The first record of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The version of the format. Of an unknown version nothing else is known.
    pub(crate) format: u16,
    /// The log's own number, drawn when it was made.
    pub(crate) epoch: u32,
    /// The segment's number: one more than that of the segment before.
    pub(crate) sequence: u32,
    /// How many segments the log has. A segment stands at its number modulo this.
    pub(crate) segments: u32,
}

impl Numbered<'_> {
    /// Writes the record and answers its bytes; `None` if a field is longer than the limits of
    /// `protocol`.
    pub(crate) fn encode<'b>(&self, buffer: &'b mut [u8; RECORD_MAX]) -> Option<&'b [u8]> {
        let mut out = Writer { buffer, len: 0, fits: true };
        let flags = if self.is_first { FIRST } else { 0 } | if self.is_copy { COPY } else { 0 };
        out.bytes(&[self.record.kind() | flags]);
        out.bytes(&self.number.to_le_bytes());
        self.record.encode(&mut out);
        let Writer { buffer, len, fits } = out;
        buffer.get(..len).filter(|_| fits)
    }
}

impl<'a> Numbered<'a> {
    /// Reads a record; `None` if it is not one of this format.
    pub(crate) fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Reader(bytes);
        let [kind] = fields.array()?;
        let number = u32::from_le_bytes(fields.array()?);
        let record = Record::decode(kind & KIND, fields)?;
        Some(Numbered { number, is_first: kind & FIRST != 0, is_copy: kind & COPY != 0, record })
    }

    /// Whether everything before it was durable when it was written.
    pub(crate) fn is_proof(&self) -> bool {
        self.is_first || self.record == Record::Continued
    }
}

impl Record<'_> {
    /// Whether it holds what the product keeps of its own, which is no entry.
    pub(crate) fn is_products(&self) -> bool {
        match self {
            Record::Seed(_) => true,
            #[cfg(feature = "operator")]
            Record::Settings { .. } => true,
            _ => false,
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Record::Header(_) => 0,
            Record::Freed { .. } => 1,
            Record::Entry(Entry::Account { secret, since, .. }) if since.0 > 0 => match secret {
                Secret::Password(_) => SINCE.0,
                Secret::Hash(_) => SINCE.1,
            },
            Record::Entry(Entry::Account { secret: Secret::Hash(_), .. }) => 13,
            Record::Entry(Entry::Account { change: 0, is_given: false, .. }) => 2,
            Record::Entry(Entry::Account { .. }) => 12,
            Record::Entry(Entry::Block { .. }) => 3,
            Record::Entry(Entry::Unblock { .. }) => 4,
            Record::Entry(Entry::Delivery { .. }) => 5,
            Record::Entry(Entry::Released { .. } | Entry::Expired { .. }) => 6,
            Record::Entry(Entry::Reserved { .. }) => 7,
            Record::Entry(Entry::Broadcast { .. }) => 11,
            Record::Entry(Entry::Key { .. }) => 14,
            Record::Entry(Entry::KeyRemoved { .. }) => 15,
            Record::BackReference { .. } => 8,
            Record::Closed => 9,
            Record::Continued => 10,
            Record::Seed(_) => 16,
            #[cfg(feature = "operator")]
            Record::Settings { .. } => 22,
            #[cfg(feature = "operator")]
            Record::Entry(Entry::AccountRemoved { .. }) => 19,
            #[cfg(feature = "operator")]
            Record::Entry(Entry::Ban { .. }) => 20,
            #[cfg(feature = "operator")]
            Record::Entry(Entry::Unban { .. }) => 21,
        }
    }

    fn encode(&self, out: &mut Writer<'_>) {
        match *self {
            Record::Header(Header { format, epoch, sequence, segments }) => {
                out.bytes(&MAGIC);
                out.bytes(&format.to_le_bytes());
                for field in [epoch, sequence, segments] {
                    out.bytes(&field.to_le_bytes());
                }
            }
            Record::Freed { oldest } => out.bytes(&oldest.to_le_bytes()),
            Record::Seed(seed) => out.bytes(seed),
            #[cfg(feature = "operator")]
            Record::Settings { turn, bytes } => {
                out.bytes(&turn.to_le_bytes());
                out.bytes(bytes);
            }
            Record::Entry(ref entry) => encode_entry(entry, out),
            Record::BackReference { to } => out.name(to),
            Record::Closed | Record::Continued => {}
        }
    }
}

fn encode_entry(entry: &Entry<'_>, out: &mut Writer<'_>) {
    match *entry {
        Entry::Account { user, secret, change, is_given, since } => {
            encode_account((user, secret), (change, is_given), since, out);
        }
        Entry::Unblock { blocker, blocked } => {
            out.name(blocker);
            out.bytes(blocked.as_bytes());
        }
        Entry::Block { blocker, blocked, number } => {
            out.bytes(&number.to_le_bytes());
            out.name(blocker);
            out.bytes(blocked.as_bytes());
        }
        Entry::Delivery { id, kind, from, to, at, text } => {
            out.bytes(&id.0.to_le_bytes());
            out.bytes(&at.as_millis().to_le_bytes());
            out.bytes(&[match kind {
                Kind::Message => 0,
                Kind::Broadcast => 1,
                Kind::Say => 2,
            }]);
            out.name(from);
            out.name(to);
            out.bytes(text.as_bytes());
        }
        Entry::Broadcast { id, from, at, text } => {
            out.bytes(&id.0.to_le_bytes());
            out.bytes(&at.as_millis().to_le_bytes());
            out.name(from);
            out.bytes(text.as_bytes());
        }
        Entry::Released { to, id } | Entry::Expired { to, id } => {
            out.bytes(&id.0.to_le_bytes());
            out.bytes(to.as_bytes());
        }
        Entry::Reserved { next } => out.bytes(&next.0.to_le_bytes()),
        Entry::Key { user, key, number } => {
            out.bytes(&number.to_le_bytes());
            out.bytes(key);
            out.name(user);
        }
        Entry::KeyRemoved { user, key } => {
            out.bytes(key);
            out.name(user);
        }
        #[cfg(feature = "operator")]
        Entry::AccountRemoved { .. } | Entry::Ban { .. } | Entry::Unban { .. } => {
            operator::encode(entry, out);
        }
    }
}

fn encode_account(
    (user, secret): (&str, Secret<'_>),
    (change, is_given): (u16, bool),
    since: MessageId,
    out: &mut Writer<'_>,
) {
    let (bytes, is_hash) = match secret {
        Secret::Password(password) => (password.as_bytes(), false),
        Secret::Hash(hash) => (hash, true),
    };
    if since.0 > 0 {
        out.bytes(&since.0.to_le_bytes());
    }
    if is_hash || since.0 > 0 || (change, is_given) != REGISTERED {
        out.bytes(&change.to_le_bytes());
        out.bytes(&[u8::from(is_given)]);
    }
    out.name(user);
    out.bytes(bytes);
}

impl<'a> Record<'a> {
    fn decode(kind: u8, mut fields: Reader<'a>) -> Option<Self> {
        let entry = match kind {
            0 => return Header::decode(fields).map(Record::Header),
            1 => return Some(Record::Freed { oldest: u32::from_le_bytes(fields.last()?) }),
            8 => return back_reference(fields),
            9 => return fields.is_empty().then_some(Record::Closed),
            10 => return fields.is_empty().then_some(Record::Continued),
            16 => return fields.0.try_into().ok().map(Record::Seed),
            #[cfg(feature = "operator")]
            22 => {
                let turn = u32::from_le_bytes(fields.array()?);
                return Some(Record::Settings { turn, bytes: fields.0 });
            }
            2 => account(REGISTERED, fields, false, FIRST_OF_NAME)?,
            12 => account(changed(&mut fields)?, fields, false, FIRST_OF_NAME)?,
            13 => account(changed(&mut fields)?, fields, true, FIRST_OF_NAME)?,
            17 | 18 => {
                let since = MessageId(u64::from_le_bytes(fields.array()?));
                account(changed(&mut fields)?, fields, kind == SINCE.1, since)?
            }
            #[cfg(feature = "operator")]
            19..=21 => operator::decode(kind, fields)?,
            3 => {
                let number = u32::from_le_bytes(fields.array()?);
                Entry::Block { blocker: fields.name()?, blocked: fields.rest()?, number }
            }
            4 => Entry::Unblock { blocker: fields.name()?, blocked: fields.rest()? },
            5 => delivery(fields)?,
            6 => {
                let id = MessageId(u64::from_le_bytes(fields.array()?));
                Entry::Released { to: fields.rest()?, id }
            }
            11 => {
                let id = MessageId(u64::from_le_bytes(fields.array()?));
                let at = Instant::from_millis(u64::from_le_bytes(fields.array()?));
                Entry::Broadcast { id, from: fields.name()?, at, text: fields.rest()? }
            }
            14 => {
                let number = u32::from_le_bytes(fields.array()?);
                let (key, user) = key_of(fields)?;
                Entry::Key { user, key, number }
            }
            15 => {
                let (key, user) = key_of(fields)?;
                Entry::KeyRemoved { user, key }
            }
            7 => Entry::Reserved { next: MessageId(u64::from_le_bytes(fields.last()?)) },
            _ => return None,
        };
        Some(Record::Entry(entry))
    }
}

impl Header {
    /// If the magic is right, the format tells whether the rest can be read.
    fn decode(mut fields: Reader<'_>) -> Option<Self> {
        if fields.array()? != MAGIC {
            return None;
        }
        let format = u16::from_le_bytes(fields.array()?);
        if !FORMATS.contains(&format) {
            return Some(Header { format, epoch: 0, sequence: 0, segments: 0 });
        }
        let epoch = u32::from_le_bytes(fields.array()?);
        let sequence = u32::from_le_bytes(fields.array()?);
        Some(Header { format, epoch, sequence, segments: u32::from_le_bytes(fields.last()?) })
    }
}

/// How often a password was changed, and whether the account came with the product.
fn changed(fields: &mut Reader<'_>) -> Option<(u16, bool)> {
    let change = u16::from_le_bytes(fields.array()?);
    match fields.array()? {
        [0] => Some((change, false)),
        [1] => Some((change, true)),
        _ => None,
    }
}

fn account(
    (change, is_given): (u16, bool),
    mut fields: Reader<'_>,
    is_hash: bool,
    since: MessageId,
) -> Option<Entry<'_>> {
    let user = fields.name()?;
    let secret = match is_hash {
        true => Secret::Hash(fields.0),
        false => Secret::Password(fields.rest()?),
    };
    Some(Entry::Account { user, secret, change, is_given, since })
}

fn back_reference(mut fields: Reader<'_>) -> Option<Record<'_>> {
    let to = fields.name()?;
    fields.is_empty().then_some(Record::BackReference { to })
}

/// A key and its user, with nothing behind them.
fn key_of(mut fields: Reader<'_>) -> Option<(&[u8; 32], &str)> {
    let (key, rest) = fields.0.split_first_chunk()?;
    fields.0 = rest;
    let user = fields.name()?;
    fields.is_empty().then_some((key, user))
}

fn delivery(mut fields: Reader<'_>) -> Option<Entry<'_>> {
    let id = MessageId(u64::from_le_bytes(fields.array()?));
    let at = Instant::from_millis(u64::from_le_bytes(fields.array()?));
    let kind = match fields.array()? {
        [0] => Kind::Message,
        [1] => Kind::Broadcast,
        [2] => Kind::Say,
        _ => return None,
    };
    let (from, to) = (fields.name()?, fields.name()?);
    Some(Entry::Delivery { id, kind, from, to, at, text: fields.rest()? })
}

#[cfg(test)]
mod tests;
