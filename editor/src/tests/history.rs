//! Lines of the past, and the row that waits for them.

use super::{feed, feed_and_keep, row, with_capacities, with_editor};
use crate::{Action, Editor};

fn with_past<T>(test: impl FnOnce(Editor<'_>) -> T) -> T {
    with_editor(|mut editor| {
        feed_and_keep(&mut editor, b"one\rtwo\rtwo\rthree\r");
        test(editor)
    })
}

/// The row after `keys`, and whether the last one rang the bell.
fn press(editor: &mut Editor<'_>, keys: &str) -> (String, bool) {
    let refused =
        feed(editor, keys.as_bytes()).iter().any(|(action, _)| *action == Action::Refused);
    (row(editor), refused)
}

#[test]
fn up_and_down_walk_through_the_history() {
    with_past(|mut editor| {
        for (keys, line, is_refused) in [
            ("\x1b[A", "three|", false),
            ("\x10", "two|", false),
            ("\x1bOA", "one|", false),
            ("\x10", "one|", true),
            ("\x0e", "two|", false),
            ("\x1b<", "one|", false),
            ("\x1b>", "|", false),
            ("\x1b[B", "|", true),
        ] {
            assert_eq!(press(&mut editor, keys), (line.to_owned(), is_refused), "{keys:?}");
        }
    });
}

#[test]
fn the_row_that_was_being_typed_comes_back() {
    with_past(|mut editor| {
        assert_eq!(press(&mut editor, "half\x10\x10").0, "two|");
        assert_eq!(press(&mut editor, " more\x0e\x0e").0, "half|");
        assert_eq!(press(&mut editor, "\x10\x0e way").0, "half way|");
        assert_eq!(editor.history().collect::<Vec<_>>(), ["one", "two", "three"]);
    });
}

#[test]
fn a_line_of_the_past_is_edited_and_stays_as_it_was() {
    with_past(|mut editor| {
        let told = feed_and_keep(&mut editor, b"half\x10\x10 more\r");
        assert_eq!(told, [(Action::Line, Some("two more".to_owned()))]);
        let history: Vec<_> = editor.history().collect();
        assert_eq!(history, ["one", "two", "three", "two more"]);
        assert_eq!(press(&mut editor, "\x0e"), ("|".to_owned(), true));
    });
}

#[test]
fn without_room_for_the_row_it_stays() {
    with_capacities([40, 0, 10, 0, 0], |mut editor| {
        editor.add_history("one");
        assert_eq!(press(&mut editor, "1234567\x10"), ("1234567|".to_owned(), true));
        assert_eq!(press(&mut editor, "\x7f\x10"), ("one|".to_owned(), false));
        assert_eq!(press(&mut editor, "\x0e"), ("123456|".to_owned(), false));
    });
}

#[test]
fn a_line_of_the_past_that_is_too_long_is_cut_at_a_letter() {
    with_capacities([5, 0, 40, 0, 0], |mut editor| {
        editor.add_history("abcde\u{301}");
        assert_eq!(press(&mut editor, "\x10").0, "abcd|");
    });
}
