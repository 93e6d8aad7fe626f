//! The real client when its server or the path to it is lost for a while. It connects again, and
//! nothing is lost or shown twice. Needs root, and both programs built for release.

use smolchat_tests::real::{Daemon, Person, Place, beside_a_server};
use smolchat_tests::relay::Relay;
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::password_of;

const LOST: &str = "the connection to the server is lost, connecting again";

/// `hans` behind a relay, `yoda` without one; they have heard of each other.
fn hans_behind_a_relay(
    work: impl FnOnce(&Relay, &mut Person, &mut Person, &Place<'_>) + Send,
    arguments: &[&str],
) {
    beside_a_server(Setting::roomy(), |place, _| {
        let relay = Relay::open(place.server).unwrap_or_else(|error| panic!("{error}"));
        let behind = Place { server: relay.address(), ..*place };
        let mut yoda = Person::arrive(place, "yoda");
        let mut hans = Person::start(&behind, "hans", password_of("hans"), arguments);
        hans.hear("Welcome to this message application");
        hans.hears_nothing();
        yoda.hear("hans logged in");
        work(&relay, &mut hans, &mut yoda, place);
    });
}

/// Everything that is shown up to `last`, without it.
fn shown_before(person: &mut Person, last: &str) -> Vec<String> {
    let mut shown = Vec::new();
    loop {
        match person.hear("{any}").line {
            line if line == last => return shown,
            line => shown.push(line),
        }
    }
}

fn restart(server: &mut Daemon<'_>) {
    use smolchat_tests::real::Server;
    server.restart().unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn a_server_that_restarts_is_joined_again_and_what_was_typed_meanwhile_arrives() {
    beside_a_server(Setting::roomy(), |place, server| {
        let mut hans = Person::arrive(place, "hans");
        server.stop().unwrap_or_else(|said| panic!("{said}"));
        hans.hear("the server is stopping, connecting again");
        for line in ["message yoda one", "whoelse", "dance", "message yoda two"] {
            hans.say(line);
        }
        hans.hear("unknown command, try help (there is no command \"dance\")");
        restart(server);
        hans.hear("connected again");
        hans.hear("yoda is offline, the message is stored");
        hans.hear("Users current online:");
        hans.hear("yoda is offline, the message is stored");
        let mut yoda = Person::start(place, "yoda", password_of("yoda"), &[]);
        yoda.hear("Welcome to this message application");
        yoda.hear("hans: one");
        yoda.hear("hans: two");
        hans.hear("yoda logged in");
        hans.hears_nothing();
    });
}

#[test]
fn a_server_that_died_is_noticed_when_it_is_back_and_the_message_in_between_arrives() {
    beside_a_server(Setting::roomy(), |place, server| {
        let mut hans = Person::arrive(place, "hans");
        server.kill().unwrap_or_else(|error| panic!("{error}"));
        hans.say("message yoda hi");
        server.start_again().unwrap_or_else(|said| panic!("{said}"));
        hans.hear(LOST);
        hans.hear("connected again");
        hans.hear("yoda is offline, the message is stored");
        let mut yoda = Person::start(place, "yoda", password_of("yoda"), &[]);
        yoda.hear("Welcome to this message application");
        yoda.hear("hans: hi");
        yoda.hears_nothing();
    });
}

#[test]
fn what_was_lost_on_the_way_is_sent_again_and_what_comes_again_is_not_shown() {
    let work = |relay: &Relay, hans: &mut Person, yoda: &mut Person, _: &Place<'_>| {
        relay.lose_what_clients_say();
        hans.say("message yoda one");
        hans.say("message yoda two");
        yoda.say("message hans seen, and its acknowledgement lost");
        hans.hear("yoda: seen, and its acknowledgement lost");
        relay.cut_servers();
        yoda.hear("hans just logged out");
        relay.cut_clients();
        hans.hear(LOST);
        hans.hear("connected again");
        hans.say("message yoda three");
        yoda.hear("hans logged in");
        for text in ["one", "two", "three"] {
            yoda.hear(&format!("hans: {text}"));
        }
        hans.hears_nothing();
        yoda.say("message hans more");
        hans.hear("yoda: more");
    };
    hans_behind_a_relay(work, &[]);
}

#[test]
fn a_session_that_the_server_still_holds_is_waited_for() {
    let work = |relay: &Relay, hans: &mut Person, yoda: &mut Person, _: &Place<'_>| {
        relay.cut_clients();
        hans.hear(LOST);
        let refused = "hans is online already, the earlier session stays";
        hans.hear(&format!("not yet: {refused}; the client tries again by itself"));
        relay.cut_servers();
        yoda.hear("hans just logged out");
        hans.hear("connected again");
        yoda.hear("hans logged in");
        hans.say("message yoda hi");
        yoda.hear("hans: hi");
    };
    hans_behind_a_relay(work, &[]);
}

