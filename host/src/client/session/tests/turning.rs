//! Plain text turned to a name that nobody was heard of by: the server is asked, and what is typed
//! meanwhile reaches nobody else.

use super::*;

/// A person who has heard of yoda and leia.
fn person() -> Conversation {
    let mut chat = online_from(config(true));
    chat.heard("* login yoda\n* login leia");
    chat.has_echo = true;
    chat
}

const NOBODY: &str = "542 Invalid user, nobody of that name";

fn refused(user: &str) -> String {
    format!("! there is no user \"{user}\", or \"{user}\" has blocked you")
}

#[test]
fn a_name_that_nobody_has_is_refused_and_the_prompt_turns_back() {
    let mut chat = person();
    assert_eq!(
        chat.typed("/to nosuch"),
        [": /to nosuch", r#"(Prompt("nosuch> "))"#, "< seen nosuch"]
    );
    assert_eq!(chat.typed("psst"), ["> → nosuch: psst", "< message nosuch psst"]);
    let back = ["~ you talk to all", r#"(FallBack("all> "))"#].map(str::to_owned);
    assert_eq!(chat.heard(NOBODY), [&[refused("nosuch")], &back[..]].concat());
    assert_eq!(
        chat.heard("550 Invalid receiver!"),
        ["! there is no user \"nosuch\"; not taken: psst"]
    );
    assert_eq!(chat.typed("hi"), ["> → all: hi", "< broadcast hi"]);
}

#[test]
fn a_user_who_is_there_is_asked_about_once() {
    for told in [
        "215 luke is online",
        "216 luke was last here 60 seconds ago",
        "217 luke has not been here since the server started",
        "500 unknown command, try help",
    ] {
        let mut chat = person();
        assert_eq!(chat.typed("/to luke")[2], "< seen luke");
        assert_eq!(chat.heard(told), ["~ you talk to luke"]);
        assert_eq!(chat.typed("hi"), ["> → luke: hi", "< message luke hi"]);
        chat.typed("/all");
        let is_known = !told.starts_with("500");
        assert_eq!(chat.typed("/to luke").contains(&"< seen luke".to_owned()), !is_known);
    }
}

#[test]
fn a_name_that_is_near_is_hinted_at_wherever_one_is_taken() {
    let mut chat = person();
    let hint = "; did you mean \"yoda\"?";
    for typed in ["Yoda", "yda", "yodaa"] {
        chat.typed(&format!("/to {typed}"));
        assert_eq!(chat.heard(NOBODY)[0], refused(typed) + hint);
        chat.typed(&format!("message {typed} hi"));
        let told = format!("! there is no user \"{typed}\"{hint} (not taken: hi)");
        assert_eq!(chat.heard("550 Invalid receiver!"), [told]);
        chat.waited(1);
    }
    chat.connected(1, "leia", false);
    let told = "! Have not built connection with Leia; did you mean \"leia\"?";
    assert!(chat.typed("/private Leia")[1].starts_with(told));
    for line in ["/private Leia psst", "/stopprivate Leia"] {
        let done = chat.typed(line);
        assert_eq!(done.last().map(String::as_str), Some(told), "{line}");
    }
}

#[test]
fn the_prompt_turns_back_to_whoever_is_known_and_only_if_it_is_still_there() {
    let mut chat = person();
    chat.typed("/to yoda");
    chat.typed("/to nobody");
    chat.typed("/to noone");
    assert_eq!(chat.heard(NOBODY), [refused("nobody")], "the prompt has gone on");
    let back = ["~ you talk to yoda", r#"(FallBack("yoda> "))"#].map(str::to_owned);
    assert_eq!(chat.heard(NOBODY), [&[refused("noone")], &back[..]].concat());
    chat.connected(1, "leia", false);
    chat.typed("/private leia");
    chat.typed("/to nobody");
    chat.peer(PeerEvent::Closed { link: LinkId(1) });
    let told = chat.heard(NOBODY);
    assert_eq!(told[1..], ["~ you talk to leia through the server", r#"(FallBack("leia> "))"#]);
}

#[test]
fn without_a_server_the_question_waits_for_it() {
    let mut chat = person();
    chat.session.handle_disconnect(chat.now);
    chat.done();
    assert_eq!(
        chat.typed("/to nosuch"),
        [
            ": /to nosuch",
            "~ you talk to nosuch",
            r#"(Prompt("nosuch> "))"#,
            "~ kept until connected again"
        ]
    );
    chat.waited(1);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    assert!(chat.heard(ENTRY).contains(&"< seen nosuch".to_owned()));
    chat.heard("218 0 broadcasts");
    assert_eq!(chat.heard(NOBODY)[0], refused("nosuch"));
}
