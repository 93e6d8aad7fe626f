//! The fields of a reply: the kinds there are, and how each is read from its word.
//! Knows no reply.

use crate::protocol::MessageId;

/// The most fields that a reply has.
pub const FIELDS_MAX: usize = 4;

/// A field of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// A name, or words.
    Text(&'a str),
    /// A number, written in decimal.
    Number(u64),
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Field::Text(text)
    }
}

impl From<u32> for Field<'_> {
    fn from(number: u32) -> Self {
        Field::Number(number.into())
    }
}

impl From<MessageId> for Field<'_> {
    fn from(id: MessageId) -> Self {
        Field::Number(id.0)
    }
}

/// A type that a field of a reply may have, read from its word.
pub(super) trait ReadField<'a>: Sized {
    fn read(word: &'a str) -> Option<Self>;
}

impl<'a> ReadField<'a> for &'a str {
    fn read(word: &'a str) -> Option<Self> {
        Some(word)
    }
}

impl ReadField<'_> for u32 {
    fn read(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

impl ReadField<'_> for MessageId {
    fn read(word: &str) -> Option<Self> {
        word.parse().ok().map(MessageId)
    }
}
