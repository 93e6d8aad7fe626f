//! Private conversations between real clients, introduced by the real server: people who type into pipes.
//! Needs root, and both programs built for release.

use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::{Person, beside_a_server, two};
use smolchat_tests::setting::Setting;

/// `hans` and `yoda` are connected; `hans` has called.
fn two_connected(namespace: &Namespace) -> [Person; 2] {
    let [mut hans, mut yoda] = two(namespace);
    hans.ask("startprivate yoda", "Connect to yoda successfully.");
    yoda.hear("hans started a private conversation");
    [hans, yoda]
}

#[test]
fn peers_talk_directly_both_ways_and_not_through_the_server() {
    beside_a_server(Setting::roomy(), |namespace, _| {
        let [mut hans, mut yoda] = two(namespace);
        hans.ask("private yoda hi", "Have not built connection with yoda");
        hans.ask("stopprivate yoda", "Have not built connection with yoda");
        hans.ask("startprivate yoda", "Connect to yoda successfully.");
        yoda.hear("hans started a private conversation");
        hans.say("private yoda hi");
        yoda.hear("hans (private): hi");
        yoda.say("private hans hi  yourself");
        hans.hear("yoda (private): hi  yourself");
        hans.say("status");
        while hans.hear("{any}").line != "messages-accepted 0" {}
        hans.say("stopprivate yoda");
        while hans.hear("{any}").line != "You stopped private conversation with yoda" {}
        yoda.hear("hans stopped private conversation");
        yoda.ask("private hans hi", "Have not built connection with hans");
        hans.ask("private yoda hi", "Have not built connection with yoda");
    });
}

#[test]
fn the_called_side_may_stop_and_both_may_begin_again() {
    beside_a_server(Setting::roomy(), |namespace, _| {
        let [mut hans, mut yoda] = two_connected(namespace);
        yoda.ask("stopprivate hans", "You stopped private conversation with hans");
        hans.hear("yoda stopped private conversation");
        yoda.ask("startprivate hans", "Connect to hans successfully.");
        hans.hear("yoda started a private conversation");
        hans.say("private yoda again");
        yoda.hear("hans (private): again");
    });
}

#[test]
fn private_talk_goes_on_after_a_block() {
    beside_a_server(Setting::roomy(), |namespace, _| {
        let [mut hans, mut yoda] = two_connected(namespace);
        yoda.ask("block hans", "hans is blocked");
        hans.say("private yoda still there?");
        yoda.hear("hans (private): still there?");
        yoda.say("private hans yes");
        hans.hear("yoda (private): yes");
        hans.ask("stopprivate yoda", "You stopped private conversation with yoda");
        yoda.hear("hans stopped private conversation");
        hans.ask("startprivate yoda", "yoda has blocked you, no private connection");
    });
}

#[test]
fn a_peer_that_is_lost_is_told_of() {
    beside_a_server(Setting::roomy(), |namespace, _| {
        let [mut hans, yoda] = two_connected(namespace);
        yoda.dies();
        let mut told = [hans.hear("{any}").line, hans.hear("{any}").line];
        told.sort();
        assert_eq!(told, ["yoda is gone, the private conversation ended", "yoda just logged out"]);
        hans.ask("private yoda hi", "Have not built connection with yoda");
        hans.ask("startprivate yoda", "yoda is offline");
        hans.ask("startprivate jabba", "Invalid user for a private connection");
    });
}

#[test]
fn one_user_talks_with_several_peers_at_once() {
    beside_a_server(Setting::roomy(), |namespace, _| {
        let [mut hans, mut yoda] = two_connected(namespace);
        let mut luke = Person::arrive(namespace, "luke");
        hans.hear("luke logged in");
        yoda.hear("luke logged in");
        luke.ask("startprivate hans", "Connect to hans successfully.");
        hans.hear("luke started a private conversation");
        hans.say("private yoda to yoda");
        hans.say("private luke to luke");
        yoda.hear("hans (private): to yoda");
        luke.hear("hans (private): to luke");
        luke.ask("private yoda hi", "Have not built connection with yoda");
        luke.ask("stopprivate hans", "You stopped private conversation with hans");
        hans.hear("luke stopped private conversation");
        yoda.say("private hans still here");
        hans.hear("yoda (private): still here");
    });
}

#[test]
fn text_that_would_turn_its_direction_is_shown_with_marks_instead() {
    beside_a_server(Setting::roomy(), |namespace, _| {
        let [mut hans, mut yoda] = two_connected(namespace);
        for before in ["message", "private"] {
            hans.say(&format!("{before} yoda a\u{202e}b\u{2028}c"));
            let shown = yoda.hear("{any}").line;
            assert!(shown.ends_with(": a\u{fffd}b\u{fffd}c"), "{shown:?}");
        }
        for command in ["message yoda \x1b[2J", "broadcast \u{9b}2J"] {
            hans.ask(command, "line holds a control character");
        }
        yoda.hears_nothing();
    });
}
