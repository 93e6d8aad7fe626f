//! Windows that change while a line is typed, windows of one letter, and a storm of changes. The
//! line goes out whole, every message is written once, and the client does not spin.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use smolchat_tests::terminal::{
    LineUser, TerminalUser, in_hand, message, processor_time, without_colors,
};

use crate::{Case, hans_and_yoda};

/// Columns and rows, one after the other.
const SIZES: [(u16, u16); 8] =
    [(20, 24), (80, 24), (3, 24), (1, 24), (1, 1), (80, 1), (0, 0), (40, 24)];
/// Windows in which nobody can read.
const TINY: [(u16, u16); 5] = [(1, 1), (2, 1), (3, 2), (0, 0), (65535, 65535)];
/// How long the window is dragged to and fro.
const STORM: Duration = Duration::from_secs(1);
/// How long the client is watched when the storm is over.
const CALM: Duration = Duration::from_millis(500);

pub(crate) fn cases() -> Vec<Case> {
    let long = "a longer line that wraps in a narrow window 你好 and goes on";
    let mut cases = vec![resized("a short line", "short"), resized("a long line", long)];
    cases.extend(TINY.map(tiny));
    cases.push(storm("half a line", "message yoda half a line that is longer than forty columns"));
    cases.push(storm("a search", "\x12"));
    cases.push(storm("a list of completions", "message \t\t"));
    cases
}

/// How often the client has written that `yoda` said this.
fn times_written(hans: &mut TerminalUser, text: &str) -> usize {
    let written = without_colors(hans.screen().written());
    written.split("\r\n").filter(|line| line.ends_with(&format!("yoda: {text}"))).count()
}

/// The message is written to the terminal, whatever a screen of such a size shows.
fn is_written(hans: &mut TerminalUser, yoda: &mut LineUser, text: &str) {
    let id = yoda.tells("hans", text);
    yoda.hears_delivered(&id);
    assert_eq!(times_written(hans, text), 1, "{text}");
}

fn resized(name: &str, text: &'static str) -> Case {
    Case::new(format!("{name} survives all sizes of the window"), move |place, _| {
        let (mut hans, mut yoda) = hans_and_yoda(place);
        hans.types(message("yoda", text));
        for (number, (columns, rows)) in SIZES.into_iter().enumerate() {
            hans.resizes(columns, rows);
            is_written(&mut hans, &mut yoda, &format!("m{number}a"));
            hans.types(".");
            is_written(&mut hans, &mut yoda, &format!("m{number}b"));
        }
        hans.types("\r");
        let sent = [format!("{text}{}", ".".repeat(SIZES.len()))];
        assert_eq!(yoda.hears_texts(1), sent);
        assert_eq!(yoda.all_texts(), sent);
        for number in 0..SIZES.len() {
            assert_eq!(times_written(&mut hans, &format!("m{number}a")), 1);
            assert_eq!(times_written(&mut hans, &format!("m{number}b")), 1);
        }
        hans.has_in_hand("");
    })
}

fn tiny((columns, rows): (u16, u16)) -> Case {
    let name = format!("a window of {columns} times {rows} takes and shows lines");
    Case::new(name, move |place, _| {
        let (mut hans, mut yoda) = hans_and_yoda(place);
        hans.resizes_unseen(columns, rows);
        is_written(&mut hans, &mut yoda, "one");
        hans.types("st\t\tq\x15");
        hans.types(message("yoda", "tiny"));
        is_written(&mut hans, &mut yoda, "two");
        hans.types("\r");
        assert_eq!(yoda.hears_texts(1), ["tiny"]);
        assert_eq!(yoda.all_texts(), ["tiny"]);
        hans.is_signalled(Signal::TERM);
        hans.ends_with(0);
    })
}

fn storm(state: &str, typed: &'static str) -> Case {
    Case::new(format!("a storm of sizes leaves {state}, and the client at rest"), {
        move |place, _| {
            let (mut hans, mut yoda) = hans_and_yoda(place);
            hans.types(typed);
            is_written(&mut hans, &mut yoda, "before");
            let end = Instant::now() + STORM;
            let mut columns = 39;
            while Instant::now() < end {
                columns = 79 - columns;
                hans.resizes(columns, 24);
                thread::sleep(Duration::from_millis(1));
            }
            is_written(&mut hans, &mut yoda, "after");
            let before = processor_time(hans.pid());
            thread::sleep(CALM);
            let spent = processor_time(hans.pid()) - before;
            assert!(spent < CALM / 5, "{spent:?} of {CALM:?}");
            if typed.starts_with("message yoda") {
                hans.sees_that("the line is lost", |screen| {
                    in_hand(&screen.cursor_row()).is_some_and(|row| row.ends_with("columns"))
                });
                hans.types("\r");
                let sent = typed.trim_start_matches("message yoda ");
                assert_eq!(yoda.hears_texts(1), [sent]);
            }
            hans.is_signalled(Signal::TERM);
            hans.ends_with(0);
        }
    })
}
