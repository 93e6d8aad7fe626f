//! Events as lines, which begin with `*`. `emit` is the server's side, `parse` the client's.
//! Knows no table of events; the forms of their lines stand here.

use core::net::SocketAddr;

use super::LineWriter;
use super::address::{emit_address, emit_socket_address, parse_socket_address};
use super::hex::emit_hex;
use crate::protocol::{Event, Kind, MessageId, Token, parse_hex, parse_id};

/// Stands where the key of a peer would, which has none.
const NO_KEY: &str = "-";

/// The form of every event, as `docs/PROTOCOL.md` repeats it.
pub const EVENTS: &[&str] = &[
    "* message <id> <from> <age-seconds> <text>",
    "* broadcast <id> <from> <age-seconds> <text>",
    "* say <id> <age-seconds> <text>",
    "* stored <id>",
    "* delivered <id>",
    "* expired <id>",
    "* login <user>",
    "* logout <user>",
    "* attempt <address>",
    "* idle <seconds>",
    "* missed <count>",
    "* private <user> <token> <key> <address:port>...",
    "* bye <code> <text>",
];

/// The line is not an event of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventError;

/// Reads one line.
pub fn parse(line: &str) -> Result<Event<'_>, EventError> {
    parse_fields(line).ok_or(EventError)
}

