//! Rows at every width: what is shown, and that none takes the last column.

use unicode_width::UnicodeWidthStr;

use super::{feed, with_capacities, with_editor};

const TEXTS: [&str; 12] = [
    "a👨\u{200d}👩\u{200d}👧\u{200d}👦b👩🏽\u{200d}🚀c",
    "你好世界你好世界你好世界你好世界你好世界你好世界",
    "שלום עולם abc שלום",
    "x\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}y",
    "🇩🇪🇫🇷🇯🇵 ok",
    "❤\u{fe0f} ☺\u{fe0f} 1\u{fe0f}\u{20e3} ok",
    "a\u{200d}b\u{202e}c",
    "abcde你好 世界你好",
    "a\u{ad}b",
    "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
    "नमस्ते दुनिया",
    "word word word word word word word word word word word word word word word word end",
];

/// The row with the cursor at the end, and then `lefts` letters further left.
#[track_caller]
fn check(text: &str, lefts: usize, columns: usize, expected: &str) {
    with_capacities([512; 5], |mut editor| {
        feed(&mut editor, text.as_bytes());
        feed(&mut editor, &vec![2; lefts]);
        let row = editor.row("> ", columns);
        let (mut shown, cursor) = (row.to_string(), row.cursor_column());
        assert!(shown.is_ascii(), "for wide letters, look at columns");
        shown.extend(std::iter::repeat_n(' ', cursor.saturating_sub(shown.len())));
        shown.insert(cursor, '|');
        assert_eq!(shown, expected, "{text:?} in {columns} columns");
    });
}

#[test]
fn a_row_that_fits_is_shown_whole() {
    check("", 0, 20, "> |");
    check("hi there", 0, 20, "> hi there|");
    check("hi there", 5, 20, "> hi |there");
    check("12345678901234567", 0, 20, "> 12345678901234567|");
}

#[test]
fn a_longer_row_scrolls_sideways_by_half() {
    check("123456789012345678", 0, 20, "> <012345678|");
    check("123456789012345678", 10, 20, "> 12345678|90123456>");
    let long = "0123456789".repeat(6);
    check(&long, 30, 20, "> <7890123456789|01>");
    check(&long, 60, 20, "> |0123456789012345>");
    check(&long, 0, 20, "> <90123456789|");
}

#[test]
fn the_text_stands_still_while_the_cursor_moves_within_it() {
    let long = "0123456789".repeat(6);
    for lefts in 29..36 {
        with_editor(|mut editor| {
            feed(&mut editor, long.as_bytes());
            feed(&mut editor, &vec![2; lefts]);
            assert_eq!(editor.row("> ", 20).to_string(), "> <789012345678901>", "{lefts}");
        });
    }
}

#[test]
fn a_wide_letter_is_drawn_whole_or_not_at_all() {
    with_editor(|mut editor| {
        feed(&mut editor, "你好世界你好世界你好".as_bytes());
        let row = editor.row("> ", 20);
        assert_eq!((row.to_string().as_str(), row.cursor_column()), ("> < 好世界你好", 14));
        feed(&mut editor, b"\x01");
        assert_eq!(editor.row("> ", 20).to_string(), "> 你好世界你好世界>");
        assert_eq!(editor.row("> ", 3).to_string(), ">?");
    });
}

#[test]
fn a_long_prompt_leaves_room_for_the_text() {
    with_editor(|mut editor| {
        feed(&mut editor, b"hello");
        for (columns, shown, cursor) in [
            (80, "yoda (private)> hello", 21),
            (37, "yoda (private)> hello", 21),
            (36, "yoda (private)> hello", 21),
            (29, "yoda (private)> hello", 21),
            (28, "yoda (priva> hello", 18),
            (20, "yoda (p> hello", 14),
            (10, "yo> hello", 9),
            (4, ">lo", 3),
            (3, ">o", 2),
            (2, "o", 1),
            (1, "", 0),
            (0, "yoda (private)> hello", 21),
        ] {
            let row = editor.row("yoda (private)> ", columns);
            assert_eq!((row.to_string().as_str(), row.cursor_column()), (shown, cursor));
        }
    });
}

#[test]
fn a_letter_without_end_does_not_flood_the_terminal() {
    with_editor(|mut editor| {
        feed(&mut editor, "x\u{301}".repeat(2).as_bytes());
        assert_eq!(editor.row("", 80).to_string(), "x\u{301}x\u{301}");
        feed(&mut editor, "\u{301}".repeat(64).as_bytes());
        assert_eq!(editor.row("", 80).to_string(), "x\u{301}?");
        assert_eq!(editor.row("", 80).cursor_column(), 2);
    });
}

#[test]
fn neither_prompt_nor_text_commands_the_terminal() {
    with_editor(|mut editor| {
        feed(&mut editor, "a\u{202e}b\u{200d}c".as_bytes());
        let row = editor.row("\x1b[31m\u{2066}x\n\u{85}> ", 80);
        assert_eq!((row.to_string().as_str(), row.cursor_column()), ("[31mx> ab\u{200d}c", 10));
    });
}

#[test]
fn what_stands_on_no_letter_is_not_drawn_on_the_prompt() {
    with_editor(|mut editor| {
        feed(&mut editor, "\u{fe0f}a".as_bytes());
        assert_eq!(editor.row("#", 80).to_string(), "#a");
    });
}

#[test]
fn prompt_and_text_may_be_drawn_apart() {
    with_editor(|mut editor| {
        feed(&mut editor, b"one two three");
        for columns in [1, 3, 10, 20, 80] {
            let row = editor.row("yoda> ", columns);
            assert_eq!(format!("{}{}", row.prompt(), row.text()), row.to_string());
        }
        assert_eq!(editor.row("yoda> ", 80).prompt().to_string(), "yoda> ");
    });
}

#[test]
fn every_text_stays_within_every_width() {
    for text in TEXTS {
        for columns in [0, 1, 2, 3, 7, 8, 20, 40, 80] {
            with_editor(|mut editor| {
                feed(&mut editor, text.as_bytes());
                for _ in 0..100 {
                    let row = editor.row("all> ", columns);
                    let (shown, columns) =
                        (row.to_string(), if columns == 0 { 80 } else { columns });
                    assert!(shown.width() < columns, "{shown:?} in {columns}");
                    assert!(row.cursor_column() < columns, "{shown:?} in {columns}");
                    feed(&mut editor, b"\x02");
                }
            });
        }
    }
}
