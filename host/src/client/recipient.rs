//! To whom plain text goes. Knows no session.

use super::sanitize::name;

/// Behind the name of a user who is talked to from client to client.
pub(crate) const PRIVATE: &str = " (private)";

/// To whom plain text goes. The prompt names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// Everybody online.
    #[default]
    All,
    /// This user, through the server.
    User(String),
    /// This user, straight from client to client.
    Private(String),
}

impl Recipient {
    /// Stands before the line being typed.
    pub(crate) fn prompt(&self) -> String {
        match self {
            Recipient::All => "all> ".to_owned(),
            Recipient::User(user) => format!("{}> ", name(user)),
            Recipient::Private(user) => format!("{}{PRIVATE}> ", name(user)),
        }
    }

    /// The line that says to whom somebody talks from now on.
    pub(crate) fn told(&self) -> String {
        match self {
            Recipient::All => "you talk to all".to_owned(),
            Recipient::User(user) => format!("you talk to {}", name(user)),
            Recipient::Private(user) => format!("you talk to {} in private", name(user)),
        }
    }

    /// Behind the arrow of a line that was sent.
    pub(crate) fn behind_arrow(&self) -> String {
        match self {
            Recipient::All => "all".to_owned(),
            Recipient::User(user) => name(user).into_owned(),
            Recipient::Private(user) => format!("{}{}", name(user), PRIVATE),
        }
    }
}
