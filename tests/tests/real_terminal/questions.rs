//! The ways out of a question: at each, the terminal's modes are as they were found, and the exit
//! code is the documented one.

use std::process::Command;

use rustix::process::Signal;
use smolchat_tests::real::Place;
use smolchat_tests::terminal::{LineUser, Shell, Stop, TerminalUser, client_command};
use tempfile::TempDir;

use crate::Case;

/// What ends the client.
#[derive(Clone, Copy)]
enum Way {
    Key(&'static str),
    Signal(Signal),
}

/// The ways, and the exit code of each (docs/CLIENT.md).
const WAYS: [(&str, Way, i32); 7] = [
    ("Ctrl-C", Way::Key("\x03"), 130),
    ("Ctrl-\\", Way::Key("\x1c"), 130),
    ("Ctrl-D", Way::Key("\x04"), 130),
    ("SIGINT", Way::Signal(Signal::INT), 130),
    ("SIGQUIT", Way::Signal(Signal::QUIT), 130),
    ("SIGTERM", Way::Signal(Signal::TERM), 0),
    ("SIGHUP", Way::Signal(Signal::HUP), 0),
];

/// Starts the client, and leads it to a question.
type Asked = fn(&Place<'_>) -> TerminalUser;

/// The questions, and how a person gets there.
const QUESTIONS: [(&str, Asked); 4] = [
    ("the first password", first_password),
    ("the password after a wrong one", second_password),
    ("the user's name", name),
    ("a new password", new_password),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![stopped(), hidden()];
    cases.extend(["--plain", "--json"].map(given_back));
    for (question, asked) in QUESTIONS {
        for (way, out, code) in WAYS {
            cases.push(Case::new(
                format!("{way} at {question} leaves the terminal as it was found"),
                move |place, _| {
                    let mut hans = asked(place);
                    match out {
                        Way::Key(key) => hans.types(key),
                        Way::Signal(signal) => hans.is_signalled(signal),
                    }
                    hans.ends_with(code);
                },
            ));
        }
    }
    cases
}

/// With `--json` the system edits what is typed, so it needs the terminal as it was. With `--plain`
/// the client goes on where it asked.
fn given_back(option: &'static str) -> Case {
    Case::new(
        format!("{option} chats on the terminal on which it asked for the password"),
        move |place, _| {
            let mut yoda = LineUser::arrive(place, "yoda");
            let target = format!("hans@{}", place.server.ip());
            let mut hans = run(place, |command| _ = command.args([option, &target]), "Password:");
            hans.types("falcon*solo\r");
            yoda.hears("* login hans");
            hans.sees(if option == "--json" { "Welcome" } else { "you are hans" });
            hans.types("message yoda hello\r");
            yoda.hears("* message ");
            assert_eq!(yoda.all_texts(), ["hello"]);
            hans.types("logout\r");
            hans.ends_with(0);
        },
    )
}

fn run(place: &Place<'_>, arguments: impl FnOnce(&mut Command), question: &str) -> TerminalUser {
    let mut command = client_command(place);
    command.env_remove("SMOLCHAT_PASSWORD");
    arguments(&mut command);
    let mut hans = TerminalUser::run(command, 80);
    asks(&mut hans, question);
    hans
}

fn asks(hans: &mut TerminalUser, question: &str) {
    hans.sees_that(question, |screen| screen.cursor_row().trim_end() == question);
}

fn first_password(place: &Place<'_>) -> TerminalUser {
    let target = format!("hans@{}", place.server.ip());
    run(place, |command| _ = command.arg(target), "Password:")
}

fn second_password(place: &Place<'_>) -> TerminalUser {
    let mut hans = first_password(place);
    hans.says("wrong");
    hans.sees("nvalid");
    asks(&mut hans, "Password:");
    hans
}

fn name(place: &Place<'_>) -> TerminalUser {
    let target = place.server.ip().to_string();
    run(place, |command| _ = command.arg(target), "User:")
}

fn new_password(place: &Place<'_>) -> TerminalUser {
    let target = format!("jabba@{}", place.server.ip());
    run(place, |command| _ = command.args(["--register", &target]), "New password:")
}

fn stopped() -> Case {
    Case::new("Ctrl-Z at the password stops, and the login goes on after fg", |place, _| {
        let mut shell = Shell::Bash.start(place, None);
        let job = shell.starts_job(place, "hans", |shell| asks(shell, "Password:"));
        shell.is_stopped_by(job, &Stop::Key("\x1a"));
        shell.continues_job();
        asks(&mut shell, "Password:");
        shell.says("falcon*solo");
        shell.is_online();
    })
}

fn hidden() -> Case {
    Case::new("a password is never on the screen, nor in the history", |place, _| {
        // What other trials of this user have typed is not kept here.
        let state = TempDir::new().unwrap();
        let target = format!("hans@{}", place.server.ip());
        let with_state = |command: &mut Command| {
            command.env("XDG_STATE_HOME", state.path()).arg(target);
        };
        let mut hans = run(place, with_state, "Password:");
        hans.says("falcon*solo");
        hans.is_online();
        hans.types("\x1b[A");
        hans.has_in_hand("");
        let written = String::from_utf8_lossy(hans.screen().written()).into_owned();
        assert!(!written.contains("falcon"), "{written:?}");
    })
}
