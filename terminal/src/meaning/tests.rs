//! What lines ask, at a terminal and in a script.

use smolchat_core::protocol::Text;

use super::*;

fn person(line: &str) -> Meaning<'_> {
    of_person(line, |word| word == "yoda")
}

fn hint(line: &str) -> Hint {
    match person(line) {
        Meaning::Unclear { hint, .. } => hint,
        meaning => panic!("{line:?} is {meaning:?}"),
    }
}

#[test]
fn a_slash_begins_a_command_and_a_space_begins_text() {
    let said = |text| Meaning::Say { to: Some("yoda"), text };
    for line in [
        "/message yoda hi  there",
        "/msg yoda hi  there",
        "/to yoda hi  there",
        "/tell yoda hi  there",
    ] {
        assert_eq!(person(line), said("hi  there"), "{line}");
    }
    assert_eq!(person("message yoda hi"), said("hi"));
    assert_eq!(person("/all hi"), Meaning::Say { to: None, text: "hi" });
    assert_eq!(person("/to yoda "), Meaning::Turn { to: Some("yoda") });
    assert_eq!(person("/all"), Meaning::Turn { to: None });
    assert_eq!(person("/r hi"), Meaning::Answer { text: "hi" });
    assert_eq!(person("/reply hi"), Meaning::Answer { text: "hi" });
    assert_eq!(person("/quit"), Meaning::Request(Request::Logout));
    assert_eq!(person("//etc is a folder"), Meaning::Text("/etc is a folder"));
    assert_eq!(person("  message yoda hi"), Meaning::Text("message yoda hi"));
    assert_eq!(person("/say whoelse"), Meaning::Text("whoelse"));
    assert_eq!(person("hello all"), Meaning::Text("hello all"));
    assert_eq!((person(""), person("   ")), (Meaning::Nothing, Meaning::Nothing));
}

#[test]
fn a_bare_command_is_a_command_and_never_said() {
    assert_eq!(person("whoelse"), Meaning::Request(Request::WhoElse));
    assert!(matches!(hint("block that road"), Hint::Form { form, .. } if form.name == "block"));
    assert!(matches!(hint("message yoda"), Hint::Form { form, .. } if form.name == "message"));
    for line in ["private yoda the word", "/startprivate yoda", "help private"] {
        assert_eq!(hint(line), Hint::BetweenClients, "{line}");
    }
    for word in ["all", "say", "presence"] {
        let line = format!("{word} be or not");
        assert_eq!(person(&line), Meaning::Text(&line), "only behind a /");
    }
}

#[test]
fn a_command_takes_no_words_that_are_none_of_its_own() {
    for (line, name) in [
        ("/quit now?", "logout"),
        ("/who is there", "whoelse"),
        ("/logout now", "logout"),
        ("whoelse now", "whoelse"),
        ("/presence maybe", "presence"),
        ("/say", "say"),
        ("/to", "to"),
        ("/help a b", "help"),
        ("login", "login"),
        ("/passwd old", "passwd"),
        ("/history a", "history"),
    ] {
        assert!(matches!(hint(line), Hint::Form { form, .. } if form.name == name), "{line}");
    }
}

#[test]
fn what_is_nearly_a_command_or_lacks_its_slash_is_not_said() {
    for line in [
        "Message yoda x",
        "mesage yoda x",
        "messsage yoda x",
        "massage yoda x",
        "emssage yoda x",
        "BLOCK yoda",
        "to yoda x",
        "To yoda x",
        "to be or not",
        "password solo",
        "pasword solo",
        "r yes",
        "msg yoda x",
        "tell yoda x",
        "pm yoda x",
        "DM @yoda x",
        "whisper yoda x",
        "presence off",
        "quit",
        "Who",
        "logn hans falcon*solo",
        "Login hans falcon*solo",
        "ack 5",
        "p2p 1 2",
        "active",
        "\u{a0}/to yoda x",
        "\u{200b}/to yoda x",
        "/mesage yoda x",
        "/dance",
        "/",
    ] {
        hint(line);
    }
    for line in [
        "to",
        "passing by",
        "dm me, please",
        "tell",
        "who is there",
        "all is well",
        "black cats",
        "lots of",
        "see you",
    ] {
        assert_eq!(person(line), Meaning::Text(line));
    }
    let unknown = |meant| Hint::Unknown { meant, has_slash: true };
    assert_eq!(hint("/mesage x"), unknown(Some("message")));
    assert_eq!(hint("/quti"), unknown(Some("quit")));
    assert_eq!(hint("help hisotry"), unknown(Some("history")));
    assert_eq!(person("yoda: hi"), Meaning::Addressed { user: "yoda", text: "yoda: hi" });
}

#[test]
fn passwords_are_asked_for_where_they_are_not_typed() {
    assert_eq!(person("/passwd"), Meaning::AskPasswd);
    assert_eq!(person("login hans"), Meaning::AskLogin { user: "hans" });
    assert_eq!(person("/register hans "), Meaning::AskRegister { user: "hans" });
    let login = Request::Login { user: "hans", password: "solo" };
    assert_eq!(person("/login hans solo"), Meaning::Request(login));
}

#[test]
fn a_script_gives_commands_and_nothing_else() {
    let text = Text::new("hi").unwrap();
    assert_eq!(
        of_script("message yoda hi"),
        Meaning::Say { to: Some("yoda"), text: text.as_str() }
    );
    assert_eq!(of_script("  /whoelse "), Meaning::Request(Request::WhoElse));
    let login = Request::Login { user: "hans", password: "solo" };
    assert_eq!(of_script("login hans solo"), Meaning::Request(login));
    assert_eq!(of_script(" "), Meaning::Nothing);
    for line in ["hello", "to yoda hi", "passwd", "private yoda hi", "acks on", "p2p 1"] {
        assert!(matches!(of_script(line), Meaning::Unclear { .. }), "{line}");
    }
    let hint = Hint::OfPersons("message");
    assert_eq!(of_script("tell yoda hi"), Meaning::Unclear { word: "tell", hint });
}
