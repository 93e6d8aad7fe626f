//! The client as a job of a real shell: stopped by its key or from outside, and continued. The line
//! in hand is still there, and what was said meanwhile is shown once.

use rustix::process::{Pid, Signal};
use smolchat_tests::real::Place;
use smolchat_tests::terminal::{LineUser, Shell, Stop, TerminalUser, message, said};

use crate::Case;

/// What is said while the client is stopped.
const MEANWHILE: usize = 200;

const STOPS: [(&str, Stop); 3] = [
    ("Ctrl-Z", Stop::Key("\x1a")),
    ("SIGTSTP", Stop::Signal(Signal::TSTP)),
    ("SIGSTOP", Stop::Signal(Signal::STOP)),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for shell in [Shell::Bash, Shell::Dash] {
        cases.push(Case::new(
            format!("{shell:?} brings it back from the background, without a signal"),
            move |place, _| {
                let (mut hans, job, mut yoda) = job_and_yoda(shell, place);
                let modes = hans.modes();
                hans.is_stopped_by(job, &Stop::Key("\x1a"));
                hans.continues_job_in_background(job);
                hans.continues_job();
                hans.has_in_hand("");
                assert_eq!(hans.modes(), modes);
                hans.says(&message("yoda", "back"));
                assert_eq!(yoda.hears_texts(1), ["back"]);
            },
        ));
        for (name, stop) in STOPS {
            for columns in [80, 30] {
                cases.push(Case::new(
                    format!("{shell:?} brings it back after {name}, in {columns} columns"),
                    move |place, _| {
                        let (mut hans, job, mut yoda) = job_and_yoda(shell, place);
                        let modes = hans.modes();
                        hans.types("message yo");
                        hans.has_in_hand("message yo");
                        hans.is_stopped_by(job, &stop);
                        let texts = said_meanwhile(&mut yoda);
                        hans.resizes(columns, 24);
                        hans.continues_job();
                        hans.is_told("yoda", texts.last().unwrap());
                        hans.has_in_hand("message yo");
                        assert_eq!(hans.modes(), modes);
                        assert!(hans.screen().marks_pastes());
                        let rows = hans.screen().rows();
                        let shown: Vec<_> =
                            rows.iter().filter_map(|row| said(row, "yoda")).collect();
                        assert_eq!(shown, texts);
                        hans.types("\t");
                        hans.has_in_hand(&message("yoda", ""));
                        hans.says("back");
                        assert_eq!(yoda.hears_texts(1), ["back"]);
                        assert_eq!(yoda.all_texts(), ["back"]);
                    },
                ));
            }
        }
    }
    cases
}

/// The client is a job of this shell, and `yoda` is here.
fn job_and_yoda(shell: Shell, place: &Place<'_>) -> (TerminalUser, Pid, LineUser) {
    let mut hans = shell.start(place, Some("hans"));
    let job = hans.starts_job(place, "hans", TerminalUser::is_online);
    let yoda = LineUser::arrive(place, "yoda");
    hans.sees("yoda logged in");
    (hans, job, yoda)
}

fn said_meanwhile(yoda: &mut LineUser) -> Vec<String> {
    let texts: Vec<_> = (0..MEANWHILE).map(|number| format!("m{number:03}")).collect();
    texts.iter().for_each(|text| yoda.says(&message("hans", text)));
    texts.iter().for_each(|_| drop(yoda.hears_accepted()));
    texts
}
