//! A password: nothing of it is shown or kept.

use super::{feed, feed_and_keep, with_capacities, with_editor};
use crate::{Action, Editor, Storage};

#[test]
fn nothing_is_shown_of_what_is_typed() {
    with_editor(|mut editor| {
        editor.set_hidden(true);
        feed(&mut editor, b"secret\x02\x02");
        let row = editor.row("Password: ", 80);
        assert_eq!((row.to_string().as_str(), row.cursor_column()), ("Password: ", 10));
        assert_eq!(feed(&mut editor, b"\r"), [(Action::Line, Some("secret".to_owned()))]);
    });
}

#[test]
fn a_password_enters_neither_history_nor_killed_text_nor_search() {
    with_editor(|mut editor| {
        editor.add_history("before");
        editor.set_hidden(true);
        for keys in ["secret\x10", "\x12", "\x15", "secret\x17", "\t", "secret\r"] {
            feed(&mut editor, keys.as_bytes());
        }
        editor.keep_line();
        editor.set_hidden(false);
        editor.keep_line();
        feed(&mut editor, b"\x19\x10\x10");
        assert_eq!(editor.line(), "before");
        assert_eq!(editor.history().collect::<Vec<_>>(), ["before"]);
    });
}

#[test]
fn a_password_that_is_too_long_is_not_kept_either() {
    with_capacities([4, 8, 8, 8, 0], |mut editor| {
        editor.set_hidden(true);
        feed(&mut editor, b"secret\rab\x03");
        editor.set_hidden(false);
        assert_eq!(feed(&mut editor, b"\x19"), [(Action::Refused, None)]);
    });
}

#[test]
fn a_password_does_not_stay_in_memory() {
    let [mut line, mut killed, mut history, mut search, mut undo] = [[0; 16]; 5];
    let mut editor = Editor::new(Storage {
        line: &mut line,
        killed: &mut killed,
        history: &mut history,
        search: &mut search,
        undo: &mut undo,
    });
    editor.set_hidden(true);
    feed(&mut editor, b"secret\x15secret\r");
    editor.set_hidden(false);
    feed(&mut editor, b"x");
    for memory in [line, killed, history, search, undo] {
        assert!(!memory.iter().any(|byte| b"secret".contains(byte)), "{memory:?}");
    }
}

#[test]
fn a_password_that_is_shown_again_still_enters_nothing() {
    with_editor(|mut editor| {
        editor.add_history("before");
        editor.set_hidden(true);
        feed(&mut editor, b"secret");
        editor.set_hidden(false);
        let refused = (Action::Refused, None);
        assert_eq!(feed(&mut editor, b"\x10\x12\t\x15\x19"), vec![refused; 4]);
        feed(&mut editor, b"x\ry\x10");
        assert_eq!(editor.line(), "before", "the next row is as any other");
    });
}

#[test]
fn a_question_interrupts_a_search_and_a_walk() {
    for keys in ["\x12be", "half\x10"] {
        with_editor(|mut editor| {
            editor.add_history("before");
            feed(&mut editor, keys.as_bytes());
            editor.set_line("");
            editor.set_hidden(true);
            assert_eq!(feed(&mut editor, b"secret\r"), [(Action::Line, Some("secret".to_owned()))]);
            editor.set_line("");
            editor.set_hidden(false);
            feed(&mut editor, b"x\x10");
            assert_eq!(editor.line(), "before");
        });
    }
}

#[test]
fn a_search_never_takes_a_password_for_its_pattern() {
    with_editor(|mut editor| {
        editor.add_history("before");
        feed(&mut editor, b"\x12be");
        editor.set_hidden(true);
        assert_eq!(feed(&mut editor, b"secret\r"), [(Action::Line, Some("secret".to_owned()))]);
    });
}

#[test]
fn a_reset_editor_is_a_new_one_and_its_memory_holds_nothing() {
    let mut memory = [64; 5].map(|capacity| vec![0; capacity]);
    let [line, killed, history, search, undo] = &mut memory;
    let mut editor = Editor::new(Storage { line, killed, history, search, undo });
    feed_and_keep(&mut editor, b"first word\rsecond word\x17third\x12fir\x1b[20");
    editor.reset();
    assert_eq!((editor.line(), editor.history().count(), editor.is_mid_key()), ("", 0, false));
    feed(&mut editor, b"a\x1b[A\x19");
    assert_eq!(editor.line(), "a", "no history and nothing killed");
    editor.reset();
    assert!(memory.iter().flatten().all(|byte| *byte == 0));
}