fn parse_fields(line: &str) -> Option<Event<'_>> {
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
        "say" => {
            let (id, rest) = rest.split_once(' ')?;
            let (age, text) = rest.split_once(' ')?;
            let age = age.parse().ok()?;
            Some(text).filter(|text| !text.is_empty())?;
            Some(Event::Say { id: number(id)?, age, text })
        }
        "stored" => Some(Event::Stored { id: number(rest)? }),
        "delivered" => Some(Event::Delivered { id: number(rest)? }),
        "expired" => Some(Event::Expired { id: number(rest)? }),
        "login" => Some(Event::Login { user: rest }),
        "logout" => Some(Event::Logout { user: rest }),
        "attempt" => Some(Event::Attempt { from: rest.parse().ok()? }),
        "idle" => Some(Event::Idle { seconds: rest.parse().ok()? }),
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
pub fn emit(event: &Event<'_>, line: &mut LineWriter) {
    match event {
        Event::Message { id, from, age, text } => {
            emit_head(Kind::Message, *id, from, *age, line);
            line.push_str(text);
        }
        Event::Broadcast { id, from, age, text } => {
            emit_head(Kind::Broadcast, *id, from, *age, line);
            line.push_str(text);
        }
        Event::Say { id, age, text } => {
            emit_head(Kind::Say, *id, "", *age, line);
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
        Event::Attempt { from } => {
            line.push_str("* attempt ");
            emit_address(from, line);
        }
        Event::Idle { seconds } => {
            line.push_str("* idle ");
            line.push_number((*seconds).into());
        }
        Event::Missed { count } => {
            line.push_str("* missed ");
            line.push_number((*count).into());
        }
        Event::Private { user, token, key, addresses } => {
            emit_private(user, token, key.as_ref(), addresses, line);
        }
        Event::Bye { code, text } => {
            line.push_str("* bye ");
            line.push_number((*code).into());
            line.push_str(" ");
            line.push_str(text);
        }
    }
}

/// Reads 32 hexadecimal digits.
pub fn parse_token(text: &str) -> Option<Token> {
    parse_hex(text).map(Token)
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

/// Reads a number, a sender, an age and a text.
pub(super) fn said(rest: &str) -> Option<(MessageId, &str, u32, &str)> {
    let mut fields = rest.splitn(4, ' ');
    let id = number(fields.next()?)?;
    let from = fields.next()?;
    Some((id, from, fields.next()?.parse().ok()?, fields.next()?))
}

/// Writes the line of a message or a broadcast, up to its text.
pub(in crate::dialect) fn emit_head(
    kind: Kind,
    id: MessageId,
    from: &str,
    age: u32,
    line: &mut LineWriter,
) {
    line.push_str(match kind {
        Kind::Message => "* message ",
        Kind::Broadcast => "* broadcast ",
        Kind::Say => return emit_say_head(id, age, line),
    });
    emit_said(id, from, age, line);
}

/// Writes the line of what the operator says, up to its text. Nobody is its sender.
#[inline(never)]
fn emit_say_head(id: MessageId, age: u32, line: &mut LineWriter) {
    line.push_str("* say ");
    line.push_number(id.0);
    line.push_space();
    line.push_number(age.into());
    line.push_space();
}

/// Writes a number, a sender and an age, up to the text.
#[inline]
pub(super) fn emit_said(id: MessageId, from: &str, age: u32, line: &mut LineWriter) {
    line.push_number(id.0);
    line.push_space();
    line.push_str(from);
    line.push_space();
    line.push_number(age.into());
    line.push_space();
}

fn private(rest: &str) -> Option<Event<'_>> {
    let mut fields = rest.split(' ');
    let (user, token) = (fields.next()?, parse_token(fields.next()?)?);
    let key = match fields.next()? {
        NO_KEY => None,
        key => Some(parse_id(key)?),
    };
    let mut addresses = heapless::Vec::new();
    for field in fields {
        addresses.push(parse_socket_address(field)?).ok()?;
    }
    Some(Event::Private { user, token, key, addresses })
}

fn emit_private(
    user: &str,
    token: &Token,
    key: Option<&[u8; 32]>,
    addresses: &[SocketAddr],
    line: &mut LineWriter,
) {
    line.push_str("* private ");
    line.push_str(user);
    line.push_str(" ");
    emit_hex(&token.0, line);
    line.push_str(" ");
    match key {
        Some(key) => emit_hex(key, line),
        None => line.push_str(NO_KEY),
    }
    for address in addresses {
        line.push_str(" ");
        emit_socket_address(address, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::lines::LINE_MAX;
    use crate::protocol::{ADDRESSES_MAX, NAME_MAX, TEXT_MAX, TOKEN_BYTES};

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
            "* attempt 10.0.0.1",
            "* attempt fe80:0:0:0:0:0:0:1",
            "* idle 60",
            "* missed 12",
            "* private vader 000102030405060708090a0b0c0d0eff -",
            concat!(
                "* private vader 000102030405060708090a0b0c0d0eff ",
                "0000000000000000000000000000000000000000000000000000000000000001 ",
                "10.0.0.1:5000 [fe80:0:0:0:0:0:0:1]:1",
            ),
            "* bye 422 you were inactive",
        ] {
            let mut out = LineWriter::new();
            emit(&parse(line).unwrap(), &mut out);
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
            "* attempt 10.0.0.1:5",
            "* private a 12",
            "* private a zz",
            "* private a 000102030405060708090a0b0c0d0eff",
            "* private a 000102030405060708090a0b0c0d0eff 00 10.0.0.1:5000",
            "* private a 000102030405060708090a0b0c0d0eff 10.0.0.1:5000",
            "* no such",
        ] {
            assert_eq!(parse(line), Err(EventError), "{line}");
        }
    }

    #[test]
    fn the_longest_events_fit_in_a_line() {
        let mut line = LineWriter::new();
        let (from, text) = ("n".repeat(NAME_MAX), "t".repeat(TEXT_MAX));
        let id = MessageId(u64::MAX);
        emit(&Event::Broadcast { id, from: &from, age: u32::MAX, text: &text }, &mut line);
        assert!(line.as_str().ends_with(&text));
        line.clear();
        let longest = SocketAddr::new([0xffffu16; 8].into(), u16::MAX);
        let addresses = heapless::Vec::from_slice(&[longest; ADDRESSES_MAX + 1]).unwrap();
        let token = Token([255; TOKEN_BYTES]);
        let key = Some([255; 32]);
        emit(&Event::Private { user: &from, token, key, addresses }, &mut line);
        assert!(line.len() < LINE_MAX && line.as_str().ends_with(":65535"));
    }
}
