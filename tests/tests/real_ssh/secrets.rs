//! Logins by SSH of people whose accounts have a hash or a key.

use std::fs;
use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use smolchat_tests::folder;
use smolchat_tests::real::beside_a_server;
use smolchat_tests::setting::Setting;
use smolchat_tests::ssh::{Machine, SUBSYSTEM};

use super::line_user;

const ONCE: [&str; 2] = ["-o", "NumberOfPasswordPrompts=1"];

#[test]
fn a_hashed_password_lets_its_owner_in_and_keeps_nobody_waiting() {
    beside_a_server(Setting { guesses: 0, ..Setting::roomy() }, |place, server| {
        let machine = Machine::new(place.namespace);
        let mut new = machine.start("new", &[], &[], SUBSYSTEM);
        new.hear("220 {any}");
        new.ask("register chewie roar-and-roar", "231 {any}");
        let accounts = fs::read_to_string(server.accounts()).unwrap();
        assert!(accounts.contains("\nchewie $argon2id$"), "{accounts}");
        assert!(!accounts.contains("roar"), "{accounts}");

        let mut yoda = line_user("yoda");
        let passwords = ["wrong", "roar-and-roar"];
        let mut chewie = machine.start("chewie", &passwords, &[], SUBSYSTEM);
        let guessers: Vec<_> =
            (0..4).map(|_| machine.start("nobody", &["x"], &ONCE, SUBSYSTEM)).collect();
        let mut slowest = Duration::ZERO;
        for _ in 0..2_000 {
            let start = Instant::now();
            yoda.say("ping").unwrap();
            while yoda.next_line().is_some_and(|line| line != "202 pong") {}
            slowest = slowest.max(start.elapsed());
        }
        chewie.hear("Permission denied, please try again.");
        chewie.hear("220 {any}");
        chewie.hear("230 Welcome to this message application");
        guessers.into_iter().for_each(|guesser| guesser.ends_saying("Permission denied"));
        assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    });
}

#[test]
fn a_key_lets_its_owner_in_and_no_other_key_does() {
    let folder = folder::in_memory().unwrap();
    let keys = ["own", "other"].map(|name| folder.path().join(name));
    for key in &keys {
        let mut make = Command::new("ssh-keygen");
        make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(key);
        assert!(make.status().unwrap().success());
    }
    let line = fs::read_to_string(keys[0].with_extension("pub")).unwrap();
    beside_a_server(Setting::roomy(), |place, server| {
        server.stop().unwrap();
        let mut file = fs::File::options().append(true).open(server.accounts()).unwrap();
        write!(file, "\nlando {line}").unwrap();
        server.start_again().unwrap();
        let machine = Machine::new(place.namespace);
        let options = |key: usize| {
            let key = keys[key].to_str().unwrap().to_owned();
            ["-i".to_owned(), key, "-o".to_owned(), "PreferredAuthentications=publickey".to_owned()]
        };
        let options = [0, 1].map(options);
        let [own, other] = options.each_ref().map(|words| words.each_ref().map(String::as_str));
        let mut lando = machine.start("lando", &[], &own, SUBSYSTEM);
        lando.hear("220 {any}");
        lando.hear("230 Welcome to this message application");
        machine.start("lando", &[], &other, SUBSYSTEM).ends_saying("Permission denied");
        machine.start("hans", &[], &own, SUBSYSTEM).ends_saying("Permission denied");
        machine.start("lando", &["x"], &ONCE, SUBSYSTEM).ends_saying("Permission denied");
    });
}
