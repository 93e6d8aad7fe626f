//! Random bytes, cut anywhere, at random capacities: what holds for all of them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{Capacities, Told, feed, feed_and_keep, with_capacities};
use crate::Editor;

/// Everything that has a meaning, and its neighbours.
const PIECES: [&str; 65] = [
    "a",
    "b c",
    "word ",
    "abcdefghij",
    "ß",
    "e\u{301}",
    "\u{301}",
    "\u{fe0f}",
    "❤\u{fe0f}",
    "1\u{fe0f}\u{20e3}",
    "👨\u{200d}👩\u{200d}👧",
    "\u{200d}",
    "👩🏽",
    "🏽",
    "🇩🇪",
    "🇫",
    "你好",
    "\u{1112}\u{1161}\u{11ab}",
    "\u{1161}",
    "क्षि",
    "שלום",
    "لا",
    "\u{202e}",
    "\u{ad}",
    "\u{85}",
    "\u{2028}",
    "\u{fffd}",
    "ﬃ",
    "İ",
    "\u{345}",
    "\r",
    "\n",
    "\t",
    "\x7f",
    "\x01",
    "\x02",
    "\x03",
    "\x04",
    "\x05",
    "\x06",
    "\x07",
    "\x0b",
    "\x0e",
    "\x10",
    "\x12",
    "\x13",
    "\x14",
    "\x15",
    "\x17",
    "\x19",
    "\x1f",
    "\x1b",
    "\x1b[",
    "\x1bO",
    "\x1b[D",
    "\x1b[1;5D",
    "\x1b[3~",
    "\x1bb",
    "\x1bd",
    "\x1bt",
    "\x1bu",
    "\x1b<",
    "\x1b]0;",
    "\x1b[200~",
    "\x1b[201~",
];

fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => proptest::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..4),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn capacities() -> impl Strategy<Value = Capacities> {
    let capacity = || prop_oneof![Just(0), 1usize..12, 12usize..80];
    [capacity(), capacity(), capacity(), capacity(), capacity()]
}

/// The input in pieces of these lengths, over and over.
fn cut<'a>(mut input: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for &length in lengths.iter().cycle() {
        if input.is_empty() {
            break;
        }
        let (piece, rest) = input.split_at(length.min(input.len()));
        pieces.push(piece);
        input = rest;
    }
    pieces
}

fn check(editor: &Editor<'_>) {
    let (line, cursor) = (editor.line(), editor.cursor());
    assert!(!line.contains(char::is_control), "{line:?}");
    let mut boundaries = line.grapheme_indices(true).map(|(at, _)| at).chain([line.len()]);
    assert!(boundaries.any(|at| at == cursor), "{cursor} in {line:?}");
    for columns in (0..12).chain([20, 40, 80]) {
        let row = editor.row("yoda (private)> ", columns);
        let (shown, columns) = (row.to_string(), if columns == 0 { 80 } else { columns });
        assert!(shown.width() < columns, "{shown:?} in {columns} columns");
        assert!(row.cursor_column() < columns, "{shown:?} in {columns} columns");
        assert!(!shown.contains(char::is_control), "{shown:?}");
        let unsafe_signs = ['\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}', '\u{200f}'];
        assert!(!shown.contains(unsafe_signs), "{shown:?}");
    }
}

/// All that the caller hears and sees.
fn outcome(capacities: Capacities, pieces: &[&[u8]]) -> (Vec<Told>, String, usize, Vec<String>) {
    with_capacities(capacities, |mut editor| {
        let mut told = Vec::new();
        for piece in pieces {
            told.extend(feed_and_keep(&mut editor, piece));
            check(&editor);
        }
        let history = editor.history().map(str::to_owned).collect();
        (told, editor.row("> ", 40).to_string(), editor.cursor(), history)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn where_the_bytes_are_cut_does_not_matter(
        input in input(),
        lengths in vec(1usize..9, 1..8),
        capacities in capacities(),
    ) {
        let whole = outcome(capacities, &[&input]);
        prop_assert_eq!(&outcome(capacities, &cut(&input, &lengths)), &whole);
        prop_assert_eq!(&outcome(capacities, &cut(&input, &[1])), &whole);
    }

    #[test]
    fn nothing_that_the_caller_does_breaks_the_row(
        pieces in vec((input(), 0u8..8, 0usize..30), 0..8),
        capacities in capacities(),
    ) {
        with_capacities(capacities, |mut editor| {
            for (input, call, number) in pieces {
                feed(&mut editor, &input);
                let text = String::from_utf8_lossy(&input).into_owned();
                match call {
                    0 => editor.handle_pause(),
                    1 => _ = editor.set_line(&text),
                    2 => _ = editor.complete(number, &text),
                    3 => editor.add_history(&text),
                    4 => editor.keep_line(),
                    5 => editor.set_hidden(number > 15),
                    _ => {}
                }
                check(&editor);
            }
        });
    }

    #[test]
    fn without_keys_the_line_is_what_was_typed(
        letters in vec(any::<char>(), 0..40),
        lengths in vec(1usize..9, 1..8),
    ) {
        let typed: String = letters.into_iter().filter(|&c| crate::characters::is_text(c)).collect();
        let line = typed.clone() + "\r";
        let (told, ..) = outcome([512; 5], &cut(line.as_bytes(), &lengths));
        prop_assert_eq!(told, [(crate::Action::Line, Some(typed))]);
    }
}
