//! The private conversations between real clients, introduced by the host's server: what they say,
//! what others can see and do, and what is told when one is lost. Needs root, both programs built
//! for release, and what `cargo xtask test` installs for Python.

use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Trial};
use rustix::process::{Signal, kill_process};
use smolchat_tests::peers::{PEERS, two_connected};
use smolchat_tests::real::{Daemon, Person, Place, beside_a_server, client, two};
use smolchat_tests::setting::Setting;
use smolchat_tests::sniffer::Sniffer;
use smolchat_tests::stage::password_of;
use smolchat_tests::written_peer;

/// A machine that has other work to do is late by less.
const SLACK: Duration = Duration::from_secs(10);

type Work = fn(&Place<'_>, &mut Daemon<'_>);

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, play) in PEERS {
        trials.push(Trial::test(*name, || {
            beside_a_server(Setting::roomy(), |place, _| play(place));
            Ok(())
        }));
    }
    let more: [(&str, Work); 8] = [
        ("whoever_sees_all_packets_reads_no_word", packets_hold_no_word),
        ("talk_goes_on_when_the_server_and_its_device_are_gone", server_is_gone),
        ("what_a_peer_that_stands_still_has_not_read_is_told_word_for_word", peer_stands_still),
        ("what_a_peer_that_was_killed_has_not_read_is_told_word_for_word", peer_is_killed),
        ("a_changed_key_stops_the_connection_until_it_is_trusted", key_changes),
        ("a_thousand_strangers_are_told_nothing_and_keep_no_peer_out", strangers_come),
        ("a_client_without_a_usable_key_chats_and_says_what_to_do", key_is_damaged),
        ("a_client_of_another_make_talks_both_ways", another_make),
    ];
    for (name, work) in more {
        trials.push(Trial::test(name, move || {
            beside_a_server(Setting::roomy(), work);
            Ok(())
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn packets_hold_no_word(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut packets = Sniffer::start().unwrap();
    let [mut hans, mut yoda] = two_connected(place);
    for number in 0..100 {
        hans.say(&format!("private yoda falcon {number}"));
        yoda.hear(&format!("hans (private): falcon {number}"));
        yoda.say(&format!("private hans swamp {number}"));
        hans.hear(&format!("yoda (private): swamp {number}"));
    }
    hans.say("message yoda tatooine");
    yoda.hear("hans: tatooine");
    assert_eq!(packets.count(b"falcon 7").unwrap(), 0);
    assert_eq!(packets.count(b"swamp 7").unwrap(), 0);
    // The same eyes see what is not encrypted: the port for lines, and the hello.
    assert!(packets.count(b"tatooine").unwrap() > 0);
    assert!(packets.count(b"hello talk ").unwrap() > 0);
}

fn server_is_gone(place: &Place<'_>, server: &mut Daemon<'_>) {
    let [mut hans, mut yoda] = two_connected(place);
    server.kill().unwrap();
    // With its device goes the address at which the server has seen both.
    let devices = place.namespace.ip(&["-o", "link"]).unwrap();
    assert_eq!(devices.lines().count(), 1, "only the loopback is left: {devices}");
    hans.say("private yoda still here");
    yoda.hears_soon("hans (private): still here");
    yoda.say("private hans yes");
    hans.hears_soon("yoda (private): yes");
    server.start_again().unwrap();
}

/// What is told of a peer that is lost, for two lines that it has not shown.
fn hears_of_loss(hans: &mut Person) {
    hans.hears_soon("yoda is gone, the private conversation ended");
    for text in ["one thing", "and another, word for word"] {
        hans.hear(&format!("yoda has not acknowledged this, it may be lost: {text}"));
    }
}

fn peer_stands_still(place: &Place<'_>, _: &mut Daemon<'_>) {
    let [mut hans, yoda] = two_connected(place);
    kill_process(yoda.pid().unwrap(), Signal::STOP).unwrap();
    let said_at = Instant::now();
    hans.say("private yoda one thing");
    hans.say("private yoda and another, word for word");
    hears_of_loss(&mut hans);
    let taken = said_at.elapsed();
    assert!(taken < Duration::from_secs(6) + SLACK, "{taken:?}");
    kill_process(yoda.pid().unwrap(), Signal::CONT).unwrap();
}

fn peer_is_killed(place: &Place<'_>, _: &mut Daemon<'_>) {
    let [mut hans, yoda] = two_connected(place);
    kill_process(yoda.pid().unwrap(), Signal::STOP).unwrap();
    hans.say("private yoda one thing");
    hans.say("private yoda and another, word for word");
    hans.hears_nothing();
    let killed_at = Instant::now();
    yoda.dies();
    hears_of_loss(&mut hans);
    assert!(killed_at.elapsed() < SLACK);
}

fn key_changes(place: &Place<'_>, _: &mut Daemon<'_>) {
    let [mut hans, yoda] = two_connected(place);
    hans.ask("fingerprint yoda", "the key of yoda is SHA256:{any}");
    let kept = yoda.dies_leaving();
    hans.hears_soon("yoda just logged out");
    // Another machine, or somebody else.
    let mut yoda = Person::arrive(place, "yoda");
    hans.hears_soon("yoda logged in");
    let changed = "THE KEY OF yoda HAS CHANGED: it was SHA256:{any}";
    hans.ask("startprivate yoda", changed);
    hans.hear("no private connection with yoda: its key has changed");
    yoda.hears_nothing();
    // The other way round nobody connects either, and it was told just now.
    yoda.say("startprivate hans");
    yoda.hears_soon(concat!(
        "Cannot connect to hans, whoever answers does not prove to be the peer, ",
        "or has not accepted your client's new key; ask hans to /trust yoda",
    ));
    hans.hears_nothing();
    hans.ask("trust yoda", "the key of yoda is SHA256:{any}");
    hans.ask("startprivate yoda", "Connect to yoda successfully.");
    yoda.hear("hans started a private conversation");
    drop(yoda);
    hans.hears_soon("yoda just logged out");
    // Who comes back with the old key is another one, too.
    let mut command = client(place.namespace, password_of("yoda"));
    command.arg(format!("yoda@{}", place.server.ip()));
    let mut yoda = Person::run_with("yoda", command, kept);
    yoda.hear("Welcome to this message application");
    yoda.hears_nothing();
    hans.hears_soon("yoda logged in");
    hans.ask("startprivate yoda", changed);
}

fn strangers_come(place: &Place<'_>, _: &mut Daemon<'_>) {
    const PORT: u16 = 7000;
    let mut hans =
        Person::start(place, "hans", password_of("hans"), &["--p2p-port", &PORT.to_string()]);
    hans.hear("Welcome to this message application");
    hans.hears_nothing();
    let mut yoda = Person::arrive(place, "yoda");
    hans.hear("yoda logged in");
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT);
    let begun = Instant::now();
    let strangers: Vec<_> = (0..1000)
        .map(|number| {
            let mut stranger = TcpStream::connect(address).unwrap();
            stranger.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            let said = [&b""[..], b"GET / HTTP/1.1\r\n\r\n", b"hello talk ", b"\x16\x03\x01"];
            // Some were thrown out already.
            let _ = stranger.write_all(said[number % said.len()]);
            stranger
        })
        .collect();
    yoda.ask("startprivate hans", "Connect to hans successfully.");
    hans.hear("yoda started a private conversation");
    for mut stranger in strangers {
        let mut heard = Vec::new();
        // A reset is a close, too.
        let _ = stranger.read_to_end(&mut heard);
        assert_eq!(heard, b"");
    }
    assert!(begun.elapsed() < Duration::from_secs(5) + SLACK, "{:?}", begun.elapsed());
    yoda.say("private hans hi");
    hans.hear("yoda (private): hi");
}

fn key_is_damaged(place: &Place<'_>, _: &mut Daemon<'_>) {
    let [hans, mut yoda] = two(place);
    let data = hans.dies_leaving();
    yoda.hears_soon("hans just logged out");
    fs::write(data.path().join("smolchat/identity"), "no key").unwrap();
    let mut command = client(place.namespace, password_of("hans"));
    command.arg(format!("hans@{}", place.server.ip()));
    let mut hans = Person::run_with("hans", command, data);
    let off = "private connections are off: {any}";
    let told = hans.hear(&format!("smolchat: {off}")).line;
    assert!(told.contains("holds no private key") && told.contains("move it away"), "{told}");
    hans.hear("Welcome to this message application");
    hans.ask("startprivate yoda", off);
    hans.say("message yoda hi");
    yoda.hears_soon("hans: hi");
    yoda.ask("startprivate hans", "hans takes no private connections now");
}

fn another_make(place: &Place<'_>, _: &mut Daemon<'_>) {
    let mut hans = Person::arrive(place, "hans");
    let mut yoda = written_peer::arrive(place, "yoda");
    hans.hear("yoda logged in");
    // It is called.
    hans.ask("startprivate yoda", "Connect to yoda successfully.");
    yoda.hears_soon("connected to hans");
    for length in [1, 40, 432] {
        let text = "x".repeat(length);
        hans.say(&format!("private yoda {text}"));
        yoda.hear(&format!("hans: {text}"));
        yoda.say(&format!("private hans {text}"));
        hans.hear(&format!("yoda (private): {text}"));
        yoda.hear(&format!("hans has read: {text}"));
    }
    hans.ask("stopprivate yoda", "You stopped private conversation with yoda");
    yoda.hear("hans has stopped");
    // It calls.
    yoda.say("startprivate hans");
    hans.hear("yoda started a private conversation");
    yoda.hears_soon("connected to hans");
    yoda.say("private hans it is me");
    hans.hear("yoda (private): it is me");
    yoda.hear("hans has read: it is me");
    yoda.say("stopprivate hans");
    hans.hear("yoda stopped private conversation");
    // It notices that its peer is gone.
    yoda.say("startprivate hans");
    hans.hear("yoda started a private conversation");
    yoda.hears_soon("connected to hans");
    hans.say("private yoda bye");
    yoda.hear("hans: bye");
    hans.hears_nothing();
    hans.dies();
    yoda.hears_soon("hans is gone");
}
