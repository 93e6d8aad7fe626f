//! Requests as lines: one line is one request. `parse` is the server's side, `emit` the client's.
//! Knows no table of requests but the one in `protocol`.

use core::net::IpAddr;

use super::LineWriter;
use super::address::emit_address;
use super::files::{emit_file, parse_size};
use super::hex::emit_hex;
use crate::protocol::{
    MessageId, NameError, Request, RequestError, RequestForm, Text, is_weak_key, key_text,
    parse_any_key, parse_id, parse_key,
};

/// Reads one line without its ending.
pub fn parse(line: &str) -> Result<Request<'_>, RequestError> {
    let (name, rest) = word(line);
    if matches!(name, "private" | "stopprivate") {
        return Err(RequestError::BetweenClients);
    }
    let form = RequestForm::of(name).ok_or(RequestError::Unknown)?;
    let request = match name {
        "message" => {
            let (to, text) = word(rest);
            let text = checked(text)?;
            some(to).zip(text).map(|(to, text)| Request::Message { to, text })
        }
        // A name may hold spaces, and is looked at later.
        "offer" => offer(rest),
        "hold" => hold(rest),
        "searchfile" => some(rest.trim_end()).map(|name| Request::SearchFile { name }),
        "broadcast" => checked(rest)?.map(|text| Request::Broadcast { text }),
        // Its words are looked at where it is known who says them.
        #[cfg(feature = "operator")]
        "admin" => some(rest.trim_end()).map(|order| Request::Admin { order }),
        _ => of_words(name, rest.trim_end()),
    };
    request.ok_or(RequestError::Arguments(form))
}

/// The requests whose arguments are single words.
fn of_words<'a>(name: &str, rest: &'a str) -> Option<Request<'a>> {
    let (first, second) = word(rest);
    let one = || some(rest).filter(|rest| !rest.contains(' '));
    let nothing = |request| rest.is_empty().then_some(request);
    let pair = || both(first, second).filter(|(_, second)| !second.contains(' '));
    match name {
        "login" => pair().map(|(user, password)| Request::Login { user, password }),
        "register" => pair().map(|(user, password)| Request::Register { user, password }),
        "passwd" => pair().map(|(old, new)| Request::ChangePassword { old, new }),
        "whoelse" => nothing(Request::WhoElse),
        "whoelsesince" => one()?.parse().ok().map(|seconds| Request::WhoElseSince { seconds }),
        "block" => one().map(|user| Request::Block { user }),
        "unblock" => one().map(|user| Request::Unblock { user }),
        "blocks" => nothing(Request::Blocks),
        "keys" => nothing(Request::Keys),
        "addkey" => parse_key(rest).map(|key| Request::AddKey { key }),
        "removekey" => parse_any_key(rest).map(|key| Request::RemoveKey { key }),
        "history" if rest.is_empty() => Some(Request::History { count: None }),
        "history" => one()?.parse().ok().map(|count| Request::History { count: Some(count) }),
        "seen" => one().map(|user| Request::Seen { user }),
        "logout" => nothing(Request::Logout),
        "startprivate" => one().map(|user| Request::StartPrivate { user }),
        "files" => nothing(Request::Files),
        "withdraw" => parse_id(rest).map(|file| Request::Withdraw { file }),
        "p2p" => peer_to_peer(first, second),
        "active" => nothing(Request::Active),
        "ack" => one()?.parse().ok().map(|id| Request::Acknowledge { id: MessageId(id) }),
        "acks" => (rest == "on").then_some(Request::AcknowledgementsOn),
        "receipts" => (rest == "on").then_some(Request::ReceiptsOn),
        "help" if rest.is_empty() => Some(Request::Help { command: None }),
        "help" => RequestForm::of(rest).map(|form| Request::Help { command: Some(form) }),
        "status" => nothing(Request::Status),
        "ping" => nothing(Request::Ping),
        _ => None,
    }
}