#[test]
fn private_talk_goes_on_without_the_server_and_calls_with_it() {
    let work = |relay: &Relay, hans: &mut Person, yoda: &mut Person, place: &Place<'_>| {
        hans.ask("startprivate yoda", "Connect to yoda successfully.");
        yoda.hear("hans started a private conversation");
        relay.cut_servers();
        yoda.hear("hans just logged out");
        relay.cut_clients();
        hans.hear(LOST);
        hans.say("private yoda still here");
        let shown = shown_before(yoda, "hans (private): still here");
        assert!(shown.iter().all(|line| line == "hans logged in"), "{shown:?}");
        hans.hear("connected again");
        let mut luke = Person::arrive(place, "luke");
        hans.hear("luke logged in");
        luke.ask("startprivate hans", "Connect to hans successfully.");
        hans.hear("luke started a private conversation");
    };
    hans_behind_a_relay(work, &[]);
}

#[test]
fn a_script_whose_input_has_ended_delivers_its_messages_before_it_leaves() {
    beside_a_server(Setting::roomy(), |place, _| {
        let relay = Relay::open(place.server).unwrap_or_else(|error| panic!("{error}"));
        let behind = Place { server: relay.address(), ..*place };
        let mut yoda = Person::arrive(place, "yoda");
        let mut hans = Person::arrive(&behind, "hans");
        yoda.hear("hans logged in");
        relay.lose_what_clients_say();
        hans.say("message yoda hi");
        hans.say("logout");
        hans.says_no_more();
        relay.cut_servers();
        yoda.hear("hans just logged out");
        relay.cut_clients();
        hans.hear(LOST);
        hans.hear("connected again");
        hans.hear("You just logged out");
        hans.ends_with(0);
        yoda.hear("hans logged in");
        yoda.hear("hans: hi");
        yoda.hear("hans just logged out");
        yoda.hears_nothing();
    });
}

#[test]
fn a_script_gives_up_after_its_time_and_names_what_it_could_not_say() {
    beside_a_server(Setting::roomy(), |place, server| {
        let mut hans = Person::start(place, "hans", password_of("hans"), &["--reconnect", "2"]);
        hans.hear("Welcome to this message application");
        hans.hears_nothing();
        server.stop().unwrap_or_else(|said| panic!("{said}"));
        hans.hear("the server is stopping, connecting again");
        hans.say("message yoda hi");
        hans.hear("the server did not come back");
        hans.hear("not sent: message yoda hi");
        hans.ends_with(10);
    });
}

#[test]
fn who_waits_for_a_server_ends_at_once_when_asked() {
    beside_a_server(Setting::roomy(), |place, server| {
        let mut hans = Person::arrive(place, "hans");
        server.stop().unwrap_or_else(|said| panic!("{said}"));
        hans.hear("the server is stopping, connecting again");
        hans.terminate();
        hans.ends_with(0);
    });
}

#[test]
fn a_script_that_asks_hears_what_became_of_its_messages() {
    beside_a_server(Setting::roomy(), |place, _| {
        let told = ["--receipts", "on"];
        let mut hans = Person::start(place, "hans", password_of("hans"), &told);
        hans.hear("Welcome to this message application");
        hans.ask("message yoda one", "yoda is offline, the message is stored");
        let mut yoda = Person::start(place, "yoda", password_of("yoda"), &[]);
        yoda.hear("Welcome to this message application");
        yoda.hear("hans: one");
        let mut shown = [hans.hear("{any}").line, hans.hear("{any}").line];
        shown.sort();
        assert_eq!(shown, ["delivered to yoda: one", "yoda logged in"]);
        hans.say("message yoda two");
        let before = shown_before(&mut hans, "delivered to yoda: two");
        assert!(before.iter().all(|line| line == "stored for yoda: two"), "{before:?}");
        hans.say("broadcast three");
        let before = shown_before(&mut hans, "delivered (to all): three");
        assert!(before.iter().all(|line| line == "stored (to all): three"), "{before:?}");
    });
}
