//! Files at a terminal: what others offer, the question before a download, what is refused; and a
//! file from one person to another, with its progress in one row.

use std::fs;
use std::path::Path;

use smolchat_tests::real::{Daemon, Place};
use smolchat_tests::stage::password_of;
use smolchat_tests::terminal::{LineUser, TerminalUser, client_command};
use tempfile::TempDir;

use crate::Case;

/// Bytes of the file that goes from one person to another: enough to take longer than a quarter of
/// a second, so that figures come.
const BYTES: usize = 160 << 20;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("what others offer is listed and found", listed),
        Case::new("nothing is loaded before somebody says yes", asked),
        Case::new("two files of one name are told apart", of_one_name),
        Case::new("what cannot be offered is refused with the reason", refused),
        Case::new("a file that is offered is known, also after a restart of the client", kept),
    ];
    cases.extend([80, 40].map(|columns| {
        let name = format!("a file comes to a window of {columns} columns, and one row tells how");
        Case::new(name, move |place, _| loaded(place, columns))
    }));
    cases
}

/// `yoda`, a user of the plain protocol, offers this.
fn yoda_offers(place: &Place<'_>, files: &[(&str, u64, &str)]) -> LineUser {
    let mut yoda = LineUser::arrive(place, "yoda");
    yoda.says(&format!("p2p 6000 {}", "7".repeat(64)));
    yoda.hears("261 ");
    for (id, size, name) in files {
        yoda.says(&format!("offer {} {size} {name}", id.repeat(32)));
        yoda.hears("270 ");
    }
    yoda
}

/// `user` at a window of so many columns, at a home of its own.
fn at_home(place: &Place<'_>, user: &str, home: &Path, columns: u16) -> TerminalUser {
    let mut command = client_command(place);
    command.arg(format!("{user}@{}", place.server.ip()));
    command.env("SMOLCHAT_PASSWORD", password_of(user)).env("HOME", home).current_dir(home);
    let mut person = TerminalUser::run(command, columns);
    person.is_online();
    person
}

/// How many rows hold this text.
fn rows_with(person: &mut TerminalUser, text: &str) -> usize {
    person.screen().rows().iter().filter(|row| row.contains(text)).count()
}

fn listed(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut hans = TerminalUser::arrive(place, "hans");
    hans.says("/files");
    hans.sees("no files of others; /register PATH offers one of yours");
    let _yoda = yoda_offers(place, &[("3f", 1_400_000_000, "film.mkv"), ("aa", 7, "a b")]);
    hans.says("files");
    hans.sees("film.mkv  1.4 GB, 1 holder");
    hans.sees("a b  7 bytes, 1 holder");
    hans.sees("2 files in all; /download NAME loads one");
    for search in ["/searchFile film.mkv", "searchfile film.mkv", "/SearchFILE 3f3f3f3f"] {
        let before = rows_with(&mut hans, "Available: yoda (film.mkv, 1.4 GB)");
        hans.says(search);
        hans.sees_that(search, |screen| {
            let rows = screen.rows();
            let found = rows.iter().filter(|row| row.contains("Available: yoda (film.mkv,"));
            found.count() > before
        });
    }
    hans.says("/searchFile flim.mkv");
    hans.sees("Not available; did you mean \"film.mkv\"?");
    hans.says("/searchChunk film.mkv 1,5-9");
    hans.sees("Available: yoda (film.mkv)");
    hans.says("/searchChunk film.mkv 9999");
    hans.sees("film.mkv has 2671 chunks");
}

fn asked(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut hans = TerminalUser::arrive(place, "hans");
    let mut yoda = yoda_offers(place, &[("3f", 1_400_000_000, "film.mkv")]);
    hans.says("/download film.mkv");
    hans.sees("film.mkv, 1.4 GB, from yoda; it goes to");
    hans.sees_that("it is not asked", |screen| screen.cursor_row().starts_with("Download it?"));
    yoda.says("message hans are you there?");
    hans.is_told("yoda", "are you there?");
    hans.types("perhaps\r");
    hans.sees("yes or no; Ctrl-C is no, too");
    hans.types("no\r");
    hans.sees("film.mkv is not loaded");
    hans.has_in_hand("");
    hans.says("/download film.mkv to ./nowhere");
    hans.sees("film.mkv is not loaded: the folder cannot be opened");
    hans.says("/download film.mkv to .");
    hans.sees_that("it is not asked again", |screen| {
        screen.cursor_row().starts_with("Download it?")
    });
    hans.types("\x03");
    hans.sees_that("Ctrl-C is no no", |screen| {
        let rows = screen.rows();
        rows.iter().filter(|row| row.trim_end().ends_with("film.mkv is not loaded")).count() == 2
    });
    hans.has_in_hand("");
    hans.says("/download nothing");
    hans.sees("Not available; /files lists what there is");
    hans.says("/stopdownload film.mkv");
    hans.sees("no file film.mkv is being loaded; /files lists yours");
}

