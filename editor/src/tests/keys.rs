//! What each key does to the row.

use super::{after, feed, row, with_capacities};
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

#[test]
fn consecutive_kills_are_one_and_others_are_not() {
    check("one two three\x17\x02\x17\x19", "one two| ");
    check("ab cd\x17\x15\x19\x19", "ab cdab cd|");
}

#[test]
fn letters_and_words_change_places() {
    check("abc\x14", "acb|");
    check("abc\x02\x14", "acb|");
    check("ae\u{301}\x14", "e\u{301}a|");
    check("one, two\x1bt", "two, one|");
    check("one, two three\x1bb\x1bt", "one, three two|");
    assert_eq!(after("a\x14").1, [Action::Refused]);
    assert_eq!(after("ab\x01\x14").1, [Action::Refused]);
    assert_eq!(after("one\x1bt").1, [Action::Refused]);
}

#[test]
fn words_change_their_case() {
    check("straße 2\x01\x1bu", "STRASSE| 2");
    check("oNE tWO\x01\x1bc\x1bc", "One Two|");
    check("ÄÖ x\x01\x1bl", "äö| x");
    check("..ﬃ\x01\x1bu", "..FFI|");
    assert_eq!(after("one \x1bu").1, [Action::Refused]);
}

#[test]
fn a_change_of_case_that_does_not_fit_changes_nothing() {
    with_capacities([5, 0, 0, 0, 0], |mut editor| {
        feed(&mut editor, "aΐ".as_bytes());
        assert_eq!(feed(&mut editor, b"\x01\x1bu"), [(Action::Refused, None)]);
        assert_eq!(row(&editor), "|aΐ");
    });
}

#[test]
fn what_does_not_fit_beside_the_killed_text_is_not_kept_in_part() {
    with_capacities([20, 4, 0, 0, 0], |mut editor| {
        assert_eq!(feed(&mut editor, b"abcde\x15"), [(Action::Refused, None)]);
        assert_eq!(row(&editor), "|");
        assert_eq!(feed(&mut editor, b"\x19"), [(Action::Refused, None)]);
        assert_eq!(feed(&mut editor, b"abcd\x15\x19"), []);
        assert_eq!(row(&editor), "abcd|");
    });
}
