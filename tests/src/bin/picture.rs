//! `picture FILE` records a chat of two people at real terminals, beside a real server, and draws
//! it. Needs root, and both programs built for release.

use std::env;
use std::fs;
use std::process::ExitCode;
use std::sync::Mutex;

use smolchat_tests::real::{Place, beside_a_server};
use smolchat_tests::setting::Setting;
use smolchat_tests::terminal::{TerminalUser, picture};

/// Columns of each window.
const COLUMNS: u16 = 54;

fn main() -> ExitCode {
    let Some(file) = env::args_os().nth(1) else {
        eprintln!("usage: picture FILE");
        return ExitCode::FAILURE;
    };
    let drawn = Mutex::new(String::new());
    beside_a_server(Setting::roomy(), |place, _| {
        let svg = chat(place);
        drawn.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push_str(&svg);
    });
    let drawn = drawn.into_inner().unwrap_or_default();
    match fs::write(&file, drawn) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}

/// Two people chat. Each waits for what the other one did.
fn chat(place: &Place<'_>) -> String {
    let mut hans = TerminalUser::arrive_in(place, "hans", COLUMNS);
    hans.says("/to yoda are you there?");
    hans.sees("yoda is offline, the message is stored");
    let mut yoda = TerminalUser::arrive_in(place, "yoda", COLUMNS);
    yoda.sees("hans: are you there?");
    hans.sees("yoda logged in");
    hans.sees("are you there? ✓✓");
    yoda.says("/to hans here I am");
    hans.sees("yoda: here I am");
    yoda.sees("here I am ✓✓");
    hans.says("who has the workshop keys?");
    yoda.sees("hans (to all): who has the workshop keys?");
    hans.sees("keys? ✓✓");
    yoda.says("startprivate hans");
    yoda.sees("Connect to hans successfully.");
    yoda.says("/private hans");
    yoda.sees("you talk to hans in private");
    hans.sees("started a private conversation");
    yoda.says("under the mat");
    hans.sees("yoda (private): under the mat");
    hans.says("/to yoda");
    hans.has_in_hand("");
    hans.says("found them, thank you");
    yoda.sees("hans: found them, thank you");
    hans.sees("thank you ✓✓");
    picture(&[("hans", hans.screen()), ("yoda", yoda.screen())])
}
