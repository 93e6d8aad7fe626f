//! What a command is given, and what it gives back.
//! Touches `chat` and `wire`.

use super::answer::Answer;
use crate::chat::{Chat, ConnectionId};
use crate::time::Instant;
use crate::wire::Reply;

/// Everything a command may use.
pub(crate) struct Call<'c, 's, E> {
    pub(crate) chat: &'c mut Chat<'s>,
    pub(crate) connection: ConnectionId,
    pub(crate) now: Instant,
    pub(crate) environment: &'c mut E,
}

/// What comes of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome<'a> {
    /// One line, and that is all.
    Reply(Reply<'a>),
    /// One line, after something that took its time: others get their turn before the next request.
    Slow(Reply<'a>),
    /// One line, and the connection ends once it is out.
    Goodbye(Reply<'a>),
    /// As many lines as it takes.
    Answer(Answer),
    /// One line, and an event behind it.
    ReplyThen(Reply<'a>, Answer),
    /// It was accepted, and the line comes when that holds.
    Owed,
    /// Nothing was done, or nothing that may not be done again: its reply would have to wait for others, so it waits itself.
    Later,
}

impl<'a> From<Reply<'a>> for Outcome<'a> {
    fn from(reply: Reply<'a>) -> Self {
        Outcome::Reply(reply)
    }
}
