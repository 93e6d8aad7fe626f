//! Introductions for direct connections: what the server tells of whom, and of whom it does not.

use crate::stage::{Client, KEY, Stage};

conversations! {
    both_sides_are_told_of_each_other_with_the_same_token;
    announced_addresses_follow_the_one_the_server_sees;
    addresses_where_nobody_can_be_are_not_told;
    loopback_is_told_on_one_host_only: from_everywhere();
    every_introduction_has_a_token_of_its_own;
    the_last_announcement_holds;
    unknown_users_and_oneself_are_invalid_peers;
    who_is_offline_cannot_be_called;
    who_announced_nothing_cannot_be_called;
    who_blocked_the_caller_cannot_be_called_and_hears_nothing;
    the_blocker_may_call_the_blocked;
    an_announcement_ends_with_its_session;
    an_introduction_waits_for_a_slow_peer_in_its_place_and_a_second_one_is_refused: on_a_direct_wire();
    an_introduction_goes_with_its_caller: on_a_direct_wire();
    an_introduction_goes_with_the_called;
}

/// More of 396 bytes each, which are eleven pieces, than the buffers of both sides hold together,
/// and no more than a mailbox does.
const MESSAGES: usize = 10;
/// Who says them by turns: so many are more than one sender's share.
const SENDERS: [&str; 5] = ["hans", "vader", "leia", "chewbacca", "lando"];
const SILENT: &str = "461 yoda takes no private connections now";

fn both_sides_are_told_of_each_other_with_the_same_token(stage: &mut dyn Stage) {
    let [hans, yoda, _luke] = stage.company(["hans", "yoda", "luke"]);
    stage.listen(hans, 5000);
    stage.listen(yoda, 6000);
    stage.ask(hans, "startprivate yoda", "260 yoda introduced");
    let callers = stage.hear(hans, "* private yoda {token} {key} {ip}:6000");
    let called = stage.hear(yoda, "* private hans {token} {key} {ip}:5000");
    assert_eq!((callers.field("key"), called.field("key")), (KEY, KEY));
    assert_eq!(callers.field("token"), called.field("token"));
    stage.hear_nothing();
}

fn announced_addresses_follow_the_one_the_server_sees(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let line = format!("p2p 6000 {KEY} 172.16.0.9 fd00::9 ::1 127.0.0.1");
    stage.ask(yoda, &line, "261 6000 announced to peers");
    stage.ask(hans, "startprivate yoda", "260 yoda introduced");
    stage.hear(
        hans,
        "* private yoda {token} {key} {ip}:6000 172.16.0.9:6000 [fd00:0:0:0:0:0:0:9]:6000 \
        [0:0:0:0:0:0:0:1]:6000 127.0.0.1:6000",
    );
    stage.hear(yoda, "* private hans {token} -");
    let form = "501 wrong arguments, the form is: p2p <port> <key> [address...]";
    for wrong in ["", "0 KEY", "65536 KEY", "5000", "5000 ::1", "5000 KEY yoda", "5000 KEY0"] {
        stage.ask(hans, &format!("p2p {}", wrong.replace("KEY", KEY)), form);
    }
    stage.ask(hans, &format!("p2p 5000 {KEY} ::1 ::1 ::1 ::1 ::1"), form);
    // Anybody can sign for this one.
    stage.ask(hans, &format!("p2p 5000 {}", "0".repeat(64)), form);
    stage.hear_nothing();
}

fn addresses_where_nobody_can_be_are_not_told(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    for nowhere in ["0.0.0.0 :: 255.255.255.255", "224.0.0.1 ff02::1 169.254.169.254 fe80::1"] {
        stage.ask(yoda, &format!("p2p 6000 {KEY} {nowhere}"), "261 6000 announced to peers");
        stage.ask(hans, "startprivate yoda", "260 yoda introduced");
        stage.hear(hans, "* private yoda {token} {key} {ip}:6000");
        stage.hear(yoda, "* private hans {token} -");
    }
    stage.hear_nothing();
}

fn loopback_is_told_on_one_host_only(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    let line = format!("p2p 6000 {KEY} 127.0.0.1 172.16.0.9 ::1 ::ffff:127.0.0.1");
    stage.ask(yoda, &line, "261 6000 announced to peers");
    stage.come_from(2);
    let hans = stage.arrive("hans");
    stage.hear(yoda, "* login hans");
    stage.ask(hans, "startprivate yoda", "260 yoda introduced");
    stage.hear(hans, "* private yoda {token} {key} {ip}:6000 172.16.0.9:6000");
    stage.hear(yoda, "* private hans {token} -");
    stage.hear_nothing();
}

fn every_introduction_has_a_token_of_its_own(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.listen(yoda, 5000);
    let mut tokens = Vec::new();
    for _ in 0..8 {
        stage.ask(hans, "startprivate yoda", "260 yoda introduced");
        let token = stage.hear(hans, "* private yoda {token} {key} {ip}:5000").field("token").to_owned();
        assert!(!tokens.contains(&token), "a token comes once");
        stage.hear(yoda, &format!("* private hans {token} -"));
        tokens.push(token);
    }
    stage.hear_nothing();
}

fn the_last_announcement_holds(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(yoda, &format!("p2p 5000 {KEY} 10.9.9.9"), "261 5000 announced to peers");
    stage.listen(yoda, 6000);
    stage.ask(hans, "startprivate yoda", "260 yoda introduced");
    stage.hear(hans, "* private yoda {token} {key} {ip}:6000");
    stage.hear(yoda, "* private hans {token} -");
    stage.hear_nothing();
}

