//! Every state of the line editor in which a person may leave it. Messages are shown and
//! acknowledged in each, and the client ends when asked.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use smolchat_tests::program::PATIENCE;
use smolchat_tests::terminal::{LineUser, TerminalUser, in_hand, is_told, said};

use crate::{Case, hans_and_yoda};

/// A state, and what is typed to reach it, each piece by itself.
const STATES: [(&str, &[&[u8]]); 12] = [
    ("half a line", &[b"message yo"]),
    ("one Tab", &[b"message y", b"\t"]),
    ("a list of completions", &[b"message ", b"\t", b"\t"]),
    ("a lone Esc", &[b"message yo", b"\x1b"]),
    ("Ctrl-R", &[b"\x12"]),
    ("Ctrl-V", &[b"\x16"]),
    ("Alt-3", &[b"\x1b3"]),
    ("Ctrl-X", &[b"message yo", b"\x18"]),
    ("half an arrow key", &[b"message yo", b"\x1b["]),
    ("a paste without an end", &[b"\x1b[200~message yo"]),
    ("half a letter", &[b"message yo", b"\xc3"]),
    ("half a sequence to the terminal", &[b"message yo", b"\x1b]0;title"]),
];
/// Longer than the editor waits for the rest of a key.
const PAUSE: Duration = Duration::from_millis(100);
/// Within this a message is shown and acknowledged, whatever is half typed.
const SHOWN: Duration = Duration::from_millis(100);
/// Within this the client ends when asked. It takes a few milliseconds; the machine may be busy.
const SOON: Duration = Duration::from_secs(5);

pub(crate) fn cases() -> Vec<Case> {
    let states = STATES.into_iter().map(|(state, pieces)| {
        Case::new(format!("in {state} messages are shown, acknowledged, and SIGTERM ends"), {
            move |place, _| {
                let (mut hans, mut yoda) = hans_and_yoda(place);
                for piece in pieces {
                    hans.types(piece);
                    hans.looks();
                }
                // Before and after half a key is given up.
                exchange(&mut hans, &mut yoda, 0);
                thread::sleep(PAUSE);
                exchange(&mut hans, &mut yoda, 5);
                hans.is_signalled(Signal::TERM);
                assert_eq!(hans.ends_within(SOON), Some(0));
                hans.ends_with(0);
                yoda.hears("* logout hans");
            }
        })
    });
    states.chain(after_escape()).collect()
}

/// Five messages to `hans`, numbered from `first` on. Each is shown before its sender hears that it
/// was delivered.
fn exchange(hans: &mut TerminalUser, yoda: &mut LineUser, first: usize) {
    let mut shortest = Duration::MAX;
    for number in first..first + 5 {
        let text = format!("text {number}");
        let said = Instant::now();
        let id = yoda.tells("hans", &text);
        yoda.hears_delivered(&id);
        shortest = shortest.min(said.elapsed());
        let rows = hans.screen().rows();
        assert!(rows.iter().any(|row| is_told(row, "yoda", &text)), "{number}: {rows:#?}");
    }
    // A busy machine may delay some of them.
    assert!(shortest < SHOWN, "{shortest:?}");
}

/// What may come after a lone Esc.
fn after_escape() -> Vec<Case> {
    vec![
        Case::new("after Esc a key goes on, and every message is shown once and in order", {
            |place, _| {
                let (mut hans, mut yoda) = hans_and_yoda(place);
                hans.types("message yo\x1b");
                exchange(&mut hans, &mut yoda, 0);
                hans.types("x");
                hans.sees_that("the key is lost", |screen| {
                    in_hand(&screen.cursor_row()).is_some_and(|row| row.starts_with("message"))
                });
                exchange(&mut hans, &mut yoda, 5);
                let rows = hans.screen().rows();
                let shown: Vec<_> = rows.iter().filter_map(|row| said(row, "yoda")).collect();
                let expected: Vec<_> = (0..10).map(|number| format!("text {number}")).collect();
                assert_eq!(shown, expected);
            }
        }),
        Case::new("after Esc a closed window ends the client", |place, _| {
            let (mut hans, mut yoda) = hans_and_yoda(place);
            hans.types("message yo\x1b");
            exchange(&mut hans, &mut yoda, 0);
            hans.hangs_up(SOON);
            yoda.hears("* logout hans");
        }),
        Case::new("after Esc the end of the server is told", |place, server| {
            let (mut hans, yoda) = hans_and_yoda(place);
            hans.types("message yo\x1b");
            drop(yoda);
            server.stop().unwrap_or_else(|said| panic!("{said}"));
            hans.sees("the server is stopping");
            hans.is_signalled(Signal::TERM);
            hans.ends_within(PATIENCE);
            hans.ends_with(0);
        }),
    ]
}
