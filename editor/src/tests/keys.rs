//! What each key does to the row.

use super::after;
use crate::Action;

#[track_caller]
fn check(input: &str, row: &str) {
    assert_eq!(after(input).0, row, "{input:?}");
}

#[test]
fn the_cursor_moves_over_letters_and_words() {
    check("abc", "abc|");
    check("abc\x02", "ab|c");
    check("abc\x1b[D\x1bOD", "a|bc");
    check("abc\x01\x06", "a|bc");
    check("abc\x1b[H\x1b[C", "a|bc");
    check("abc\x1b[1~\x05", "abc|");
    check("one two\x1bb", "one |two");
    check("one two\x1b[1;5D\x1b[1;3D\x1b[1;5C", "one| two");
    check("one two\x01\x1bf", "one| two");
}

#[test]
fn letters_are_deleted_whole() {
    check("ae\u{301}\x7f", "a|");
    check("a👨\u{200d}👩\u{200d}👧\x08", "a|");
    check("🇩🇪🇫🇷\x02\x7f", "|🇫🇷");
    check("abc\x01\x04", "|bc");
    check("abc\x01\x1b[3~", "|bc");
    assert_eq!(after("\x7f").1, [Action::Refused]);
    assert_eq!(after("a\x04").1, [Action::Refused]);
    assert_eq!(after("\x04").1, [Action::End]);
}

#[test]
fn killed_text_is_yanked() {
    check("one two\x17\x01\x19", "two|one ");
    check("one two\x15\x19\x19", "one twoone two|");
    check("one two three\x1b\x7f\x1b\x7f\x01\x19", "two three|one ");
    check("one two\x01\x1bd\x05 \x19", " two one|");
    check("one two\x01\x1bd\x1bd\x19", "one two|");
    check("one two\x01\x0b\x19", "one two|");
}
