//! Answers of many items. Each is a cursor, from which the server draws items while there is room.
//! Knows no text: a dialect packs the items.

#[cfg(feature = "operator")]
use super::prefix::Prefix;
#[cfg(feature = "operator")]
use crate::chat::Most;
use crate::chat::{ConnectionId, Listing, Recall, Search, UserId};
use crate::protocol::{Reply, RequestForm, Token};
use crate::time::Instant;

/// A cursor into an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// `whoelse`.
    UsersOnline {
        /// The next row of the users to look at.
        next: usize,
    },
    /// `whoelsesince`.
    UsersSince {
        /// Sessions that ended before are not told.
        since: Instant,
        /// The next row of the users to look at.
        next: usize,
    },
    /// `blocks`.
    UsersBlocked {
        /// The next row of the users to look at.
        next: usize,
    },
    /// `keys`.
    Keys {
        /// The next row of the keys to look at.
        next: u16,
        /// How many were told.
        told: u16,
    },
    /// `history`.
    Broadcasts(Recall),
    /// `files`.
    Files(Listing),
    /// `searchfile`.
    Search(Search),
    /// `help`, from this row of the requests on.
    Help {
        /// The next row.
        next: usize,
    },
    /// `help command`.
    HelpOn {
        /// The one row.
        form: &'static RequestForm,
    },
    /// `status`, from this figure on.
    Status {
        /// The next figure.
        next: usize,
    },
    /// `user list`.
    #[cfg(feature = "operator")]
    Accounts {
        /// The next row of the users to look at.
        next: u16,
        /// How many were told.
        told: u16,
        /// What their names begin with, filled up with zeros.
        prefix: Prefix,
    },
    /// `bans`.
    #[cfg(feature = "operator")]
    Bans {
        /// The next row of the bans to look at.
        next: u16,
        /// How many were told.
        told: u16,
    },
    /// `top`.
    #[cfg(feature = "operator")]
    Top {
        /// The table that is looked through or told.
        table: u8,
        /// How many were told.
        told: u8,
        /// The next account that is looked at.
        row: u16,
        /// Who takes most of it, as far as was looked and not told yet.
        most: Most,
    },
    /// `startprivate`: the event behind the reply.
    Introduced {
        /// The peer's connection.
        peer: ConnectionId,
        /// The peer.
        user: UserId,
        /// The token that both sides prove to each other.
        token: Token,
    },
}

// Each connection has room for one.
const _: () = assert!(size_of::<Option<Answer>>() == 24);

impl Answer {
    /// `top`, from its beginning.
    #[cfg(feature = "operator")]
    pub(crate) const TOP: Answer = Answer::Top { table: 0, told: 0, row: 0, most: Most::NOBODY };

    /// The reply whose last field the items stand for. `None` if the items are events.
    pub(crate) fn head(&self) -> Option<Reply<'static>> {
        match self {
            Answer::UsersOnline { .. } => Some(Reply::UsersOnline { users: "" }),
            Answer::UsersSince { .. } => Some(Reply::UsersSince { users: "" }),
            Answer::UsersBlocked { .. } => Some(Reply::UsersBlocked { users: "" }),
            Answer::Keys { .. } => Some(Reply::Keys { key: "" }),
            Answer::Broadcasts(_) => Some(Reply::History { broadcast: "" }),
            Answer::Files(_) => Some(Reply::Files { file: "" }),
            Answer::Search(_) => Some(Reply::Available { holder: "" }),
            Answer::Help { .. } | Answer::HelpOn { .. } => Some(Reply::Help { form: "" }),
            Answer::Status { .. } => Some(Reply::Status { figure: "" }),
            #[cfg(feature = "operator")]
            Answer::Accounts { .. } => Some(Reply::Accounts { account: "" }),
            #[cfg(feature = "operator")]
            Answer::Bans { .. } => Some(Reply::Bans { ban: "" }),
            #[cfg(feature = "operator")]
            Answer::Top { .. } => Some(Reply::Top { place: "" }),
            Answer::Introduced { .. } => None,
        }
    }
}

/// The result of one step of a cursor, which hands on items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<C = Answer> {
    /// No other item fits; the answer goes on at this cursor.
    Full(C),
    /// The last item was handed on.
    Last,
    /// The step looked through so much that others get their turn first.
    Yield(C),
    /// There is nothing to say, not even that there is nothing.
    Nothing,
    /// There are no items, and this reply answers instead. No item was handed on before.
    Instead(Reply<'static>),
}

impl<C> Step<C> {
    /// The step of an answer; `goes_on` makes the answer from a cursor.
    pub(super) fn map<D>(self, goes_on: impl FnOnce(C) -> D) -> Step<D> {
        match self {
            Step::Full(cursor) => Step::Full(goes_on(cursor)),
            Step::Last => Step::Last,
            Step::Yield(cursor) => Step::Yield(goes_on(cursor)),
            Step::Nothing => Step::Nothing,
            Step::Instead(reply) => Step::Instead(reply),
        }
    }
}
