//! Replies as lines: each is written with its fields, and reads as it was written.

use super::*;
use crate::dialect::lines::LINE_MAX;
use crate::protocol::{MessageId, NAME_MAX, PASSWORD_MAX, TEXT_MAX};

#[test]
fn a_reply_is_written_with_its_fields() {
    let mut line = LineWriter::new();
    emit(&Reply::Stored { id: MessageId(7), user: "yoda" }, &mut line);
    assert_eq!(line.as_str(), "251 7 stored until yoda logs in");
    assert_eq!(
        ReplyLine::parse(line.as_str()),
        Some(ReplyLine { code: 251, last: true, text: "7 stored until yoda logs in" })
    );
    assert_eq!(ReplyLine::parse("210-a,"), Some(ReplyLine { code: 210, last: false, text: "a," }));
    assert_eq!(ReplyLine::parse("* login a"), None);
    assert_eq!(ReplyLine::parse("25ä"), None);
}

#[test]
fn every_reply_reads_as_it_was_written() {
    for form in REPLIES {
        let fields = ["{user}", "{users}", "{form}", "{figure}"];
        let text =
            fields.iter().fold(form.text.to_owned(), |text, field| text.replace(field, "yoda"));
        let line = [
            "{id}",
            "{epoch}",
            "{recipients}",
            "{full}",
            "{port}",
            "{seconds}",
            "{limit}",
            "{listeners}",
        ]
        .iter()
        .fold(format!("{} {text}", form.code), |line, field| line.replace(field, "7"));
        let reply = ReplyLine::parse(&line).and_then(super::parse);
        let mut written = LineWriter::new();
        emit(&reply.unwrap_or_else(|| panic!("{line}")), &mut written);
        assert_eq!(written.as_str(), line);
    }
}

#[test]
fn what_another_version_writes_is_read_by_its_code_and_fields() {
    let parse = |line| ReplyLine::parse(line).and_then(super::parse);
    assert_eq!(parse("230 Welcome back"), Some(Reply::Welcome));
    assert_eq!(parse("250 7 accepted"), Some(Reply::Accepted { id: MessageId(7) }));
    assert_eq!(parse("250 seven"), None);
    assert_eq!(parse("299 new"), None);
    assert_eq!(parse("436 soon"), None);
}

#[test]
fn a_reply_tells_whom_it_accepts_a_message_for() {
    let accepted = |line| ReplyLine::parse(line).and_then(super::parse)?.accepted();
    assert_eq!(accepted("250 1 accepted"), Some(MessageId(1)));
    assert_eq!(accepted("254 3 1 1 online users did not get it"), Some(MessageId(3)));
    assert_eq!(accepted("252 2 0 recipients"), None);
    assert_eq!(accepted("450 7 has no room"), None);
}

#[test]
fn codes_are_unique_and_of_the_three_kinds() {
    for (i, form) in REPLIES.iter().enumerate() {
        assert!(matches!(form.code / 100, 2 | 4 | 5), "{form:?}");
        assert!(REPLIES[i + 1..].iter().all(|other| other.code != form.code), "{form:?}");
        assert!(form.text.len() + 2 * NAME_MAX + 40 < LINE_MAX, "{form:?}");
    }
}

#[test]
fn the_limits_told_in_texts_are_the_limits() {
    let text = |code| REPLIES.iter().find(|form| form.code == code).unwrap().text;
    assert!(text(502).contains(&LINE_MAX.to_string()));
    assert!(text(503).contains(&TEXT_MAX.to_string()));
    assert!(text(536).contains(&NAME_MAX.to_string()));
    assert!(text(537).contains(&PASSWORD_MAX.to_string()));
}
