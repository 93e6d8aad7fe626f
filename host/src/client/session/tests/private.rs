//! Private conversations of a session: introductions, talk, and the end of the input meanwhile.

use super::*;

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
fn private_talk_is_told_to_the_server_now_and_then() {
    let mut chat = online();
    let link = LinkId(1);
    chat.peer(PeerEvent::Connected { link, user: "yoda".into(), by_us: false });
    chat.waited(60);
    assert_eq!(chat.typed("private yoda hi"), [r#"(Say(LinkId(1), "hi"))"#]);
    assert_eq!(chat.waited(0), ["< p2p 5000 10.0.0.2"]);
    chat.typed("private yoda hi");
    chat.typed("private yoda hi");
    assert!(chat.waited(0).is_empty());
    assert_eq!(chat.waited(1), ["< p2p 5000 10.0.0.2"]);
    assert!(chat.heard("261 5000 announced\n261 5000 announced").is_empty());
    assert!(chat.waited(60).is_empty());
    let heard = chat.peer(PeerEvent::Lines { link, lines: vec!["text hello".into()] });
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
        chat.peer(PeerEvent::Connected { link: LinkId(1), user: "yoda".into(), by_us: true }),
        ["> Connect to yoda successfully.", r#"(Say(LinkId(1), "hi"))"#, "< logout"]
    );
}
