//! Logins by OpenSSH, and what the peer may ask for.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;

use smolchat_tests::real::beside_a_server;
use smolchat_tests::setting::Setting;
use smolchat_tests::ssh::{Machine, SUBSYSTEM};
use smolchat_tests::stage::password_of;
use tempfile::TempDir;

use super::{line_user, stranger};

#[test]
fn users_by_ssh_and_by_lines_meet_in_one_chat() {
    beside_a_server(Setting::roomy(), |place, _| {
        let machine = Machine::new(place.namespace);
        let mut yoda = line_user("yoda");
        let mut hans = machine.arrive("hans", &[]);
        yoda.hear("* login hans");
        hans.ask("message yoda hi", "250 {number} accepted");
        yoda.hear("* message {number} hans 0 hi");
        // A shell without a terminal reads commands, and prints lines for a person.
        let mut luke = machine.start("luke", &[password_of("luke")], &["-T"], &[]);
        luke.hear("Welcome to this message application");
        for listener in ["yoda", "hans"] {
            luke.say(&format!("message {listener} here"));
        }
        hans.hear("* login luke");
        hans.hear("* message {number} luke 0 here");
        yoda.hear("* login luke");
        yoda.hear("* message {number} luke 0 here");
        yoda.ask("broadcast all", "252 {any}");
        hans.hear("* broadcast {number} yoda 0 all");
        luke.hear("yoda (to all): all");
        hans.ask("logout", "221 You just logged out");
        hans.ends_saying("closed by remote host");
        yoda.hear("* logout hans");
    });
}

#[test]
fn every_line_arrives_in_order_while_keys_are_renewed() {
    beside_a_server(Setting::roomy(), |place, _| {
        let machine = Machine::new(place.namespace);
        let mut yoda = line_user("yoda");
        let mut hans = machine.arrive("hans", &["-o", "RekeyLimit=16K"]);
        yoda.hear("* login hans");
        let rest = "x".repeat(300);
        for number in 0..200 {
            let line = format!("message hans {number} {rest}");
            yoda.ask(&line, "250 {number} accepted");
            hans.hear(&format!("* message {{number}} yoda 0 {number} {rest}"));
            hans.ask(&format!("message yoda {number}"), "250 {number} accepted");
            yoda.hear(&format!("* message {{number}} hans 0 {number}"));
        }
    });
}

#[test]
fn three_wrong_passwords_lock_the_name_at_both_doors() {
    beside_a_server(Setting::roomy(), |place, _| {
        let machine = Machine::new(place.namespace);
        let wrong = ["a", "b", "c", password_of("hans")];
        let more = ["-o", "NumberOfPasswordPrompts=9"];
        machine.start("hans", &wrong, &more, SUBSYSTEM).ends_saying("Connection closed by");
        let mut hans = stranger();
        hans.hear("220 {any}");
        hans.ask("login hans falcon*solo", "430 {any}");
        let right = [password_of("hans")];
        let once = ["-o", "NumberOfPasswordPrompts=1"];
        machine.start("hans", &right, &once, SUBSYSTEM).ends_saying("Permission denied");
        // The other way round, and a name that nobody has looks the same.
        for _ in 0..2 {
            hans.ask("login yoda wrong", "533 {any}");
        }
        machine.start("yoda", &["wrong"], &once, SUBSYSTEM).ends_saying("Permission denied");
        hans.ask(&format!("login yoda {}", password_of("yoda")), "430 {any}");
        machine.start("nobody", &["a"], &once, SUBSYSTEM).ends_saying("Permission denied");
    });
}

#[test]
fn people_without_an_account_come_in_as_new_where_they_may_register() {
    beside_a_server(Setting::roomy(), |place, _| {
        let machine = Machine::new(place.namespace);
        let mut new = machine.start("new", &[], &[], SUBSYSTEM);
        new.hear("220 {any}");
        new.ask("message hans hi", "530 {any}");
        new.ask("register chewie roar", "231 {any}");
        new.ask("login chewie roar", "230 Welcome to this message application");
        new.ask("message hans hi", "251 {any}");
        let mut hans = machine.arrive("hans", &[]);
        hans.hear("* message {number} chewie 0 hi");
    });
    let closed = Setting { registration: false, ..Setting::roomy() };
    beside_a_server(closed, |place, _| {
        let machine = Machine::new(place.namespace);
        let once = ["-o", "NumberOfPasswordPrompts=1"];
        machine.start("new", &["x"], &once, SUBSYSTEM).ends_saying("Permission denied");
    });
}

#[test]
fn nothing_but_the_chat_is_to_be_had() {
    beside_a_server(Setting::roomy(), |place, _| {
        let machine = Machine::new(place.namespace);
        let password = [password_of("hans")];
        for (options, words, told) in [
            (&[][..], &["id"][..], "exec request failed"),
            (&[][..], &["-s", "sftp"][..], "subsystem request failed"),
            (&["-W", "127.0.0.1:4000"][..], &[][..], "stdio forwarding failed"),
        ] {
            let user = machine.start("hans", &password, options, words);
            user.ends_saying(told);
        }
    });
}

#[test]
fn what_is_refused_is_told_and_leaves_the_session_that_stands() {
    beside_a_server(Setting::roomy(), |place, _| {
        let folder = TempDir::new().unwrap();
        let path = format!("ControlPath={}", folder.path().join("control").display());
        let shared = ["-o", "ControlMaster=yes", "-o", &path];
        let forwarding = ["-A", "-R", "4711:127.0.0.1:22", "-D", "127.0.0.1:4712"];
        let machine = Machine::new(place.namespace);
        let options = [&shared[..], &forwarding].concat();
        let mut hans = machine.start("hans", &[password_of("hans")], &options, SUBSYSTEM);
        hans.hears_soon("Warning: remote port forwarding failed for listen port 4711");
        hans.hears_soon("230 Welcome to this message application");
        // A second channel of the same connection, for another session or for a command. OpenSSH
        // then tries a connection of its own.
        let second = ["-o", path.as_str()];
        let told = "session request failed: Session open refused by peer";
        for words in [SUBSYSTEM, &["id"]] {
            let mut other = machine.start("hans", &["wrong"], &second, words);
            other.hears_soon(&format!("mux_client_request_session: {told}"));
            hans.hears_soon("channel {number}: open failed: administratively prohibited: ");
            hans.say("ping");
            hans.hears_soon("202 pong");
        }
        let mut stream = place.namespace.run(|| TcpStream::connect("127.0.0.1:4712").unwrap());
        // SOCKS 5: no proof, then a connection to this machine (RFC 1928).
        stream.write_all(&[5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 22]).unwrap();
        hans.hears_soon("channel {number}: open failed: unknown channel type: ");
        hans.ask("ping", "202 pong");
    });
}

#[test]
fn a_key_that_was_replaced_is_a_stop_for_those_who_knew_the_old_one() {
    beside_a_server(Setting::roomy(), |place, server| {
        let machine = Machine::new(place.namespace);
        machine.arrive("hans", &[]).ask("logout", "221 {any}");
        server.stop().unwrap();
        server.start_again().unwrap();
        machine.arrive("hans", &[]).ask("logout", "221 {any}");
        server.stop().unwrap();
        fs::remove_file(server.host_key()).unwrap();
        server.start_again().unwrap();
        let hans = machine.start("hans", &[password_of("hans")], &[], SUBSYSTEM);
        hans.ends_saying("Host key verification failed");
    });
}
