//! Holds the table of events in docs/SERVER.md against the code.

use smolchat::daemon::EVENTS;

const DOCUMENT: &str = include_str!("../../docs/SERVER.md");

#[test]
fn every_event_of_the_log_stands_in_the_document_and_no_other() {
    let (_, section) = DOCUMENT.split_once("\n## Log\n").expect("the heading is there");
    let section = section.split("\n## ").next().unwrap_or(section);
    let (_, table) = section.split_once("\n| event |").expect("the table is there");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("| "));
    let rows: Vec<String> = rows.map(str::to_owned).collect();
    let wanted: Vec<String> = EVENTS
        .iter()
        .map(|form| {
            let fields: Vec<&str> = form.fields().collect();
            format!(
                "| `{}` | {} | {} | {} |",
                form.name,
                form.level(),
                fields.join(", "),
                form.what
            )
        })
        .collect();
    assert_eq!(rows, wanted);
}
