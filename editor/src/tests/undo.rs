//! Changes that are taken back.

use super::{after, feed, row, with_capacities, with_editor};
use crate::Action;

#[track_caller]
fn check(input: &str, row: &str) {
    assert_eq!(after(input).0, row, "{input:?}");
}

#[test]
fn the_last_change_is_taken_back_with_its_cursor() {
    check("one two\x01\x0b\x1f", "|one two");
    check("one two\x17\x1f", "one two|");
    check("one\x02\x14\x1f", "on|e");
    check("one\x1bb\x1bu\x1f", "|one");
    check("one\x15\x19\x19\x1f", "|");
}

#[test]
fn the_same_key_several_times_is_one_change() {
    check("one two\x7f\x7f\x7f\x1f", "one two|");
    check("one two\x7f\x7f\x7fx\x1f", "one |");
    check("one two\x7f\x7f\x7fx\x1f\x1f", "one two|");
    check("one\x02xy\x1f\x1f", "|");
    assert_eq!(after("one\x1f\x1f").1, [Action::Refused]);
}

#[test]
fn a_key_that_changed_nothing_is_nothing_to_take_back() {
    check("one\x04\x06\x0b\x10\x1f", "|");
    check("one\x01\x7f\x15\x19\x1f", "|");
}

#[test]
fn a_line_of_the_past_gives_the_row_back() {
    with_editor(|mut editor| {
        editor.add_history("one");
        editor.add_history("two");
        feed(&mut editor, b"half\x10\x10!\x10\x1f");
        assert_eq!(row(&editor), "one|");
        feed(&mut editor, b"\x1f");
        assert_eq!(row(&editor), "half|");
        feed(&mut editor, b"\x12two\x05\x1f");
        assert_eq!(row(&editor), "half|");
        feed(&mut editor, b"\x10");
        assert_eq!(row(&editor), "two|", "the way through the history begins anew");
    });
}

#[test]
fn a_completion_is_taken_back() {
    with_editor(|mut editor| {
        feed(&mut editor, b"to yo\t");
        assert!(editor.complete(3, "yoda "));
        feed(&mut editor, b"\x1f");
        assert_eq!(row(&editor), "to yo|");
    });
}

#[test]
fn a_row_that_does_not_fit_is_not_taken_back() {
    with_capacities([40, 4, 0, 0, 4], |mut editor| {
        assert_eq!(feed(&mut editor, b"ab\x15\x1f"), []);
        assert_eq!(row(&editor), "ab|");
        assert_eq!(feed(&mut editor, b"c\x15\x1f"), [(Action::Refused, None)]);
    });
}

#[test]
fn the_row_before_is_no_change_of_this_one() {
    let told = after("one\rtwo\x1f\x1f");
    assert_eq!(told, ("|".to_owned(), vec![Action::Line, Action::Refused]));
}
