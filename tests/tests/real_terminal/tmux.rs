//! Windows that are dragged wider and narrower while a line is typed, in a terminal that wraps its
//! rows anew. Every message stays, once, and the line in hand goes out whole.

use smolchat_tests::real::Place;
use smolchat_tests::terminal::{LineUser, Tmux, in_hand, is_told, message};

use crate::Case;

const TEXT: &str = "one two three four five six seven eight nine ten eleven twelve";
/// Messages before the window changes, and as many behind.
const MESSAGES: usize = 5;

pub(crate) fn cases() -> Vec<Case> {
    let drags: [(&str, u16, Vec<u16>); 5] = [
        ("wider", 20, vec![80]),
        ("narrower", 80, vec![20]),
        ("wider and back", 40, vec![100, 40]),
        ("bit by bit from 80 to 30 columns", 80, (30..80).rev().collect()),
        ("bit by bit from 30 to 80 columns", 30, (31..=80).collect()),
    ];
    let case = |(name, first, then): (&str, u16, Vec<u16>)| {
        let name = format!("a window dragged {name} keeps messages and the line in hand");
        Case::new(name, move |place, _| dragged(place, first, &then))
    };
    drags.map(case).into()
}

fn dragged(place: &Place<'_>, first: u16, then: &[u16]) {
    let mut yoda = LineUser::arrive(place, "yoda");
    let mut hans = Tmux::start(place, "hans", first);
    hans.sees("prompt", |row| in_hand(row) == Some(""));
    hans.types(&message("yoda", TEXT));
    says(&mut yoda, &mut hans, 0..MESSAGES);
    then.iter().for_each(|columns| hans.resizes(*columns));
    says(&mut yoda, &mut hans, MESSAGES..2 * MESSAGES);
    let rows = hans.rows();
    let begun =
        rows.iter().filter(|row| in_hand(row).is_some_and(|row| row.starts_with("message")));
    let begun = begun.count();
    // A terminal that becomes narrower wraps the row in hand before the client hears of it. What
    // then stands above the cursor stays: to erase it would erase messages in a terminal that cuts.
    let only_widened = std::iter::once(&first).chain(then).is_sorted_by(|one, next| one <= next);
    let most = if only_widened { 1 } else { 2 };
    assert!(begun <= most, "the line is drawn {begun} times: {rows:#?}");
    for number in 0..2 * MESSAGES {
        let count = rows.iter().filter(|row| is_told(row, "yoda", &text(number))).count();
        assert_eq!(count, 1, "{number}: {rows:#?}");
    }
    hans.enters();
    assert_eq!(yoda.hears_texts(1), [TEXT]);
}

fn says(yoda: &mut LineUser, hans: &mut Tmux<'_>, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let text = text(number);
        yoda.tells("hans", &text);
        hans.sees(&text, |row| is_told(row, "yoda", &text));
    }
}

fn text(number: usize) -> String {
    format!("m{number}")
}