fn unknown_users_and_oneself_are_invalid_peers(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.listen(hans, 5000);
    for user in ["hans", "jabba"] {
        let invalid = "560 Invalid user for a private connection";
        stage.ask(hans, &format!("startprivate {user}"), invalid);
    }
    stage.hear_nothing();
}

fn who_is_offline_cannot_be_called(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.listen(yoda, 5000);
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.hear(hans, "* logout yoda");
    stage.ask(hans, "startprivate yoda", "460 yoda is offline");
    stage.hear_nothing();
}

fn who_announced_nothing_cannot_be_called(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(hans, "startprivate yoda", SILENT);
    stage.hear_nothing();
    stage.listen(yoda, 5000);
    stage.ask(hans, "startprivate yoda", "260 yoda introduced");
    stage.hear(hans, "* private yoda {token} {key} {ip}:5000");
    stage.hear(yoda, "* private hans {token} -");
    stage.hear_nothing();
}

fn who_blocked_the_caller_cannot_be_called_and_hears_nothing(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.listen(yoda, 5000);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    let refusal = "561 yoda has blocked you, no private connection";
    stage.ask(vader, "startprivate yoda", refusal);
    stage.hear_nothing();
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.ask(vader, "startprivate yoda", refusal);
    stage.hear_nothing();
}

fn the_blocker_may_call_the_blocked(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.listen(vader, 5000);
    stage.ask(yoda, "startprivate vader", "260 vader introduced");
    stage.hear(yoda, "* private vader {token} {key} {ip}:5000");
    stage.hear(vader, "* private yoda {token} -");
    stage.hear_nothing();
}

fn an_announcement_ends_with_its_session(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.listen(yoda, 5000);
    stage.hang_up(yoda);
    stage.hear(hans, "* logout yoda");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.ask(hans, "startprivate yoda", SILENT);
    stage.hear_nothing();
}

/// The senders and `yoda`, whom peers may call, who reads nothing from now on, and for whom more
/// messages wait than the connection's buffers hold.
fn stalled(stage: &mut dyn Stage) -> ([Client; 5], Client) {
    let [hans, vader, leia, chewbacca, lando] = stage.company(SENDERS);
    let yoda = stage.arrive("yoda");
    let senders = [hans, vader, leia, chewbacca, lando];
    senders.iter().for_each(|&sender| _ = stage.hear(sender, "* login yoda"));
    stage.listen(yoda, 5000);
    stage.stall(yoda);
    for sender in senders.into_iter().cycle().take(MESSAGES) {
        stage.ask(sender, &format!("message yoda {}", "x".repeat(396)), "250 {id} accepted");
    }
    (senders, yoda)
}

/// `yoda` reads again, and hears the messages.
fn resumed(stage: &mut dyn Stage, yoda: Client) {
    stage.resume(yoda);
    for sender in SENDERS.into_iter().cycle().take(MESSAGES) {
        stage.hear(yoda, &format!("* message {{id}} {sender} {{age}} {}", "x".repeat(396)));
    }
}

fn an_introduction_waits_for_a_slow_peer_in_its_place_and_a_second_one_is_refused(
    stage: &mut dyn Stage,
) {
    let ([hans, .., lando], yoda) = stalled(stage);
    stage.ask(hans, "startprivate yoda", "260 yoda introduced");
    stage.hear(hans, "* private yoda {token} {key} {ip}:5000");
    let pending = "462 your last introduction is still on its way, try again later";
    stage.ask(hans, "startprivate yoda", pending);
    stage.ask(lando, "message yoda behind", "250 {id} accepted");
    resumed(stage, yoda);
    stage.hear(yoda, "* private hans {token} -");
    stage.hear(yoda, "* message {id} lando {age} behind");
    stage.ask(hans, "startprivate yoda", "260 yoda introduced");
    stage.hear(hans, "* private yoda {token} {key} {ip}:5000");
    stage.hear(yoda, "* private hans {token} -");
    stage.hear_nothing();
}

fn an_introduction_goes_with_its_caller(stage: &mut dyn Stage) {
    let (senders, yoda) = stalled(stage);
    let luke = stage.arrive("luke");
    for sender in senders {
        stage.hear(sender, "* login luke");
    }
    stage.ask(luke, "startprivate yoda", "260 yoda introduced");
    stage.hear(luke, "* private yoda {token} {key} {ip}:5000");
    stage.hang_up(luke);
    for sender in senders {
        stage.hear(sender, "* logout luke");
    }
    resumed(stage, yoda);
    stage.hear(yoda, "* login luke");
    stage.hear(yoda, "* logout luke");
    stage.hear_nothing();
}

fn an_introduction_goes_with_the_called(stage: &mut dyn Stage) {
    let (senders, yoda) = stalled(stage);
    let hans = senders[0];
    stage.ask(hans, "startprivate yoda", "260 yoda introduced");
    stage.hear(hans, "* private yoda {token} {key} {ip}:5000");
    stage.reset(yoda);
    for sender in senders {
        stage.hear(sender, "* logout yoda");
    }
    let luke = stage.arrive("luke");
    for sender in senders {
        stage.hear(sender, "* login luke");
    }
    stage.listen(luke, 6000);
    stage.ask(hans, "startprivate luke", "260 luke introduced");
    stage.hear(hans, "* private luke {token} {key} {ip}:6000");
    stage.hear(luke, "* private hans {token} -");
    stage.hear_nothing();
}
