//! Items: what a long answer is made of.
//! Knows no line: a dialect packs items as it likes.

use super::{Event, MessageId, RequestForm};

/// The figure of `status` that tells how much of the history is in doubt. If the server's last run
/// was killed or lost its power, the history may lack broadcasts right before this number. It is 0
/// if that run ended as it should.
pub const HISTORY_GAP: &str = "history-gap-before";
/// The figure of `status` that is about the mailbox of who asks.
pub const OWN_MESSAGES: &str = "your-messages-waiting";

/// One of the items of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A user of a list, by name.
    User(&'a str),
    /// A figure of `status`.
    Figure {
        /// What is counted.
        name: &'a str,
        /// How much.
        value: u64,
        /// The limit, if there is one.
        of: Option<u64>,
    },
    /// The fingerprint of the key by which clients know an encrypted server, behind the figures.
    Fingerprint(&'a str),
    /// A broadcast of `history`.
    Broadcast {
        /// Its number, which the event had, too.
        id: MessageId,
        /// Who sent it.
        from: &'a str,
        /// Seconds since it was accepted.
        age: u32,
        /// What was said.
        text: &'a str,
    },
    /// How many broadcasts `history` told, behind the last one.
    Count(u32),
    /// An ed25519 key that opens the caller's account, of `keys`.
    Key(&'a [u8; 32]),
    /// How many keys `keys` told, behind the last one.
    KeyCount(u32),
    /// A file of `files`.
    File {
        /// Its id.
        id: &'a [u8; 32],
        /// Its size, in bytes.
        size: u64,
        /// How many users hold it, or a part of it.
        holders: u32,
        /// Its name.
        name: &'a str,
    },
    /// How many files `files` told, behind the last one.
    FileCount(u32),
    /// Somebody who holds a file that `searchfile` found.
    Holder {
        /// The file's id.
        id: &'a [u8; 32],
        /// Its size, in bytes.
        size: u64,
        /// How much of it the user holds, in 255ths.
        share: u8,
        /// Who holds it.
        user: &'a str,
        /// The file's name.
        name: &'a str,
    },
    /// The end of what `searchfile` found.
    Available,
    /// An account of `user list`.
    #[cfg(feature = "operator")]
    Account {
        /// Its name.
        name: &'a str,
        /// What there is to say of it, most important first, each one word.
        marks: [&'static str; 5],
    },
    /// A ban of `bans`.
    #[cfg(feature = "operator")]
    Ban {
        /// Whom it keeps out.
        whom: crate::operator::Whom<'a>,
        /// For how many seconds yet; `None` for good.
        left: Option<u32>,
    },
    /// How many things of that name an order told, behind the last one.
    #[cfg(feature = "operator")]
    Tally(u32, &'static str),
    /// Who takes how much of a table, of `top`.
    #[cfg(feature = "operator")]
    Place {
        /// The table.
        table: &'static str,
        /// Who.
        user: &'a str,
        /// How much.
        count: u32,
    },
    /// A request's row, of `help`.
    Form(&'static RequestForm),
    /// An event that belongs to a reply: `startprivate` introduces a peer by one.
    Event(Event<'a>),
}
