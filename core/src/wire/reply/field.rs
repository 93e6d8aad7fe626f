//! The fields of a reply: how each type is written, and how it is read from its word.
//! Knows no reply.

use crate::wire::MessageId;

/// The kinds of fields.
pub(super) enum Field<'a> {
    Text(&'a str),
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
