//! Replies to lines that were typed before the connection was had again: each names its line.

use super::*;

/// The connection is lost before `typed` is answered, or before it is typed.
fn late(mut chat: Conversation, typed: &str, was_sent: bool) -> Conversation {
    if was_sent {
        chat.typed(typed);
        chat.cut();
    } else {
        chat.cut();
        chat.typed(typed);
    }
    assert!(chat.returns().iter().any(|line| line.starts_with("< ")), "{typed}");
    chat
}

#[test]
fn a_refusal_that_comes_behind_a_lost_connection_names_its_line() {
    for was_sent in [true, false] {
        for (typed, reply, told) in [
            ("hello", "252 1 0 recipients", "~ to all: hello: nobody else was online yet"),
            (
                "hello",
                "254 1 2 3 online users did not get it, their mailboxes have no room for it",
                "> 3 online users did not get it, their mailboxes have no room for it; \
                 that was: broadcast hello",
            ),
            (
                "block jabba",
                "540 Invalid user to block",
                "! there is no user \"jabba\"; not done: block jabba",
            ),
            ("whoelse", "599 no", "! no; not done: whoelse"),
            (
                "message jabba hi",
                "550 Invalid receiver!",
                "! there is no user \"jabba\"; not taken: hi",
            ),
        ] {
            let mut chat = late(person(), typed, was_sent);
            assert_eq!(chat.heard(reply), [told], "{was_sent}");
        }
    }
}

#[test]
fn a_script_reads_the_same_behind_the_protocols_words() {
    for was_sent in [true, false] {
        for (typed, reply, told) in [
            (
                "broadcast hello",
                "252 1 0 recipients",
                "> to all: hello: nobody else was online yet",
            ),
            (
                "block jabba",
                "540 Invalid user to block",
                "! Invalid user to block (there is no user \"jabba\"; not done: block jabba)",
            ),
            (
                "message jabba hi",
                "550 Invalid receiver!",
                "! Invalid receiver! (there is no user \"jabba\"; not taken: hi)",
            ),
        ] {
            let mut chat = late(online(), typed, was_sent);
            assert_eq!(chat.heard(reply), [told], "{was_sent}");
        }
    }
}

#[test]
fn what_is_typed_behind_the_reconnect_is_not_named() {
    let mut chat = late(person(), "hello", true);
    chat.heard("252 1 1 recipients");
    chat.typed("again");
    assert_eq!(chat.heard("252 2 0 recipients"), ["> nobody else is online to receive it"]);
    chat.typed("block jabba");
    assert_eq!(chat.heard("540 Invalid user to block"), ["! there is no user \"jabba\""]);
}
