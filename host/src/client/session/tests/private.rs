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
fn whoever_is_not_answered_hears_that_the_other_side_may_not_trust_the_key() {
    let mut chat = online();
    chat.typed("startprivate yoda");
    chat.heard("260 yoda introduced");
    chat.heard(INTRODUCTION);
    let (kind, why) = (Kind::Talk, smolchat_peer::Unreachable::NotProven);
    let told = chat.peer(PeerEvent::Unreachable { user: "yoda".into(), kind, why });
    assert_eq!(
        told,
        ["! Cannot connect to yoda, whoever answers does not prove to be the peer, or has not \
          accepted your client's new key; ask yoda to /trust hans"]
    );
}

#[test]
fn a_changed_key_is_told_loudly_once_and_then_now_and_then() {
    let mut chat = online();
    chat.known.insert("yoda".into(), [5; 32]);
    assert!(chat.heard(INTRODUCTION)[0].starts_with("! THE KEY OF yoda HAS CHANGED"));
    for _ in 0..3 {
        assert!(chat.heard(INTRODUCTION).is_empty());
        chat.waited(20);
    }
    let told = "! yoda calls by a key that is not trusted; trust yoda accepts it";
    assert_eq!(chat.heard(INTRODUCTION), [told]);
    assert!(chat.heard(INTRODUCTION).is_empty());
    // Yet another key is news.
    let another = INTRODUCTION.replace("0909", "0808");
    assert!(chat.heard(&another)[0].starts_with("! THE KEY OF yoda HAS CHANGED"));
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

#[test]
fn the_first_key_of_a_peer_is_kept_once_it_is_proven() {
    let mut chat = online_from(config(true));
    assert_eq!(chat.heard(INTRODUCTION), ["(expect yoda)"]);
    let connected = chat.connected(1, "yoda", false);
    assert_eq!(connected[2], "(remember yoda)");
    assert!(connected[3].starts_with("~ the key of yoda is SHA256:"), "{connected:?}");
    assert_eq!(chat.heard(INTRODUCTION), ["(expect yoda)"]);
    assert_eq!(chat.connected(2, "yoda", false).len(), 1, "it is known");
    let told = chat.typed("/fingerprint yoda");
    assert!(told[0].starts_with("> the key of yoda is SHA256:"), "{told:?}");
    let told = chat.typed("/fingerprint luke");
    assert_eq!(
        told,
        ["! no key of luke is known yet; /startprivate luke shows it, if luke is online"]
    );
    assert!(chat.typed("/fingerprint")[0].starts_with("> your key is SHA256:"));
}

#[test]
fn a_changed_key_stops_the_connection_and_is_accepted_by_trust_alone() {
    let mut chat = online();
    chat.known.insert("yoda".into(), [5; 32]);
    chat.typed("startprivate yoda");
    chat.typed("private yoda psst");
    chat.heard("260 yoda introduced");
    let told = chat.heard(INTRODUCTION);
    assert!(told[0].starts_with("! THE KEY OF yoda HAS CHANGED: it was SHA256:"), "{told:?}");
    assert_eq!(
        told[1..],
        [
            "! no private connection with yoda: its key has changed",
            "! Have not built connection with yoda (not sent: psst)"
        ]
    );
    // Nobody is expected either, if the other side calls.
    assert!(chat.heard(INTRODUCTION).is_empty());
    assert!(chat.typed("fingerprint yoda")[1].contains("which is not trusted: SHA256:"));
    let told = chat.typed("trust yoda");
    assert!(told[0].starts_with("> the key of yoda is SHA256:"), "{told:?}");
    assert_eq!(chat.heard(INTRODUCTION), ["(expect yoda)"]);
    let told = "! yoda has shown no key that differs from the known one";
    assert_eq!(chat.typed("trust yoda"), [told]);
}

#[test]
fn a_file_of_keys_that_cannot_be_read_stops_the_connection() {
    let mut chat = online();
    chat.typed("startprivate yoda");
    chat.heard("260 yoda introduced");
    chat.session.handle_line(chat.now, INTRODUCTION);
    let Some(Action::Judge(meeting)) = chat.session.poll_action() else { panic!() };
    chat.session.handle_judged(meeting, Err("it burns".into()), &chat.here);
    assert_eq!(chat.done()[0], "! no private connection with yoda: it burns");
}

#[test]
fn a_key_that_is_seen_for_the_first_time_says_why_its_owner_is_there() {
    let told = |event: PeerEvent, is_person: bool| {
        let mut chat = online_from(config(is_person));
        chat.heard(INTRODUCTION);
        let told = chat.peer(event);
        told.into_iter().filter(|line| line.contains("seen for the first time")).collect::<Vec<_>>()
    };
    let (user, key) = ("yoda".to_owned(), THEIR_KEY);
    let link = LinkId(1);
    for by_us in [false, true] {
        let talk = PeerEvent::Connected { link, user: user.clone(), key, by_us };
        let files = PeerEvent::Serving { user: user.clone(), key, by_us };
        let whys = match by_us {
            false => ["yoda calls you", "yoda wants a file that you have"],
            true => ["you call yoda", "yoda has a file that you load"],
        };
        for (event, why) in [talk, files].into_iter().zip(whys) {
            let told = told(event, true);
            assert!(told[0].ends_with(&format!(", seen for the first time: {why}")), "{told:?}");
        }
    }
    let files = PeerEvent::Serving { user, key, by_us: true };
    assert!(told(files, false).is_empty(), "a script reads nothing of it");
}

#[test]
fn without_a_key_there_is_no_private_connection_and_all_else_goes_on() {
    let off = Some("it burns".to_owned());
    let config = SessionConfig { peer_key: None, peers_off: off, ..config(false) };
    let mut chat = begin(config);
    chat.heard("220 smolchat ready");
    let entry = ENTRY.lines().take(3).collect::<Vec<_>>().join("\n");
    assert_eq!(chat.heard(&entry)[1..], ["(ReadCommands)"]);
    let off = "! private connections are off: it burns";
    assert_eq!(chat.typed("startprivate yoda"), [off]);
    let again = "! private connections are off, as was said";
    assert_eq!(chat.typed("fingerprint"), [again], "the reason is said once");
    assert!(chat.heard(INTRODUCTION).is_empty());
    assert_eq!(chat.typed("message yoda hi"), ["< message yoda hi"]);
}

#[test]
fn a_peer_without_a_key_is_not_called() {
    let mut chat = online();
    chat.typed("startprivate yoda");
    chat.heard("260 yoda introduced");
    let told = chat.heard("* private yoda 000102030405060708090a0b0c0d0e0f -");
    assert_eq!(told, ["! yoda's client takes no private connections"]);
}
