//! What is said to a server and heard of it, in the two languages: smolchat's lines, and IRC's (RFC
//! 1459, RFC 2812).
//!
//! Every text begins with the moment at which it was written, so that whoever receives it knows how
//! long it was on its way.

use std::io::Write;

/// Hexadecimal digits of a moment.
const STAMP_LEN: usize = 14;
/// The rest of every text.
const TEXT: &str = "how much is the fish, and how much are two?";
/// Where broadcasts go on IRC.
const CHANNEL: &str = "#all";

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// docs/PROTOCOL.md
    Smolchat,
    /// RFC 1459
    Irc,
}

/// What a line from a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerLine<'l> {
    /// A message, written at that moment.
    Message(u64),
    /// The user may talk now.
    Welcome,
    /// The user has come to where broadcasts are heard.
    Joined,
    /// It wants to hear this back.
    Ping(&'l [u8]),
    /// It has what was said, and so will everybody for whom it is.
    Accepted,
    /// It will not have what was said, or not for everybody, or not now.
    Refused,
    /// Nothing that matters here.
    Other,
}

impl Dialect {
    /// Logs in.
    pub(crate) fn log_in(self, out: &mut Vec<u8>, user: usize) {
        write(out, |out| match self {
            Dialect::Smolchat => writeln!(out, "login u{user} p"),
            Dialect::Irc => write!(out, "NICK u{user}\r\nUSER u{user} 0 * :u\r\n"),
        });
    }

    /// Leaves.
    pub(crate) fn log_out(self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self {
            Dialect::Smolchat => b"logout\n",
            Dialect::Irc => b"QUIT\r\n",
        });
    }

    /// Goes where broadcasts are heard; false where one is there already.
    pub(crate) fn join(self, out: &mut Vec<u8>) -> bool {
        if self == Dialect::Irc {
            write(out, |out| write!(out, "JOIN {CHANNEL}\r\n"));
        }
        self == Dialect::Irc
    }

    /// A message to one user.
    pub(crate) fn message(self, out: &mut Vec<u8>, to: usize, stamp: u64) {
        write(out, |out| match self {
            Dialect::Smolchat => writeln!(out, "message u{to} {stamp:014x} {TEXT}"),
            Dialect::Irc => write!(out, "PRIVMSG u{to} :{stamp:014x} {TEXT}\r\n"),
        });
    }

    /// A message to all.
    pub(crate) fn broadcast(self, out: &mut Vec<u8>, stamp: u64) {
        write(out, |out| match self {
            Dialect::Smolchat => writeln!(out, "broadcast {stamp:014x} {TEXT}"),
            Dialect::Irc => write!(out, "PRIVMSG {CHANNEL} :{stamp:014x} {TEXT}\r\n"),
        });
    }

    /// Whether every message is answered with a line to its sender.
    pub(crate) fn answers(self) -> bool {
        self == Dialect::Smolchat
    }

    /// Answers a ping.
    pub(crate) fn pong(self, out: &mut Vec<u8>, token: &[u8]) {
        out.extend_from_slice(b"PONG ");
        out.extend_from_slice(token);
        out.extend_from_slice(b"\r\n");
    }

    /// What a line is; without its end.
    pub(crate) fn read(self, line: &[u8]) -> ServerLine<'_> {
        match self {
            Dialect::Smolchat => read_smolchat(line),
            Dialect::Irc => read_irc(line),
        }
    }
}

fn read_smolchat(line: &[u8]) -> ServerLine<'_> {
    match line {
        // "* message <id> <from> <age> <text>", and "* broadcast" likewise.
        [b'*', b' ', b'm' | b'b', ..] => stamp(line.splitn(6, |&byte| byte == b' ').nth(5)),
        [b'2', b'3', b'0', ..] => ServerLine::Welcome,
        // The receiver is online; everybody is a recipient.
        [b'2', b'5', b'0' | b'2', ..] => ServerLine::Accepted,
        [b'2', b'5', ..] | [b'4' | b'5', ..] => ServerLine::Refused,
        _ => ServerLine::Other,
    }
}

