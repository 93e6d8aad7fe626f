//! What a person keeps at home: settings, a password command that asks on the terminal, a log, and
//! the lines of earlier runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use smolchat_tests::real::{Daemon, Place};
use smolchat_tests::stage::password_of;
use smolchat_tests::terminal::{LineUser, TerminalUser, client_command};
use tempfile::TempDir;

use crate::Case;

const UP: &str = "\x1b[A";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("with settings no argument is needed", settings),
        Case::new("a password command may ask on the terminal", asking),
        Case::new("a password command that fails is told with its status", failing),
        Case::new("a bad line of the settings is told, and nothing is connected", bad),
        Case::new("typed lines come back in the next run, and no password does", typed_lines),
        Case::new("a start shows what is new since the last one", seen),
        Case::new("what a killed server has forgotten is told to be missing", forgotten),
        Case::new("a place that takes no files is told, and the chat goes on", no_place),
        Case::new("the log has what was said, and a full one does not stop the chat", log),
    ]
}

/// A home with these settings of `hans`, and of the server that is there.
fn home(place: &Place<'_>, settings: &str) -> TempDir {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/smolchat");
    fs::create_dir_all(&folder).unwrap();
    let server = format!("host = {}\nuser = hans\n", place.server.ip());
    fs::write(folder.join("config"), server + settings).unwrap();
    home
}

/// The client without an argument, at this home.
fn run(place: &Place<'_>, home: &Path, arguments: &[&str]) -> TerminalUser {
    let mut command = client_command(place);
    command.args(arguments).env("HOME", home);
    TerminalUser::run(command, 80)
}

fn printing(user: &str) -> String {
    format!("password-command = echo '{}'\n", password_of(user))
}

fn settings(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = home(place, &printing("hans"));
    let mut hans = run(place, home.path(), &[]);
    hans.is_online();
    hans.says("logout");
    hans.ends_with(0);
}

fn asking(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = home(place, "password-command = printf 'PIN: ' >&2; read -r pin; echo \"$pin\"\n");
    let mut hans = run(place, home.path(), &[]);
    hans.sees("PIN: ");
    hans.types(format!("{}\n", password_of("hans")));
    hans.is_online();
}

fn failing(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = home(place, "password-command = echo x; exit 3\n");
    let mut hans = run(place, home.path(), &[]);
    hans.ends_with(1);
    hans.sees("the password command failed with exit status: 3");
}

fn bad(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = home(place, "bell = loud\n");
    let mut hans = run(place, home.path(), &[]);
    hans.ends_with(2);
    hans.sees("config:3: bell: has to be one of");
}

fn typed_lines(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = home(place, &printing("hans"));
    let mut hans = run(place, home.path(), &[]);
    hans.is_online();
    hans.says("message yoda the first");
    hans.says("register luke iamyour*father");
    hans.says("logout");
    hans.ends_with(0);
    let mut hans = run(place, home.path(), &[]);
    hans.is_online();
    hans.types(UP);
    hans.has_in_hand("logout");
    hans.types(UP);
    hans.has_in_hand("message yoda the first");
    let kept =
        home.path().join(format!(".local/state/smolchat/history/hans@{}", place.server.ip()));
    assert!(!fs::read_to_string(&kept).unwrap().contains("iamyour*father"));
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
}

fn seen(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = home(place, &printing("hans"));
    let mut yoda = LineUser::arrive(place, "yoda");
    let mut hans = run(place, home.path(), &[]);
    hans.is_online();
    yoda.says("broadcast before");
    hans.sees("yoda (to all): before");
    hans.says("logout");
    hans.ends_with(0);
    yoda.says("broadcast meanwhile");
    yoda.hears_accepted();
    let mut hans = run(place, home.path(), &[]);
    hans.sees("yoda (to all): meanwhile");
    let rows = hans.screen().rows();
    let at = |text: &str| rows.iter().position(|row| row.contains(text));
    let places = ["before", "new since you were here:", "meanwhile"].map(at);
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{rows:#?}");
}

fn forgotten(place: &Place<'_>, server: &mut Daemon<'_>) {
    let home = home(place, &printing("hans"));
    let mut yoda = LineUser::arrive(place, "yoda");
    let mut hans = run(place, home.path(), &[]);
    hans.is_online();
    yoda.says("broadcast before");
    hans.sees("yoda (to all): before");
    hans.says("logout");
    hans.ends_with(0);
    yoda.says("broadcast forgotten");
    yoda.hears_accepted();
    server.kill().unwrap_or_else(|error| panic!("{error}"));
    server.start_again().unwrap_or_else(|said| panic!("{said}"));
    let mut yoda = LineUser::arrive(place, "yoda");
    yoda.says("broadcast after");
    yoda.hears_accepted();
    let mut hans = run(place, home.path(), &[]);
    hans.sees("yoda (to all): after");
    let rows = hans.screen().rows();
    let at = |text: &str| rows.iter().position(|row| row.contains(text));
    let places = ["new since you were here", "the server was cut off", "after"].map(at);
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{rows:#?}");
    assert_eq!(at("the server keeps no more"), None, "one line tells it: {rows:#?}");
}

fn no_place(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = home(place, &printing("hans"));
    let mut command = client_command(place);
    command.env("HOME", home.path()).env("XDG_STATE_HOME", "/dev/null");
    let mut hans = TerminalUser::run(command, 80);
    hans.sees("what you have seen is not kept in");
    hans.sees(" /dev/null/smolchat/seen/");
    hans.sees("the lines that you type are not kept in");
    hans.sees(" /dev/null/smolchat/history/");
    hans.is_online();
    for text in ["one", "two"] {
        hans.says(text);
        hans.sees(&format!("all: {text}"));
    }
    let rows = hans.screen().rows();
    let told = rows.iter().filter(|row| row.contains("not kept in")).count();
    assert_eq!(told, 2, "each once: {rows:#?}");
}

fn log(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = home(place, &format!("{}log = ~/log\n", printing("hans")));
    let mut hans = run(place, home.path(), &[]);
    hans.is_online();
    let mut yoda = LineUser::arrive(place, "yoda");
    yoda.tells("hans", "do or do not");
    hans.is_told("yoda", "do or do not");
    hans.says("register luke iamyour*father");
    hans.sees("register luke");
    hans.says("logout");
    hans.ends_with(0);
    let log = fs::read_to_string(home.path().join("log")).unwrap();
    assert!(log.lines().any(|line| line.ends_with(" yoda: do or do not")), "{log}");
    assert!(log.contains("register luke") && !log.contains("iamyour*father"), "{log}");

    let mut hans = run(place, home.path(), &["--log", "/dev/full"]);
    hans.sees("the log /dev/full: No space left on device");
    hans.is_online();
    yoda.tells("hans", "still here");
    hans.is_told("yoda", "still here");
}
