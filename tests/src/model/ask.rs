//! What a client may write, and its line: good requests, and several kinds of garbage. The model
//! works on these values, so that no parser is trusted.

use smolchat_core::dialect::lines::LINE_MAX;
use smolchat_core::protocol::{PASSWORD_MAX, key_text};

use super::order::Order;

/// A password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Word {
    /// What every account begins with.
    #[default]
    First,
    /// What it may be changed to.
    Second,
    /// What it never is.
    Wrong,
    /// More than a password may be.
    Long,
}

impl Word {
    /// As it is written.
    pub(super) fn text(self) -> String {
        match self {
            Word::First => "first*secret".into(),
            Word::Second => "second*secret".into(),
            Word::Wrong => "wrong".into(),
            Word::Long => "x".repeat(PASSWORD_MAX + 1),
        }
    }
}

/// One line of a client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// `login`
    Login {
        /// As whom.
        name: String,
        /// With this password.
        word: Word,
    },
    /// `register`
    Register {
        /// The name wanted.
        name: String,
        /// With a password longer than one may be.
        long: bool,
    },
    /// `passwd`
    ChangePassword {
        /// From this one.
        old: Word,
        /// To this one.
        new: Word,
    },
    /// `message`
    Message {
        /// To whom.
        to: String,
        /// Bytes of text.
        length: usize,
    },
    /// `broadcast`
    Broadcast {
        /// Bytes of text.
        length: usize,
    },
    /// `whoelse`
    WhoElse,
    /// `whoelsesince`
    WhoElseSince {
        /// How far back.
        seconds: u64,
    },
    /// `block`
    Block {
        /// Whom.
        name: String,
    },
    /// `unblock`
    Unblock {
        /// Whom.
        name: String,
    },
    /// `blocks`
    Blocks,
    /// `keys`
    Keys,
    /// `addkey`
    AddKey {
        /// Which of a few keys.
        key: u8,
    },
    /// `removekey`
    RemoveKey {
        /// Which of a few keys.
        key: u8,
    },
    /// `seen`
    Seen {
        /// Whom.
        name: String,
    },
    /// `history`
    History {
        /// How many broadcasts at most.
        count: Option<u32>,
    },
    /// `files`
    Files,
    /// `searchfile`
    SearchFile {
        /// What is looked for.
        sought: Sought,
    },
    /// `offer`
    Offer {
        /// Each byte of the file's id.
        file: u8,
        /// Its size.
        size: u64,
        /// Its name.
        name: &'static str,
    },
    /// `hold`
    Hold {
        /// Each byte of the file's id.
        file: u8,
        /// Its size.
        size: u64,
        /// How much of it.
        share: u8,
        /// Its name.
        name: &'static str,
    },
    /// `withdraw`
    Withdraw {
        /// Each byte of the file's id.
        file: u8,
    },
    /// `logout`
    Logout,
    /// `startprivate`
    StartPrivate {
        /// With whom.
        name: String,
    },
    /// `p2p`
    PeerToPeer {
        /// The port announced.
        port: u16,
        /// How many addresses are announced.
        addresses: usize,
    },
    /// `active`
    Active,
    /// `ack`
    Acknowledge {
        /// Up to which message.
        id: u64,
    },
    /// `acks on`
    AcknowledgementsOn,
    /// `receipts on`
    ReceiptsOn,
    /// `help`
    Help,
    /// `help block`
    HelpOnBlock,
    /// `status`
    Status,
    /// `ping`
    Ping,
    /// `admin`
    Admin {
        /// What an operator would say.
        order: Order,
    },
    /// No request at all.
    Garbage(Garbage),
}

/// What `searchfile` looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Files of this name.
    Name(&'static str),
    /// The files whose id has this in each byte.
    Id(u8),
}

/// The id whose bytes are all the same.
pub(super) fn id(byte: u8) -> String {
    format!("{byte:02x}").repeat(32)
}

/// A line that is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbage {
    /// Nothing in it.
    Empty,
    /// A command that there is not.
    Unknown,
    /// A command without its arguments.
    Arguments,
    /// A command that goes from client to client.
    BetweenClients,
    /// Not UTF-8.
    NotUtf8,
    /// A control character.
    Control,
    /// A line separator in a text.
    Separator,
    /// Longer than a line may be.
    TooLong,
}