fn read_irc(line: &[u8]) -> ServerLine<'_> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if let Some(token) = line.strip_prefix(b"PING ") {
        return ServerLine::Ping(token);
    }
    // ":<prefix> <command> <target> <rest>"
    let mut words = line.splitn(4, |&byte| byte == b' ');
    let (_, command, _) = (words.next(), words.next().unwrap_or_default(), words.next());
    let rest = words.next();
    match command {
        b"PRIVMSG" => stamp(rest.and_then(|text| text.strip_prefix(b":"))),
        // The end of the message of the day, or that there is none.
        b"376" | b"422" => ServerLine::Welcome,
        b"366" => ServerLine::Joined,
        [b'4' | b'5', _, _] => ServerLine::Refused,
        b"KILL" | b"ERROR" => ServerLine::Refused,
        _ => ServerLine::Other,
    }
}

/// The moment at which a text was written.
fn stamp(text: Option<&[u8]>) -> ServerLine<'_> {
    let digits = text.and_then(|text| text.get(..STAMP_LEN));
    let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
    let stamp = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    stamp.map_or(ServerLine::Other, ServerLine::Message)
}

fn write(out: &mut Vec<u8>, line: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) {
    // Memory takes everything.
    let _ = line(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(say: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        say(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_are_as_the_protocols_have_them() {
        let smolchat = said(|out| Dialect::Smolchat.message(out, 7, 0xabc));
        assert_eq!(smolchat, format!("message u7 00000000000abc {TEXT}\n"));
        let irc = said(|out| Dialect::Irc.broadcast(out, 1));
        assert_eq!(irc, format!("PRIVMSG #all :00000000000001 {TEXT}\r\n"));
        assert_eq!(said(|out| Dialect::Smolchat.log_in(out, 3)), "login u3 p\n");
        assert_eq!(said(|out| Dialect::Irc.pong(out, b":x")), "PONG :x\r\n");
    }

    #[test]
    fn a_message_tells_when_it_was_written() {
        for line in ["* message 12 u3 0 00000000000abc hi", "* broadcast 12 u3 0 00000000000abc hi"]
        {
            assert_eq!(Dialect::Smolchat.read(line.as_bytes()), ServerLine::Message(0xabc));
        }
        for to in ["u1", "#all"] {
            let line = format!(":u3!u3@host PRIVMSG {to} :00000000000abc hi\r");
            assert_eq!(Dialect::Irc.read(line.as_bytes()), ServerLine::Message(0xabc));
        }
    }

    #[test]
    fn what_is_no_message_is_told_apart() {
        for (line, heard) in [
            ("230 Welcome to this message application", ServerLine::Welcome),
            ("250 1 accepted", ServerLine::Accepted),
            ("252 1 999 recipients", ServerLine::Accepted),
            ("251 1 stored until u3 logs in", ServerLine::Refused),
            (
                "254 1 998 1 online users did not get it, their mailboxes have no room for it",
                ServerLine::Refused,
            ),
            ("450 1 has no room", ServerLine::Refused),
            ("* login u3", ServerLine::Other),
            ("* message 1 u3 0 no stamp", ServerLine::Other),
            ("", ServerLine::Other),
        ] {
            assert_eq!(Dialect::Smolchat.read(line.as_bytes()), heard, "{line}");
        }
        for (line, heard) in [
            (":irc 376 u1 :End of MOTD", ServerLine::Welcome),
            (":irc 366 u1 #all :End of NAMES", ServerLine::Joined),
            (":irc 401 u1 u2 :No such nick", ServerLine::Refused),
            ("PING :12345\r", ServerLine::Ping(b":12345")),
            (":u1!u1@host JOIN #all", ServerLine::Other),
            ("", ServerLine::Other),
        ] {
            assert_eq!(Dialect::Irc.read(line.as_bytes()), heard, "{line}");
        }
    }
}
