//! `--plain`, as for a screen reader: lines are only appended, and each begins in a row of its own.

use smolchat_tests::real::{Daemon, Place};
use smolchat_tests::terminal::{LineUser, TerminalUser, client_command, message};

use crate::Case;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a message has a row of its own while a line is typed", own_rows),
        Case::new("lines that are pasted or taken back go out as they stand", whole_lines),
    ]
}

/// `hans` with `--plain`, and `yoda` with the plain protocol.
fn arrive(place: &Place<'_>) -> (TerminalUser, LineUser) {
    let mut command = client_command(place);
    command.args(["--plain", &format!("hans@{}", place.server.ip())]);
    command.env("SMOLCHAT_PASSWORD", "falcon*solo");
    let mut hans = TerminalUser::run(command, 80);
    hans.sees("you are hans");
    let yoda = LineUser::arrive(place, "yoda");
    hans.sees("yoda logged in");
    (hans, yoda)
}

fn has_typed(hans: &mut TerminalUser, typed: &str) {
    hans.sees_that(typed, |screen| screen.cursor_row().trim_end() == typed);
}

fn own_rows(place: &Place<'_>, _: &mut Daemon<'_>) {
    let (mut hans, mut yoda) = arrive(place);
    hans.types("message yo");
    has_typed(&mut hans, "message yo");
    for text in ["one", "two"] {
        yoda.tells("hans", text);
        hans.sees(text);
        has_typed(&mut hans, "message yo");
    }
    hans.types("da back\r");
    assert_eq!(yoda.hears_texts(1), ["back"]);
    let rows = hans.screen().rows();
    let place_of = |row: &str| rows.iter().position(|other| other.trim_end() == row);
    let places = ["yoda: one", "yoda: two", "message yoda back"].map(place_of);
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}: {rows:#?}");
    let written = String::from_utf8_lossy(hans.screen().written()).into_owned();
    for sequence in ["\x1b[J", "\x1b7", "\x1b]"] {
        assert!(!written.contains(sequence), "{sequence:?} in {written:?}");
    }
    hans.types("logout\r");
    hans.ends_with(0);
}

fn whole_lines(place: &Place<'_>, _: &mut Daemon<'_>) {
    let (mut hans, mut yoda) = arrive(place);
    let [one, two] = ["one", "two"].map(|text| message("yoda", text));
    hans.types(format!("\x1b[200~{one}\r{two}\x1b[201~\r"));
    assert_eq!(yoda.hears_texts(2), ["one", "two"]);
    hans.types(format!("{}\x7f\x7f\x7fee\r", message("yoda", "three")));
    // Ctrl-C gives up what was typed ahead, too.
    assert_eq!(yoda.hears_texts(3), ["one", "two", "thee"]);
    hans.types("given up\x03");
    hans.types("\x1b[A");
    has_typed(&mut hans, &message("yoda", "thee"));
    hans.types("\r");
    assert_eq!(yoda.hears_texts(4), ["one", "two", "thee", "thee"]);
    hans.types("\x04");
    hans.ends_with(0);
}
