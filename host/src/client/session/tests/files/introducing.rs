//! Links for files: introductions that nobody sees.

use super::*;

fn wants(user: &str) -> TransferEvent {
    TransferEvent::WantsIntroduction { user: user.into() }
}

#[test]
fn introductions_for_files_are_asked_one_at_a_time_and_not_shown() {
    let mut chat = announced(config(true));
    assert_eq!(chat.transferred(wants("yoda")), ["< startprivate yoda"]);
    assert!(chat.transferred(wants("luke")).is_empty());
    assert!(chat.transferred(wants("yoda")).is_empty());
    assert!(chat.heard("260 yoda introduced").is_empty());
    let heard = chat.heard(INTRODUCTION);
    let dialled = "(dial Files yoda [10.0.0.3:6000, 10.1.0.3:6000])";
    assert_eq!(heard, ["< startprivate luke", "(expect yoda)", dialled]);
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let mut chat = announced(config(true));
    chat.transferred(wants("yoda"));
    assert!(chat.heard("462 your last introduction is still on its way").is_empty());
    assert_eq!(chat.waited(1), ["< startprivate yoda"]);
    let text = "seconds until your next block, unblock or startprivate, after too many";
    assert!(chat.heard(&format!("442 7 {text}")).is_empty());
    assert!(chat.waited(6).is_empty());
    assert_eq!(chat.waited(1), ["< startprivate yoda"]);
}

#[test]
fn who_cannot_be_introduced_is_told_to_the_threads_alone() {
    let mut chat = announced(config(true));
    chat.transferred(wants("yoda"));
    chat.session.handle_line(chat.now, "460 yoda is offline");
    let (user, why) = ("yoda".to_owned(), "yoda is offline".to_owned());
    assert_eq!(chat.commands(), [TransferCommand::NotIntroduced { user, why }]);
    chat.session.handle_transfer(chat.now, wants("hans"));
    assert!(
        matches!(&chat.commands()[..], [TransferCommand::NotIntroduced { user, .. }] if user == "hans")
    );
}

#[test]
fn an_introduction_that_never_comes_is_given_up() {
    let mut chat = announced(config(true));
    chat.transferred(wants("yoda"));
    chat.heard("260 yoda introduced");
    chat.now += Duration::from_secs(10);
    chat.session.handle_timeout(chat.now);
    assert!(matches!(&chat.commands()[..], [TransferCommand::NotIntroduced { .. }]));
}

#[test]
fn a_lost_connection_asks_anew() {
    let mut chat = announced(config(true));
    chat.transferred(wants("yoda"));
    chat.session.handle_disconnect(chat.now);
    chat.done();
    chat.waited(1);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    assert!(chat.heard(ENTRY).contains(&"< startprivate yoda".to_owned()));
}

#[test]
fn a_private_conversation_goes_first() {
    let mut chat = announced(config(true));
    chat.typed("startprivate yoda");
    assert!(chat.transferred(wants("luke")).is_empty());
    chat.heard("260 yoda introduced");
    let heard = chat.heard(INTRODUCTION);
    assert!(heard.iter().any(|line| line.starts_with("(dial yoda")), "{heard:?}");
    let connected =
        PeerEvent::Connected { link: LinkId(1), user: "yoda".into(), key: THEIR_KEY, by_us: true };
    assert!(chat.peer(connected).contains(&"< startprivate luke".to_owned()));
}
