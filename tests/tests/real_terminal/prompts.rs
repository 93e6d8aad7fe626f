//! What a person sees at certain moments. The prompt changes when a private conversation ends. Help
//! fits into a window of 24 rows. What was said to a person alone stands last at a login. A client
//! that waits for its server says so.

use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use smolchat_tests::real::{Daemon, Place};
use smolchat_tests::stage::password_of;
use smolchat_tests::terminal::{LineUser, TerminalUser, client_command};

use crate::Case;

const UP: &str = "\x1b[A";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a line begun in private is said to nobody else", ended_conversation),
        Case::new("mail to a person alone stands right above the prompt", mail),
        Case::new("a name that nobody has turns the prompt back", nobody),
        Case::new("help stands whole on a screen of 24 rows", help),
        Case::new("a server that is silent at the start is not met with silence", connecting),
    ]
}

fn ended_conversation(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut hans = TerminalUser::arrive(place, "hans");
    let mut yoda = TerminalUser::arrive(place, "yoda");
    hans.sees("yoda logged in");
    hans.says("/startprivate yoda");
    hans.sees("Connect to yoda successfully.");
    hans.says("/private yoda");
    hans.sees("yoda (private)> ");
    hans.types("the word");
    hans.has_in_hand("the word");
    yoda.says("/stopprivate hans");
    hans.sees("you talk to yoda through the server");
    hans.sees_that("the row is not kept behind the new prompt", |screen| {
        screen.cursor_row().trim_end() == "yoda> the word"
    });
    hans.says(" is falcon");
    hans.sees("not said, the prompt has changed; Up and Enter says it to yoda");
    hans.has_in_hand("");
    // A person sees the prompt within a second.
    thread::sleep(Duration::from_millis(1100));
    hans.types(format!("{UP}\r"));
    yoda.is_told("hans", "the word is falcon");
    let told = yoda.screen().rows().concat();
    assert_eq!(told.matches("the word").count(), 1, "{told}");
}

fn mail(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut yoda = LineUser::arrive(place, "yoda");
    yoda.tells("hans", "for you alone");
    for number in 0..30 {
        yoda.says(&format!("broadcast to all {number}"));
        yoda.hears_accepted();
    }
    // Its age is a second.
    thread::sleep(Duration::from_millis(1100));
    let mut hans = TerminalUser::arrive(place, "hans");
    hans.sees_that("the mail does not stand above the prompt", |screen| {
        let rows: Vec<_> = screen.rows();
        let last = rows.iter().rposition(|row| row.starts_with("all>"));
        let above = last.filter(|at| *at > 1).map(|at| (&rows[at - 2], &rows[at - 1]));
        above.is_some_and(|(heading, mail)| {
            heading.contains("1 message to you while you were away:")
                && mail.contains("yoda: for you alone")
        })
    });
    let rows = hans.screen().rows();
    assert!(rows.iter().any(|row| row.contains("to all 29")), "{rows:#?}");
}

fn nobody(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut hans = TerminalUser::arrive(place, "hans");
    let _yoda = LineUser::arrive(place, "yoda");
    hans.sees("yoda logged in");
    hans.says("/to Yoda");
    hans.sees("there is no user \"Yoda\"");
    hans.sees("did you mean \"yoda\"?");
    hans.sees_that("the prompt does not turn back", |screen| {
        screen.cursor_row().trim_end() == "all>"
    });
    hans.says("/to luke");
    hans.sees("you talk to luke");
    hans.sees_that("the prompt stays", |screen| screen.cursor_row().trim_end() == "luke>");
}

fn help(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut hans = TerminalUser::arrive(place, "hans");
    for (page, first, last) in [
        ("/help", "What you type goes where the prompt says", "/help files; /help more "),
        ("/help more", "The commands of the protocol need no /", "/ping "),
        ("/help files", "Files, from client to client", "Whoever loads one gives it"),
    ] {
        hans.says(page);
        hans.sees_that(&format!("{page} does not stand whole on the screen"), |screen| {
            let rows = screen.rows();
            let at = |text: &str| rows.iter().rposition(|row| row.contains(text));
            at(first).zip(at(last)).is_some_and(|(first, last)| first < last)
        });
    }
}

fn connecting(place: &Place<'_>, server: &mut Daemon<'_>) {
    server.signal(Signal::STOP);
    let mut command = client_command(place);
    command.arg(format!("hans@{}", place.server.ip()));
    command.env("SMOLCHAT_PASSWORD", password_of("hans"));
    let mut hans = TerminalUser::run(command, 80);
    hans.sees(&format!("connecting to {} ...", place.server.ip()));
    server.signal(Signal::CONT);
    hans.is_online();
}
