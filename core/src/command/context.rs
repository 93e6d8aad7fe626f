//! The arguments and the result of a command.

use super::answer::Answer;
#[cfg(feature = "operator")]
use crate::chat::UserId;
use crate::chat::{Chat, ConnectionId};
use crate::protocol::Reply;
use crate::time::Instant;

/// Everything a command may use.
pub(crate) struct Context<'c, 's, E> {
    pub(crate) chat: &'c mut Chat<'s>,
    pub(crate) connection: ConnectionId,
    pub(crate) now: Instant,
    /// The request was done when it was read before, and only its reply is to come.
    pub(crate) reply_only: bool,
    pub(crate) environment: &'c mut E,
}

/// The result of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome<'a> {
    /// One reply.
    Reply(Reply<'a>),
    /// One reply after slow work: others get their turn before the next request.
    Slow(Reply<'a>),
    /// One reply, and the connection ends once it is out.
    Goodbye(Reply<'a>),
    /// As many items as it takes.
    Answer(Answer),
    /// One reply, and an event behind it.
    ReplyThen(Reply<'a>, Answer),
    /// An admin gives an order, which the server does: it may end other connections.
    #[cfg(feature = "operator")]
    Order(UserId, &'a str),
    /// A text was accepted. Its OK stands first among the sender's notifications, and may be ready.
    Accepted,
    /// A text was accepted. Its OK stands behind an OK that is outstanding.
    Queued,
    /// The request waits in its socket, because its reply would have to wait for others. Nothing
    /// was done.
    Defer,
    /// The request was done, and its reply waits for others. The request stays in its socket until
    /// then, since it holds what the reply says.
    ReplyLater,
}

impl<'a> From<Reply<'a>> for Outcome<'a> {
    fn from(reply: Reply<'a>) -> Self {
        Outcome::Reply(reply)
    }
}
