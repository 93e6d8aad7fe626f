//! What a server tells unasked: lines that begin with `*`. `emit` is the server's side, `parse` the client's.
//! Touches the rest of `wire` only.

use core::net::SocketAddr;

use super::address::{emit_socket_address, parse_socket_address};
use super::limits::ADDRESSES_MAX;
use super::{LineWriter, MessageId};

/// Bytes in a token: 128 bits.
pub const TOKEN_BYTES: usize = 16;

/// The one-time secret by which two peers that were introduced know each other. Written as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token(pub [u8; TOKEN_BYTES]);

/// Said to one, or to all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// `message`
    #[default]
    Message,
    /// `broadcast`
    Broadcast,
}

/// Why the server ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Farewell {
    /// No command within the session's time.
    Inactive,
    /// Not logged in in time.
    LoginDeadline,
    /// Somebody else needs the connection of a stranger who has not logged in.
    MakingRoom,
    /// The server stops.
    ShuttingDown,
}

impl Farewell {
    /// Every reason there is.
    pub const ALL: [Farewell; 4] =
        [Farewell::Inactive, Farewell::LoginDeadline, Farewell::MakingRoom, Farewell::ShuttingDown];

    /// The reason that the code of a `* bye` stands for; `None` for one of another version.
    pub fn of(code: u16) -> Option<Farewell> {
        Farewell::ALL.into_iter().find(|farewell| farewell.form().0 == code)
    }

    /// The code and the text of the `* bye`.
    pub const fn form(self) -> (u16, &'static str) {
        match self {
            Farewell::Inactive => (422, "you were inactive and are logged out"),
            Farewell::LoginDeadline => (423, "no login in time"),
            Farewell::MakingRoom => {
                (424, "server full, others were waiting and you had not logged in")
            }
            Farewell::ShuttingDown => (425, "the server is stopping"),
        }
    }
}

/// An event, its fields borrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// `* message <id> <from> <age-seconds> <text>`
    Message {
        /// Its number; the same one again means the same message again.
        id: MessageId,
        /// Who sent it.
        from: &'a str,
        /// Seconds since it was accepted.
        age: u32,
        /// What was said.
        text: &'a str,
    },
    /// `* broadcast <id> <from> <age-seconds> <text>`
    Broadcast {
        /// Its number; the same one again means the same message again.
        id: MessageId,
        /// Who sent it.
        from: &'a str,
        /// Seconds since it was accepted.
        age: u32,
        /// What was said.
        text: &'a str,
    },
    /// `* stored <id>`
    Stored {
        /// The number of this user's message that outlives a restart of the server from now on.
        id: MessageId,
    },
    /// `* delivered <id>`
    Delivered {
        /// The number of this user's message that its receiver, or the last of them, has acknowledged.
        id: MessageId,
    },
    /// `* expired <id>`
    Expired {
        /// The number of this user's message that its receiver, or one of them, did not fetch in
        /// time: it is gone.
        id: MessageId,
    },
    /// `* login <user>`
    Login {
        /// Who came.
        user: &'a str,
    },
    /// `* logout <user>`
    Logout {
        /// Who went.
        user: &'a str,
    },
    /// `* missed <count>`
    Missed {
        /// So many logins and logouts were passed over, since this connection read too slowly to hear of them.
        count: u32,
    },
    /// `* private <user> <token> <address:port>...`
    Private {
        /// The peer.
        user: &'a str,
        /// What both sides prove to each other.
        token: Token,
        /// Where the peer may be found; the likeliest first.
        addresses: heapless::Vec<SocketAddr, { ADDRESSES_MAX + 1 }>,
    },
    /// `* bye <code> <text>`
    Bye {
        /// Why, for a program.
        code: u16,
        /// Why, for a person.
        text: &'a str,
    },
}

/// The form of every event, as `docs/PROTOCOL.md` repeats it.
pub const EVENTS: &[&str] = &[
    "* message <id> <from> <age-seconds> <text>",
    "* broadcast <id> <from> <age-seconds> <text>",
    "* stored <id>",
    "* delivered <id>",
    "* expired <id>",
    "* login <user>",
    "* logout <user>",
    "* missed <count>",
    "* private <user> <token> <address:port>...",
    "* bye <code> <text>",
];

/// The line is not an event of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventError;

impl<'a> Event<'a> {
    /// Reads one line.
    pub fn parse(line: &'a str) -> Result<Self, EventError> {
        Self::parse_fields(line).ok_or(EventError)
    }

    fn parse_fields(line: &'a str) -> Option<Self> {
        let (name, rest) = line.strip_prefix("* ")?.split_once(' ')?;
        match name {
            "message" => {
                let (id, from, age, text) = said(rest)?;
                Some(Event::Message { id, from, age, text })
            }
            "broadcast" => {
                let (id, from, age, text) = said(rest)?;
                Some(Event::Broadcast { id, from, age, text })
            }
            "stored" => Some(Event::Stored { id: number(rest)? }),
            "delivered" => Some(Event::Delivered { id: number(rest)? }),
            "expired" => Some(Event::Expired { id: number(rest)? }),
            "login" => Some(Event::Login { user: rest }),
            "logout" => Some(Event::Logout { user: rest }),
            "missed" => Some(Event::Missed { count: rest.parse().ok()? }),
            "private" => private(rest),
            "bye" => {
                let (code, text) = rest.split_once(' ')?;
                Some(Event::Bye { code: code.parse().ok()?, text })
            }
            _ => None,
        }
    }

