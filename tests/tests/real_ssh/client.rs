//! The project's own client over SSH: whom it trusts, what a script and a person are asked, and
//! what a listener learns.

use std::fs;
use std::path::Path;
use std::process::Command;

use smolchat_tests::real::{Person, Place, beside_a_server, client_by_ssh};
use smolchat_tests::setting::Setting;
use smolchat_tests::sniffer::Sniffer;
use smolchat_tests::stage::password_of;
use smolchat_tests::terminal::{TerminalUser, client_command_by_ssh};
use tempfile::TempDir;

use super::line_user;

/// A person with a home, where the keys of servers are kept.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Home(tempfile::Builder::new().prefix("a home with spaces in its name ").tempdir().unwrap())
    }

    /// Somebody starts the client with these arguments before the server's name.
    fn start(&self, place: &Place<'_>, user: &str, password: &str, arguments: &[&str]) -> Person {
        let mut command = client_by_ssh(place.namespace, password);
        command.env("XDG_DATA_HOME", self.0.path()).args(arguments);
        command.arg(format!("{user}@{}", place.server.ip()));
        Person::run(user, command)
    }

    /// An example account is welcomed over SSH, and trusts the server if it is new.
    fn arrive(&self, place: &Place<'_>, user: &str) -> Person {
        let mut person = self.start(place, user, password_of(user), &["--accept-new"]);
        person.hear("Welcome to this message application");
        person.hears_nothing();
        person
    }

    /// hans starts the client at a terminal of 80 columns.
    fn at_a_terminal(&self, place: &Place<'_>) -> TerminalUser {
        let mut command = client_command_by_ssh(place);
        command.env("XDG_DATA_HOME", self.0.path());
        command.arg(format!("hans@{}", place.server.ip()));
        command.env("SMOLCHAT_PASSWORD", password_of("hans"));
        TerminalUser::run(command, 80)
    }

    fn known_hosts(&self) -> String {
        fs::read_to_string(self.0.path().join("smolchat/known_hosts")).unwrap_or_default()
    }
}

#[test]
fn our_client_by_ssh_chats_with_lines_and_nobody_on_the_wire_reads_it() {
    beside_a_server(Setting::roomy(), |place, _| {
        let mut sniffer = Sniffer::start().unwrap();
        let home = Home::new();
        // What waited is there at the login, and is told as delivered only once it was shown.
        let mut hans = home.arrive(place, "hans");
        hans.ask("message yoda meet me at mos eisley", "yoda is offline, the message is stored");
        let mut yoda = home.arrive_and_hear(place, "yoda", "hans: meet me at mos eisley");
        hans.hear("yoda logged in");
        hans.say("message yoda hi, grüße");
        yoda.hear("hans: hi, grüße");
        for secret in [password_of("hans"), password_of("yoda"), "mos eisley", "smolchat ready"] {
            assert_eq!(sniffer.count(secret.as_bytes()).unwrap(), 0, "{secret}");
        }
        let mut luke = line_user("luke");
        hans.hear("luke logged in");
        yoda.hear("luke logged in");
        hans.say("message luke over both doors");
        luke.hear("* message {number} hans 0 over both doors");
        hans.leave();
        yoda.hear("hans just logged out");
        yoda.leave();
    });
}

impl Home {
    fn arrive_and_hear(&self, place: &Place<'_>, user: &str, waited: &str) -> Person {
        let mut person = self.start(place, user, password_of(user), &["--accept-new"]);
        person.hear("Welcome to this message application");
        person.hear(waited);
        person.hears_nothing();
        person
    }
}

