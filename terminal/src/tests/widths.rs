//! The width of the window: asked for, and healed after a change.

use smolchat_core::transport::Transport;

use super::{WIDTHS, World};
use crate::{Opening, Sizes};

/// The question after the width.
const QUESTION: &str = "\x1b[6n";

#[test]
fn lines_are_cut_at_words_for_the_width_that_the_terminal_tells() {
    for columns in WIDTHS {
        let mut world = World::online(columns);
        let text = "do or do not, there is no try. ".repeat(6);
        world.tell(&format!("* message 7 yoda 0 {}", text.trim_end()));
        let rows = world.rows();
        let (row, said) = rows.split_last().unwrap();
        assert_eq!(row, "all>");
        assert!(said.iter().all(|row| row.chars().count() < columns.into()));
        if columns > 20 {
            assert!(said[1..].iter().all(|row| row.starts_with("    ")), "{said:#?}");
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&said.join(" ")), words(&format!("yoda: {text}")));
    }
}

#[test]
fn another_width_is_known_with_the_next_row() {
    let mut world = World::online(80);
    world.resize(30);
    world.press("h");
    world.press("i\r");
    world.press("\x0c");
    world.tell("* message 7 yoda 0 do or do not, there is no try");
    assert_eq!(world.rows(), ["yoda: do or do not, there is", "    no try", "all>"]);
}

#[test]
fn a_terminal_that_does_not_answer_has_80_columns() {
    let mut world = World::online(100);
    world.answers = false;
    world.resize(90);
    world.press("a\rb\r\x0c");
    world.press("half");
    world.tell("* message 7 yoda 0 hi");
    assert_eq!(world.rows(), ["yoda: hi", "all> half"]);
}

#[test]
fn an_answer_in_the_middle_of_typing_is_no_text() {
    let mut world = World::online(80);
    world.answers = false;
    world.press("\x03h");
    world.press("a\x1b[3;30Rlf");
    assert_eq!(world.cursor().0, "all> half");
    world.press("\x0c");
    world.tell("* message 7 yoda 0 do or do not, there is no try");
    assert_eq!(world.rows()[0], "yoda: do or do not, there is");
}

#[test]
fn nothing_is_asked_behind_enter_where_ssh_looks_for_its_escapes() {
    let mut world = World::online(80);
    world.press("one\r");
    for line in ["hello", "/to yoda"] {
        world.shown.clear();
        world.press(&line[..1]);
        assert_eq!(world.shown().matches(QUESTION).count(), 1, "with the first key of a row");
        world.press(&line[1..]);
        world.shown.clear();
        world.press("\r");
        world.tell("* message 7 yoda 0 hi");
        assert!(!world.shown().contains(QUESTION));
    }
}

#[test]
fn nobody_who_leaves_is_asked_since_a_shell_would_get_the_answer() {
    for line in ["/quit\r", "logout\r", "\x04"] {
        let mut world = World::online(80);
        world.press(line);
        assert_eq!(world.requests(), ["logout"]);
        world.tell("221 You just logged out");
        assert!(!world.shown().contains(QUESTION), "{line:?}: {:?}", world.shown());
    }
}

#[test]
fn nothing_is_shown_before_the_width_is_known_or_the_terminal_kept_silent() {
    let hans = Opening { has_terminal: true, user: Some("hans") };
    let mut world = World::new(&Sizes::LARGE, 30, hans);
    assert_eq!(world.terminal.room(), 0);
    world.settle();
    assert!(world.shown().contains(QUESTION) && world.terminal.room() > 0);
    let mut world = World::new(&Sizes::LARGE, 30, hans);
    world.answers = false;
    world.settle();
    assert_eq!(world.terminal.room(), 0);
    world.now = world.terminal.poll_at().unwrap();
    world.settle();
    assert!(world.terminal.room() > 0 && world.terminal.poll_at().is_none());
    // A script has no width.
    let script = Opening { has_terminal: false, ..hans };
    assert!(World::new(&Sizes::LARGE, 80, script).terminal.room() > 0);
}

/// Hans has said a line to yoda, and the server has accepted it. The screen is cleared before.
fn one_accepted(columns: u16) -> World {
    let mut world = World::online(columns);
    world.press("/to yoda\r\x0cone\r");
    assert_eq!(world.requests(), ["message yoda one"]);
    world.tell("250 1 accepted");
    assert_eq!(world.rows(), ["→ yoda: one ✓", "yoda>"]);
    world.press("half");
    world
}

#[test]
fn a_window_that_may_have_changed_is_asked_at_once_and_no_tick_is_put_into_it() {
    for (columns, then) in [(100, 30), (30, 100), (80, 80), (100, 20)] {
        let mut world = one_accepted(columns);
        world.shown.clear();
        world.resize(then);
        world.terminal.note_window();
        world.tell("* delivered 1");
        assert_eq!(world.shown().matches(QUESTION).count(), 1, "from {columns} to {then}");
        let rows = ["→ yoda: one ✓", "✓✓ yoda: one", "yoda> half"];
        assert_eq!(world.rows(), rows, "from {columns} to {then}");
        world.press("\x0c");
        world.tell("* message 7 yoda 0 do or do not, there is no try, young one");
        let longest = world.rows().iter().map(|row| row.chars().count()).max();
        assert!(longest < Some(then.into()), "{:#?}", world.rows());
    }
}

#[test]
fn a_tick_behind_an_answer_with_another_width_is_a_line_of_its_own() {
    let mut world = one_accepted(100);
    world.answers = false;
    // The window changes on the way of the question in the next row.
    world.press("\x03t");
    world.press("wo\r");
    assert_eq!(world.requests(), ["message yoda two"]);
    world.press("\x1b[3;30R");
    world.tell("250 2 accepted");
    world.tell("* delivered 2");
    assert_eq!(world.rows()[2..], ["→ yoda: two", "✓✓ yoda: two", "yoda>"]);
}

#[test]
fn a_change_behind_a_question_is_asked_about_once_that_has_its_answer() {
    let mut world = World::online(100);
    world.answers = false;
    (0..3).for_each(|_| {
        world.terminal.note_window();
        world.settle();
    });
    assert_eq!(world.shown().matches(QUESTION).count(), 1);
    world.press("\x1b[1;30R");
    assert_eq!(world.shown().matches(QUESTION).count(), 2);
    world.press("\x1b[1;20R");
    assert_eq!(world.shown().matches(QUESTION).count(), 2);
}

#[test]
fn a_tick_goes_no_higher_than_the_window_is_known_to_reach() {
    let mut world = World::online(80);
    world.press("/to yoda\r\x0c");
    world.answers = false;
    let count = 4;
    for number in 1..=count {
        world.press(&number.to_string());
        world.press("\r");
        assert_eq!(world.requests(), [format!("message yoda {number}")]);
    }
    // The cursor was in the first of two rows, so the others may have left the window.
    for number in 1..=count {
        world.tell(&format!("250 {number} accepted"));
    }
    let rows: Vec<_> = (1..=count)
        .map(|number| format!("→ yoda: {number}{}", if number == count { " ✓" } else { "" }))
        .collect();
    assert_eq!(world.rows()[..4], rows);
    // The answer to the last question: the row below all four.
    world.press("\x1b[5;80R");
    world.tell("* delivered 1");
    assert_eq!(world.rows()[0], "→ yoda: 1 ✓✓");
}
