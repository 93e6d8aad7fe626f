//! People with other programs than OpenSSH at a real server on a TAP device: Dropbear's client,
//! PuTTY's plink, paramiko and asyncssh. Each logs in by password and by key, and chats with a
//! user of the port for lines. Needs root, and what `cargo xtask test` installs.

use std::fs::File;
use std::io::Write as _;

use smolchat_tests::real::{Connection, SERVER_ADDRESS, beside_a_server};
use smolchat_tests::setting::Setting;
use smolchat_tests::ssh::User;
use smolchat_tests::ssh_programs::{Proof, SshMachine, SshProgram};
use smolchat_tests::stage::password_of;

#[test]
fn people_with_dbclient_chat() {
    people_chat(SshProgram::Dbclient);
}

#[test]
fn people_with_plink_chat() {
    people_chat(SshProgram::Plink);
}

#[test]
fn people_with_paramiko_chat() {
    people_chat(SshProgram::Paramiko);
}

#[test]
fn people_with_asyncssh_chat() {
    people_chat(SshProgram::Asyncssh);
}

/// asyncssh prefers the first of these, as OpenSSH does from 10.0 on.
#[test]
fn keys_are_exchanged_with_ml_kem_and_without_it() {
    beside_a_server(Setting::roomy(), |place, server| {
        for exchange in ["mlkem768x25519-sha256", "curve25519-sha256"] {
            let mut machine = SshMachine::new(SshProgram::Asyncssh, place.namespace);
            machine.exchanges_keys_by(exchange);
            let password = Proof::Password(password_of("hans"));
            let mut hans = machine.start("hans", password, &server.host_key());
            hans.hears_soon("220 {any}");
            hans.hear("230 Welcome to this message application");
            hans.say("logout");
            hans.ends_saying("closed");
        }
    });
}

fn people_chat(program: SshProgram) {
    beside_a_server(Setting::roomy(), |place, server| {
        let machine = SshMachine::new(program, place.namespace);
        server.stop().unwrap();
        let mut accounts = File::options().append(true).open(server.accounts()).unwrap();
        write!(accounts, "\nlando {}", machine.public_key()).unwrap();
        server.start_again().unwrap();
        let stranger = Connection::open(SERVER_ADDRESS).unwrap();
        let mut yoda = stranger.logged_in("yoda");
        let host_key = server.host_key();
        // Who gives a wrong password again and again locks the name.
        let wrong = machine.start("luke", Proof::Password("wrong"), &host_key);
        wrong.ends_saying(refusal(program));
        let hans = machine.start("hans", Proof::Password(password_of("hans")), &host_key);
        chats("hans", hans, &mut yoda);
        machine.start("luke", Proof::Key, &host_key).ends_saying(refusal_of_a_key(program));
        chats("lando", machine.start("lando", Proof::Key, &host_key), &mut yoda);
    });
}

/// `name`, who has just started the program, is welcomed, exchanges lines of every length with
/// yoda, and leaves.
fn chats(name: &str, mut user: User, yoda: &mut Connection) {
    user.hears_soon("220 {any}");
    user.hear("230 Welcome to this message application");
    yoda.hear(&format!("* login {name}"));
    for length in [1, 40, 400] {
        let text = "x".repeat(length);
        user.ask(&format!("message yoda {text}"), "250 {number} accepted");
        yoda.hear(&format!("* message {{number}} {name} 0 {text}"));
        yoda.ask(&format!("message {name} {text}"), "250 {number} accepted");
        user.hear(&format!("* message {{number}} yoda 0 {text}"));
    }
    user.say("logout");
    yoda.hear(&format!("* logout {name}"));
    // Each has words of its own. Some tell the end before they print the last line.
    user.ends_saying("closed");
}

/// What the program says when a password is refused.
fn refusal(program: SshProgram) -> &'static str {
    match program {
        // It gives the same password again, until the server has heard enough.
        SshProgram::Dbclient => "Remote closed the connection",
        SshProgram::Plink => "Access denied",
        SshProgram::Paramiko | SshProgram::Asyncssh => "Permission denied",
    }
}

/// What the program says when its key is nobody's.
fn refusal_of_a_key(program: SshProgram) -> &'static str {
    match program {
        SshProgram::Dbclient => "Remote closed the connection",
        SshProgram::Plink => "Server refused our key",
        SshProgram::Paramiko | SshProgram::Asyncssh => "Permission denied",
    }
}
