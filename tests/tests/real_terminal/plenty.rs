//! More than anybody types: ten thousand lines in one write, ten megabytes of a paste. Nothing is
//! lost, nothing is doubled, and memory is bounded.

use std::thread;
use std::time::Duration;

use smolchat_tests::real::{Connection, Place};
use smolchat_tests::terminal::{LineUser, TerminalUser, memory_peak, message};

use crate::Case;

const LINES: usize = 10_000;
/// Bytes of the paste.
const PASTE: usize = 10_000_000;
/// Bytes of each text. The longest that a message carries has 432.
const TEXT: usize = 432;
/// Much more than the client needs, and less than it would take to keep the paste.
const MEMORY_KIB: u64 = 24 * 1024;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("ten thousand lines in one write arrive once and in order", |place, _| {
            let texts = (0..LINES).map(|number| format!("m{number:05}")).collect();
            arrives(place, texts, ["", "\r"]);
        }),
        Case::new(
            "ten megabytes pasted arrive once and in order, in bounded memory",
            |place, _| {
                let text = |number| format!("m{number:05} {}", "x".repeat(TEXT - 7));
                let texts = (0..PASTE / (TEXT + message("yoda", "").len())).map(text).collect();
                arrives(place, texts, ["\x1b[200~", "\x1b[201~"]);
            },
        ),
        Case::new("a line of ten megabytes is refused, and the next one arrives", |place, _| {
            let mut hans = TerminalUser::arrive(place, "hans");
            let mut yoda = LineUser::arrive(place, "yoda");
            hans.types("x".repeat(PASTE));
            hans.sees("too long");
            hans.types("\x15");
            hans.says(&message("yoda", "next"));
            assert_eq!(yoda.hears_texts(1), ["next"]);
            assert!(memory_peak(hans.pid()) < MEMORY_KIB);
        }),
    ]
}

/// `hans` types messages with these texts in one write, between `marks`, and `yoda` gets them.
fn arrives(place: &Place<'_>, texts: Vec<String>, marks: [&str; 2]) {
    let mut hans = TerminalUser::arrive(place, "hans");
    let count = texts.len();
    let server = place.server;
    let yoda = Connection::open(server).unwrap_or_else(|error| panic!("{error}"));
    let yoda = yoda.logged_in("yoda");
    hans.sees("yoda logged in");
    let reader = thread::spawn(move || read_texts(yoda, count));
    let lines: Vec<_> = texts.iter().map(|text| message("yoda", text)).collect();
    hans.types([marks[0], &lines.join("\r"), "\r", marks[1]].concat());
    while !reader.is_finished() {
        hans.looks();
        thread::sleep(Duration::from_millis(1));
    }
    let heard = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let first = heard.iter().zip(&texts).position(|(heard, text)| heard != text);
    assert_eq!((first, heard.len()), (None, count), "the first that differs, and how many came");
    let peak = memory_peak(hans.pid());
    assert!(peak < MEMORY_KIB, "{peak} KiB");
}

/// So many messages to `yoda`, and none behind them that was on its way already.
fn read_texts(mut yoda: Connection, count: usize) -> Vec<String> {
    let mut texts = Vec::with_capacity(count);
    while let Some(line) = yoda.next_line() {
        if line.starts_with("* message ") {
            texts.extend(line.splitn(6, ' ').nth(5).map(str::to_owned));
            if texts.len() == count {
                yoda.say("ping").unwrap_or_else(|error| panic!("{error}"));
            }
        }
        if line == "202 pong" {
            break;
        }
    }
    texts
}
