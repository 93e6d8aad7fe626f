//! The real client with the real server: people who type into pipes. Exit codes, and what a server
//! may not do to a terminal. Needs root, and both programs built for release.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::find;
use smolchat_tests::real::{Person, Place, beside_a_server, client, client_by_ssh, two};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::password_of;

#[test]
fn two_users_chat_and_hear_of_each_other() {
    beside_a_server(Setting::roomy(), |place, _| {
        let [mut hans, mut yoda] = two(place);
        hans.say("message yoda hi, grüße");
        yoda.hear("hans: hi, grüße");
        yoda.say("broadcast to  all");
        hans.hear("yoda (to all): to  all");
        hans.ask("whoelse", "Users current online: yoda");
        hans.ask("whoelsesince 100", "Users that logged in: yoda");
        hans.ask("message jabba hi", "Invalid receiver! (there is no user \"jabba\")");
        hans.ask("message yoda", "wrong arguments, the form is: message <user> <text>");
        hans.ask("dance", "unknown command, try help (there is no command \"dance\")");
        yoda.leave();
        hans.hear("yoda just logged out");
        hans.hears_nothing();
        hans.say("logout");
        hans.hear("You just logged out");
        // Three of the commands were refused.
        hans.ends_with(18);
    });
}

#[test]
fn a_message_to_who_is_offline_comes_at_the_next_login_and_once() {
    beside_a_server(Setting::roomy(), |place, _| {
        let mut hans = Person::arrive(place, "hans");
        hans.ask("message yoda one", "yoda is offline, the message is stored");
        hans.ask("message yoda two", "yoda is offline, the message is stored");
        let mut yoda = Person::start(place, "yoda", "wise@!man", &[]);
        yoda.hear("Welcome to this message application");
        yoda.hear("hans: one");
        yoda.hear("hans: two");
        yoda.leave();
        hans.hear("yoda logged in");
        hans.hear("yoda just logged out");
        let mut yoda = Person::arrive(place, "yoda");
        yoda.hears_nothing();
    });
}

#[test]
fn blocks_are_told_and_hold() {
    beside_a_server(Setting::roomy(), |place, _| {
        let [mut hans, mut yoda] = two(place);
        yoda.ask("block hans", "hans is blocked");
        hans.ask("message yoda hi", "yoda has blocked you, your message was not sent");
        let told =
            "Your broadcast cannot be received by all online users because someone blocked you";
        hans.ask("broadcast hi", told);
        hans.ask("startprivate yoda", "yoda has blocked you, no private connection");
        hans.ask("block hans", "Invalid user to block (that is you)");
        hans.ask("unblock yoda", "Invalid user to unblock (you do not block \"yoda\")");
        yoda.hears_nothing();
        yoda.ask("unblock hans", "hans is unblocked");
        hans.say("message yoda hi");
        yoda.hear("hans: hi");
    });
}

/// Who is locked, and for how long, stands behind the protocol's words.
const LOCKED: &str = "You are blocked to login, try again later! (too many wrong passwords: yoda is locked for {seconds} s)";

#[test]
fn every_refusal_of_a_login_has_its_exit_code() {
    beside_a_server(Setting::roomy().no_registration(), |place, _| {
        let start = |user, password| Person::start(place, user, password, &[]);
        for (user, password, told, code) in [
            ("jabba", "hutt", "Invalid username, try again!", 11),
            ("yoda", "1", "Invalid credentials, try again!", 11),
            ("yoda", "2", "Invalid credentials, try again!", 11),
            ("yoda", "3", LOCKED, 12),
            ("yoda", "wise@!man", LOCKED, 12),
        ] {
            let mut person = start(user, password);
            person.hear(told);
            person.ends_with(code);
        }
        let _hans = Person::arrive(place, "hans");
        let mut second = start("hans", "falcon*solo");
        second.hear("hans is online already, the earlier session stays");
        second.ends_with(13);
        let mut jabba = Person::start(place, "jabba", "hutt", &["--register"]);
        jabba.hear("registration is off on this server");
        jabba.ends_with(11);
    });
}

