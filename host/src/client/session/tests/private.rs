//! Private conversations of a session: introductions, talk, and the end of the input meanwhile.

use super::*;

/// The first words on a link.
const BEGIN: &str = r#"(Say(LinkId(1), "begin 0000000000000001 1"))"#;

#[test]
fn no_peer_is_called_where_none_can_be() {
    let mut chat = online();
    chat.typed("startprivate yoda");
    let told = "* private yoda 000102030405060708090a0b0c0d0e0f \
                0909090909090909090909090909090909090909090909090909090909090909 127.0.0.1:22 169.254.169.254:80 \
                10.0.0.2:5000 10.0.0.2:5001 10.0.0.3:6000";
    let heard = chat.heard(&format!("260 yoda introduced\n{told}"));
    assert_eq!(
        heard,
        ["(expect yoda)", "(dial yoda [127.0.0.1:5001, 10.0.0.2:5001, 10.0.0.3:6000])"]
    );
}

#[test]
fn peers_hear_of_an_address_that_is_new() {
    let mut chat = online();
    let own = |address: &str| vec![address.parse().unwrap()];
    chat.session.handle_addresses(chat.now, own("10.0.0.2"));
    assert!(chat.done().is_empty(), "nothing has changed");
    chat.session.handle_addresses(chat.now, own("10.0.0.7"));
    assert_eq!(chat.done(), ["< p2p 5000 KEY 10.0.0.7"]);
    chat.heard("261 5000 announced to peers");
    chat.session.handle_disconnect(chat.now);
    chat.done();
    chat.session.handle_addresses(chat.now, own("10.0.0.8"));
    assert!(chat.done().is_empty(), "it is told at the login");
}

#[test]
fn the_caller_connects_and_the_called_waits() {
    let mut chat = online();
    assert_eq!(chat.typed("startprivate yoda"), ["< startprivate yoda"]);
    assert!(chat.heard("260 yoda introduced").is_empty());
    assert_eq!(
        chat.heard(INTRODUCTION),
        ["(expect yoda)", "(dial yoda [10.0.0.3:6000, 10.1.0.3:6000])"]
    );
    assert_eq!(online().heard(INTRODUCTION), ["(expect yoda)"]);
}

#[test]
fn refusals_of_an_introduction_are_shown() {
    for reply in [
        "460 yoda is offline",
        "461 yoda takes no private connections now",
        "561 yoda has blocked you, no private connection",
    ] {
        let mut chat = online();
        chat.typed("startprivate yoda");
        assert_eq!(chat.heard(reply), [format!("! {}", &reply[4..])]);
        assert_eq!(chat.typed("private yoda hi"), ["! Have not built connection with yoda"]);
    }
}