impl Garbage {
    /// Every kind there is.
    pub const ALL: [Garbage; 8] = [
        Garbage::Empty,
        Garbage::Unknown,
        Garbage::Arguments,
        Garbage::BetweenClients,
        Garbage::NotUtf8,
        Garbage::Control,
        Garbage::Separator,
        Garbage::TooLong,
    ];

    fn line(self) -> Vec<u8> {
        match self {
            Garbage::Empty => Vec::new(),
            Garbage::Unknown => b"GET / HTTP/1.1\r".to_vec(),
            Garbage::Arguments => b"block".to_vec(),
            Garbage::BetweenClients => b"private yoda hi".to_vec(),
            Garbage::NotUtf8 => b"broadcast \xff".to_vec(),
            Garbage::Control => b"broadcast \x1b[2J".to_vec(),
            Garbage::Separator => "message yoda a\u{2028}* bye".into(),
            Garbage::TooLong => vec![b'x'; LINE_MAX + 100],
        }
    }
}

/// The address that a client announces as its `number`th.
pub(super) fn address(number: usize) -> String {
    format!("10.0.0.{}", number + 1)
}

/// A text of `length` bytes that begins with `tag`, by which it is known again.
pub(super) fn text(tag: u64, length: usize) -> String {
    let mut text = format!("{:03}", tag % 1000);
    text.extend((text.len()..length).map(|at| char::from(b'a' + (at % 26) as u8)));
    text
}

impl Ask {
    /// The bytes of the line, its ending included; `tag` marks a text.
    pub(super) fn line(&self, tag: u64) -> Vec<u8> {
        let line = match self {
            Ask::Login { name, word } => format!("login {name} {}", word.text()),
            Ask::Register { name, long } => {
                let word = if *long { Word::Long } else { Word::First };
                format!("register {name} {}", word.text())
            }
            Ask::ChangePassword { old, new } => format!("passwd {} {}", old.text(), new.text()),
            Ask::Message { to, length } => format!("message {to} {}", text(tag, *length)),
            Ask::Broadcast { length } => format!("broadcast {}", text(tag, *length)),
            Ask::WhoElse => "whoelse".into(),
            Ask::WhoElseSince { seconds } => format!("whoelsesince {seconds}"),
            Ask::Block { name } => format!("block {name}"),
            Ask::Unblock { name } => format!("unblock {name}"),
            Ask::Blocks => "blocks".into(),
            Ask::Keys => "keys".into(),
            Ask::AddKey { key } => format!("addkey {} at home", key_text(&[*key; 32])),
            Ask::RemoveKey { key } => format!("removekey {}", key_text(&[*key; 32])),
            Ask::Seen { name } => format!("seen {name}"),
            Ask::History { count: None } => "history".into(),
            Ask::History { count: Some(count) } => format!("history {count}"),
            Ask::Files => "files".into(),
            Ask::SearchFile { sought: Sought::Name(name) } => format!("searchfile {name}"),
            Ask::SearchFile { sought: Sought::Id(file) } => format!("searchfile {}", id(*file)),
            Ask::Offer { file, size, name } => format!("offer {} {size} {name}", id(*file)),
            Ask::Hold { file, size, share, name } => {
                format!("hold {} {size} {share} {name}", id(*file))
            }
            Ask::Withdraw { file } => format!("withdraw {}", id(*file)),
            Ask::Logout => "logout".into(),
            Ask::StartPrivate { name } => format!("startprivate {name}"),
            Ask::PeerToPeer { port, addresses } => {
                let known: String =
                    (0..*addresses).map(|number| format!(" {}", address(number))).collect();
                format!("p2p {port} {}{known}", "07".repeat(32))
            }
            Ask::Active => "active".into(),
            Ask::Acknowledge { id } => format!("ack {id}"),
            Ask::AcknowledgementsOn => "acks on".into(),
            Ask::ReceiptsOn => "receipts on".into(),
            Ask::Help => "help".into(),
            Ask::HelpOnBlock => "help block".into(),
            Ask::Status => "status".into(),
            Ask::Ping => "ping".into(),
            Ask::Admin { order } => format!("admin {}", order.words(tag)),
            Ask::Garbage(garbage) => return [garbage.line(), b"\n".to_vec()].concat(),
        };
        [line.as_bytes(), b"\n"].concat()
    }
}
