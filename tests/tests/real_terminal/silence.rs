//! A server that is silent for a while: its process is stopped. What is typed meanwhile goes out
//! once and in order, and nobody waits for it who wants to leave.

use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use smolchat_tests::terminal::message;

use crate::{Case, hans_and_yoda};

/// How long the server says nothing. Longer than any pause in which the client notices.
const SILENCE: Duration = Duration::from_secs(4);
/// Lines that are typed meanwhile.
const LINES: usize = 20;
/// Within this the client ends. It gives the server a moment to hear of the logout, and the machine
/// is busy.
const SOON: Duration = Duration::from_secs(2);

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("what is typed while the server is silent arrives once and in order", {
            |place, server| {
                let (mut hans, mut yoda) = hans_and_yoda(place);
                server.signal(Signal::STOP);
                let texts: Vec<_> = (0..LINES).map(|number| format!("m{number:02}")).collect();
                for text in &texts {
                    hans.says(&message("yoda", text));
                    hans.has_in_hand("");
                }
                hans.types("half a line");
                hans.has_in_hand("half a line");
                thread::sleep(SILENCE);
                server.signal(Signal::CONT);
                assert_eq!(yoda.hears_texts(LINES), texts);
                assert_eq!(yoda.all_texts(), texts);
                hans.has_in_hand("half a line");
            }
        }),
        Case::new("a server that is silent keeps nobody who wants to leave", |place, server| {
            let (mut hans, _yoda) = hans_and_yoda(place);
            server.signal(Signal::STOP);
            hans.says(&message("yoda", "hi"));
            hans.is_signalled(Signal::TERM);
            // As at any other time. What nobody has answered stands on the screen.
            assert_eq!(hans.ends_within(SOON), Some(0));
            hans.ends_with(0);
            hans.sees_that("what became of the message is told", |screen| {
                let told = ["unanswered: message yoda hi", "not sent: message yoda hi"];
                screen.rows().iter().any(|row| told.iter().any(|told| row.contains(told)))
            });
            server.signal(Signal::CONT);
        }),
        Case::new("a silent server and a closed window end the client", |place, server| {
            let (mut hans, _yoda) = hans_and_yoda(place);
            server.signal(Signal::STOP);
            hans.says(&message("yoda", "hi"));
            hans.hangs_up(SOON);
            server.signal(Signal::CONT);
        }),
    ]
}
