//! What a person sees of a reply, an event or a private line: the text, without codes, ids and
//! counts. What the texts of the server say is the server's; only what it leaves to the client is
//! worded here.

use std::net::IpAddr;

use smolchat_core::dialect::lines::{LineWriter, emit_reply};
use smolchat_core::protocol::Reply;

use super::progress::Progress;
use super::recipient;
use super::said::{Channel, OwnMessage, Receipt, Said};
use super::sanitize::name;

/// A message that waited longer than this many seconds is shown with its age.
const FRESH_SECONDS: u32 = 5;
/// So many characters remind a sender of a message.
const FIRST_WORDS: usize = 40;

/// The text of a reply's line without its leading machine fields; `None` where silence is the
/// answer.
pub(crate) fn reply<'a>(reply: Option<Reply<'_>>, text: &'a str) -> Option<&'a str> {
    match reply {
        Some(
            Reply::AcknowledgementsOn
            | Reply::Acknowledged { .. }
            | Reply::ReceiptsOn { .. }
            | Reply::Accepted { .. }
            | Reply::BroadcastSent { .. }
            | Reply::Introduced { .. }
            | Reply::Announced { .. },
        ) => None,
        Some(
            Reply::BroadcastBlocked { .. }
            | Reply::BroadcastPartly { .. }
            | Reply::BroadcastPartlyBlocked { .. },
        ) => Some(without_fields(text, 2)),
        Some(Reply::Locked { .. }) => Some(without_fields(text, 1)),
        _ => Some(text),
    }
}

/// Shown for [`Reply::Stored`]: the receiver gets it at the next login.
pub(crate) fn stored(user: &str) -> String {
    format!("{} is offline, the message is stored", name(user))
}

/// Shown where a message was not fetched in time that this session does not know.
pub(crate) const LOST: &str = "a message of yours from before was not fetched in time, it is gone";

/// Shown where the password until now was given wrong.
pub(crate) const WRONG_PASSWORD: &str = "the old password is wrong";

/// How far an own message, or `count` of them, have come; `to` is none for a broadcast.
pub(crate) fn ticks(state: Progress, to: Option<&str>, text: &str, count: usize) -> String {
    let ticks = match state {
        Progress::Accepted | Progress::Stored => "✓",
        Progress::Delivered => "✓✓",
        Progress::Expired => "✗",
    };
    let to = to.unwrap_or("to all");
    let what = if count == 1 { first_words(text) } else { format!("{count} messages") };
    let note = match state {
        Progress::Accepted | Progress::Delivered => "",
        Progress::Stored => " (stored)",
        Progress::Expired => " (not fetched in time)",
    };
    format!("{ticks} {to}: {what}{note}")
}

/// How far an own message has come, for a script.
pub(crate) fn receipt(receipt: &Receipt) -> String {
    let text = &receipt.text;
    let (word, link) = match receipt.progress {
        Progress::Accepted => ("accepted", "for"),
        Progress::Stored => ("stored", "for"),
        Progress::Delivered => ("delivered", "to"),
        Progress::Expired => ("expired", "for"),
    };
    match &receipt.to {
        Some(user) => format!("{word} {link} {user}: {text}"),
        None => format!("{word} (to all): {text}"),
    }
}

/// Of an own message it is not known whether it was stored or delivered.
pub(crate) fn unconfirmed(message: &OwnMessage) -> String {
    let to = message.to.as_deref().map_or("(to all)".to_owned(), |user| format!("for {user}"));
    format!("accepted, but no receipt came {to}: {}", message.text)
}

/// A broadcast that waited for the server has reached whoever was back before it.
pub(crate) fn reached(text: &str, recipients: u32) -> String {
    let who = match recipients {
        0 => "nobody else was online yet".to_owned(),
        1 => "1 other user was online".to_owned(),
        _ => format!("{recipients} other users were online"),
    };
    format!("to all: {}: {who}", first_words(text))
}

/// Something that a user said.
pub(crate) fn said(said: &Said) -> String {
    let channel = match said.channel {
        Channel::Direct => "",
        Channel::All => " (to all)",
        Channel::Private => recipient::PRIVATE,
    };
    format!("{}{}{channel}: {}", waited(said.age), name(&said.from), said.text)
}

/// Somebody came.
pub(crate) fn login(user: &str) -> String {
    format!("{} logged in", name(user))
}

/// Somebody went.
pub(crate) fn logout(user: &str) -> String {
    format!("{} just logged out", name(user))
}

/// Comings and goings that were not told.
pub(crate) fn missed(count: u32) -> String {
    let what = match count {
        1 => "1 login or logout was".to_owned(),
        _ => format!("{count} logins and logouts were"),
    };
    format!("{what} not told, this client was too slow")
}

/// What the server's operator says to all.
pub(crate) fn announced(age: u32, text: &str) -> String {
    match age {
        0..=5 => format!("[server] {text}"),
        age => format!("[server] [{}] {text}", ago(age)),
    }
}

/// Somebody else gave this user's password.
pub(crate) fn attempt(from: IpAddr) -> String {
    format!("somebody at {from} gave your password, and was refused: you are online here")
}

/// The session ends soon.
pub(crate) fn idle(seconds: u32) -> String {
    format!("you are logged out in {seconds} s, unless you do something")
}

/// `private` or `stopprivate` without a conversation.
pub(crate) fn not_connected(user: &str) -> String {
    format!("Have not built connection with {user}")
}

/// The text of a reply that the client gives itself, since it saw what the server would have seen.
pub(crate) fn own(reply: Reply<'_>) -> String {
    let mut line = LineWriter::new();
    emit_reply(&reply, &mut line);
    line.as_str().split_once(' ').map_or_else(String::new, |(_, text)| text.to_owned())
}

