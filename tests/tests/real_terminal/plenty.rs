//! More than anybody types: ten thousand lines in one write, ten megabytes of a paste. Nothing is
//! lost without a word, nothing is doubled, and memory is bounded.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use smolchat_tests::real::{Connection, Place};
use smolchat_tests::terminal::{LineUser, TerminalUser, memory_peak, message, without_colors};

use crate::Case;

const LINES: usize = 10_000;
/// More lines than a mailbox takes of one sender, which is a quarter of 1,024.
const MORE_THAN_FITS: usize = 1000;
/// Bytes of the paste.
const PASTE: usize = 10_000_000;
/// Bytes of each text. The longest that a message carries has 432.
const TEXT: usize = 432;
/// The last text to `yoda`.
const END: &str = "this is the end";
/// Part of every refusal for a full mailbox, or a full share of one.
const NO_ROOM: &str = " room ";
/// Much more than the client needs, and less than it would take to keep the paste.
const MEMORY_KIB: u64 = 24 * 1024;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("ten thousand lines in one write arrive once and in order", |place, _| {
            let texts = (0..LINES).map(|number| format!("m{number:05}")).collect();
            arrives(place, texts, ["", "\r"], Reader::Reads);
        }),
        Case::new(
            "ten megabytes pasted arrive once and in order, in bounded memory",
            |place, _| {
                let text = |number| format!("m{number:05} {}", "x".repeat(TEXT - 7));
                let texts = (0..PASTE / (TEXT + message("yoda", "").len())).map(text).collect();
                arrives(place, texts, ["\x1b[200~", "\x1b[201~"], Reader::Reads);
            },
        ),
        Case::new("what a full mailbox keeps waiting arrives once and in order", |place, _| {
            let texts = (0..MORE_THAN_FITS).map(|number| format!("m{number:05}")).collect();
            arrives(place, texts, ["\x1b[200~", "\x1b[201~"], Reader::Rests);
        }),
        Case::new("a line of ten megabytes is refused, and the next one arrives", |place, _| {
            let mut hans = TerminalUser::arrive(place, "hans");
            let mut yoda = LineUser::arrive(place, "yoda");
            hans.types("x".repeat(PASTE));
            hans.sees("too long");
            hans.types("\r");
            hans.sees("not sent: the line was cut at 16 KiB");
            hans.types("\x15");
            hans.says(&message("yoda", "next"));
            assert_eq!(yoda.hears_texts(1), ["next"]);
            assert!(memory_peak(hans.pid()) < MEMORY_KIB);
        }),
    ]
}

/// What `yoda` does meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Reads,
    /// Acknowledges nothing until the mailbox is full, and then each message.
    Rests,
}

/// `hans` types messages with these texts in one write, between `marks`. Each reaches `yoda` once
/// and in order: where the mailbox is full the rest waits, since `yoda` reads.
fn arrives(place: &Place<'_>, texts: Vec<String>, marks: [&str; 2], reader: Reader) {
    let mut hans = TerminalUser::arrive(place, "hans");
    let mut luke = LineUser::arrive(place, "luke");
    let yoda = Connection::open(place.server).unwrap_or_else(|error| panic!("{error}"));
    let mut yoda = yoda.logged_in("yoda");
    if reader == Reader::Rests {
        yoda.ask("acks on", "200 {any}");
    }
    hans.sees("yoda logged in");
    let (begin, begins) = mpsc::channel();
    let texts_of_yoda = thread::spawn(move || {
        // Without a word to begin the test has failed already.
        _ = begins.recv();
        texts_before_end(yoda, reader)
    });
    if reader == Reader::Reads {
        _ = begin.send(());
    }
    let lines: Vec<_> = texts.iter().map(|text| message("yoda", text)).collect();
    hans.types([marks[0], &lines.join("\r"), "\r", marks[1]].concat());
    hans.says(&message("luke", "all is typed"));
    if reader == Reader::Rests {
        hans.sees("yoda's mailbox is full; your lines wait");
        _ = begin.send(());
    }
    while !luke.all_texts().contains(&"all is typed".to_owned()) {
        hans.looks();
        thread::sleep(Duration::from_millis(5));
    }
    luke.tells("yoda", END);
    let heard = texts_of_yoda.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let mut rest = heard.iter().peekable();
    let missing = texts.iter().filter(|text| rest.next_if_eq(text).is_none()).count();
    let surplus: Vec<_> = rest.collect();
    assert!(surplus.is_empty(), "these came twice, or out of their turn: {surplus:?}");
    let refused = without_colors(hans.screen().written()).matches(NO_ROOM).count();
    assert_eq!((missing, refused), (0, 0), "did not come, and were refused, of {}", texts.len());
    let peak = memory_peak(hans.pid());
    assert!(peak < MEMORY_KIB, "{peak} KiB");
}

/// What `hans` says to `yoda`, until `luke` says that it is over.
fn texts_before_end(mut yoda: Connection, reader: Reader) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some(line) = yoda.next_line() {
        if !line.starts_with("* message ") {
            continue;
        }
        if reader == Reader::Rests
            && let Some(id) = line.split(' ').nth(2)
        {
            yoda.say(&format!("ack {id}")).unwrap_or_else(|error| panic!("{error}"));
        }
        match line.splitn(6, ' ').nth(5) {
            Some(END) => return texts,
            text => texts.extend(text.map(str::to_owned)),
        }
    }
    panic!("{} messages came, and then none", texts.len());
}
