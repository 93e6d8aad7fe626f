//! Keys of peers: the first one, one that has changed, one that is missing, and whom a client
//! trusts.

use super::*;

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