/// What reminds a sender of a message.
pub(crate) fn first_words(text: &str) -> String {
    match text.char_indices().nth(FIRST_WORDS) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

fn without_fields(text: &str, count: usize) -> &str {
    text.splitn(count + 1, ' ').nth(count).unwrap_or(text)
}

fn waited(age: u32) -> String {
    if age <= FRESH_SECONDS {
        return String::new();
    }
    format!("[{}] ", ago(age))
}

/// How long ago so many seconds are.
pub(crate) fn ago(seconds: u32) -> String {
    format!("{} ago", lasting(seconds))
}

/// A ban that ends, in the unit that people use.
pub(crate) fn banned(seconds: u32) -> String {
    format!("{} until you may come back, you are banned", lasting(seconds))
}

/// So many seconds in the unit that people use. From two of a unit on, it is the next one.
fn lasting(seconds: u32) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        ..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use smolchat_core::dialect::lines::{ReplyLine, parse_reply};
    use smolchat_core::protocol::{MessageId, REPLIES};

    use super::*;

    fn line(from: &str, channel: Channel, age: u32, text: &str) -> String {
        said(&Said { from: from.into(), channel, text: text.into(), age })
    }

    /// What is shown of a line that a server sent.
    fn shown(line: &str) -> Option<&str> {
        let line = ReplyLine::parse(line).unwrap();
        reply(parse_reply(line), line.text)
    }

    #[test]
    fn texts_of_the_rules_come_through_word_for_word() {
        let blocked =
            "Your broadcast cannot be received by all online users because someone blocked you";
        assert_eq!(shown(&format!("253 7 3 {blocked}")), Some(blocked));
        assert_eq!(
            shown(&format!("255 7 3 2 mailboxes have no room for it. {blocked}")),
            Some(&*format!("2 mailboxes have no room for it. {blocked}"))
        );
        assert_eq!(shown("550 Invalid receiver!"), Some("Invalid receiver!"));
        assert_eq!(
            shown("230 Welcome to this message application"),
            Some("Welcome to this message application")
        );
        assert_eq!(shown("299 a newer server's word"), Some("a newer server's word"));
    }

    #[test]
    fn success_that_needs_no_word_is_silent() {
        for line in
            ["250 1 accepted", "252 2 5 recipients", "260 yoda introduced", "201 4 acknowledged"]
        {
            assert_eq!(shown(line), None);
        }
    }

    #[test]
    fn no_reply_shows_an_id_or_a_count_of_recipients() {
        for form in REPLIES {
            let line = format!("{} {}", form.code, form.text);
            let line = line.replace("{id}", "77777").replace("{recipients}", "77777");
            let line = ["{full}", "{epoch}", "{port}", "{seconds}", "{limit}"]
                .iter()
                .fold(line, |line, field| line.replace(field, "7"));
            let is_worded_here = form.code == Reply::Stored { id: MessageId(7), user: "" }.code();
            let is_clean = !shown(&line).unwrap_or_default().contains("77777");
            assert!(is_worded_here || is_clean, "{form:?}");
        }
    }

    #[test]
    fn a_message_tells_its_age_only_when_it_waited() {
        let message = |from, age, text| line(from, Channel::Direct, age, text);
        let broadcast = |from, age, text| line(from, Channel::All, age, text);
        assert_eq!(message("yoda", 0, "hi"), "yoda: hi");
        assert_eq!(message("yoda", 5, "hi"), "yoda: hi");
        assert_eq!(message("yoda", 6, "hi"), "[6 seconds ago] yoda: hi");
        assert_eq!(message("yoda", 120, "hi"), "[2 minutes ago] yoda: hi");
        assert_eq!(message("yoda", 7_200, "hi"), "[2 hours ago] yoda: hi");
        assert_eq!(broadcast("yoda", 172_800, "hi"), "[2 days ago] yoda (to all): hi");
        assert_eq!(broadcast("yoda", 1, "hi"), "yoda (to all): hi");
        assert_eq!(line("yoda", Channel::Private, 0, "hi"), "yoda (private): hi");
    }

    #[test]
    fn a_name_that_cannot_be_one_looks_like_no_other() {
        assert_eq!(
            line("hans\u{a0}(private)", Channel::Direct, 0, "hi"),
            "hans\u{fffd}(private): hi"
        );
        assert_eq!(line("yoda\u{200b}", Channel::All, 0, "hi"), "yoda\u{fffd} (to all): hi");
        assert_eq!(login("\u{2800}"), "\u{fffd} logged in");
        assert_eq!(logout("\u{301}"), "\u{fffd} just logged out");
    }

    #[test]
    fn a_long_text_is_told_by_its_first_words() {
        let text = "grün ".repeat(9);
        let first = format!("✓✓ to all: {}…", "grün ".repeat(8).trim_end());
        assert_eq!(ticks(Progress::Delivered, None, &text, 1), first);
        let fits = "ü".repeat(FIRST_WORDS);
        assert_eq!(ticks(Progress::Accepted, Some("yoda"), &fits, 1), format!("✓ yoda: {fits}"));
        assert_eq!(
            receipt(&Receipt {
                progress: Progress::Delivered,
                to: Some("yoda".into()),
                text: text.clone()
            }),
            format!("delivered to yoda: {text}")
        );
    }

    #[test]
    fn what_the_client_refuses_itself_reads_as_if_the_server_had() {
        assert_eq!(
            own(Reply::WrongArguments { form: "block <user>" }),
            "wrong arguments, the form is: block <user>"
        );
        assert_eq!(own(Reply::UnknownCommand), "unknown command, try help");
    }
}
