//! Requests: what a client asks of a server. [`REQUESTS`] is the table that `help` tells.
//! Knows no text of a request but its form. A dialect reads and writes requests.

// The docs of a row are those of its variant; its row and its arms need none, but a feature may
// leave them all out.
#![allow(unused_doc_comments)]

use core::num::NonZeroU8;

use super::{Addresses, MessageId, Reply, Text};

/// One row of the table of requests: how a request is written, and all that others ask of it.
#[derive(Debug, PartialEq, Eq)]
pub struct RequestForm {
    /// The first word.
    pub name: &'static str,
    /// The whole line, arguments in angle brackets.
    pub form: &'static str,
    /// What it does, in a few words.
    pub help: &'static str,
    /// Whether a stranger may send it.
    pub before_login: bool,
    /// Whether it shows that a person is there. Requests that a client sends by itself do not.
    pub is_activity: bool,
    /// Whether a person types it. A client sends the others by itself.
    pub is_typed: bool,
    /// Whether a client may send it again if a connection was lost before its reply came: it is a
    /// question, or doing it twice is the same as doing it once.
    pub is_repeatable: bool,
}

impl RequestForm {
    /// What a row has unless it says otherwise.
    pub const USUAL: RequestForm = RequestForm {
        name: "",
        form: "",
        help: "",
        before_login: false,
        is_activity: true,
        is_typed: true,
        is_repeatable: false,
    };

    /// The form of the request whose first word is `name`.
    pub fn of(name: &str) -> Option<&'static RequestForm> {
        REQUESTS.iter().find(|form| form.name == name)
    }
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

/// Makes the values and their rows from one table.
macro_rules! requests {
    ($(
        $(#[$doc:meta])*
        $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),+ })?
            = $word:literal, $form:literal, $help:literal $(, $property:ident: $value:literal)*;
    )+) => {
        /// A request, its arguments borrowed from where it came in.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Request<'a> {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $type),+ })?,)+
        }

        /// Every request there is.
        pub static REQUESTS: &[RequestForm] = &[
            $($(#[$doc])* RequestForm {
                name: $word,
                form: $form,
                help: $help,
                $($property: $value,)*
                ..RequestForm::USUAL
            },)+
        ];

        /// The requests in the order of their rows.
        enum Row {
            $($(#[$doc])* $name,)+
        }

        impl Request<'_> {
            /// The request's row of the table.
            #[inline]
            pub fn form(&self) -> &'static RequestForm {
                match self {
                    $($(#[$doc])* Request::$name $({ $($field: _),+ })? => &REQUESTS[Row::$name as usize],)+
                }
            }
        }
    };
}