/// Writes the request as one line.
pub fn emit(request: &Request<'_>, line: &mut LineWriter) {
    let mut words = |words: &[&str]| {
        for (i, word) in words.iter().enumerate() {
            line.push_str(if i == 0 { "" } else { " " });
            line.push_str(word);
        }
    };
    match request {
        Request::Login { user, password } => words(&["login", user, password]),
        Request::Register { user, password } => words(&["register", user, password]),
        Request::ChangePassword { old, new } => words(&["passwd", old, new]),
        Request::Message { to, text } => words(&["message", to, text.as_str()]),
        Request::Broadcast { text } => words(&["broadcast", text.as_str()]),
        Request::WhoElse => words(&["whoelse"]),
        Request::WhoElseSince { seconds } => {
            words(&["whoelsesince", ""]);
            line.push_number(*seconds);
        }
        Request::Block { user } => words(&["block", user]),
        Request::Unblock { user } => words(&["unblock", user]),
        Request::Blocks => words(&["blocks"]),
        Request::Keys => words(&["keys"]),
        Request::AddKey { key } => words(&["addkey", &key_text(key)]),
        Request::RemoveKey { key } => words(&["removekey", &key_text(key)]),
        Request::History { count: None } => words(&["history"]),
        Request::History { count: Some(count) } => {
            words(&["history", ""]);
            line.push_number((*count).into());
        }
        Request::Seen { user } => words(&["seen", user]),
        Request::Logout => words(&["logout"]),
        Request::StartPrivate { user } => words(&["startprivate", user]),
        Request::Files => words(&["files"]),
        Request::SearchFile { name } => words(&["searchfile", name]),
        Request::Offer { .. } | Request::Hold { .. } | Request::Withdraw { .. } => {
            emit_holding(request, line);
        }
        Request::PeerToPeer { port, key, addresses } => {
            emit_peer_to_peer(*port, key, addresses, line);
        }
        Request::Active => words(&["active"]),
        Request::Acknowledge { id } => {
            words(&["ack", ""]);
            line.push_number(id.0);
        }
        Request::AcknowledgementsOn => words(&["acks on"]),
        Request::ReceiptsOn => words(&["receipts on"]),
        Request::Help { command: None } => words(&["help"]),
        Request::Help { command: Some(form) } => words(&["help", form.name]),
        Request::Status => words(&["status"]),
        #[cfg(feature = "operator")]
        Request::Admin { order } => words(&["admin", order]),
        Request::Ping => words(&["ping"]),
    }
}

/// Writes a request of a file's holder.
fn emit_holding(request: &Request<'_>, line: &mut LineWriter) {
    match request {
        Request::Offer { file, size, name } => {
            line.push_str("offer ");
            emit_file(file, *size, line);
            line.push_str(name);
        }
        Request::Hold { file, size, share, name } => {
            line.push_str("hold ");
            emit_file(file, *size, line);
            line.push_number(share.get().into());
            line.push_space();
            line.push_str(name);
        }
        Request::Withdraw { file } => {
            line.push_str("withdraw ");
            emit_hex(file, line);
        }
        _ => {}
    }
}

fn offer(rest: &str) -> Option<Request<'_>> {
    let (file, rest) = word(rest);
    let (size, name) = word(rest);
    Some(Request::Offer { file: parse_id(file)?, size: parse_size(size)?, name: some(name)? })
}

fn hold(rest: &str) -> Option<Request<'_>> {
    let (file, rest) = word(rest);
    let (size, rest) = word(rest);
    let (share, name) = word(rest);
    let (file, size, share) = (parse_id(file)?, parse_size(size)?, share.parse().ok()?);
    Some(Request::Hold { file, size, share, name: some(name)? })
}

