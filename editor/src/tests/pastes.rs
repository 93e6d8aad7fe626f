//! Pastes: each line end finishes a line, and nothing in them is a key.

use super::{PASTE, after, feed, with_editor};
use crate::Action;

/// The lines that `input` finishes, and what is left in the row.
fn lines(input: &str) -> (Vec<String>, String) {
    with_editor(|mut editor| {
        let actions = feed(&mut editor, input.as_bytes());
        assert!(actions.iter().all(|(action, _)| *action == Action::Line), "{actions:?}");
        let lines = actions.into_iter().filter_map(|(_, line)| line).collect();
        assert_eq!(editor.handle(&[]), (0, None));
        (lines, editor.row("", 100).to_string())
    })
}

fn pasted(text: &str) -> String {
    [PASTE.0, text, PASTE.1].concat()
}

#[test]
fn every_line_end_in_a_paste_finishes_a_line() {
    for end in ["\r", "\n", "\r\n"] {
        let text = ["one", "two", "", "half"].join(end);
        let (finished, row) = lines(&pasted(&text));
        assert_eq!(finished, ["one", "two", ""], "{end:?}");
        assert_eq!(row, "half");
        assert_eq!(lines(&text).0, finished, "without marks");
    }
    assert_eq!(lines(&(pasted("one\rtwo") + "\r")).0, ["one", "two"]);
}

#[test]
fn a_paste_holds_no_keys() {
    assert_eq!(after(&pasted("a\tb\x01\x7f\x1b[Dc")).0, "a b[Dc|");
    assert_eq!(after(&pasted("\x1b[201\x1b[20")).0, "[201[20|");
    assert_eq!(after(&(pasted("ab") + "\x02")).0, "a|b");
}

#[test]
fn ctrl_c_ends_a_paste_without_an_end() {
    let (row, actions) = after("\x1b[200~one\x02\x03two\x02");
    assert_eq!((row.as_str(), &actions[..]), ("tw|o", &[Action::Cancelled][..]));
}

#[test]
fn ten_thousand_lines_in_one_input_are_ten_thousand_lines() {
    let expected: Vec<String> = (0..10_000).map(|n| format!("line {n}")).collect();
    let typed: String = expected.iter().map(|line| format!("{line}\r")).collect();
    assert_eq!(lines(&typed).0, expected);
    assert_eq!(lines(&pasted(&typed)).0, expected);
}