requests! {
    /// `login <user> <password>`
    Login {
        /// The user's name.
        user: &'a str,
        /// The user's password.
        password: &'a str
    } = "login", "login <user> <password>", "go online", before_login: true, is_typed: false;
    /// `register <user> <password>`
    Register {
        /// The new user's name.
        user: &'a str,
        /// Its password from now on.
        password: &'a str
    } = "register", "register <user> <password>", "create an account", before_login: true;
    /// `passwd <old> <new>`
    ChangePassword {
        /// The user's password until now.
        old: &'a str,
        /// The user's password from now on.
        new: &'a str
    } = "passwd", "passwd <old> <new>", "change your password";
    /// `message <user> <text>`
    Message {
        /// The receiver.
        to: &'a str,
        /// What is said.
        text: Text<'a>
    } = "message", "message <user> <text>", "say something to one user, online or not";
    /// `broadcast <text>`
    Broadcast {
        /// What is said.
        text: Text<'a>
    } = "broadcast", "broadcast <text>", "say something to everybody online";
    /// `whoelse`
    WhoElse = "whoelse", "whoelse", "who else is online", is_repeatable: true;
    /// `whoelsesince <seconds>`
    WhoElseSince {
        /// How far to look back.
        seconds: u64
    } = "whoelsesince", "whoelsesince <seconds>", "who else was online within the last seconds",
        is_repeatable: true;
    /// `block <user>`
    Block {
        /// Whom.
        user: &'a str
    } = "block", "block <user>",
        "hear nothing of a user, who hears nothing of your comings and goings",
        is_repeatable: true;
    /// `unblock <user>`
    Unblock {
        /// Whom.
        user: &'a str
    } = "unblock", "unblock <user>", "take a block back", is_repeatable: true;
    /// `blocks`
    Blocks = "blocks", "blocks", "the users you block", is_repeatable: true;
    /// `keys`
    Keys = "keys", "keys", "the keys that you have added to your account", is_repeatable: true;
    /// `addkey <key>`
    AddKey {
        /// An ed25519 key.
        key: [u8; 32]
    } = "addkey", "addkey <key>", "log in over SSH by this ed25519 key, too", is_repeatable: true;
    /// `removekey <key>`
    RemoveKey {
        /// An ed25519 key.
        key: [u8; 32]
    } = "removekey", "removekey <key>", "take a key back";
    /// `history [count]`
    History {
        /// The most broadcasts to tell; `None` for all that there are.
        count: Option<u32>
    } = "history", "history [count]", "the last broadcasts", is_repeatable: true;
    /// `seen <user>`
    Seen {
        /// Whom.
        user: &'a str
    } = "seen", "seen <user>", "when a user was last here", is_repeatable: true;
    /// `logout`
    Logout = "logout", "logout", "go offline", before_login: true;
    /// `startprivate <user>`
    StartPrivate {
        /// The peer.
        user: &'a str
    } = "startprivate", "startprivate <user>",
        "be introduced to a user's client for a direct connection";
    /// `files`
    Files = "files", "files", "the files that others offer", is_repeatable: true;
    /// `searchfile <name>`
    SearchFile {
        /// A file's name, or its id in hexadecimal digits.
        name: &'a str
    } = "searchfile", "searchfile <name>", "who else has a file of this name or id",
        is_repeatable: true;
    /// `offer <file> <size> <name>`
    Offer {
        /// The file's id: the BLAKE3 hash of its content.
        file: [u8; 32],
        /// Its size, in bytes, at most [`FILE_SIZE_MAX`](super::FILE_SIZE_MAX).
        size: u64,
        /// Its name, which is not checked yet.
        name: &'a str
    } = "offer", "offer <file> <size> <name>", "announce that this client has a whole file",
        is_activity: false, is_typed: false, is_repeatable: true;
    /// `hold <file> <size> <share> <name>`
    Hold {
        /// The file's id.
        file: [u8; 32],
        /// Its size, in bytes.
        size: u64,
        /// How much of it the client has, in 255ths.
        share: NonZeroU8,
        /// Its name.
        name: &'a str
    } = "hold", "hold <file> <size> <share> <name>",
        "announce how much of a file this client has, in 255ths",
        is_activity: false, is_typed: false, is_repeatable: true;
    /// `withdraw <file>`
    Withdraw {
        /// The file's id.
        file: [u8; 32]
    } = "withdraw", "withdraw <file>", "announce that this client has the file no more",
        is_activity: false, is_typed: false;
    /// `p2p <port> <key> [address...]`
    PeerToPeer {
        /// Where the client listens for its peers.
        port: u16,
        /// The ed25519 key by which its peers know it.
        key: [u8; 32],
        /// Addresses the client knows of itself.
        addresses: Addresses
    } = "p2p", "p2p <port> <key> [address...]",
        "announce where this client listens for its peers", is_typed: false;
    /// `active`
    Active = "active", "active", "say that a person is here",
        before_login: true, is_typed: false, is_repeatable: true;
    /// `ack <id>`
    Acknowledge {
        /// Everything up to this number has arrived.
        id: MessageId
    } = "ack", "ack <id>", "everything up to this message has arrived",
        is_activity: false, is_typed: false;
    /// `acks on`
    AcknowledgementsOn = "acks", "acks on", "keep messages until they are acknowledged",
        before_login: true, is_activity: false, is_typed: false;
    /// `receipts on`
    ReceiptsOn = "receipts", "receipts on", "be told what became of your messages",
        before_login: true, is_activity: false, is_typed: false;
    /// `help [command]`
    Help {
        /// One command, or all.
        command: Option<&'static RequestForm>
    } = "help", "help [command]", "this list, or one line of it", before_login: true;
    /// `status`
    Status = "status", "status", "what the server holds and has done", is_repeatable: true;
    /// `admin <order>`
    #[cfg(feature = "operator")]
    Admin {
        /// What an operator says; see [`Order`](crate::operator::Order).
        order: &'a str
    } = "admin", "admin <order>", "give an order, if you are an admin";
    /// `ping`
    Ping = "ping", "ping", "hear that the server is there",
        before_login: true, is_activity: false, is_repeatable: true;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_knows_its_row() {
        assert_eq!(Request::WhoElse.form().name, "whoelse");
        assert_eq!(Request::Ping.form().name, "ping");
        let login = Request::Login { user: "hans", password: "p" };
        assert_eq!(login.form().form, "login <user> <password>");
    }

    #[test]
    fn a_row_names_its_request_once_and_begins_its_form_with_the_name() {
        for (at, row) in REQUESTS.iter().enumerate() {
            assert_eq!(row.form.split(' ').next(), Some(row.name));
            assert!(REQUESTS[..at].iter().all(|other| other.name != row.name), "{}", row.name);
        }
    }
}
