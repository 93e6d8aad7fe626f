//! Holds `docs/PROTOCOL.md` against the wire: the document has every row of the code, and no other.

use smolchat_core::dialect::lines::{EVENTS, LINE_MAX};
use smolchat_core::protocol::{
    ADDRESSES_MAX, CloseReason, DEFAULT_PORT, FIELDS_MAX, FILE_NAME_MAX, FILE_SIZE_MAX, NAME_MAX,
    PASSWORD_MAX, REPLIES, REQUESTS, Reply, RequestForm, TEXT_MAX,
};

const DOCUMENT: &str = include_str!("../../docs/PROTOCOL.md");

/// The rows of every table under the heading, a table's own head and rule left out.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, section) = DOCUMENT
        .split_once(&format!("\n## {heading}\n"))
        .expect("the heading stands in the document");
    let section = section.split("\n## ").next().unwrap_or(section);
    let mut rows: Vec<Vec<&str>> = Vec::new();
    let mut in_table = false;
    for line in section.lines() {
        let is_row = line.starts_with("| ");
        if is_row && in_table {
            rows.push(line.trim_matches('|').split('|').map(str::trim).collect());
        }
        in_table = is_row || line.starts_with("|-");
    }
    rows
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

#[test]
fn every_request_stands_in_the_document_and_no_other() {
    let wanted: Vec<_> =
        REQUESTS.iter().map(|form| vec![code(form.form), form.help.to_owned()]).collect();
    assert_eq!(rows("Requests"), wanted);
}

/// The words in backquotes of the sentence of the document that begins like this.
fn words_of(beginning: &str) -> Vec<&'static str> {
    let (_, rest) = DOCUMENT.split_once(beginning).expect("the sentence stands in the document");
    let sentence = rest.split('.').next().unwrap_or(rest);
    sentence.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_document_tells_what_the_rows_of_requests_tell() {
    let told = |form: &&RequestForm| match form.name {
        "acks" | "receipts" => form.form,
        name => name,
    };
    let strangers: Vec<_> = REQUESTS.iter().filter(|form| form.before_login).collect();
    let mut wanted: Vec<_> = strangers.iter().map(told).collect();
    let mut sentence = words_of("A stranger may send only");
    wanted.sort_unstable();
    sentence.sort_unstable();
    assert_eq!(sentence, wanted);
    let by_itself: Vec<_> = REQUESTS.iter().filter(|form| !form.is_activity).collect();
    let mut wanted: Vec<_> = by_itself.iter().map(told).collect();
    let mut sentence = words_of("Lines that a client sends by itself do not");
    wanted.sort_unstable();
    sentence.sort_unstable();
    assert_eq!(sentence, wanted);
}

#[test]
fn every_reply_stands_in_the_document_and_no_other() {
    let told: Vec<_> =
        rows("Replies").iter().map(|row| vec![row[0].to_owned(), row[1].to_owned()]).collect();
    let wanted: Vec<_> = REPLIES
        .iter()
        .map(|form| {
            vec![form.code.to_string(), code(&form.text.replace('{', "<").replace('}', ">"))]
        })
        .collect();
    assert_eq!(told, wanted);
}

#[test]
fn every_event_and_every_close_reason_stands_in_the_document_and_no_other() {
    let rows = rows("Events");
    let (events, reasons) = rows.split_at(EVENTS.len());
    let told: Vec<_> = events.iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(told, EVENTS.iter().map(|form| code(form)).collect::<Vec<_>>());
    let wanted = CloseReason::ALL
        .map(|close_reason| vec![close_reason.form().0.to_string(), code(close_reason.form().1)]);
    assert_eq!(reasons, wanted);
}

#[test]
fn every_limit_stands_in_the_document_with_its_value() {
    let wanted = [
        ("LINE_MAX", LINE_MAX),
        ("NAME_MAX", NAME_MAX),
        ("PASSWORD_MAX", PASSWORD_MAX),
        ("TEXT_MAX", TEXT_MAX),
        ("ADDRESSES_MAX", ADDRESSES_MAX),
        ("FILE_NAME_MAX", FILE_NAME_MAX),
        ("FILE_SIZE_MAX", FILE_SIZE_MAX as usize),
        ("DEFAULT_PORT", DEFAULT_PORT.into()),
    ];
    let told = rows("Limits");
    assert_eq!(told.len(), wanted.len());
    for (row, (name, value)) in told.iter().zip(wanted) {
        assert_eq!(row[0], code(name));
        assert_eq!(row[1].split([' ', ',']).next(), Some(value.to_string().as_str()), "{name}");
    }
}

#[test]
fn every_reply_of_a_full_table_is_named_where_the_document_tells_of_full_tables() {
    let (_, full) =
        DOCUMENT.split_once("## When a table is full").expect("the heading stands in the document");
    let full_rows = (0..REPLIES.len())
        .filter(|&row| Reply::of_row(row, ["1"; FIELDS_MAX]).is_some_and(|reply| reply.is_full()));
    let codes: Vec<u16> = full_rows.map(|row| REPLIES[row].code).collect();
    assert!(codes.len() > 7, "{codes:?}");
    for code in codes.into_iter().chain([254, 255, 421, 424, 462]) {
        assert!(full.contains(&code.to_string()), "{code}");
    }
}
