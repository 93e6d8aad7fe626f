//! Every state in which an editor may be left alone: what stays in the row, and that the next line
//! is whole.

use super::{after, feed, row, with_editor};
use crate::{Action, Editor};

/// Types `half`, waits, then types `next` and Enter, and returns the line.
fn line_after(half: &[u8], next: &str) -> String {
    with_editor(|mut editor| {
        feed(&mut editor, half);
        if editor.is_mid_key() {
            editor.handle_pause();
        }
        assert!(!editor.is_mid_key());
        feed(&mut editor, next.as_bytes());
        let told = feed(&mut editor, b"\r");
        assert_eq!(told.len(), 1, "{told:?}");
        told.into_iter().find_map(|(_, line)| line).unwrap()
    })
}

#[test]
fn a_key_that_was_begun_is_given_up_after_a_pause() {
    for half in ["\x1b", "\x1b[", "\x1bO", "\x1b[1;5", "\x1b[200", "\x1b[[", "\x1b]11;", "\x1b\x1b"]
    {
        let half = format!("to{half}");
        assert_eq!(line_after(half.as_bytes(), "x"), "tox", "{half:?}");
    }
}

#[test]
fn a_prefix_that_means_nothing_here_takes_no_key_with_it() {
    for prefix in ["\x16", "\x18", "\x11", "\x1b3", "\x1d", "\x0f", "\0", "\x1e", "\x1bx", "\x1bä"]
    {
        assert_eq!(after(&format!("to{prefix}x")), ("tox|".to_owned(), vec![]), "{prefix:?}");
    }
}

#[test]
fn an_unknown_key_is_eaten_whole() {
    for key in [
        "\x1bOP",
        "\x1b[15~",
        "\x1b[15;5~",
        "\x1b[24~",
        "\x1b[[A",
        "\x1b[Z",
        "\x1b[2~",
        "\x1b[I",
        "\x1b[13;2u",
        "\x1b[27;5;9~",
        "\x1b[<0;1;2M",
        "\x1b[?1;2c",
        "\x1b[3$~",
        "\x1b[201~",
        "\x1b]11;rgb:0/0/0\x1b\\",
        "\x1b]11;rgb:0/0/0\x07",
        "\x1bP1$r0m\x1b\\",
        "\x1bOp",
    ] {
        assert_eq!(after(&format!("to{key}x")), ("tox|".to_owned(), vec![]), "{key:?}");
    }
}

#[test]
fn a_control_key_counts_in_the_middle_of_another_key() {
    for half in ["\x1b", "\x1b[", "\x1bO", "\x1b[1;5", "\x1b[[", "\x1b]0;title"] {
        let (row, actions) = after(&format!("one{half}\r\x03"));
        assert_eq!((row.as_str(), &actions[..]), ("|", &[Action::Line, Action::Cancelled][..]));
    }
}

#[test]
fn bytes_that_are_no_character_are_dropped_and_the_line_goes_on() {
    for (bytes, line) in [
        (&b"\xe4"[..], "hi"),
        (b"Gr\xfc\xdfe ", "Gre hi"),
        (b"\xff", "hi"),
        (b"\x80", "hi"),
        (b"\xc3", "hi"),
        (b"\xec", "hi"),
        (b"\xed\xa0\x80", "hi"),
        (b"\xf0\x9f\x91", "hi"),
        (b"\x1b\xc3", "hi"),
        (b"\xc2\x85\xe2\x80\xa8", "hi"),
    ] {
        let rings = |(action, line): &(Action, Option<String>)| {
            assert!(*action == Action::Refused && line.is_none());
        };
        with_editor(|mut editor| {
            let mut told = feed(&mut editor, bytes);
            told.extend(feed(&mut editor, b"hi"));
            told.iter().for_each(rings);
            assert!(!told.is_empty(), "a bell rings for {bytes:?}");
            assert_eq!(feed(&mut editor, b"\r"), [(Action::Line, Some(line.to_owned()))]);
        });
    }
    assert_eq!(line_after("a\u{fffd}b".as_bytes(), ""), "a\u{fffd}b");
}

#[test]
fn half_a_character_waits_for_its_other_half() {
    with_editor(|mut editor| {
        feed(&mut editor, b"Gr\xc3");
        assert!(!editor.is_mid_key());
        editor.handle_pause();
        assert_eq!(feed(&mut editor, b"\xbc\xc3"), []);
        assert_eq!(row(&editor), "Grü|");
    });
}

#[test]
fn the_end_of_a_paste_may_come_in_halves() {
    with_editor(|mut editor| {
        feed(&mut editor, b"\x1b[200~a\x1b[20");
        assert!(!editor.is_mid_key());
        editor.handle_pause();
        feed(&mut editor, b"1~b\x02");
        assert_eq!(row(&editor), "a|b");
    });
}

#[test]
fn the_row_outlives_a_stop() {
    for (key, action) in
        [("\x1a", Action::Suspend), ("\x0c", Action::Redraw), ("\x1c", Action::Quit)]
    {
        for state in ["to yo", "\x1b[200~to yo\x1b[201~"] {
            let (row, actions) = after(&format!("{state}{key}da"));
            assert_eq!((row.as_str(), &actions[..]), ("to yoda|", &[action][..]));
        }
    }
}

#[test]
fn a_finished_line_is_told_until_the_next_byte() {
    with_editor(|mut editor| {
        assert_eq!(editor.handle(b"one\rtwo"), (4, Some(Action::Line)));
        assert_eq!(editor.line(), "one");
        assert_eq!(editor.row("> ", 80).to_string(), "> ");
        assert_eq!(editor.row("> ", 80).cursor_column(), 2);
        assert_eq!(editor.handle(b""), (0, None));
        assert_eq!(editor.line(), "one");
        assert_eq!(editor.handle(b"two"), (3, None));
        assert_eq!(editor.line(), "two");
    });
}

#[test]
fn ctrl_c_gives_the_row_up_in_every_state() {
    for state in ["one", "\x12one", "\x1b[200~one", "one\x1b[", "one\x10"] {
        let (row, actions) = after(&format!("{state}\x03two"));
        assert_eq!((row.as_str(), actions.last()), ("two|", Some(&Action::Cancelled)), "{state:?}");
    }
}

#[test]
fn the_caller_may_replace_the_row_and_complete_in_it() {
    let check = |editor: &mut Editor<'_>| {
        assert_eq!(feed(editor, b"/msg yo\t"), [(Action::Complete, None)]);
        assert!(editor.complete(5, "yoda "));
        assert_eq!(row(editor), "/msg yoda |");
        feed(editor, b"hi\x1bb\x02");
        assert!(!editor.complete(10, "") && !editor.complete(4, &"x".repeat(600)));
        assert!(editor.complete(5, "lu\u{7}ke"));
        assert_eq!(row(editor), "/msg luke| hi");
    };
    with_editor(|mut editor| {
        check(&mut editor);
        feed(&mut editor, b"\r");
        assert!(editor.set_line("half"));
        assert_eq!(row(&editor), "half|");
        assert!(!editor.set_line(&"ä".repeat(300)));
        assert_eq!(editor.line(), "ä".repeat(256));
        feed(&mut editor, b"\r");
        check(&mut editor);
    });
}