#[test]
fn an_account_is_registered_and_used_at_once() {
    beside_a_server(Setting::roomy(), |place, _| {
        let mut jabba = Person::start(place, "jabba", "hutt", &["--register"]);
        jabba.hear("jabba registered, now log in");
        jabba.hear("Welcome to this message application");
        jabba.leave();
        let mut jabba = Person::start(place, "jabba", "hutt", &[]);
        jabba.hear("Welcome to this message application");
        jabba.leave();
    });
}

#[test]
fn a_full_server_an_absent_one_and_a_missing_password_have_their_exit_codes() {
    beside_a_server(Setting::roomy().connections(1), |place, _| {
        let _hans = Person::arrive(place, "hans");
        let mut late = Person::start(place, "yoda", "wise@!man", &[]);
        late.hear("server full, try again later");
        late.ends_with(15);
        let mut nowhere = Person::start(place, "yoda", "wise@!man", &["4001"]);
        nowhere.hear("192.168.69.1: {any}");
        nowhere.ends_with(10);
        let mut unsaid = Person::start(place, "yoda", "", &[]);
        unsaid.hear("smolchat: no password given, and no terminal to ask on");
        unsaid.ends_with(2);
        let mut impossible = Person::start(place, "yo\u{202e}da", "wise@!man", &["--register"]);
        impossible.hear("smolchat: not a possible user name: {any}");
        impossible.ends_with(2);
    });
}

#[test]
fn a_client_that_the_server_ends_says_why() {
    beside_a_server(Setting::roomy().timeout(1), |place, server| {
        let mut idle = Person::arrive(place, "yoda");
        idle.hear("you were inactive and are logged out");
        idle.ends_with(14);
        let never = ["--reconnect", "0"];
        let mut hans = Person::start(place, "hans", password_of("hans"), &never);
        hans.hear("Welcome to this message application");
        server.stop().unwrap_or_else(|said| panic!("{said}"));
        hans.hear("the server is stopping");
        hans.ends_with(10);
    });
}

#[test]
fn a_signal_logs_out() {
    beside_a_server(Setting::roomy(), |place, _| {
        let [mut hans, mut yoda] = two(place);
        yoda.terminate();
        yoda.hear("You just logged out");
        yoda.ends_with(0);
        hans.hear("yoda just logged out");
    });
}

/// The client on a terminal with this many columns, its screen on a pipe.
fn on_a_terminal(place: &Place<'_>, user: &str, columns: usize) -> Person {
    let program = find("smolchat").unwrap_or_else(|missing| panic!("{missing}"));
    let (program, ip) = (program.display(), place.server.ip());
    let shell = format!("stty cols {columns} rows 24; exec {program} --ssh off {user}@{ip}");
    let mut command = place.namespace.command("script");
    command.args(["-qefc", &shell, "/dev/null"]);
    command.env("SMOLCHAT_PASSWORD", password_of(user)).env("TERM", "xterm").env("NO_COLOR", "1");
    Person::run(user, command)
}

/// The rows of a screen from the row with `text` on.
fn rows_from(person: &mut Person, text: &str, count: usize) -> Vec<String> {
    let mut first = person.hear("{any}").line;
    while !first.contains(text) {
        first = person.hear("{any}").line;
    }
    let rest = (1..count).map(|_| person.hear("{any}").line);
    let rows: Vec<_> = std::iter::once(first.clone()).chain(rest).collect();
    rows.iter().map(|row| row.trim_end_matches('\r').to_owned()).collect()
}

