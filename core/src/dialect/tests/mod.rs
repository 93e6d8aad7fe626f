//! A second dialect, so that the seam is known to carry two: a request is a letter and its
//! arguments, and an event has no star. It does all that the lines need not: it learns who logged
//! in, closes an answer, ends lines in `\r\n`, and reads longer requests. Its conversations with
//! the first stand beside it.
//! Knows `protocol` only, as every dialect does; the conversations know the server.

mod conversations;
mod room;

use super::cutter::{Cut, LineCutter};
use super::{Dialect, LineWriter, Parsed, Said};
use crate::protocol::{
    Event, Field, Item, Kind, NameError, REPLIES, Reply, Request, RequestError, Text, key_text,
};

/// The longest line of a request.
const REQUEST_MAX: usize = 1000;
/// The same with its end.
pub(super) const REQUEST_BYTES: usize = REQUEST_MAX + 2;

/// How far a connection has read, and who its user is: the first letter of the name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letters {
    cutter: LineCutter<REQUEST_MAX>,
    /// Who wants to log in.
    asked: Option<char>,
    /// Who is logged in.
    user: Option<char>,
}

impl Letters {
    pub(super) const fn new() -> Self {
        Letters { cutter: LineCutter::with_maximum(), asked: None, user: None }
    }

    pub(super) fn learn(&mut self, reply: &Reply<'_>) {
        match reply {
            Reply::Welcome => self.user = self.asked,
            Reply::LoggedOut => self.user = None,
            _ => {}
        }
    }
}

/// `i <user> <password>`, `t <user> <text>`, `w`, `h`, `x`. Spaces behind a request are ignored.
fn parse(line: &str) -> Result<Request<'_>, RequestError> {
    let line = line.trim_end();
    let (letter, rest) = line.split_once(' ').unwrap_or((line, ""));
    let words = rest.split_once(' ').ok_or(RequestError::Unknown);
    match letter {
        "i" => words.map(|(user, password)| Request::Login { user, password }),
        "t" => words.and_then(|(to, text)| match Text::of_line(text) {
            Ok(text) => Ok(Request::Message { to, text }),
            Err(NameError::TooLong) => Err(RequestError::TextTooLong),
            Err(_) => Err(RequestError::Separator),
        }),
        "w" => Ok(Request::WhoElse),
        "h" => Ok(Request::Help { command: None }),
        "x" => Ok(Request::Logout),
        _ => Err(RequestError::Unknown),
    }
}

pub(super) fn read<'b>(letters: &Letters, bytes: &'b mut [u8]) -> Parsed<'b> {
    let mut then = *letters;
    let Cut { line, consumed } = then.cutter.cut(bytes);
    let request = line.map(|line| Ok(parse(line?)?));
    if let Some(Ok(Request::Login { user, .. })) = &request {
        then.asked = user.chars().next();
    }
    Parsed { request, consumed, then: Dialect::Letters(then) }
}

/// `+` or `-`, the user's letter, the row's name, and its fields.
pub(super) fn write_reply(letters: &Letters, reply: &Reply<'_>, out: &mut LineWriter) {
    out.push_str(if reply.is_done() { "+" } else { "-" });
    if let Some(user) = letters.user {
        out.push_str(user.encode_utf8(&mut [0; 4]));
        out.push_str(" ");
    }
    reply.with_row(|row, fields| {
        out.push_str(REPLIES[row].name);
        for field in fields {
            out.push_str(" ");
            match *field {
                Field::Text(text) => out.push_str(text),
                Field::Number(number) => out.push_number(number),
            }
        }
    });
}

pub(super) fn write_event(event: &Event<'_>, out: &mut LineWriter) {
    let (sign, word) = match *event {
        Event::Login { user } => (">", user),
        Event::Logout { user } => ("<", user),
        Event::Bye { text, .. } => (".", text),
        _ => ("?", ""),
    };
    out.push_str(sign);
    out.push_str(word);
}

pub(super) fn write_said<'t>(
    said: Said<'_>,
    pieces: impl Iterator<Item = &'t [u8]>,
    out: &mut LineWriter,
) {
    out.push_str(said.from);
    out.push_str(match said.kind {
        Kind::Message => ": ",
        Kind::Broadcast => "! ",
        Kind::Say => "!! ",
    });
    pieces.for_each(|piece| out.push_piece(piece));
}

/// One item a line; `=` begins the last line, and `:` begins each line before. A point closes it.
#[derive(Debug)]
pub(crate) struct Packer<'w> {
    out: &'w mut LineWriter,
    is_empty: bool,
}

impl<'w> Packer<'w> {
    pub(super) fn new(out: &'w mut LineWriter) -> Self {
        out.push_str("=");
        Packer { out, is_empty: true }
    }

    pub(super) fn push(&mut self, item: Item<'_>) -> bool {
        if !core::mem::take(&mut self.is_empty) {
            return false;
        }
        match item {
            Item::User(name) | Item::Figure { name, .. } => self.out.push_str(name),
            Item::Fingerprint(key) => self.out.push_str(key),
            Item::Broadcast { text, .. } => self.out.push_str(text),
            Item::Count(count) => self.out.push_number(count.into()),
            Item::Key(key) => self.out.push_str(&key_text(key)),
            Item::KeyCount(count) => self.out.push_number(count.into()),
            Item::File { name, .. } | Item::Holder { name, .. } => self.out.push_str(name),
            Item::FileCount(count) => self.out.push_number(count.into()),
            #[cfg(feature = "operator")]
            Item::Account { name, .. } => self.out.push_str(name),
            #[cfg(feature = "operator")]
            Item::Ban { .. } => self.out.push_str("ban"),
            #[cfg(feature = "operator")]
            Item::Tally(count, _) => self.out.push_number(count.into()),
            #[cfg(feature = "operator")]
            Item::Place { user, .. } => self.out.push_str(user),
            Item::Available => self.out.push_str("Available"),
            Item::Form(form) => self.out.push_str(form.name),
            Item::Event(event) => write_event(&event, self.out),
        }
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    pub(super) fn finish(self, continues: bool) {
        if continues {
            self.out.replace_ascii(0, b':');
        } else {
            self.out.push_ascii(b"\r\n.");
        }
    }
}
