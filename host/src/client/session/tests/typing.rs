//! What a person types: to whom plain text goes, what is shown of it, and what is not said.

use super::*;

fn person() -> Conversation {
    let mut chat = online_from(config(true));
    chat.heard("* login yoda");
    chat.has_echo = true;
    chat
}

#[test]
fn whoever_comes_is_told_who_is_here_and_where_help_is() {
    let mut chat = begin(config(true));
    chat.heard("220 smolchat ready");
    assert_eq!(
        chat.heard(ENTRY),
        [
            "> Welcome to this message application",
            "< blocks",
            "< p2p 5000 KEY 10.0.0.2",
            r#"(Prompt("all> "))"#,
            "(ReadCommands)",
            "< history 20",
            "< whoelse"
        ]
    );
    assert_eq!(
        chat.heard("218 0 broadcasts\n210 Users current online: yoda, luke"),
        [
            "~ you are hans on home; online: yoda, luke",
            "~ type to talk to all, /to NAME to talk to one user, /help for more"
        ]
    );
}

#[test]
fn plain_text_goes_where_the_prompt_says() {
    let mut chat = person();
    assert_eq!(chat.typed("hello"), ["> → all: hello", "< broadcast hello"]);
    chat.taken();
    assert_eq!(
        chat.typed("/to yoda"),
        [": /to yoda", "~ you talk to yoda", r#"(Prompt("yoda> "))"#]
    );
    for (typed, shown, sent) in [
        ("hello", "yoda: hello", "message yoda hello"),
        (" /all is text", "yoda: /all is text", "message yoda /all is text"),
        ("/say whoelse", "yoda: whoelse", "message yoda whoelse"),
        ("/all hi", "all: hi", "broadcast hi"),
    ] {
        assert_eq!(chat.typed(typed), [format!("> → {shown}"), format!("< {sent}")]);
        chat.taken();
    }
    assert_eq!(chat.typed("/all"), [": /all", "~ you talk to all", r#"(Prompt("all> "))"#]);
    assert_eq!(chat.typed("/to hans"), [": /to hans", "! that is you"]);
}

#[test]
fn an_answer_goes_to_whoever_wrote_last_and_shows_whom_before_it_is_sent() {
    let mut chat = person();
    assert_eq!(chat.typed("/r hi"), [": /r hi", "! nobody has written to you yet"]);
    chat.heard("* message 1 yoda 0 hi\n* message 2 luke 0 hi\n* broadcast 3 vader 0 hi");
    chat.heard("201 3 acknowledged");
    assert_eq!(chat.session.expansion("/r ").as_deref(), Some("/to luke "));
    assert_eq!(chat.session.expansion("/r"), None);
    assert_eq!(chat.typed("/r so it is"), ["> → luke: so it is", "< message luke so it is"]);
    assert_eq!(chat.typed("/r"), ["~ you talk to luke", r#"(Prompt("luke> "))"#]);
    chat.connected(1, "leia", false);
    chat.peer_says(1, &["begin 00000000000000ff 1", "text 1 psst"]);
    assert_eq!(chat.session.expansion("/r ").as_deref(), Some("/private leia "));
    assert!(chat.typed("/private yoda")[1].starts_with("! Have not built connection with yoda; /"));
    assert_eq!(
        chat.typed("/r yes"),
        ["> → leia (private): yes", r#"(Say(LinkId(1), "text 1 yes"))"#]
    );
}

#[test]
fn nothing_that_may_be_a_command_is_said() {
    let mut chat = person();
    for line in ["mesage yoda the word is x", "Message yoda hi", "/dance", "/mesage yoda hi"] {
        let shown = chat.typed(line);
        assert_eq!(shown[0], format!(": {line}"));
        assert!(shown.len() == 2 && shown[1].contains("unknown command"), "{shown:?}");
    }
    assert_eq!(
        chat.typed("block that road"),
        [
            ": block that road",
            "! wrong arguments, the form is: block <user>. Begin with a space to say it"
        ]
    );
    let told = "! wrong arguments, the form is: /block <user>";
    assert_eq!(chat.typed("/block that road"), [": /block that road", told]);
    let mut slashed = online_from(SessionConfig { bare_commands: false, ..config(true) });
    assert!(slashed.typed("message yoda hi")[0].starts_with("! message: a command begins with /"));
    assert_eq!(slashed.typed("/message yoda hi"), ["< message yoda hi"]);
}

#[test]
fn a_text_that_may_be_for_one_user_is_asked_about_once_where_others_would_read_it() {
    let mut chat = person();
    chat.heard("* login Lando");
    let told = "! not said: all would read this. /to Lando and the text says it to Lando alone; \
                Up and Enter says it to all";
    assert_eq!(chat.typed("lando: hi"), [": lando: hi", told]);
    for line in ["lando: hi", "@yoda hi"] {
        let sent = [format!("> → all: {line}"), format!("< broadcast {line}")];
        assert_eq!(chat.typed(line), sent, "whoever knows is not asked again");
        chat.taken();
    }
    let mut alone = person();
    alone.typed("/to yoda");
    assert_eq!(alone.typed("yoda: hi")[1], "< message yoda yoda: hi", "nobody else reads it");
    assert!(alone.typed("@luke hi")[1].starts_with("! not said: yoda would read this. /to luke"));
}

#[test]
fn a_refusal_names_who_and_why_and_for_a_script_behind_the_words_of_the_protocol() {
    let mut chat = person();
    chat.typed("message nobody hi");
    assert_eq!(
        chat.heard("550 Invalid receiver!"),
        ["! there is no user \"nobody\"; not taken: hi"]
    );
    chat.typed("unblock yoda");
    assert_eq!(chat.heard("541 Invalid user to unblock"), ["! you do not block \"yoda\""]);
    let mut script = online();
    script.typed("message nobody hi");
    let told = "! Invalid receiver! (there is no user \"nobody\")";
    assert_eq!(script.heard("550 Invalid receiver!"), [told]);
    chat.typed("blocks");
    assert_eq!(chat.heard("212 Users you block: ").last().unwrap(), "> You block nobody.");
    script.typed("blocks");
    assert_eq!(script.heard("212 Users you block: "), ["> Users you block:"]);
}

#[test]
fn a_long_text_is_several_messages_and_a_very_long_one_is_asked_about() {
    let mut chat = person();
    let text = "do or do not, there is no try ".repeat(30);
    let mut sent = chat.typed(&text);
    sent.retain(|action| action.starts_with("< "));
    sent.extend(chat.taken());
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|line| line.starts_with("< broadcast ") && line.len() < 512));
    let text = text.repeat(3);
    let asked = chat.typed(&text);
    assert_eq!(asked, ["! this is 7 messages; to send it, type it again (Up, Enter)"]);
    assert!(chat.typed(&text).len() > 1);
    assert_eq!(chat.taken().len(), 6);
    assert_eq!(chat.typed(&text).len(), 1, "each time anew");
}

#[test]
fn comings_and_goings_are_shown_unless_the_user_minds() {
    let mut chat = person();
    assert_eq!(chat.heard("* login yoda"), ["> yoda logged in"]);
    chat.typed("/presence off");
    assert!(chat.heard("* logout yoda").is_empty());
    chat.typed("/presence on");
    assert_eq!(chat.heard("* login yoda"), ["> yoda logged in"]);
}

#[test]
fn a_password_that_is_typed_is_not_shown() {
    let mut chat = person();
    assert_eq!(chat.typed("/register jabba hutt")[0], ": /register jabba");
    assert_eq!(chat.typed("register jabba hutt")[0], ": register jabba");
}

#[test]
fn the_text_of_a_command_may_be_long_too() {
    let text = "do or do not, there is no try ".repeat(30);
    for is_person in [true, false] {
        let mut chat = online_from(config(is_person));
        for (command, sends) in [("message yoda", "< message yoda "), ("broadcast", "< broadcast ")]
        {
            let mut sent = chat.typed(&format!("{command} {text}"));
            sent.extend(chat.taken());
            assert_eq!(sent.len(), 3);
            assert!(sent.iter().all(|line| line.starts_with(sends)), "{sent:?}");
        }
    }
    let mut script = online();
    assert_eq!(script.typed(&format!("message yoda {}", text.repeat(3))).len(), 7, "unasked");
}

#[test]
fn who_left_a_private_conversation_is_answered_through_the_server() {
    let mut chat = person();
    chat.connected(1, "leia", false);
    chat.peer_says(1, &["begin 00000000000000ff 1", "text 1 psst"]);
    chat.peer(PeerEvent::Closed { link: LinkId(1) });
    assert_eq!(chat.session.expansion("/r ").as_deref(), Some("/to leia "));
}

#[test]
fn help_says_that_a_command_alone_asks_and_that_of_a_script_does_not() {
    let told = person().typed("/help passwd");
    let asks = "> passwd: change your password; it asks for both";
    assert_eq!(told.last().map(String::as_str), Some(asks));
    let more = person().typed("/help more").concat();
    assert!(more.contains("/passwd  ") && !more.contains("<old>"), "{more}");
    for (line, told) in [
        ("/help to", "> /to <user> [text]: talk to one user; with a text, only say it"),
        (
            "/passwd hunter2",
            "! wrong arguments, the form is: /passwd; it asks for the password, and nobody sees \
             it",
        ),
        (
            "/addkey ~/.ssh/id_ed25519.pub",
            "! wrong arguments, the form is: /addkey <key>; a key is a line that begins with \
             ssh-ed25519, and cat ~/.ssh/id_ed25519.pub shows yours",
        ),
    ] {
        assert_eq!(person().typed(line).last().map(String::as_str), Some(told), "{line}");
    }
    assert_eq!(online().typed("help passwd"), ["> passwd <old> <new>: change your password"]);
}

#[test]
fn a_key_is_told_in_a_row_and_taken_back_by_its_number_or_fingerprint() {
    const SEVEN: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
    const FINGERPRINT: &str = "SHA256:gNSIRW+2Iyiuvsdp/bgjy38bvWHw6wQm3tuoXrl3WjQ";
    let mut chat = person();
    chat.typed("/keys");
    let told = [format!("> 1 {FINGERPRINT}"), "> 1 key".to_owned()];
    assert_eq!(chat.heard(&format!("219-{SEVEN}\n219 1 keys")), told);
    assert_eq!(chat.session.completions("/removekey ").1, [format!("{FINGERPRINT} ")]);
    for which in ["1", FINGERPRINT, SEVEN] {
        let sent = chat.typed(&format!("/removekey {which}"));
        assert_eq!(sent.last(), Some(&format!("< removekey {SEVEN}")), "{which}");
        chat.heard("245 key removed");
    }
    let refused = "! there is no such key in a list above; /keys lists yours, with numbers";
    assert_eq!(chat.typed("/removekey 2").last().map(String::as_str), Some(refused));
    let mut script = online();
    script.typed("keys");
    assert_eq!(script.heard(&format!("219-{SEVEN}\n219 1 keys"))[0], format!("> {SEVEN}"));
}