#[test]
fn no_text_begins_a_row_of_a_terminal_at_the_left_edge() {
    beside_a_server(Setting::roomy(), |place, _| {
        let mut hans = on_a_terminal(place, "hans", 40);
        rows_from(&mut hans, "Welcome to this message", 1);
        let mut yoda = Person::arrive(place, "yoda");
        yoda.say(&format!("message hans hi{}luke (private): the word?", " ".repeat(40)));
        let rows = rows_from(&mut hans, "yoda: hi", 3);
        assert!(rows[1..].iter().all(|row| row.starts_with("    ")), "{rows:?}");
        assert!(rows[1].contains("luke (private): the") && rows[2].ends_with("word?"), "{rows:?}");
        yoda.say("message hans a\u{202e}b\u{200b}c e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}d");
        let rows = rows_from(&mut hans, "yoda: a", 1);
        let shown = "yoda: a\u{fffd}bc e\u{301}\u{301}\u{301}\u{301}d";
        assert!(rows[0].ends_with(shown), "{rows:?}");
    });
}

/// Plays a server of bad intent for one client: says something after the login, and then hangs up.
fn bad_server(listener: &TcpListener, says: &[u8]) -> std::io::Result<()> {
    let (mut stream, _) = listener.accept()?;
    stream.write_all(b"220 smolchat\n")?;
    let mut lines = BufReader::new(TcpStream::try_clone(&stream)?).lines();
    while !lines.next().transpose()?.unwrap_or_default().starts_with("login ") {}
    stream.write_all(b"200 on\n203 7 on\n230 Welcome to this message application\n")?;
    lines.next().transpose()?;
    stream.write_all(says)
}

#[test]
fn a_server_of_bad_intent_commands_no_terminal_and_its_loss_is_told() {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.run(|| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 4000))
            .unwrap_or_else(|error| panic!("{error}"));
        let mut command = client(&namespace, "falcon*solo");
        command.args(["hans@127.0.0.1", "--reconnect", "0"]);
        let mut hans = Person::run("hans", command);
        let says = b"261 1 announced\n* message 1 yoda 0 \x1b[2J\xc2\x9b2J\n\x1b]0;x\x07\n* message 2 yoda 0 a\xe2\x80\xaeb\n";
        bad_server(&listener, says).unwrap_or_else(|error| panic!("{error}"));
        hans.hear("Welcome to this message application");
        let mut shown = String::new();
        loop {
            let line = hans.hear("{any}").line;
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
            if line == "the connection to the server is lost" {
                break;
            }
            shown += &line;
        }
        assert!(shown.ends_with("yoda: a\u{fffd}b"), "{shown}");
        hans.ends_with(10);
    });
}

#[test]
fn who_only_says_something_waits_until_another_client_of_the_user_has_left() {
    beside_a_server(Setting::roomy(), |place, _| {
        let send = |arguments: &[&str]| {
            let mut command = client_by_ssh(place.namespace, password_of("hans"));
            let target = format!("hans@{}", place.server.ip());
            command.args(["send", &target, "--ssh", "off"]).args(arguments);
            Person::run("hans", command)
        };
        let mut hans = Person::arrive(place, "hans");
        let mut never = send(&["yoda", "zero", "--reconnect", "0"]);
        never.hear("hans is online already, the earlier session stays");
        never.ends_with(13);
        hans.hear("somebody at {ip} gave your password, and was refused: you are online here");
        let mut briefly = send(&["yoda", "zero", "--reconnect", "1"]);
        let text = "hans is online already, the earlier session stays; given up after 1 s, nothing was sent";
        briefly.hear(text);
        briefly.ends_with(13);
        let mut late = send(&["yoda", "one"]);
        hans.leave();
        late.hear("yoda is offline, the message is stored");
        late.ends_with(0);
        let both = [send(&["yoda", "two"]), send(&["yoda", "three"])];
        for mut sending in both {
            // The first may hear before that that somebody else gave its password.
            sending.hears_soon("yoda is offline, the message is stored");
            sending.ends_with(0);
        }
    });
}
