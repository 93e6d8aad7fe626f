//! Private conversations between real clients, introduced by a server of the roomy setting: people
//! who type into pipes. Knows no server.

use crate::real::{Person, Place, Play, two};

/// The list of the functions' names.
macro_rules! plays {
    ($($name:ident),+ $(,)?) => {
        /// Every private conversation.
        pub const PEERS: &[Play] = &[$((stringify!($name), $name)),+];
    };
}

plays! {
    peers_talk_directly_both_ways_and_not_through_the_server,
    the_called_side_may_stop_and_both_may_begin_again,
    private_talk_goes_on_after_a_block,
    a_peer_that_is_lost_is_told_of,
    one_user_talks_with_several_peers_at_once,
    text_that_would_turn_its_direction_is_shown_with_marks_instead,
}

/// `hans` and `yoda` are connected; `hans` has called.
pub fn two_connected(place: &Place<'_>) -> [Person; 2] {
    let [mut hans, mut yoda] = two(place);
    hans.ask("startprivate yoda", "Connect to yoda successfully.");
    yoda.hear("hans started a private conversation");
    [hans, yoda]
}

fn peers_talk_directly_both_ways_and_not_through_the_server(place: &Place<'_>) {
    let [mut hans, mut yoda] = two(place);
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
}

fn the_called_side_may_stop_and_both_may_begin_again(place: &Place<'_>) {
    let [mut hans, mut yoda] = two_connected(place);
    yoda.ask("stopprivate hans", "You stopped private conversation with hans");
    hans.hear("yoda stopped private conversation");
    yoda.ask("startprivate hans", "Connect to hans successfully.");
    hans.hear("yoda started a private conversation");
    hans.say("private yoda again");
    yoda.hear("hans (private): again");
}

fn private_talk_goes_on_after_a_block(place: &Place<'_>) {
    let [mut hans, mut yoda] = two_connected(place);
    yoda.ask("block hans", "hans is blocked");
    hans.say("private yoda still there?");
    yoda.hear("hans (private): still there?");
    yoda.say("private hans yes");
    hans.hear("yoda (private): yes");
    hans.ask("stopprivate yoda", "You stopped private conversation with yoda");
    yoda.hear("hans stopped private conversation");
    hans.ask("startprivate yoda", "yoda has blocked you, no private connection");
}

fn a_peer_that_is_lost_is_told_of(place: &Place<'_>) {
    let [mut hans, yoda] = two_connected(place);
    yoda.dies();
    let mut told = [hans.hear("{any}").line, hans.hear("{any}").line];
    told.sort();
    assert_eq!(told, ["yoda is gone, the private conversation ended", "yoda just logged out"]);
    hans.ask("private yoda hi", "Have not built connection with yoda");
    hans.ask("startprivate yoda", "yoda is offline");
    hans.ask(
        "startprivate jabba",
        "Invalid user for a private connection (there is no user \"jabba\")",
    );
}

fn one_user_talks_with_several_peers_at_once(place: &Place<'_>) {
    let [mut hans, mut yoda] = two_connected(place);
    let mut luke = Person::arrive(place, "luke");
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
}

fn text_that_would_turn_its_direction_is_shown_with_marks_instead(place: &Place<'_>) {
    let [mut hans, mut yoda] = two_connected(place);
    for before in ["message", "private"] {
        hans.say(&format!("{before} yoda a\u{202e}b\u{2067}c"));
        let shown = yoda.hear("{any}").line;
        assert!(shown.ends_with(": a\u{fffd}b\u{fffd}c"), "{shown:?}");
    }
    for command in ["message yoda \x1b[2J", "broadcast \u{9b}2J", "message yoda a\u{2028}b"] {
        hans.ask(command, "line holds a control character");
    }
    yoda.hears_nothing();
}
