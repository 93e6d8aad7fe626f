//! What an operator may say, at the console or in the chat, and its words.

use smolchat_core::operator::Network;

use super::ask::{Word, text};

/// Networks that may be banned: each with the sources of
/// [`ADDRESSES`](super::world::ADDRESSES) that it holds.
pub(super) const NETWORKS: [(&str, u8, &[usize]); 4] = [
    ("192.168.69.100", 32, &[0]),
    ("192.168.69.0", 24, &[0, 1]),
    ("fd00:0:0:1:0:0:0:0", 64, &[2]),
    ("10.0.0.0", 8, &[]),
];

/// Whom a ban keeps out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The user of that name.
    User(String),
    /// One of a few networks.
    Network(usize),
}

/// One order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// `user add`
    Add {
        /// Whose account.
        name: String,
        /// Its password.
        word: Word,
    },
    /// `user passwd`
    ChangePassword {
        /// Whose.
        name: String,
        /// To this one.
        word: Word,
    },
    /// `user remove`
    Remove {
        /// Whose account.
        name: String,
    },
    /// `user list`
    Users {
        /// The first letters of the names.
        prefix: &'static str,
    },
    /// `kick`
    Kick {
        /// Whom.
        name: String,
    },
    /// `ban`
    Ban {
        /// Whom.
        whom: Whom,
        /// For so many seconds, or for good.
        seconds: Option<u64>,
    },
    /// `unban`
    Unban {
        /// Whom.
        whom: Whom,
    },
    /// `bans`
    Bans,
    /// `say`
    Say {
        /// Bytes of text.
        length: usize,
    },
    /// No order at all.
    Unknown,
    /// An order without its argument.
    Arguments,
}

impl Whom {
    pub(super) fn text(&self) -> String {
        match self {
            Whom::User(name) => name.clone(),
            Whom::Network(number) => {
                let (address, bits, _) = NETWORKS[*number];
                debug_assert!(Network::new(address.parse().expect("an address"), bits).is_some());
                format!("{address}/{bits}")
            }
        }
    }
}

impl Order {
    /// The words of the order; `tag` marks a text.
    pub(super) fn words(&self, tag: u64) -> String {
        match self {
            Order::Add { name, word } => format!("user add {name} {}", word.text()),
            Order::ChangePassword { name, word } => format!("user passwd {name} {}", word.text()),
            Order::Remove { name } => format!("user remove {name}"),
            Order::Users { prefix } => format!("user list {prefix}"),
            Order::Kick { name } => format!("kick {name}"),
            Order::Ban { whom, seconds: None } => format!("ban {} for good", whom.text()),
            Order::Ban { whom, seconds: Some(seconds) } => {
                format!("ban {} {seconds}s", whom.text())
            }
            Order::Unban { whom } => format!("unban {}", whom.text()),
            Order::Bans => "bans".into(),
            Order::Say { length } => format!("say {}", text(tag, *length)),
            Order::Unknown => "sudo".into(),
            Order::Arguments => "kick".into(),
        }
    }

    /// The secret that an operator at the console gives, whose password nobody hashes any more.
    pub(super) fn word(&self) -> Option<Word> {
        match self {
            Order::Add { word, .. } | Order::ChangePassword { word, .. } => Some(*word),
            _ => None,
        }
    }
}