fn of_one_name(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut hans = TerminalUser::arrive(place, "hans");
    let _yoda = yoda_offers(place, &[("3f", 1_400_000_000, "film.mkv"), ("aa", 7, "film.mkv")]);
    hans.says("/download film.mkv");
    hans.sees("2 files have this name; name one by its id, for example:");
    hans.sees("/download 3f3f3f3f3f3f is 1.4 GB, from yoda");
    hans.says("/download aaaaaaaaaaaa");
    hans.sees("film.mkv, 7 bytes, from yoda; it goes to");
}

fn refused(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = TempDir::new().unwrap();
    fs::create_dir(home.path().join("folder")).unwrap();
    fs::write(home.path().join(".hidden"), "x").unwrap();
    let mut hans = at_home(place, "hans", home.path(), 80);
    for path in ["missing", "folder", "/dev/null", ".hidden", "'no such file'"] {
        let name = path.trim_matches('\'').rsplit('/').next().unwrap();
        hans.says(&format!("/register {path}"));
        hans.sees(&format!("{name} is not offered: "));
    }
    hans.says("/register two words");
    hans.sees("a path with spaces stands in");
    hans.says("/unregister missing");
    hans.sees("you offer no file missing; /files lists yours");
    hans.says("/register");
    hans.sees("wrong arguments, the form is: /register <path>");
    hans.has_in_hand("");
}

fn kept(place: &Place<'_>, _: &mut Daemon<'_>) {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("my film.mkv"), "x".repeat(5000)).unwrap();
    let mut yoda = LineUser::arrive(place, "yoda");
    let mut hans = at_home(place, "hans", home.path(), 80);
    hans.says("/register './my film.mkv'");
    hans.sees("Ok, others can find my film.mkv now");
    yoda.says("files");
    assert!(yoda.hears("272-").ends_with(" 5000 1 my film.mkv"));
    hans.says("logout");
    hans.ends_with(0);
    yoda.hears("* logout hans");
    yoda.says("files");
    yoda.hears("272 0 files");
    let mut hans = at_home(place, "hans", home.path(), 80);
    hans.sees("you offer 1 file, as last time; /files lists them");
    hans.says("/files");
    hans.sees("you offer my film.mkv, 5 kB: ~/my film.mkv");
    yoda.says("files");
    assert!(yoda.hears("272-").ends_with(" 5000 1 my film.mkv"));
    hans.says("/unregister my film.mkv");
    hans.sees("my film.mkv is offered no more");
    // The server hears of it a moment later than the person.
    let is_gone = (0..10_000).any(|_| {
        yoda.says("files");
        let is_gone = yoda.hears("272").starts_with("272 0 ");
        if !is_gone {
            yoda.hears("272 1 files");
        }
        is_gone
    });
    assert!(is_gone);
}

/// Bytes that no two chunks share.
fn content() -> Vec<u8> {
    let mut state = 7_u64;
    let mut bytes = Vec::with_capacity(BYTES);
    while bytes.len() < BYTES {
        // Constants of Knuth's MMIX.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend(state.to_le_bytes());
    }
    bytes
}

fn loaded(place: &Place<'_>, columns: u16) {
    let (giver, taker) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let content = content();
    fs::write(giver.path().join("film.bin"), &content).unwrap();
    fs::create_dir(taker.path().join("Downloads")).unwrap();
    fs::write(taker.path().join("Downloads/film.bin"), "another one").unwrap();
    let mut hans = at_home(place, "hans", giver.path(), columns);
    let mut luke = at_home(place, "luke", taker.path(), columns);
    hans.says("/register film.bin");
    hans.sees("Ok, others can find film.bin now");
    luke.says("/download film.bin");
    luke.sees("Download it? yes or no:");
    luke.says("yes");
    luke.sees("film.bin is here:");
    let loaded = fs::read(taker.path().join("Downloads/film (2).bin")).unwrap();
    assert!(loaded == content, "{} bytes", loaded.len());
    let other = fs::read_to_string(taker.path().join("Downloads/film.bin")).unwrap();
    assert_eq!(other, "another one");
    // A fast machine may show no figure at all.
    let told = rows_with(&mut luke, "film.bin: ");
    assert!(told <= 1, "one row, written over; the screen is{}", luke.screen().last_rows());
    assert_eq!(rows_with(&mut luke, "film.bin: 100 %"), told);
    hans.has_in_hand("");
    luke.says("/download film.bin");
    luke.sees("you have it already:");
    hans.says("/files");
    hans.sees("film.bin");
}
