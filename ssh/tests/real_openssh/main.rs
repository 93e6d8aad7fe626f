//! OpenSSH's client against a session over TCP, both on this machine. It renews its keys under
//! traffic, which `sunset`'s client never does.

mod client;
mod server;

use std::time::Duration;

use client::{Client, Login};
use server::Server;
use smolchat_core::time;
use smolchat_ssh::{Asked, End, Limits};

/// Many lines go out, and the same come back in order. Tells how often keys were exchanged.
fn talk(limits: Limits, lines: usize) -> usize {
    let server = Server::start(limits);
    let options = ["-v", "-o", "RekeyLimit=16K"];
    let mut client = Client::start(&server, Login::Key, &options, &["-s", "smolchat"]);
    client.say((0..lines).map(|at| format!("message yoda {at} {}", "x".repeat(70))));
    for at in 0..lines {
        let line = client.line();
        assert!(line.starts_with(&format!("250 message yoda {at} x")), "{line} at {at}");
    }
    let log = client.end();
    let served = server.end();
    assert_eq!((served.asked, served.lines), (Some(Asked::Subsystem), lines));
    log.matches("SSH2_MSG_NEWKEYS received").count()
}

#[test]
fn lines_pass_in_order_while_keys_are_renewed() {
    let exchanges = talk(Limits { rekeys: 100, ..Limits::default() }, 600);
    assert!(exchanges > 5, "{exchanges} exchanges");
}

#[test]
fn a_peer_that_renews_its_keys_too_often_waits_and_loses_nothing() {
    let interval = time::Duration::from_millis(300);
    let limits = Limits { rekeys: 1, rekey_interval: interval, ..Limits::default() };
    let start = std::time::Instant::now();
    let exchanges = talk(limits, 600);
    // The login's exchange and one more are free.
    let waited = Duration::from_millis(300) * exchanges.saturating_sub(3) as u32;
    assert!(exchanges > 5, "{exchanges} exchanges");
    assert!(start.elapsed() >= waited, "{exchanges} exchanges in {:?}", start.elapsed());
}

#[test]
fn a_second_password_may_be_the_right_one() {
    let server = Server::start(Limits::default());
    let login = Login::Passwords(&["dark", "force"]);
    let mut client = Client::start(&server, login, &[], &["-s", "smolchat"]);
    client.say(["whoelse".to_owned()]);
    assert_eq!(client.line(), "250 whoelse");
    client.end();
    assert_eq!(server.end().attempts, 2);
}

#[test]
fn three_wrong_passwords_are_the_last() {
    let server = Server::start(Limits::default());
    let login = Login::Passwords(&["a", "b", "c", "force"]);
    let client = Client::start(&server, login, &["-o", "NumberOfPasswordPrompts=9"], &[]);
    let log = client.end();
    let served = server.end();
    assert_eq!((served.attempts, served.end), (3, Some(End::TooManyRefusals)));
    assert!(log.matches("Permission denied").count() >= 2, "{log}");
}

#[test]
fn a_shell_is_served_with_and_without_a_terminal() {
    let server = Server::start(Limits::default());
    let mut client = Client::start(&server, Login::Key, &["-T"], &[]);
    client.say(["help".to_owned()]);
    assert_eq!(client.line(), "250 help");
    client.end();
    assert_eq!(server.end().asked, Some(Asked::Shell { has_terminal: false }));

    let server = Server::start(Limits::default());
    let mut client = Client::start(&server, Login::Key, &["-tt"], &[]);
    client.say(["help".to_owned()]);
    assert_eq!(client.line(), "250 help");
    client.end();
    assert_eq!(server.end().asked, Some(Asked::Shell { has_terminal: true }));
}

#[test]
fn commands_other_subsystems_and_environment_are_refused() {
    for (command, text) in
        [(&["id"][..], "exec request failed"), (&["-s", "sftp"][..], "subsystem request failed")]
    {
        let server = Server::start(Limits::default());
        let options = ["-o", "SetEnv=WORD=1"];
        let log = Client::start(&server, Login::Key, &options, command).end();
        assert!(log.contains(text), "{log}");
        let served = server.end();
        assert_eq!((served.asked, served.lines), (None, 0));
    }
}

#[test]
fn a_client_that_knows_another_key_of_this_server_does_not_log_in() {
    let server = Server::start(Limits::default());
    let known = Client::start_knowing(&server, &[9; 32]);
    let log = known.end();
    assert!(log.contains("Host key verification failed"), "{log}");
    assert_eq!(server.end().attempts, 0);
}