#[test]
fn a_message_that_a_dying_client_did_not_show_comes_again() {
    beside_a_server(Setting::roomy(), |place, _| {
        let home = Home::new();
        let mut hans = line_user("hans");
        hans.ask("message yoda one", "251 {any}");
        hans.ask("message yoda two", "251 {any}");
        // Nobody reads what this client prints: it shows nothing, and so acknowledges nothing.
        let mut deaf = client_by_ssh(place.namespace, password_of("yoda"));
        deaf.env("XDG_DATA_HOME", home.0.path()).args(["--accept-new"]);
        deaf.arg(format!("yoda@{}", place.server.ip()));
        let (reader, writer) = std::io::pipe().unwrap();
        fill(&writer);
        deaf.stdin(std::process::Stdio::piped()).stdout(writer);
        let mut child = deaf.spawn().unwrap();
        hans.hear("* login yoda");
        // The server has sent both by now, and has heard of their arrival at yoda's TCP.
        for _ in 0..500 {
            hans.ask("ping", "202 pong");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        drop(reader);
        hans.hear("* logout yoda");
        let mut yoda = home.start(place, "yoda", password_of("yoda"), &[]);
        yoda.hear("Welcome to this message application");
        yoda.hear("hans: one");
        yoda.hear("hans: two");
        yoda.hears_nothing();
    });
}

/// A pipe that takes nothing more.
fn fill(pipe: &std::io::PipeWriter) {
    use std::io::Write;
    rustix::io::ioctl_fionbio(pipe, true).unwrap();
    let mut pipe = pipe;
    while pipe.write(&[b'.'; 4096]).is_ok_and(|count| count > 0) {}
    rustix::io::ioctl_fionbio(pipe, false).unwrap();
}

#[test]
fn a_script_trusts_a_new_server_only_if_it_was_told_to() {
    beside_a_server(Setting::roomy(), |place, server| {
        let home = Home::new();
        let mut hans = home.start(place, "hans", password_of("hans"), &[]);
        let told = hans.hear("the key of 192.168.69.1 is not known: {any}");
        hans.ends_with(16);
        assert_eq!(home.known_hosts(), "");
        let fingerprint = told.field("any").split(';').next().unwrap();
        let pinned = ["--fingerprint", fingerprint];
        let mut hans = home.start(place, "hans", password_of("hans"), &pinned);
        hans.hear("Welcome to this message application");
        hans.leave();
        assert_eq!(home.known_hosts().lines().count(), 1);
        let mut hans = home.start(place, "hans", password_of("hans"), &[]);
        hans.hear("Welcome to this message application");
        hans.leave();
        server.stop().unwrap();
        fs::remove_file(Path::new(&server.host_key())).unwrap();
        server.start_again().unwrap();
        let accepting = ["--accept-new"];
        let mut hans = home.start(place, "hans", password_of("hans"), &accepting);
        hans.hear("THE KEY OF {any}");
        hans.hear("ssh-keygen -R '[192.168.69.1]:2222' -f '{any}");
        hans.ends_with(16);
        let other = Home::new();
        let mut hans = other.start(place, "hans", password_of("hans"), &pinned);
        hans.hear("the key of [192.168.69.1]:2222 is {any}");
        hans.ends_with(16);
    });
}

#[test]
fn the_wrong_door_and_the_wrong_password_are_told() {
    beside_a_server(Setting::roomy(), |place, _| {
        let home = Home::new();
        let port = ["--accept-new", &format!("hans@{}:4000", place.server.ip())];
        let mut command = client_by_ssh(place.namespace, password_of("hans"));
        command.env("XDG_DATA_HOME", home.0.path()).args(port);
        let mut hans = Person::run("hans", command);
        hans.hear(
            "what answers is smolchat in clear: SSH mostly has port 2222; --ssh off talks in clear",
        );
        hans.ends_with(17);
        let mut command = client_by_ssh(place.namespace, password_of("hans"));
        command.args(["--ssh", "off", &format!("hans@{}:2222", place.server.ip())]);
        let mut hans = Person::run("hans", command);
        hans.hear("what answers is SSH: leave out --ssh off");
        hans.ends_with(17);
        let mut hans = home.start(place, "hans", "wrong", &["--accept-new"]);
        hans.hear("the name or the password is wrong, or the name is locked for a while");
        hans.ends_with(11);
    });
}

#[test]
fn an_account_is_made_over_ssh() {
    beside_a_server(Setting::roomy(), |place, _| {
        let home = Home::new();
        let new = ["--accept-new", "--register"];
        let mut chewie = home.start(place, "chewie", "roar", &new);
        chewie.hear("chewie registered, now log in");
        chewie.hear("Welcome to this message application");
        chewie.leave();
        let mut chewie = home.start(place, "chewie", "roar", &[]);
        chewie.hear("Welcome to this message application");
        chewie.leave();
    });
}

#[test]
fn a_person_is_shown_the_fingerprint_and_asked() {
    beside_a_server(Setting::roomy(), |place, _| {
        let home = Home::new();
        let start = || home.at_a_terminal(place);
        let mut hans = start();
        hans.sees("SHA256:");
        hans.sees("Trust it? yes, no, or the fingerprint:");
        hans.types("y\r");
        hans.sees("yes or no, in full");
        hans.types("no\r");
        hans.ends_with(16);
        let mut hans = start();
        hans.sees("Trust it? yes, no, or the fingerprint:");
        hans.types("\x03");
        hans.ends_with(130);
        let mut hans = start();
        hans.sees("Trust it? yes, no, or the fingerprint:");
        hans.types("yes\r");
        hans.is_online();
        hans.types("/logout\r");
        hans.ends_with(0);
        let mut hans = start();
        hans.is_online();
        hans.types("/logout\r");
        hans.ends_with(0);
    });
}

#[test]
fn a_fingerprint_that_a_person_pastes_says_yes_to_its_own_key_alone() {
    beside_a_server(Setting::roomy(), |place, _| {
        let home = Home::new();
        let fingerprint = |hans: &mut TerminalUser| {
            hans.sees("Trust it?");
            let rows = hans.screen().rows();
            let row = rows.iter().find_map(|row| row.split_once("SHA256:")).unwrap();
            format!("SHA256:{}", row.1.trim_end())
        };
        let mut hans = home.at_a_terminal(place);
        let own = fingerprint(&mut hans);
        hans.types(format!("{}\r", own.to_lowercase().replace("sha256", "SHA256")));
        hans.sees("another fingerprint than the one you typed");
        hans.ends_with(16);
        let mut hans = home.at_a_terminal(place);
        hans.sees("Trust it?");
        hans.types(format!("{own}\r"));
        hans.is_online();
        hans.types("/logout\r");
        hans.ends_with(0);
    });
}

#[test]
fn the_command_that_forgets_a_changed_key_can_be_copied_from_the_screen() {
    beside_a_server(Setting::roomy(), |place, server| {
        let home = Home::new();
        home.arrive(place, "hans").leave();
        server.stop().unwrap();
        fs::remove_file(Path::new(&server.host_key())).unwrap();
        server.start_again().unwrap();
        let mut hans = home.at_a_terminal(place);
        hans.sees("HAS CHANGED");
        hans.ends_with(16);
        let written = String::from_utf8_lossy(hans.screen().written()).into_owned();
        let mut lines = written.lines().map(|line| line.trim_start_matches('\r'));
        let command = lines.find(|line| line.starts_with("ssh-keygen")).expect("it begins a row");
        assert!(command.len() > 80, "a row of the terminal would not hold it: {command}");
        let forgotten = Command::new("sh").args(["-c", command.trim_end()]).status().unwrap();
        assert!(forgotten.success(), "{command}");
        let mut hans = home.at_a_terminal(place);
        hans.sees("Trust it?");
        hans.types("no\r");
        hans.ends_with(16);
    });
}

#[test]
fn a_client_comes_back_by_ssh_when_its_server_does() {
    beside_a_server(Setting::roomy(), |place, server| {
        let home = Home::new();
        let mut hans = home.arrive(place, "hans");
        server.stop().unwrap();
        hans.hear("the server is stopping, connecting again");
        server.start_again().unwrap();
        hans.hear("connected again");
        hans.ask("broadcast still here", "nobody else is online to receive it");
        hans.leave();
    });
}

#[test]
fn a_copied_key_opens_the_account_until_it_is_removed_and_outlives_a_restart() {
    beside_a_server(Setting::roomy().keys(16), |place, server| {
        let home = Home::new();
        let copy = || {
            let mut command = client_by_ssh(place.namespace, password_of("hans"));
            let target = format!("hans@{}", place.server.ip());
            command.env("XDG_DATA_HOME", home.0.path()).args(["copy-id", "--accept-new", &target]);
            Person::run("hans", command)
        };
        let mut hans = copy();
        hans.hear("smolchat: a new key is in {any}");
        hans.hear("key added");
        hans.ends_with(0);
        let mut hans = copy();
        hans.hear("key was added already");
        hans.ends_with(0);
        for _ in 0..2 {
            let mut hans = home.start(place, "hans", "", &[]);
            hans.hear("Welcome to this message application");
            hans.leave();
            server.stop().unwrap();
            server.start_again().unwrap();
        }
        let path = home.0.path().join("smolchat/id_ed25519.pub");
        let public = fs::read_to_string(path).unwrap();
        let mut hans = home.start(place, "hans", "", &[]);
        hans.hear("Welcome to this message application");
        hans.ask("keys", "{any}");
        hans.hear("1 keys");
        hans.ask(&format!("removekey {}", public.trim()), "key removed");
        hans.leave();
        let mut hans = home.start(place, "hans", "", &[]);
        hans.hear("no password given, and the key opens nothing");
        hans.ends_with(11);
    });
}
