//! A line that is longer than the memory.

use super::{PASTE, feed, row, with_capacities};
use crate::{Action, Editor};

const FULL: Action = Action::Full { capacity: 4 };

fn with_four<T>(test: impl FnOnce(Editor<'_>) -> T) -> T {
    with_capacities([4, 4, 0, 0, 0], test)
}

/// The actions, with the lines that were finished.
fn told(editor: &mut Editor<'_>, input: &str) -> Vec<(Action, String)> {
    let told = feed(editor, input.as_bytes()).into_iter();
    told.map(|(action, line)| (action, line.unwrap_or_default())).collect()
}

#[test]
fn a_line_that_fills_the_memory_is_sent_and_one_more_byte_is_told() {
    with_four(|mut editor| {
        assert_eq!(told(&mut editor, "abc\r"), [(Action::Line, "abc".into())]);
        assert_eq!(told(&mut editor, "abcd\r"), [(Action::Line, "abcd".into())]);
        assert_eq!(told(&mut editor, "abcde"), [(FULL, String::new())]);
        assert_eq!(row(&editor), "abcd|");
    });
}

#[test]
fn a_line_that_is_too_long_is_told_once_and_not_sent() {
    with_four(|mut editor| {
        let refused = [(FULL, String::new()), (Action::Unsent, String::new())];
        assert_eq!(told(&mut editor, "abcdefg hij\r"), refused);
        assert_eq!(told(&mut editor, "\r"), [(Action::Unsent, String::new())]);
        assert_eq!(told(&mut editor, "\x7f\r"), [(Action::Line, "abc".into())]);
    });
}

#[test]
fn a_pasted_end_of_a_line_that_is_too_long_is_told_once_and_a_typed_enter_each_time() {
    with_four(|mut editor| {
        let pasted = [PASTE.0, "too long\r", PASTE.1].concat();
        let quiet = [(FULL, String::new()), (Action::Refused, String::new())];
        assert_eq!(told(&mut editor, &pasted), quiet);
        for _ in 0..2 {
            assert_eq!(told(&mut editor, "\r"), [(Action::Unsent, String::new())]);
        }
        assert_eq!(row(&editor), "too |");
    });
}

#[test]
fn a_key_makes_room_for_more() {
    with_four(|mut editor| {
        assert_eq!(told(&mut editor, "abcdef\x7f\x7fxy"), [(FULL, String::new())]);
        assert_eq!(told(&mut editor, "z"), [(FULL, String::new())]);
        assert_eq!(told(&mut editor, "\x05\r"), [(Action::Line, "abxy".into())]);
    });
}

#[test]
fn lines_behind_one_that_is_too_long_are_whole() {
    let text = "one\rtoo long\r\rtwo\rab";
    for input in [text.to_owned(), [PASTE.0, text, PASTE.1].concat()] {
        with_four(|mut editor| {
            let lines = told(&mut editor, &input).into_iter();
            let lines: Vec<_> = lines.filter(|(action, _)| *action == Action::Line).collect();
            assert_eq!(lines, [(Action::Line, "one".into()), (Action::Line, "two".into())]);
            assert_eq!(row(&editor), "ab|");
            assert_eq!(told(&mut editor, "\x15\x15"), [(Action::Refused, String::new())]);
        });
    }
}

#[test]
fn what_was_too_long_is_yanked_back() {
    with_four(|mut editor| {
        told(&mut editor, "too long\rx\r\x19");
        assert_eq!(row(&editor), "too |");
    });
}

#[test]
fn the_memory_stays_bounded_whatever_is_pasted() {
    with_four(|mut editor| {
        let mebibyte = "x".repeat(1 << 20);
        assert_eq!(told(&mut editor, PASTE.0), []);
        assert_eq!(told(&mut editor, &mebibyte), [(FULL, String::new())]);
        assert_eq!(told(&mut editor, &mebibyte), []);
        // No mark has ended the paste.
        assert_eq!(told(&mut editor, "\r"), [(Action::Refused, String::new())]);
        assert_eq!(told(&mut editor, "ab\r"), [(Action::Line, "ab".into())]);
    });
}

#[test]
fn without_memory_every_key_is_refused_and_the_end_is_heard() {
    with_capacities([0; 5], |mut editor| {
        assert_eq!(told(&mut editor, "a"), [(Action::Full { capacity: 0 }, String::new())]);
        let keys = "\x7f\x0b\x19\x10\x0e\x14\x1bt\x1bu";
        assert!(told(&mut editor, keys).iter().all(|(action, _)| *action == Action::Refused));
        assert_eq!(told(&mut editor, "\r"), [(Action::Line, String::new())]);
        assert_eq!(told(&mut editor, "\x04"), [(Action::End, String::new())]);
    });
}
