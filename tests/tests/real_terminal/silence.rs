//! A server that is silent for a while: its process is stopped. What is typed meanwhile goes out
//! once and in order, and nobody waits for it who wants to leave.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use smolchat_tests::real::{Daemon, Place};
use smolchat_tests::terminal::{LineUser, TerminalUser, memory_peak, message};

use crate::{Case, hans_and_yoda};

/// How long the server says nothing. Longer than any pause in which the client notices.
const SILENCE: Duration = Duration::from_secs(4);
/// So long nobody waits without looking elsewhere.
const MINUTE: Duration = Duration::from_secs(60);
/// The client says after three seconds that nothing is answered. The machine may be busy.
const TOLD: Duration = Duration::from_secs(4);
/// A server that has returned is found within two seconds. The machine may be busy.
const FOUND: Duration = Duration::from_secs(4);
/// Much more than the client needs.
const MEMORY_KIB: u64 = 24 * 1024;
/// Within this the client ends. It gives the server a moment to hear of the logout, and the machine
/// is busy.
const SOON: Duration = Duration::from_secs(2);

pub(crate) fn cases() -> Vec<Case> {
    vec![
        silent(SILENCE, 20),
        silent(MINUTE, 200),
        Case::new("a server that was killed is missed soon, and found again soon", killed),
        Case::new("what a killed server forgot is told at once, and a stop is not", forgetful),
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

/// Lines that are typed while the server says nothing for so long.
fn silent(silence: Duration, lines: usize) -> Case {
    let seconds = silence.as_secs();
    let name = format!("what is typed in {seconds} s of silence arrives once and in order");
    Case::new(name, move |place, server| {
        let (mut hans, mut yoda) = hans_and_yoda(place);
        server.signal(Signal::STOP);
        let texts: Vec<_> = (0..lines).map(|number| format!("m{number:03}")).collect();
        for text in &texts {
            hans.says(&message("yoda", text));
            hans.has_in_hand("");
        }
        hans.types("half a line");
        hans.has_in_hand("half a line");
        thread::sleep(silence);
        server.signal(Signal::CONT);
        assert_eq!(yoda.hears_texts(lines), texts);
        assert_eq!(yoda.all_texts(), texts);
        hans.has_in_hand("half a line");
        let peak = memory_peak(hans.pid());
        assert!(peak < MEMORY_KIB, "{peak} KiB");
    })
}

fn killed(place: &Place<'_>, server: &mut Daemon<'_>) {
    let mut hans = TerminalUser::arrive(place, "hans");
    server.kill().unwrap_or_else(|error| panic!("{error}"));
    let typed = Instant::now();
    hans.says(&message("yoda", "hi"));
    hans.sees("the server has not answered for 3 seconds");
    assert!(typed.elapsed() < TOLD, "{:?}", typed.elapsed());
    server.start_again().unwrap_or_else(|said| panic!("{said}"));
    let returned = Instant::now();
    hans.sees("connected again");
    assert!(returned.elapsed() < FOUND, "{:?}", returned.elapsed());
    hans.sees("yoda is offline, the message is stored");
}

/// What the client says where something may be missing.
const CUT_OFF: &str = "the server was cut off";

fn forgetful(place: &Place<'_>, server: &mut Daemon<'_>) {
    let (mut hans, mut yoda) = hans_and_yoda(place);
    yoda.says("broadcast hello");
    hans.sees("yoda (to all): hello");
    drop(yoda);
    hans.sees("yoda just logged out");
    for (is_killed, backs) in [(false, 1), (true, 2), (false, 3)] {
        if is_killed {
            // A run that has stored nothing has nothing to forget.
            LineUser::arrive(place, "yoda").says("broadcast soon forgotten");
            hans.sees("yoda (to all): soon forgotten");
        }
        if is_killed { server.kill() } else { server.stop() }.unwrap_or_else(|e| panic!("{e}"));
        server.start_again().unwrap_or_else(|said| panic!("{said}"));
        hans.types("x");
        hans.sees_that("hans is back, and nothing else is owed", |screen| {
            let rows = screen.rows();
            let back = rows.iter().filter(|row| row.contains("connected again")).count();
            let cut_off = rows.iter().filter(|row| row.contains(CUT_OFF)).count();
            back == backs && cut_off == usize::from(backs > 1)
        });
    }
}