#[test]
fn whoever_blocks_a_private_peer_hears_how_to_end_the_conversation() {
    let mut chat = online_from(config(true));
    chat.connected(1, "yoda", false);
    chat.typed("block yoda");
    assert_eq!(
        chat.heard("240 yoda is blocked"),
        [
            r#"(Refuse("yoda"))"#,
            "> yoda is blocked",
            "~ your private conversation with yoda goes on; /stopprivate yoda ends it"
        ]
    );
    chat.typed("block luke");
    let told = chat.heard("240 luke is blocked");
    assert_eq!(told, [r#"(Refuse("luke"))"#, "> luke is blocked"]);
}

#[test]
fn no_link_of_a_blocked_user_is_taken_until_the_block_is_over() {
    let mut chat = online();
    chat.typed("block yoda");
    assert!(chat.heard("241 yoda is blocked already").contains(&r#"(Refuse("yoda"))"#.into()));
    chat.typed("unblock yoda");
    assert!(chat.heard("242 yoda is unblocked").contains(&r#"(Admit("yoda"))"#.into()));
    // Those of an earlier run, once they are told.
    chat.typed("blocks");
    let told = chat.heard("212 Users you block: luke, yoda");
    assert_eq!(told[..2], [r#"(Refuse("luke"))"#, r#"(Refuse("yoda"))"#]);
    chat.typed("blocks");
    assert_eq!(chat.heard("212 Users you block: luke")[0], r#"(Admit("yoda"))"#);
    chat.typed("block vader");
    assert_eq!(chat.heard("550 Invalid receiver!").len(), 1, "nobody is blocked");
}

#[test]
fn users_blocked_in_an_earlier_run_are_refused_at_once_and_nobody_reads_of_it() {
    let welcome = "200 acknowledgements on\n203 7 receipts on\n230 Welcome";
    for is_person in [false, true] {
        let mut chat = begin(config(is_person));
        chat.heard("220 smolchat ready");
        let sent = chat.heard(welcome);
        let place = |line: &str| sent.iter().position(|sent| sent.starts_with(line)).unwrap();
        assert!(place("< blocks") < place("< p2p"), "nobody is introduced before");
        let told = chat.heard("212-Users you block: luke\n212 yoda");
        assert_eq!(told, [r#"(Refuse("luke"))"#, r#"(Refuse("yoda"))"#]);
        // Meanwhile another client of this user has unblocked one.
        chat.session.handle_disconnect(chat.now);
        chat.waited(1);
        chat.session.handle_connected(chat.now, Vec::new());
        chat.heard("220 smolchat ready");
        chat.heard(welcome);
        assert_eq!(chat.heard("212 Users you block: yoda"), [r#"(Admit("luke"))"#]);
    }
    // An older server, and a client that no peer reaches.
    let mut chat = begin(config(false));
    chat.heard("220 smolchat ready");
    chat.heard(welcome);
    assert!(chat.heard("500 unknown command, try help").is_empty());
    let mut chat = begin(SessionConfig { peer_key: None, ..config(false) });
    chat.heard("220 smolchat ready");
    assert!(!chat.heard(welcome).contains(&"< blocks".to_owned()));
}

#[test]
fn private_talk_is_told_to_the_server_now_and_then() {
    let mut chat = online();
    chat.connected(1, "yoda", false);
    chat.peer_says(1, &["begin 00000000000000ff 1"]);
    chat.waited(60);
    assert_eq!(chat.typed("private yoda hi"), [r#"(Say(LinkId(1), "text 1 hi"))"#]);
    assert_eq!(chat.waited(0), ["< p2p 5000 KEY 10.0.0.2"]);
    chat.typed("private yoda hi");
    chat.typed("private yoda hi");
    assert!(chat.waited(0).is_empty());
    assert_eq!(chat.waited(1), ["< p2p 5000 KEY 10.0.0.2"]);
    assert!(chat.heard("261 5000 announced\n261 5000 announced").is_empty());
    chat.peer_says(1, &["ack 3"]);
    assert!(chat.waited(60).is_empty());
    let heard = chat.peer_says(1, &["text 1 hello"]);
    assert_eq!(heard, ["> yoda (private): hello"]);
    assert!(chat.waited(60).is_empty(), "hearing is no activity");
}

#[test]
fn the_end_of_the_input_waits_for_a_call_under_way() {
    let mut chat = online();
    chat.typed("startprivate yoda");
    chat.typed("private yoda hi");
    chat.session.handle_end_of_input(chat.now);
    chat.heard("260 yoda introduced");
    chat.heard(INTRODUCTION);
    assert!(chat.waited(5).is_empty());
    assert_eq!(
        chat.connected(1, "yoda", true),
        [
            "> Connect to yoda successfully.",
            BEGIN,
            r#"(Say(LinkId(1), "text 1 hi"))"#,
            "(remember yoda)"
        ]
    );
    assert_eq!(chat.peer_says(1, &["ack 1"]), ["< logout"], "the end waits until the peer has it");
}

/// A person who talks to `yoda` in private.
fn in_private() -> Conversation {
    let mut chat = online_from(config(true));
    chat.connected(1, "yoda", false);
    let turned = chat.typed("/private yoda");
    assert!(turned.contains(&r#"(Prompt("yoda (private)> "))"#.to_owned()), "{turned:?}");
    chat
}

#[test]
fn when_a_conversation_ends_the_prompt_falls_back_to_the_same_user_and_says_so() {
    let link = LinkId(1);
    for (event, told) in [
        (
            PeerEvent::Lines { link, lines: vec!["stop".into()] },
            "> yoda stopped private conversation",
        ),
        (PeerEvent::Closed { link }, "> yoda is gone, the private conversation ended"),
    ] {
        let mut chat = in_private();
        let ended = chat.peer(event);
        assert_eq!(ended[0], told);
        let rest = ["~ you talk to yoda through the server", r#"(FallBack("yoda> "))"#];
        assert_eq!(ended[ended.len() - 2..], rest, "{ended:?}");
        assert_eq!(chat.typed("hello"), ["< message yoda hello"]);
    }
    let mut chat = in_private();
    assert_eq!(
        chat.typed("/stopprivate yoda"),
        [
            "(Say(LinkId(1), \"stop\"))",
            "(Finish(LinkId(1)))",
            "> You stopped private conversation with yoda",
            "~ you talk to yoda through the server",
            r#"(Prompt("yoda> "))"#
        ]
    );
}

#[test]
fn the_end_of_another_conversation_leaves_the_prompt() {
    let mut chat = in_private();
    chat.connected(2, "luke", false);
    let ended = chat.peer(PeerEvent::Closed { link: LinkId(2) });
    assert_eq!(ended, ["> luke is gone, the private conversation ended"]);
    chat.connected(3, "yoda", false);
    assert!(chat.peer(PeerEvent::Closed { link: LinkId(1) }).is_empty(), "one of two connections");
    assert_eq!(chat.typed("psst"), [r#"(Say(LinkId(3), "text 1 psst"))"#]);
}

#[test]
fn a_line_begun_in_private_is_said_to_nobody_else() {
    let mut chat = in_private();
    chat.has_echo = true;
    chat.peer(PeerEvent::Closed { link: LinkId(1) });
    for line in ["the word is x", "/say the word is x", " /x"] {
        chat.session.handle_overtaken(chat.now, line);
        let refused = "! not said, the prompt has changed; Up and Enter says it to yoda";
        assert_eq!(chat.done(), [format!(": {line}").as_str(), refused]);
    }
    // What names its receiver goes there.
    chat.session.handle_overtaken(chat.now, "message luke hi");
    assert_eq!(chat.done(), ["> → luke: hi", "< message luke hi"]);
    chat.taken();
    assert_eq!(chat.typed("the word is x")[1], "< message yoda the word is x");
}

#[test]
fn what_is_said_in_private_without_a_conversation_does_not_look_sent() {
    let mut chat = online_from(config(true));
    chat.has_echo = true;
    let begins = "Have not built connection with yoda; /startprivate yoda begins it";
    for line in ["private yoda psst", "/private yoda psst"] {
        assert_eq!(chat.typed(line), [": /private yoda psst", &format!("! {begins}")]);
    }
    assert_eq!(chat.typed("private hans psst")[1], "! that is you");
    assert_eq!(chat.typed("startprivate yoda")[1], "< startprivate yoda");
    assert_eq!(chat.typed("private yoda psst"), ["> → yoda (private): psst"], "it is kept");
    let told = "! Have not built connection with yoda (not sent: psst)";
    assert_eq!(chat.heard("460 yoda is offline"), ["! yoda is offline", told]);
}

#[test]
fn ticks_tell_that_a_private_line_was_shown() {
    let mut chat = online_from(SessionConfig { receipts: Style::Ticks, ..config(true) });
    chat.connected(1, "yoda", false);
    chat.typed("private yoda one");
    chat.typed("private yoda two");
    assert_eq!(chat.peer_says(1, &["ack 2"]), ["~ ✓✓ yoda (private): 2 messages"]);
    let mut script = online_from(SessionConfig { receipts: Style::Words, ..config(false) });
    script.connected(1, "yoda", false);
    script.typed("private yoda one");
    assert_eq!(script.peer_says(1, &["ack 1"]), ["~ delivered to yoda (private): one"]);
}

#[test]
fn a_lost_peer_and_the_end_of_the_client_tell_what_was_not_acknowledged() {
    let mut chat = online();
    chat.connected(1, "yoda", false);
    chat.typed("private yoda one");
    let lost = "! yoda has not acknowledged this, it may be lost: one";
    let gone = "> yoda is gone, the private conversation ended";
    assert_eq!(chat.peer(PeerEvent::Closed { link: LinkId(1) }), [gone, lost]);
    let mut chat = online();
    chat.connected(1, "yoda", false);
    chat.typed("private yoda one");
    chat.typed("logout");
    assert_eq!(
        chat.heard("221 You just logged out"),
        ["> You just logged out", lost, "(exit 18)"],
        "a script has not done all"
    );
}
