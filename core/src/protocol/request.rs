//! Requests: what a client asks of a server. [`REQUESTS`] is the table that `help` tells.
//! Knows no text of a request but its form. A dialect reads and writes requests.

use super::{Addresses, MessageId, Reply};

/// A request, its arguments borrowed from where it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// `login <user> <password>`
    Login {
        /// The user's name.
        user: &'a str,
        /// The user's password.
        password: &'a str,
    },
    /// `register <user> <password>`
    Register {
        /// The new user's name.
        user: &'a str,
        /// Its password from now on.
        password: &'a str,
    },
    /// `message <user> <text>`
    Message {
        /// The receiver.
        to: &'a str,
        /// What is said.
        text: &'a str,
    },
    /// `broadcast <text>`
    Broadcast {
        /// What is said.
        text: &'a str,
    },
    /// `whoelse`
    WhoElse,
    /// `whoelsesince <seconds>`
    WhoElseSince {
        /// How far to look back.
        seconds: u64,
    },
    /// `block <user>`
    Block {
        /// Whom.
        user: &'a str,
    },
    /// `unblock <user>`
    Unblock {
        /// Whom.
        user: &'a str,
    },
    /// `logout`
    Logout,
    /// `startprivate <user>`
    StartPrivate {
        /// The peer.
        user: &'a str,
    },
    /// `p2p <port> [address...]`
    PeerToPeer {
        /// Where the client listens for its peers.
        port: u16,
        /// Addresses the client knows of itself.
        addresses: Addresses,
    },
    /// `ack <id>`
    Acknowledge {
        /// Everything up to this number has arrived.
        id: MessageId,
    },
    /// `acks on`
    AcknowledgementsOn,
    /// `receipts on`
    ReceiptsOn,
    /// `help [command]`
    Help {
        /// One command, or all.
        command: Option<&'static RequestForm>,
    },
    /// `status`
    Status,
    /// `ping`
    Ping,
}

/// How a request is written, and what it is for.
#[derive(Debug, PartialEq, Eq)]
pub struct RequestForm {
    /// The first word.
    pub name: &'static str,
    /// The whole line, arguments in angle brackets.
    pub form: &'static str,
    /// What it does, in a few words.
    pub help: &'static str,
}

/// Why something is not a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// The first word is no command.
    Unknown,
    /// The command is known, its arguments are not of this form.
    Arguments(&'static RequestForm),
    /// A text of more than [`TEXT_MAX`](super::TEXT_MAX) bytes.
    TextTooLong,
    /// A line or paragraph separator in a text: some programs would show two lines.
    Separator,
    /// `private` and `stopprivate` go from client to client and never to a server.
    BetweenClients,
}

const fn form(name: &'static str, form: &'static str, help: &'static str) -> RequestForm {
    RequestForm { name, form, help }
}

/// Every request there is.
pub const REQUESTS: &[RequestForm] = &[
    form("login", "login <user> <password>", "go online"),
    form("register", "register <user> <password>", "create an account"),
    form("message", "message <user> <text>", "say something to one user, online or not"),
    form("broadcast", "broadcast <text>", "say something to everybody online"),
    form("whoelse", "whoelse", "who else is online"),
    form("whoelsesince", "whoelsesince <seconds>", "who else was online within the last seconds"),
    form(
        "block",
        "block <user>",
        "hear nothing of a user, who hears nothing of your comings and goings",
    ),
    form("unblock", "unblock <user>", "take a block back"),
    form("logout", "logout", "go offline"),
    form(
        "startprivate",
        "startprivate <user>",
        "be introduced to a user's client for a direct connection",
    ),
    form("p2p", "p2p <port> [address...]", "announce where this client listens for its peers"),
    form("ack", "ack <id>", "everything up to this message has arrived"),
    form("acks", "acks on", "keep messages until they are acknowledged"),
    form("receipts", "receipts on", "be told what became of your messages"),
    form("help", "help [command]", "this list, or one line of it"),
    form("status", "status", "what the server holds and has done"),
    form("ping", "ping", "hear that the server is there"),
];

impl RequestForm {
    /// The form of the request whose first word is `name`.
    pub fn of(name: &str) -> Option<&'static RequestForm> {
        REQUESTS.iter().find(|form| form.name == name)
    }
}

impl From<RequestError> for Reply<'static> {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Unknown => Reply::UnknownCommand,
            RequestError::Arguments(form) => Reply::WrongArguments { form: form.form },
            RequestError::TextTooLong => Reply::TextTooLong,
            RequestError::Separator => Reply::ControlCharacter,
            RequestError::BetweenClients => Reply::BetweenClients,
        }
    }
}
