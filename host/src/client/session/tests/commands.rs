//! Commands and their answers, one after the other.

use super::*;

#[test]
fn commands_go_out_and_each_answer_is_read_against_its_own() {
    let mut chat = online();
    assert_eq!(chat.typed("message yoda hi"), ["< message yoda hi"]);
    assert_eq!(chat.typed("message luke hi"), ["< message luke hi"]);
    assert_eq!(chat.typed("whoelse"), ["< whoelse"]);
    assert_eq!(
        chat.heard(
            "250 1 accepted\n251 2 stored until luke logs in\n210-Users current online: a, b\n210 c"
        ),
        ["> luke is offline, the message is stored", "> Users current online: a, b, c"]
    );
    assert_eq!(chat.typed("broadcast hi"), ["< broadcast hi"]);
    assert!(chat.heard("252 3 1 recipients").is_empty());
    chat.typed("broadcast hi");
    let text = "Your broadcast cannot be received by all online users because someone blocked you";
    assert_eq!(chat.heard(&format!("253 4 1 {text}")), [format!("> {text}")]);
    chat.typed("message hans hi");
    assert_eq!(chat.heard("550 Invalid receiver!"), ["! Invalid receiver! (that is you)"]);
    assert!(chat.waited(3600).is_empty());
}

#[test]
fn answers_of_blocks_and_seen_are_shown_whole() {
    let mut chat = online();
    assert_eq!(chat.typed("blocks"), ["< blocks"]);
    let told = chat.heard("212-Users you block: a, b\n212 c");
    assert_eq!(told[told.len() - 1..], ["> Users you block: a, b, c"]);
    assert_eq!(chat.typed("seen yoda"), ["< seen yoda"]);
    let answer = "yoda was last here 60 seconds ago";
    assert_eq!(chat.heard(&format!("216 {answer}")), [format!("> {answer}")]);
}

#[test]
fn what_the_client_can_see_to_be_wrong_is_not_sent() {
    let mut chat = online();
    assert_eq!(
        chat.typed("message yoda"),
        ["! wrong arguments, the form is: message <user> <text>"]
    );
    assert_eq!(
        chat.typed("dance"),
        ["! unknown command, try help (there is no command \"dance\")"]
    );
    assert_eq!(chat.typed("private yoda hi"), ["! Have not built connection with yoda"]);
    assert!(chat.typed("").is_empty());
    chat.session.handle_typed(chat.now, Err(LineError::TooLong));
    assert_eq!(chat.done(), ["! a line of a script holds at most 16 KiB"]);
    assert!(
        chat.typed("help").contains(
            &"> startprivate <user>: be introduced to a user's client for a direct connection"
                .to_owned()
        )
    );
}

#[test]
fn answers_of_the_client_wait_for_their_turn() {
    let mut chat = online();
    chat.typed("message yoda hi");
    assert!(chat.typed("dance").is_empty());
    assert!(chat.typed("private yoda hi").is_empty());
    assert_eq!(chat.typed("ping"), ["< ping"]);
    assert_eq!(
        chat.heard("550 Invalid receiver!"),
        [
            "! Invalid receiver! (there is no user \"yoda\")",
            "! unknown command, try help (there is no command \"dance\")",
            "! Have not built connection with yoda"
        ]
    );
    assert_eq!(chat.heard("202 pong"), ["> pong"]);
}

#[test]
fn messages_are_shown_then_acknowledged_once_a_burst() {
    let mut chat = online();
    assert_eq!(
        chat.heard("* message 5 yoda 0 hi\n* broadcast 6 luke 0 all\n* message 7 yoda 600 late"),
        ["> yoda: hi", "> luke (to all): all", "> [10 minutes ago] yoda: late", "< ack 7"]
    );
    assert_eq!(chat.heard("* message 8 yoda 0 more"), ["> yoda: more"]);
    assert_eq!(chat.heard("201 7 acknowledged"), ["< ack 8"]);
    assert!(chat.heard("201 8 acknowledged").is_empty());
}

#[test]
fn a_message_that_comes_again_is_acknowledged_and_not_shown() {
    let mut chat = online();
    chat.heard("* message 5 yoda 0 hi");
    assert_eq!(chat.heard("201 5 acknowledged\n* message 5 yoda 9 hi"), ["< ack 5"]);
}

#[test]
fn comings_and_goings_are_shown() {
    let mut chat = online();
    assert_eq!(
        chat.heard("* login yoda\n* logout yoda\n* missed 3\n* something new"),
        [
            "> yoda logged in",
            "> yoda just logged out",
            "~ 3 logins and logouts were not told, this client was too slow"
        ]
    );
}

#[test]
fn no_more_requests_are_under_way_than_the_window_holds() {
    let mut chat = online();
    for _ in 0..WINDOW {
        assert!(chat.session.is_ready_for_input());
        chat.typed("ping");
    }
    assert!(!chat.session.is_ready_for_input());
    assert_eq!(chat.heard("202 pong"), ["> pong"]);
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn over_ssh_no_more_bytes_are_under_way_than_a_small_server_keeps() {
    let long = "x".repeat(200);
    let mut chat = online_from(SessionConfig { request_bytes: SSH_BYTES, ..config(false) });
    let message = format!("message yoda {long}");
    assert_eq!(chat.typed(&message), [format!("< {message}")]);
    assert!(chat.typed(&message).is_empty() && chat.typed("ping").is_empty());
    // In their order: the short one does not overtake the long one.
    assert_eq!(chat.heard("250 1 accepted"), [format!("< {message}"), "< ping".to_owned()]);
    // A single one goes, however long it is.
    let longest = format!("message yoda {}", "x".repeat(430));
    chat.heard("250 2 accepted\n202 pong");
    assert_eq!(chat.typed(&longest), [format!("< {longest}")]);
}

#[test]
fn users_heard_of_are_remembered_for_completion() {
    let mut chat = online();
    chat.heard("* login luke\n* message 1 yoda 0 hi");
    chat.typed("whoelse");
    chat.heard("201 1 acknowledged\n210 Users current online: vader, r2d2");
    let names = ["luke ", "r2d2 ", "vader ", "yoda "].map(str::to_owned).to_vec();
    assert_eq!(chat.session.completions("message "), (8, names));
}

#[test]
fn who_only_sends_something_leaves_what_others_say_for_the_next_login() {
    let mut chat = begin(SessionConfig { is_sending: true, ..config(false) });
    chat.heard("220 smolchat ready");
    assert_eq!(chat.heard(ENTRY_TO_SAY), ["< p2p 5000 KEY 10.0.0.2", "(ReadCommands)"]);
    assert!(chat.heard("* message 1 yoda 0 hi\n* broadcast 2 yoda 0 hi\n* login luke").is_empty());
    assert_eq!(chat.typed("message yoda hi"), ["< message yoda hi"]);
    chat.session.handle_end_of_input(chat.now);
    assert_eq!(chat.done(), ["< logout"]);
    assert_eq!(chat.heard("250 3 accepted\n221 You just logged out"), ["(exit 0)"]);
}
