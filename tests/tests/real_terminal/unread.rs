//! A person who reads nothing: the terminal's output is held, as by Ctrl-S, or the window does not
//! read. What the terminal has not taken is not acknowledged, and the client stays answerable.

use std::time::Duration;

use rustix::process::Signal;
use smolchat_tests::real::Place;
use smolchat_tests::terminal::{LineUser, TerminalUser, message, said};

use crate::{Case, hans_and_yoda};

/// So many, because each has a share of a mailbox.
const SENDERS: [&str; 4] = ["yoda", "luke", "vader", "leia"];

/// More than a terminal, the client and the connection hold together.
const MESSAGES: usize = 400;
/// The text of each is so long.
const LENGTH: usize = 400;
/// Within this the client ends. It gives the terminal a second for its last words.
const SOON: Duration = Duration::from_secs(6);

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (how, is_held) in [("is not read", false), ("is held", true)] {
        cases.push(Case::new(
            format!("a terminal that {how} shows everything once when it goes on"),
            move |place, _| {
                let (mut hans, mut senders) = at_a_terminal(place);
                hans.holds(is_held);
                flood(&mut senders);
                hans.types(message("yoda", "typed blindly") + "\r");
                assert_eq!(senders[0].hears_texts(1), ["typed blindly"]);
                hans.holds(false);
                hans.sees(&format!("m{:04} ", MESSAGES - 1));
                assert_eq!(shown(&mut hans), numbers());
            },
        ));
        cases.push(Case::new(
            format!("a terminal that {how} keeps nobody, and nothing is taken for shown"),
            move |place, _| {
                let (mut hans, mut senders) = at_a_terminal(place);
                hans.holds(is_held);
                flood(&mut senders);
                hans.is_signalled(Signal::TERM);
                hans.ends_unread(SOON);
                senders.iter_mut().for_each(|user| _ = user.hears("* logout hans"));
                hans.holds(false);
                let shown = shown(&mut hans).len();
                let acknowledged: usize = senders.iter_mut().map(LineUser::deliveries).sum();
                assert!(acknowledged <= shown, "{acknowledged} acknowledged, {shown} shown");
                assert!(shown < MESSAGES, "the terminal took everything: the test shows nothing");
                let mut again = TerminalUser::arrive(place, "hans");
                again.sees(&format!("m{:04} ", MESSAGES - 1));
            },
        ));
    }
    cases
}

fn numbers() -> Vec<String> {
    (0..MESSAGES).map(|number| format!("m{number:04}")).collect()
}

fn at_a_terminal(place: &Place<'_>) -> (TerminalUser, Vec<LineUser>) {
    let (mut hans, yoda) = hans_and_yoda(place);
    let others = SENDERS[1..].iter().map(|user| LineUser::arrive(place, user));
    let senders = std::iter::once(yoda).chain(others).collect();
    hans.sees("leia logged in");
    (hans, senders)
}

/// Messages to `hans` from each sender in turn, each accepted before the next.
fn flood(senders: &mut [LineUser]) {
    for (turn, number) in numbers().into_iter().enumerate() {
        let sender = &mut senders[turn % SENDERS.len()];
        sender.tells("hans", &format!("{number} {}", "x".repeat(LENGTH)));
    }
}

/// The numbers of what the senders said, in the order in which it was shown.
fn shown(hans: &mut TerminalUser) -> Vec<String> {
    let rows = hans.screen().rows();
    let said = rows.iter().filter_map(|row| SENDERS.iter().find_map(|user| said(row, user)));
    said.filter_map(|said| said.get(..5)).map(str::to_owned).collect()
}
