//! Windows that are dragged while somebody is there with OpenSSH's client alone, in a terminal that
//! wraps its rows anew. No tick lands in a row that it does not belong to, every message stays, and
//! the line in hand goes out whole.

use smolchat_tests::real::Place;
use smolchat_tests::terminal::{LineUser, Tmux, in_hand, is_told};

use crate::Case;

/// Half a line, and its other half.
const HALVES: [&str; 2] = ["one two three four five six seven", " eight nine ten eleven twelve"];
/// What hans says before each drag. Some of it takes more than a row once the window is narrow.
const SAID: [&str; 4] =
    ["hi", "a longer text of forty letters and a bit", "ok", "what a day this was, my friend"];
/// What yoda says before the first drag.
const PAST: usize = 12;

pub(crate) fn cases() -> Vec<Case> {
    let drags: [(u16, &[u16]); 5] =
        [(100, &[30]), (100, &[30, 20]), (30, &[100, 20, 30]), (20, &[100, 30]), (100, &[20, 100])];
    let case = |(first, then): (u16, &'static [u16])| {
        let name = format!("a window dragged from {first} to {then:?} columns gets no wrong tick");
        Case::new(name, move |place, _| dragged(place, first, then))
    };
    drags.map(case).into()
}

fn dragged(place: &Place<'_>, first: u16, then: &[u16]) {
    let mut hans = Tmux::start_ssh(place, "hans", first);
    let mut yoda = LineUser::arrive(place, "yoda");
    hans.sees("yoda's login", |row| row == "yoda logged in");
    hans.types("/to yoda");
    hans.enters();
    hans.sees("prompt", |row| row == "yoda>");
    for number in 0..PAST {
        says(&mut yoda, &mut hans, &past(number));
    }
    // From now on a message is delivered once yoda says so.
    yoda.says("acks on");
    yoda.hears("200 ");
    let mut said = Vec::new();
    for (number, columns) in then.iter().enumerate() {
        for text in SAID {
            hans.types(text);
            hans.enters();
            said.push(text.to_owned());
        }
        assert_eq!(yoda.hears_texts(said.len()), said);
        hans.types(HALVES[0]);
        hans.sees("half a line", |row| in_hand(row).is_some_and(|row| row.ends_with("seven")));
        hans.resizes(*columns);
        // These keys come to the server behind the change.
        hans.types(HALVES[1]);
        hans.sees("the line", |row| in_hand(row).is_some_and(|row| row.ends_with("twelve")));
        yoda.acknowledges();
        says(&mut yoda, &mut hans, &format!("w{number}"));
        check_ticks(&hans.rows());
        hans.enters();
        said.push(HALVES.concat());
        assert_eq!(yoda.hears_texts(said.len()), said, "the line goes out whole");
        yoda.acknowledges();
    }
    let rows = hans.rows();
    check_ticks(&rows);
    let told = (0..PAST).map(past).chain((0..then.len()).map(|number| format!("w{number}")));
    for text in told {
        let count = rows.iter().filter(|row| is_told(row, "yoda", &text)).count();
        assert_eq!(count, 1, "{text}: {rows:#?}");
    }
}

/// A tick stands behind a whole text of hans's, or is a line of its own.
fn check_ticks(rows: &[String]) {
    for row in rows.iter().filter(|row| row.contains('✓')) {
        let line = row.trim_end_matches(['✓', ' ']);
        let is_own = row.starts_with("✓✓ yoda: ");
        let is_behind = line
            .strip_prefix("→ yoda: ")
            .is_some_and(|said| SAID.contains(&said) || HALVES.concat() == said);
        // Behind the last row of a text that has several.
        let texts = SAID.iter().map(|said| (*said).to_owned()).chain([HALVES.concat()]);
        let is_end = line.strip_prefix("    ").is_some_and(|end| {
            !end.is_empty() && texts.into_iter().any(|text| text.ends_with(end))
        });
        assert!(is_own || is_behind || is_end, "a wrong tick in {row:?}: {rows:#?}");
    }
}

fn says(yoda: &mut LineUser, hans: &mut Tmux<'_>, text: &str) {
    yoda.tells("hans", text);
    hans.sees(text, |row| is_told(row, "yoda", text));
}

fn past(number: usize) -> String {
    format!("p{number}")
}
