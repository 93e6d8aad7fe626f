//! The accounts file, changed by hand and read again while people chat.

use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

use smolchat_tests::real::Connection;
use smolchat_tests::stage::CREDENTIALS;

use super::place::{AT_MOST, WELCOME, answer, at_a_place, logged_in, stop, stranger};

#[test]
fn a_malformed_line_is_named_and_changes_nothing_and_another_file_is_noticed() {
    at_a_place(|place| {
        let server = place.start();
        let mut hans = logged_in("hans");
        place.write("hans falcon*solo\ndooku count\nlando\nluke\n");
        let told = place.refused("reload");
        assert!(
            told.contains("accounts, line 3: ") && told.contains("accounts, line 4: "),
            "{told}"
        );
        stranger().ask("login dooku count", "532 {any}");
        place.write("hans falcon*solo\ndooku count\n");
        let told = place.refused("reload");
        assert!(told.contains("the file lacks 7 of 8 users"), "{told}");
        logged_in("yoda");
        hans.hear("* login yoda");
        hans.hear("* logout yoda");
        assert_eq!(place.reloaded("reload --forget"), "reloaded: 1 added, 0 changed, 7 removed");
        stranger().ask("login yoda wise@!man", "532 {any}");
        let mut dooku = stranger();
        dooku.ask("login dooku count", WELCOME);
        hans.hear("* login dooku");
        place.write("hans solo\n# dooku count\nluke x\n");
        assert_eq!(place.reloaded("reload"), "reloaded: 1 added, 1 changed, 1 removed");
        dooku.hear("* bye {any}");
        hans.hear("* logout dooku");
        hans.ask("ping", "202 pong");
        stranger().ask("login hans falcon*solo", "533 {any}");
        // A person's last line needs no newline.
        let mut file = fs::File::options().append(true).open(place.accounts()).unwrap();
        file.write_all(b"boba fett").unwrap();
        assert_eq!(place.reloaded("reload"), "reloaded: 1 added, 0 changed, 0 removed");
        stranger().ask("login boba fett", WELCOME);
        stop(server);
    });
}

#[test]
fn what_stands_in_the_file_and_was_not_read_is_named_and_can_be_taken_out() {
    at_a_place(|place| {
        let server = place.start();
        place.append("lea $admin\n");
        place.said("reload");
        let add = || String::from_utf8(place.run("user add lea --stdin", "x").stderr).unwrap();
        assert!(add().contains("the accounts file has lines of lea"), "{}", add());
        assert!(place.said("user remove lea").contains("lines are out of the accounts file: lea"));
        assert!(place.refused("user remove lea").contains("nobody has that name"));
        assert!(place.with_password("user add lea", "x"));
        stop(server);
    });
}

#[test]
fn a_reload_takes_what_fits_and_names_what_does_not() {
    at_a_place(|place| {
        let server = place.start();
        let more: String = (0..256).map(|number| format!("user{number} p\n")).collect();
        place.write(&format!("{CREDENTIALS}{more}"));
        let told = place.refused("reload");
        assert!(
            told.starts_with("smolchatd: reloaded: 248 added, 0 changed, 0 removed; 8 not"),
            "{told}"
        );
        assert!(told.contains("user92 (there is no room"), "{told}");
        place.write(CREDENTIALS);
        assert_eq!(place.reloaded("reload --forget"), "reloaded: 0 added, 0 changed, 248 removed");
        stop(server);
    });
}

#[test]
fn a_thousand_reloads_throw_nobody_out_and_lose_nothing() {
    at_a_place(|place| {
        let line = |number: usize| format!("user{number} secret{number}\n");
        let people: String = (0..100).map(line).collect();
        place.write(&people);
        let server = place.start();
        let mut chatting: Vec<Connection> = Vec::new();
        for number in 0..100 {
            let mut one = stranger();
            one.ask(&format!("login user{number} secret{number}"), WELCOME);
            for other in &mut chatting {
                other.hear(&format!("* login user{number}"));
            }
            chatting.push(one);
        }
        let control = place.visit();
        let mut slowest = Duration::ZERO;
        for round in 0..1000 {
            // Somebody comes, or goes, each time.
            let extra = if round % 2 == 0 { "guest password\n" } else { "" };
            place.write(&format!("{people}{extra}"));
            (&control).write_all(b"reload\n").unwrap();
            let (from, to) = (round % 100, (round + 1) % 100);
            let begun = Instant::now();
            chatting[from].say(&format!("message user{to} number {round}")).unwrap();
            chatting[to].hear(&format!("* message {{id}} user{from} {{age}} number {round}"));
            chatting[from].hear("250 {any}");
            slowest = slowest.max(begun.elapsed());
            let expected = if round % 2 == 0 {
                "290-reloaded: 1 added, 0 changed, 0 removed"
            } else {
                "290-reloaded: 0 added, 0 changed, 1 removed"
            };
            assert_eq!(answer(&control)[0], expected, "round {round}");
        }
        for one in &mut chatting {
            one.ask("ping", "202 pong");
        }
        println!("the slowest message took {slowest:?}");
        assert!(slowest < AT_MOST, "{slowest:?}");
        stop(server);
    });
}
