//! The search through the history.

use super::{feed, feed_and_keep, row, with_capacities, with_editor};
use crate::{Action, Editor};

fn with_past<T>(test: impl FnOnce(Editor<'_>) -> T) -> T {
    with_editor(|mut editor| {
        feed_and_keep(&mut editor, b"to yoda hi\rto luke hi\rto yoda bye\rwho\r");
        feed(&mut editor, b"half");
        test(editor)
    })
}

/// What is drawn after `keys`, and whether the bell rang.
fn press(editor: &mut Editor<'_>, keys: &str) -> (String, bool) {
    let told = feed(editor, keys.as_bytes());
    let is_refused = told.iter().any(|(action, _)| *action == Action::Refused);
    (editor.row("> ", 80).to_string(), is_refused)
}

#[test]
fn the_search_shows_what_it_finds() {
    with_past(|mut editor| {
        for (keys, shown, is_refused) in [
            ("\x12", "(search)'': half", false),
            ("yo", "(search)'yo': to yoda bye", false),
            ("\x12", "(search)'yo': to yoda hi", false),
            ("\x12", "(failed search)'yo': to yoda hi", true),
            ("\x13", "(search)'yo': to yoda bye", false),
            ("X", "(failed search)'yoX': to yoda bye", true),
            ("\x7f", "(search)'yo': to yoda bye", false),
            ("\x07", "> half", false),
        ] {
            assert_eq!(press(&mut editor, keys), (shown.to_owned(), is_refused), "{keys:?}");
        }
    });
}

#[test]
fn the_cursor_stands_where_the_pattern_does() {
    with_past(|mut editor| {
        feed(&mut editor, b"\x12luke");
        assert_eq!(editor.row("> ", 80).cursor_column(), "(search)'luke': to ".len());
        feed(&mut editor, b"\x06");
        assert_eq!(row(&editor), "to l|uke hi");
    });
}

#[test]
fn any_key_takes_what_was_found_and_does_its_work() {
    with_past(|mut editor| {
        assert_eq!(press(&mut editor, "\x12yoda\x05!").0, "> to yoda bye!");
        assert_eq!(press(&mut editor, "\x0e").0, "> who");
        assert_eq!(press(&mut editor, "\x0e").0, "> half");
        let told = feed(&mut editor, b"\x12luke\r");
        assert_eq!(told, [(Action::Line, Some("to luke hi".to_owned()))]);
    });
}

#[test]
fn a_lone_esc_takes_what_was_found() {
    with_past(|mut editor| {
        feed(&mut editor, b"\x12luke\x1b");
        assert!(editor.is_mid_key());
        editor.handle_pause();
        assert_eq!(row(&editor), "to |luke hi");
    });
}

#[test]
fn a_paste_goes_into_the_row_and_leaves_the_search() {
    with_past(|mut editor| {
        let told = feed(&mut editor, b"\x12luke\x1b[200~ way\rnext\x1b[201~");
        assert_eq!(told, [(Action::Line, Some("half way".to_owned()))]);
        assert_eq!(row(&editor), "next|");
    });
}

#[test]
fn the_pattern_of_the_search_before_comes_again() {
    with_past(|mut editor| {
        assert_eq!(press(&mut editor, "\x12yo\x07\x12\x12").0, "(search)'yo': to yoda bye");
        assert_eq!(press(&mut editor, "\x12").0, "(search)'yo': to yoda hi");
    });
}

#[test]
fn nothing_is_sent_that_was_not_shown() {
    with_capacities([40, 0, 10, 10, 0], |mut editor| {
        editor.add_history("one");
        let told = feed(&mut editor, b"1234567\x12ne\r");
        assert_eq!(told, [(Action::Refused, None)], "no room to keep the row");
        assert_eq!(row(&editor), "1234567|");
    });
}

#[test]
fn a_line_that_is_added_meanwhile_leaves_the_match_as_it_is() {
    with_past(|mut editor| {
        feed(&mut editor, b"\x12luke");
        editor.add_history("to yoda: hi");
        assert_eq!(press(&mut editor, "").0, "(search)'luke': to luke hi");
        assert_eq!(feed(&mut editor, b"\r"), [(Action::Line, Some("to luke hi".to_owned()))]);
    });
    with_capacities([40, 0, 12, 10, 0], |mut editor| {
        editor.add_history("to luke");
        feed(&mut editor, b"half\x12luke");
        editor.add_history("to yoda");
        assert_eq!(press(&mut editor, "").0, "(search)'luke': half", "the match is gone");
    });
}

#[test]
fn a_pattern_that_is_too_long_is_refused() {
    with_capacities([40, 0, 40, 3, 0], |mut editor| {
        editor.add_history("one two");
        assert_eq!(press(&mut editor, "\x12one"), ("(search)'one': one two".to_owned(), false));
        assert_eq!(press(&mut editor, " "), ("(search)'one': one two".to_owned(), true));
    });
}