    /// Writes the event as one line.
    pub fn emit(&self, line: &mut LineWriter) {
        match self {
            Event::Message { id, from, age, text } => {
                Kind::Message.emit_head(*id, from, *age, line);
                line.push_str(text);
            }
            Event::Broadcast { id, from, age, text } => {
                Kind::Broadcast.emit_head(*id, from, *age, line);
                line.push_str(text);
            }
            Event::Stored { id } => emit_receipt("stored", *id, line),
            Event::Delivered { id } => emit_receipt("delivered", *id, line),
            Event::Expired { id } => emit_receipt("expired", *id, line),
            Event::Login { user } => {
                line.push_str("* login ");
                line.push_str(user);
            }
            Event::Logout { user } => {
                line.push_str("* logout ");
                line.push_str(user);
            }
            Event::Missed { count } => {
                line.push_str("* missed ");
                line.push_number((*count).into());
            }
            Event::Private { user, token, addresses } => emit_private(user, token, addresses, line),
            Event::Bye { code, text } => {
                line.push_str("* bye ");
                line.push_number((*code).into());
                line.push_str(" ");
                line.push_str(text);
            }
        }
    }
}

impl Token {
    /// Reads 32 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Token> {
        let mut bytes = [0; TOKEN_BYTES];
        if text.len() != 2 * TOKEN_BYTES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Token(bytes))
    }

    /// Writes 32 hexadecimal digits.
    pub fn emit(&self, line: &mut LineWriter) {
        for byte in self.0 {
            line.push_hex(byte.into(), 2);
        }
    }
}

fn number(text: &str) -> Option<MessageId> {
    text.parse().ok().map(MessageId)
}

fn emit_receipt(kind: &str, id: MessageId, line: &mut LineWriter) {
    line.push_str("* ");
    line.push_str(kind);
    line.push_str(" ");
    line.push_number(id.0);
}

fn said(rest: &str) -> Option<(MessageId, &str, u32, &str)> {
    let mut fields = rest.splitn(4, ' ');
    let id = number(fields.next()?)?;
    let from = fields.next()?;
    Some((id, from, fields.next()?.parse().ok()?, fields.next()?))
}

impl Kind {
    /// Writes the line of what was said, up to its text.
    pub(crate) fn emit_head(self, id: MessageId, from: &str, age: u32, line: &mut LineWriter) {
        line.push_str(match self {
            Kind::Message => "* message ",
            Kind::Broadcast => "* broadcast ",
        });
        line.push_number(id.0);
        line.push_space();
        line.push_str(from);
        line.push_space();
        line.push_number(age.into());
        line.push_space();
    }
}

fn private(rest: &str) -> Option<Event<'_>> {
    let mut fields = rest.split(' ');
    let (user, token) = (fields.next()?, Token::parse(fields.next()?)?);
    let mut addresses = heapless::Vec::new();
    for field in fields {
        addresses.push(parse_socket_address(field)?).ok()?;
    }
    Some(Event::Private { user, token, addresses })
}

fn emit_private(user: &str, token: &Token, addresses: &[SocketAddr], line: &mut LineWriter) {
    line.push_str("* private ");
    line.push_str(user);
    line.push_str(" ");
    token.emit(line);
    for address in addresses {
        line.push_str(" ");
        emit_socket_address(address, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::limits::{LINE_MAX, NAME_MAX, TEXT_MAX};

    #[test]
    fn every_event_survives_the_wire() {
        for line in [
            "* message 18446744073709551615 yoda 4294967295 do  or do not",
            "* broadcast 1 hans 0 to all",
            "* stored 7",
            "* delivered 18446744073709551615",
            "* expired 7",
            "* login luke",
            "* logout luke",
            "* missed 12",
            "* private vader 000102030405060708090a0b0c0d0eff 10.0.0.1:5000 [fe80:0:0:0:0:0:0:1]:1",
            "* bye 422 you were inactive",
        ] {
            let mut out = LineWriter::new();
            Event::parse(line).unwrap().emit(&mut out);
            assert_eq!(out.as_str(), line);
        }
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for line in [
            "",
            "*",
            "* ",
            "* message 1 a",
            "* message x a 1 t",
            "* stored x",
            "* delivered",
            "* private a 12",
            "* private a zz",
            "* no such",
        ] {
            assert_eq!(Event::parse(line), Err(EventError), "{line}");
        }
    }

    #[test]
    fn the_longest_events_fit_in_a_line() {
        let mut line = LineWriter::new();
        let (from, text) = ("n".repeat(NAME_MAX), "t".repeat(TEXT_MAX));
        Event::Broadcast { id: MessageId(u64::MAX), from: &from, age: u32::MAX, text: &text }
            .emit(&mut line);
        assert!(line.as_str().ends_with(&text));
        line.clear();
        let longest = SocketAddr::new([0xffffu16; 8].into(), u16::MAX);
        let addresses = heapless::Vec::from_slice(&[longest; ADDRESSES_MAX + 1]).unwrap();
        Event::Private { user: &from, token: Token([255; TOKEN_BYTES]), addresses }.emit(&mut line);
        assert!(line.len() < LINE_MAX && line.as_str().ends_with(":65535"));
    }
}
