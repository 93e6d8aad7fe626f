//! What lines of a person mean: commands, text, and neither.

use super::*;

fn read(line: &str) -> Meaning<'_> {
    let is_user = |word: &str| word.eq_ignore_ascii_case("yoda");
    Reader { own: &["private"], is_user, guards_to: false }.read(line)
}

fn command(line: &str, has_slash: bool) -> Meaning<'_> {
    Meaning::Command { line, alias_of: None, has_slash }
}

fn why(line: &str) -> Unclear {
    match read(line) {
        Meaning::Unclear { why, .. } => why,
        meaning => panic!("{line:?} is {meaning:?}"),
    }
}

#[test]
fn a_slash_begins_a_command_and_a_space_begins_text() {
    assert_eq!(read("/message yoda hi"), command("message yoda hi", true));
    let alias = |line, name| Meaning::Command { line, alias_of: Some(name), has_slash: true };
    assert_eq!(read("/msg yoda hi"), alias("msg yoda hi", "to"));
    assert_eq!(read("/quit"), alias("quit", "logout"));
    assert_eq!(read("//etc is a folder"), Meaning::Text("/etc is a folder"));
    assert_eq!(read("  message yoda hi"), Meaning::Text("message yoda hi"));
    assert_eq!(read("hello all"), Meaning::Text("hello all"));
    assert_eq!(read("/"), command("", true));
}

#[test]
fn a_bare_command_is_a_command_and_never_said() {
    for line in ["message yoda hi", "block that road", "private yoda", "whoelse"] {
        assert_eq!(read(line), command(line, false));
    }
    for word in ["to", "all", "say", "presence"] {
        let line = format!("{word} be or not");
        assert_eq!(read(&line), Meaning::Text(&line), "only behind a /");
    }
}

#[test]
fn a_password_is_never_said_whatever_word_stands_before_it() {
    for line in ["login hans falcon*solo", "active", "ack 5", "acks on", "p2p 1 2"] {
        assert_eq!(why(line), Unclear::OfPrograms, "{line}");
    }
    for line in ["password hunter2", "Password: hunter2", "pasword x", "password"] {
        assert_eq!(why(line), Unclear::Password, "{line}");
    }
    for line in ["Login hans falcon*solo", "lgoin hans falcon*solo", "logn hans falcon*solo"] {
        assert_eq!(why(line), Unclear::Nearly("login"), "{line}");
    }
    for text in ["login works again", "password reset works"] {
        assert_eq!(read(&format!(" {text}")), Meaning::Text(text));
    }
    for line in ["passport please", "my password is gone", "all hello", "say hello", "m&m"] {
        assert_eq!(read(line), Meaning::Text(line));
    }
}

#[test]
fn what_is_nearly_a_command_is_not_said_either() {
    for word in ["Message", "mesage", "messsage", "massage", "emssage", "message:"] {
        assert_eq!(why(&format!("{word} yoda x")), Unclear::Nearly("message"));
    }
    assert_eq!(why("BLOCK yoda"), Unclear::Nearly("block"));
    for line in ["black cats", "see you", "holp", "lots of", "private-ish", ""] {
        assert_eq!(read(line), Meaning::Text(line));
    }
    assert_eq!(why("/mesage yoda hi"), Unclear::Unknown(Some("message")));
    assert_eq!(why("/quti"), Unclear::Unknown(Some("quit")));
    assert_eq!(why("/dance"), Unclear::Unknown(None));
}

#[test]
fn what_lacks_only_its_slash_is_not_said() {
    for (line, command) in [
        ("to yoda the word is x", "to"),
        ("To yoda my secret", "to"),
        ("r yes", "r"),
        ("R hi", "r"),
        ("msg yoda x", "msg"),
        ("m yoda x", "m"),
        ("presence off", "presence"),
        ("Presence off", "presence"),
        ("quit", "quit"),
        ("EXIT", "exit"),
        ("who", "who"),
        ("unfinished", "unfinished"),
        ("discard big.bin", "discard"),
        ("discard my film.mkv", "discard"),
        ("trust yoda", "trust"),
        ("fingerprint Yoda", "fingerprint"),
        ("fingerprint", "fingerprint"),
    ] {
        assert_eq!(why(line), Unclear::NeedsSlash(command), "{line}");
    }
    for line in ["\u{a0}/to yoda x", "\u{200b}/to yoda x"] {
        assert_eq!(why(line), Unclear::Unseen);
    }
    for line in [
        "to be or not",
        "trust me",
        "unfinished business",
        "discard what he said.",
        "To be or not to be",
        "who is there",
        "quit that",
        "Exit polls are in",
        "Presence of mind",
    ] {
        assert_eq!(read(line), Meaning::Text(line));
    }
}

#[test]
fn what_other_chats_send_to_one_user_is_not_said() {
    for line in [
        "to yoda, see you",
        "To: yoda see you",
        "tell yoda x",
        "whisper yoda x",
        "pm yoda x",
        "dm @luke x",
        "\\to yoda x",
        "!msg yoda x",
        "7to yoda x",
        ".help",
    ] {
        assert!(matches!(why(line), Unclear::NeedsSlash(_)), "{line}");
    }
    for word in ["msg", "m", "tell", "t", "whisper", "w", "pm", "dm", "query"] {
        let line = format!("/{word} yoda x");
        let meaning = read(&line);
        assert!(matches!(meaning, Meaning::Command { alias_of: Some("to"), .. }), "{meaning:?}");
    }
    for line in ["tell me more", "dm me", "7to9", "!important", "... and so on", ":)"] {
        assert_eq!(read(line), Meaning::Text(line));
    }
}

#[test]
fn where_few_names_are_known_whatever_is_behind_to_is_not_said() {
    let reader = Reader { own: &[], is_user: |_: &str| false, guards_to: true };
    for line in ["to lando, see you", "to be or not", "To yoda x"] {
        let told = Meaning::Unclear { word: first_word(line), why: Unclear::NeedsSlash("to") };
        assert_eq!(reader.read(line), told);
    }
    for line in ["to", "tell me more", "together we stand"] {
        assert_eq!(reader.read(line), Meaning::Text(line));
    }
}

#[test]
fn a_text_that_begins_with_a_name_says_whose() {
    for (line, user) in [("yoda: hi", "yoda"), ("@luke hi", "luke"), ("yoda> hi", "yoda")] {
        assert_eq!(read(line), Meaning::Addressed { user, text: line });
    }
    assert_eq!(read(" yoda: hi"), Meaning::Text("yoda: hi"));
    assert_eq!(read("yoda, hi"), Meaning::Text("yoda, hi"));
}
