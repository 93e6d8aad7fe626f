//! Accounts that come, change and go by orders, while the server runs and when it is killed.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Command;

use smolchat_tests::program::find;

use super::place::{WELCOME, at_a_place, logged_in, stop, stranger};

#[test]
fn accounts_come_change_and_go_while_the_server_runs() {
    at_a_place(|place| {
        let server = place.start();
        assert!(place.with_password("user add dooku", "darth*tyranus"));
        stranger().ask("login dooku darth*tyranus", WELCOME);
        assert!(!place.with_password("user add dooku", "another"), "the name is taken");
        assert!(place.refused("user add asajj --key x").contains("a key begins with"));
        let mut dooku = stranger();
        dooku.ask("login dooku darth*tyranus", WELCOME);
        assert!(place.with_password("user passwd dooku", "count"));
        dooku.ask("ping", "202 pong");
        stranger().ask("login dooku darth*tyranus", "533 {any}");
        assert!(place.said("user list doo").contains("dooku"));
        assert!(!place.said("user list doo").contains("hans"));
        place.said("user remove dooku");
        dooku.hear("* bye {any}");
        stranger().ask("login dooku count", "532 {any}");
        assert!(!place.names().contains(&"dooku".to_owned()));
        // Nobody is asked for a password in vain.
        assert!(place.refused("user add hans --stdin").contains("hans has an account already"));
        assert!(place.refused("user add 10.0.0.9 --stdin").contains("an address"));
        assert!(place.refused("ban hans 1w").contains("write 90s, 10m, 2h or 7d"));
        assert!(place.refused("user remove dooku").contains("nobody has that name"));
        assert!(place.refused("user passwd dooku --stdin").contains("a password has"));
        assert!(!place.with_password("user passwd dooku", "count"));
        stop(server);
        // Without a server the file is changed, and the next start has it.
        assert!(place.with_password("user add dooku", "again"));
        let server = place.start();
        stranger().ask("login dooku again", WELCOME);
        stop(server);
        assert_eq!(fs::read_dir(place.folder.path()).unwrap().count(), 3, "no socket, no mark");
    });
}

#[test]
fn a_key_is_added_while_the_server_runs_and_stands_in_the_file() {
    at_a_place(|place| {
        let server = place.start();
        let key =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH home";
        for name in ["hans", "dooku"] {
            let mut command = Command::new(find("smolchatd").unwrap());
            command.args(["user", "add", name, "--key", key, "--credentials"]);
            let output = command.arg(place.accounts()).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let content = fs::read_to_string(place.accounts()).unwrap();
            assert!(content.contains(&format!("{name} {key}\n")), "{content}");
        }
        assert!(place.said("user list dooku").contains("dooku"));
        logged_in("hans");
        // What the server appends now goes into the new file.
        stranger().ask("register asajj ventress", "231 {any}");
        assert!(place.names().contains(&"asajj".to_owned()));
        stop(server);
    });
}

#[test]
fn a_kill_at_any_moment_of_a_change_leaves_every_account_that_was_confirmed() {
    at_a_place(|place| {
        for round in 0..6 {
            let mut server = place.start();
            let control = place.visit();
            let hash = format!("$pbkdf2-sha256$i=2000${}${}", "c2FsdHNhbHQ", "A".repeat(43));
            let (mut confirmed, mut writer) = (Vec::new(), &control);
            for number in 0..40 {
                let orders = format!(
                    "user add keep{round}-{number} {hash}\nuser add gone{round}-{number} {hash}\nuser remove gone{round}-{number}\n"
                );
                writer.write_all(orders.as_bytes()).unwrap();
            }
            let mut lines = BufReader::new(&control).lines();
            for number in 0..=3 * round {
                for _ in 0..3 {
                    let line = lines.next().unwrap().unwrap();
                    assert!(line.starts_with("28"), "{line}");
                }
                confirmed.push(number);
            }
            server.kill().unwrap();
            server.wait().unwrap();
            let names = place.names();
            for number in confirmed {
                assert!(names.contains(&format!("keep{round}-{number}")), "{names:?}");
                assert!(!names.contains(&format!("gone{round}-{number}")), "{names:?}");
            }
        }
        stop(place.start());
    });
}
