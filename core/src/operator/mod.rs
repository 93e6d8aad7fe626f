//! What an operator says: orders as values, and how their words are read. The server's console, an
//! admin's `admin <order>` and a board's serial port all speak it. Every door answers with the
//! replies and items of `protocol`.
//! Knows no table and no door.

mod span;
mod whom;

pub use span::parse_span;
pub use whom::{Network, Whom};

use crate::protocol::{NAME_MAX, NameError, Reply, Secret, Text};
use crate::time::Duration;

/// How long a ban lasts if nobody says how long: one day.
pub const BAN_USUAL: Duration = Duration::from_secs(24 * 60 * 60);

/// What an operator says, its words borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order<'a> {
    /// `user add <name> <password>`
    AddUser {
        /// The new user's name.
        name: &'a str,
        /// What lets it in.
        secret: Secret<'a>,
    },
    /// `user passwd <name> <password>`
    ChangePassword {
        /// Whose.
        name: &'a str,
        /// What lets it in from now on.
        secret: Secret<'a>,
    },
    /// `user remove <name>`
    RemoveUser {
        /// Whose account.
        name: &'a str,
    },
    /// `user list [prefix]`
    Users {
        /// The first bytes of the names, at most [`NAME_MAX`]; empty for all.
        prefix: &'a str,
    },
    /// `kick <name>`
    Kick {
        /// Whose session.
        name: &'a str,
    },
    /// `ban <name|address[/bits]> [90s|10m|2h|7d|for good]`
    Ban {
        /// Whom to keep out.
        whom: Whom<'a>,
        /// For how long; `None` for good.
        span: Option<Duration>,
    },
    /// `unban <name|address[/bits]>`
    Unban {
        /// Whom to let in again.
        whom: Whom<'a>,
    },
    /// `bans`
    Bans,
    /// `say <text>`
    Say {
        /// What everybody online hears.
        text: Text<'a>,
    },
    /// `status`
    Status,
    /// `top`
    Top,
}

/// The forms of the orders, as `docs/PROTOCOL.md` repeats them, and what they do.
pub static ORDERS: &[(&str, &str)] = &[
    ("user add <name> <password>", "give somebody an account"),
    ("user passwd <name> <password>", "give an account another password"),
    ("user remove <name>", "take an account away, with all that was its user's"),
    ("user list [prefix]", "the accounts"),
    ("kick <name>", "end a user's session"),
    ("ban <name|address[/bits]> [90s|10m|2h|7d|for good]", "keep a user or a network out"),
    ("unban <name|address[/bits]>", "end a ban"),
    ("bans", "who is banned"),
    ("say <text>", "tell everybody online something"),
    ("status", "what the server holds and has done"),
    ("top", "who takes most of each table"),
];

impl<'a> Order<'a> {
    /// Reads an order, which is a part of a line without control characters.
    ///
    /// # Errors
    /// The reply says what is wrong with it.
    pub fn parse(words: &'a str) -> Result<Self, Reply<'static>> {
        let (first, rest) = word(words.trim_matches(' '));
        let (name, behind) = word(rest);
        let (row, order) = match (first, name) {
            ("user", "add") => (0, add(behind)),
            ("user", "passwd") => (1, passwd(behind)),
            ("user", "remove") => (2, one(behind).map(|name| Order::RemoveUser { name })),
            ("user", "list") => (3, list(behind)),
            ("kick", _) => (4, one(rest).map(|name| Order::Kick { name })),
            ("ban", _) => (5, ban(name, behind)),
            ("unban", _) => (6, whom(rest).map(|whom| Order::Unban { whom })),
            ("bans", _) => (7, nothing(rest, Order::Bans)),
            ("say", _) => (8, say(rest)?),
            ("status", _) => (9, nothing(rest, Order::Status)),
            ("top", _) => (10, nothing(rest, Order::Top)),
            _ => return Err(Reply::UnknownOrder),
        };
        order.ok_or(Reply::WrongOrder { form: ORDERS[row].0 })
    }
}

fn add(rest: &str) -> Option<Order<'_>> {
    let (name, password) = pair(rest)?;
    Some(Order::AddUser { name, secret: password.into() })
}

fn passwd(rest: &str) -> Option<Order<'_>> {
    let (name, password) = pair(rest)?;
    Some(Order::ChangePassword { name, secret: password.into() })
}

fn list(prefix: &str) -> Option<Order<'_>> {
    let fits = prefix.len() <= NAME_MAX && !prefix.contains(' ');
    fits.then_some(Order::Users { prefix })
}

fn ban<'a>(name: &'a str, span: &str) -> Option<Order<'a>> {
    let span = match span {
        "" => Some(BAN_USUAL),
        "for good" => None,
        span => Some(parse_span(span)?),
    };
    // Nobody means everybody, who comes in again by no order of an admin.
    let whom = whom(name).filter(|whom| !matches!(whom, Whom::Network(all) if all.bits() == 0))?;
    Some(Order::Ban { whom, span })
}

fn whom(word: &str) -> Option<Whom<'_>> {
    one(word).and_then(Whom::parse)
}

fn say(text: &str) -> Result<Option<Order<'_>>, Reply<'static>> {
    match Text::new(text) {
        Ok(text) => Ok(Some(Order::Say { text })),
        Err(NameError::Empty) => Ok(None),
        Err(NameError::TooLong) => Err(Reply::TextTooLong),
        Err(NameError::Character(_)) => Err(Reply::ControlCharacter),
    }
}

fn nothing<'a>(rest: &str, order: Order<'a>) -> Option<Order<'a>> {
    rest.is_empty().then_some(order)
}

fn one(rest: &str) -> Option<&str> {
    Some(rest).filter(|rest| !rest.is_empty() && !rest.contains(' '))
}

fn pair(rest: &str) -> Option<(&str, &str)> {
    let (first, second) = word(rest);
    Some((one(first)?, one(second)?))
}

/// The first word, and the text after the spaces that follow it.
fn word(text: &str) -> (&str, &str) {
    match text.split_once(' ') {
        Some((first, rest)) => (first, rest.trim_start_matches(' ')),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests;
