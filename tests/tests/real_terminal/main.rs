//! The real client on real terminals: keys, pastes, widths, signals and shells, each trial beside a
//! server in a namespace of its own, side by side. Needs root, bash, dash, tmux and OpenSSH's
//! client, and both programs built for release.

mod bytes;
mod files;
mod home;
mod jobs;
mod pastes;
mod plain;
mod plenty;
mod prompts;
mod questions;
mod silence;
mod ssh;
mod ssh_windows;
mod states;
mod streams;
mod tmux;
mod unread;
mod widths;
mod windows;

use libtest_mimic::{Arguments, Trial};
use smolchat_tests::real::{Daemon, Place, beside_a_server};
use smolchat_tests::setting::Setting;
use smolchat_tests::terminal::{LineUser, TerminalUser};

/// The trials wait for most of their time.
const AT_ONCE: usize = 12;

/// What a trial does.
type Work = Box<dyn FnOnce(&Place<'_>, &mut Daemon<'_>) + Send>;

/// A trial: its name, and what it does beside a server.
struct Case {
    name: String,
    work: Work,
}

impl Case {
    fn new(
        name: impl Into<String>,
        work: impl FnOnce(&Place<'_>, &mut Daemon<'_>) + Send + 'static,
    ) -> Self {
        Case { name: name.into(), work: Box::new(work) }
    }
}

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let themes = [
        ("states", states::cases()),
        ("pastes", pastes::cases()),
        ("bytes", bytes::cases()),
        ("home", home::cases()),
        ("files", files::cases()),
        ("questions", questions::cases()),
        ("plain", plain::cases()),
        ("jobs", jobs::cases()),
        ("widths", widths::cases()),
        ("windows", windows::cases()),
        ("tmux", tmux::cases()),
        ("unread", unread::cases()),
        ("plenty", plenty::cases()),
        ("prompts", prompts::cases()),
        ("silence", silence::cases()),
        ("streams", streams::cases()),
        ("ssh", ssh::cases()),
        ("ssh windows", ssh_windows::cases()),
    ];
    let trials = themes.into_iter().flat_map(|(theme, cases)| {
        cases.into_iter().map(move |case| {
            Trial::test(format!("{theme}: {}", case.name), move || {
                beside_a_server(setting(), case.work);
                Ok(())
            })
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// A server that sets no bounds that a trial would reach.
fn setting() -> Setting {
    Setting::roomy().unlimited().users(64).connections(64).messages(8192).blocks(64)
}

/// `hans` at a terminal of 80 columns, and `yoda` with the plain protocol, who have heard of each
/// other.
fn hans_and_yoda(place: &Place<'_>) -> (TerminalUser, LineUser) {
    let mut hans = TerminalUser::arrive(place, "hans");
    let yoda = LineUser::arrive(place, "yoda");
    hans.sees("yoda logged in");
    (hans, yoda)
}