fn peer_to_peer<'a>(port: &str, rest: &str) -> Option<Request<'a>> {
    let port = port.parse().ok().filter(|&port| port != 0)?;
    let (key, addresses) = word(rest);
    let key = parse_id(key).filter(|key| !is_weak_key(key))?;
    let mut known = heapless::Vec::new();
    for address in addresses.split(' ').filter(|word| !word.is_empty()) {
        known.push(address.parse().ok()?).ok()?;
    }
    Some(Request::PeerToPeer { port, key, addresses: known })
}

fn emit_peer_to_peer(port: u16, key: &[u8; 32], addresses: &[IpAddr], line: &mut LineWriter) {
    line.push_str("p2p ");
    line.push_number(port.into());
    line.push_space();
    emit_hex(key, line);
    for address in addresses {
        line.push_str(" ");
        emit_address(address, line);
    }
}

/// The first word, and the text after the spaces that follow it.
fn word(line: &str) -> (&str, &str) {
    // Words are too short for a search over many bytes at a time.
    match line.bytes().position(|byte| byte == b' ') {
        Some(end) => (&line[..end], line[end..].trim_start_matches(' ')),
        None => (line, ""),
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn both<'a>(first: &'a str, second: &'a str) -> Option<(&'a str, &'a str)> {
    Some((some(first)?, some(second)?))
}

/// The text of a line without control characters; `None` if it is missing.
fn checked(text: &str) -> Result<Option<Text<'_>>, RequestError> {
    match Text::of_line(text) {
        Ok(text) => Ok(Some(text)),
        Err(NameError::Empty) => Ok(None),
        Err(NameError::TooLong) => Err(RequestError::TextTooLong),
        Err(NameError::Character(_)) => Err(RequestError::Separator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{REQUESTS, TEXT_MAX};

    #[test]
    fn every_form_parses_and_is_emitted_as_it_came() {
        for line in [
            "login hans falcon*solo",
            "register han solo",
            "passwd falcon*solo kessel",
            "message yoda do  or do not",
            "broadcast a  b ",
            "whoelse",
            "whoelsesince 200",
            "block vader",
            "unblock vader",
            "blocks",
            "keys",
            "addkey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH",
            "removekey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH",
            "history",
            "history 20",
            "seen vader",
            "logout",
            "startprivate luke",
            "files",
            "searchfile film (1977).mkv",
            "offer 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 0 a  b",
            "offer 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 281474976710655 film",
            "hold 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 281474976710655 255 a  b",
            "withdraw 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "p2p 5000 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "p2p 5000 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 10.0.0.1 fe80:0:0:0:0:0:0:1",
            "ack 18446744073709551615",
            "active",
            "acks on",
            "help",
            "help block",
            "status",
            "ping",
            #[cfg(feature = "operator")]
            "admin ban yoda 2h",
        ] {
            let mut out = LineWriter::new();
            emit(&parse(line).unwrap(), &mut out);
            assert_eq!(out.as_str(), line);
        }
    }

    #[test]
    fn every_form_in_the_table_is_known_to_the_parser() {
        for form in REQUESTS {
            let line =
                form.form.replace("<user>", "u").replace("<seconds>", "1").replace("<port>", "1");
            let key =
                if form.name == "p2p" { "7".repeat(64) } else { key_text(&[1; 32]).to_string() };
            let line = line
                .replace("<id>", "1")
                .replace("<file>", &"7".repeat(64))
                .replace("<size>", "1")
                .replace("<share>", "1")
                .replace("<name>", "film")
                .replace("<key>", &key)
                .replace("[address...]", "::1")
                .replace("[command]", "help")
                .replace("[count]", "1");
            assert!(parse(&line).is_ok(), "{line}");
            let wrong = format!("{} a b c", form.name);
            if !matches!(form.name, "message" | "broadcast" | "searchfile" | "admin") {
                assert_eq!(parse(&wrong), Err(RequestError::Arguments(form)), "{wrong}");
            }
        }
    }

    /// The line is no request of that name, and the answer tells its form.
    fn is_wrong(line: &str, name: &str) {
        let form = RequestForm::of(name).unwrap();
        assert_eq!(parse(line), Err(RequestError::Arguments(form)), "{line}");
    }

    #[test]
    fn wrong_arguments_about_a_file_name_the_right_form() {
        for (line, name) in [
            ("searchfile", "searchfile"),
            ("files all", "files"),
            ("offer 77 1 film", "offer"),
            ("offer 7777777777777777777777777777777777777777777777777777777777777777 1", "offer"),
            (
                "offer 7777777777777777777777777777777777777777777777777777777777777777 x film",
                "offer",
            ),
            (
                "offer 7777777777777777777777777777777777777777777777777777777777777777 281474976710656 film",
                "offer",
            ),
            (
                "hold 7777777777777777777777777777777777777777777777777777777777777777 1 0 film",
                "hold",
            ),
            (
                "hold 7777777777777777777777777777777777777777777777777777777777777777 1 256 film",
                "hold",
            ),
            ("hold 7777777777777777777777777777777777777777777777777777777777777777 1 255", "hold"),
            (
                "hold 7777777777777777777777777777777777777777777777777777777777777777 255 film",
                "hold",
            ),
            (
                "hold 7777777777777777777777777777777777777777777777777777777777777777 281474976710656 255 film",
                "hold",
            ),
            ("withdraw film", "withdraw"),
        ] {
            is_wrong(line, name);
        }
    }

    #[test]
    fn wrong_arguments_name_the_right_form() {
        for (line, name) in [
            ("message yoda", "message"),
            ("message", "message"),
            ("broadcast", "broadcast"),
            ("whoelse all", "whoelse"),
            ("whoelsesince yesterday", "whoelsesince"),
            ("whoelsesince -1", "whoelsesince"),
            ("keys all", "keys"),
            ("addkey", "addkey"),
            ("addkey ssh-rsa AAAAB3NzaC1yc2E", "addkey"),
            ("removekey all", "removekey"),
            ("history all", "history"),
            ("history 1 2", "history"),
            ("history 4294967296", "history"),
            ("p2p 0", "p2p"),
            ("p2p 70000", "p2p"),
            ("p2p 1", "p2p"),
            ("p2p 1 ::1", "p2p"),
            // A key of small order.
            ("p2p 1 0000000000000000000000000000000000000000000000000000000000000000", "p2p"),
            ("p2p 1 7777777777777777777777777777777777777777777777777777777777777777 3", "p2p"),
            (
                "p2p 1 7777777777777777777777777777777777777777777777777777777777777777 ::1 ::1 ::1 ::1 ::1",
                "p2p",
            ),
            #[cfg(feature = "operator")]
            ("admin ", "admin"),
            ("acks off", "acks"),
            ("help me", "help"),
            ("login hans", "login"),
            ("login hans falcon solo", "login"),
            ("passwd falcon", "passwd"),
            ("passwd falcon solo kessel", "passwd"),
        ] {
            is_wrong(line, name);
        }
        assert_eq!(parse(""), Err(RequestError::Unknown));
        assert_eq!(parse("GET / HTTP/1.1"), Err(RequestError::Unknown));
        assert_eq!(parse("private yoda hi"), Err(RequestError::BetweenClients));
    }

    #[test]
    fn a_text_at_the_limit_passes_and_one_byte_more_is_refused() {
        let text = "x".repeat(TEXT_MAX);
        let longer = format!("broadcast {text}x");
        let request = Request::Broadcast { text: Text::new(&text).unwrap() };
        assert_eq!(parse(&format!("broadcast {text}")), Ok(request));
        assert_eq!(parse(&longer), Err(RequestError::TextTooLong));
    }

    #[test]
    fn a_text_of_two_lines_is_refused() {
        for line in ["message yoda hi\u{2028}* bye", "broadcast hi\u{2029}* bye"] {
            assert_eq!(parse(line), Err(RequestError::Separator));
        }
        assert!(parse("broadcast …and ‘so’ on…").is_ok());
    }
}
