//! The start of a server: accounts that it makes, accounts that others may read, a socket that was
//! left.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use smolchat_tests::program::{Program, find};

use super::place::{at_a_place, stop, stranger};

#[test]
fn the_first_start_makes_the_accounts_and_says_how_the_first_person_gets_in() {
    at_a_place(|place| {
        let state = place.folder.path().join("state");
        let start = |arguments: &[&str]| {
            let mut command = place.namespace.command(find("smolchatd").unwrap());
            command.args(arguments).env("STATE_DIRECTORY", &state).env("SUDO_USER", "hans");
            command.env_remove("CARGO");
            Program::start(&mut command).unwrap()
        };
        let accounts = state.join("credentials.txt");
        let mut server = start(&[]);
        server
            .wait_for(&format!("{} is new, and yours alone to read", accounts.display()))
            .unwrap();
        let told = server.wait_for("nobody has an account yet").unwrap();
        assert!(told.ends_with("  smolchatd user add NAME"), "{told}");
        let told = server.wait_for("listening").unwrap();
        assert!(told.ends_with("smolchat --register hans@192.168.69.1"), "{told}");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&state), mode(&accounts)), (0o700, 0o600));
        stranger().ask("register hans falcon*solo", "231 {any}");
        let mut command = Command::new(find("smolchatd").unwrap());
        command.args(["user", "list"]).env("STATE_DIRECTORY", &state);
        let listed = command.output().unwrap();
        assert!(String::from_utf8(listed.stdout).unwrap().contains("hans"));
        stop(server);
        let mut server = start(&["--registration", "off"]);
        let told = server.wait_for("listening").unwrap();
        assert!(told.ends_with("smolchat hans@192.168.69.1"), "{told}");
        assert!(!server.has_said("is new"));
        stop(server);
    });
}

#[test]
fn accounts_that_others_may_read_are_warned_about_with_the_command_that_mends_it() {
    at_a_place(|place| {
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        set(place.folder.path(), 0o777);
        set(&place.accounts(), 0o644);
        let mut command = place.namespace.command(find("smolchatd").unwrap());
        command.arg("--credentials").arg(place.accounts());
        let mut server = Program::start(&mut command).unwrap();
        let file = place.accounts();
        let told = server.wait_for("may read it").unwrap();
        assert!(told.ends_with(&format!("(mode 644):  chmod 600 {}", file.display())), "{told}");
        let told = server.wait_for("may put another file").unwrap();
        let folder = place.folder.path().display().to_string();
        assert!(told.ends_with(&format!("chmod go-w {folder}")), "{told}");
        stop(server);
    });
}

#[test]
fn a_socket_that_a_killed_server_left_is_in_nobodys_way() {
    at_a_place(|place| {
        let mut server = place.start();
        server.kill().unwrap();
        server.wait().unwrap();
        assert!(place.socket().exists());
        assert!(place.refused("status").contains("no smolchatd runs with "));
        let server = place.start();
        place.said("status");
        let mut half = place.visit();
        half.write_all(b"status").unwrap();
        half.shutdown(std::net::Shutdown::Write).unwrap();
        let mut whole = String::new();
        half.read_to_string(&mut whole).unwrap();
        assert!(whole.lines().last().unwrap().starts_with("213 "), "{whole}");
        stop(server);
    });
}
