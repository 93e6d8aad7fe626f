//! What lines of a person mean: commands, text, and neither.

use super::*;

fn meaning(line: &str, bare: bool) -> Meaning<'_> {
    super::meaning(line, bare, |word| word.eq_ignore_ascii_case("yoda"))
}

fn command(line: &str) -> Meaning<'_> {
    Meaning::Command(line.into())
}

#[test]
fn a_slash_begins_a_command_and_a_space_begins_text() {
    assert_eq!(meaning("/message yoda hi", true), command("message yoda hi"));
    assert_eq!(meaning("/msg yoda hi", false), command("to yoda hi"));
    assert_eq!(meaning("/quit", true), command("logout"));
    assert_eq!(meaning("//etc is a folder", true), Meaning::Text("/etc is a folder"));
    assert_eq!(meaning("  message yoda hi", true), Meaning::Text("message yoda hi"));
    assert_eq!(meaning("hello all", true), Meaning::Text("hello all"));
    assert_eq!(meaning("/", true), command(""));
}

#[test]
fn a_bare_command_is_a_command_and_never_said() {
    assert_eq!(meaning("message yoda hi", true), command("message yoda hi"));
    assert_eq!(meaning("block that road", true), command("block that road"));
    assert!(matches!(meaning("message yoda hi", false), Meaning::Unclear(_)));
    for word in ["to", "all", "say", "presence"] {
        let line = format!("{word} be or not");
        assert_eq!(meaning(&line, true), Meaning::Text(&line), "only behind a /");
    }
}

#[test]
fn a_login_with_its_password_is_never_said() {
    for bare in [true, false] {
        let meant = meaning("login hans falcon*solo", bare);
        assert!(matches!(meant, Meaning::Unclear(_)), "{meant:?}");
    }
    assert_eq!(meaning(" login works again", true), Meaning::Text("login works again"));
}

#[test]
fn a_password_is_never_said_whatever_word_stands_before_it() {
    for line in ["password hunter2", "Password: hunter2", "pasword x", "password"] {
        let meant = meaning(line, true);
        assert!(matches!(meant, Meaning::Unclear(_)), "{line}: {meant:?}");
    }
    assert_eq!(meaning(" password reset works", true), Meaning::Text("password reset works"));
    for line in ["passport please", "my password is gone", "all hello", "say hello", "m&m"] {
        assert_eq!(meaning(line, true), Meaning::Text(line));
    }
}

#[test]
fn what_is_nearly_a_command_is_not_said_either() {
    for word in ["Message", "mesage", "messsage", "massage", "emssage", "message:", "BLOCK"] {
        let line = format!("{word} yoda the password is x");
        let Meaning::Unclear(text) = meaning(&line, true) else { panic!("{word} is said") };
        assert!(text.starts_with(&format!("{word}: unknown command, did you mean ")), "{text}");
    }
    for line in ["black cats", "see you", "holp", "lots of", "private-ish", ""] {
        assert_eq!(meaning(line, true), Meaning::Text(line));
    }
    let Meaning::Unclear(text) = meaning("/mesage yoda hi", true) else { panic!() };
    assert_eq!(text, "/mesage: unknown command, did you mean /message?");
    let Meaning::Unclear(text) = meaning("/quti", true) else { panic!() };
    assert_eq!(text, "/quti: unknown command, did you mean /quit?");
    let Meaning::Unclear(text) = meaning("/dance", true) else { panic!() };
    assert_eq!(text, "/dance: unknown command, try /help");
}

#[test]
fn what_lacks_only_its_slash_is_not_said() {
    for line in [
        "to yoda the word is x",
        "r yes",
        "msg yoda x",
        "m yoda x",
        "presence off",
        "quit",
        "exit",
        "who",
        "login hans falcon*solo",
        "Login hans falcon*solo",
        "lgoin hans falcon*solo",
        "logn hans falcon*solo",
        "ack 5",
        "acks on",
        "p2p 1 2",
        "active",
        "\u{a0}/to yoda x",
        "\u{200b}/to yoda x",
    ] {
        for bare in [true, false] {
            assert!(matches!(meaning(line, bare), Meaning::Unclear(_)), "{line} is said");
        }
    }
    for line in ["to be or not", "who is there", "quit that", "all is well", "say hi"] {
        assert_eq!(meaning(line, true), Meaning::Text(line));
    }
}

#[test]
fn capitals_make_no_text_of_what_was_meant_as_a_command() {
    for line in ["To yoda my secret", "TO Yoda x", "Quit", "EXIT", "R hi", "Presence off"] {
        assert!(matches!(meaning(line, true), Meaning::Unclear(_)), "{line}");
    }
    for line in ["To be or not to be", "Exit polls are in", "Presence of mind"] {
        assert_eq!(meaning(line, true), Meaning::Text(line));
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
        let Meaning::Unclear(text) = meaning(line, true) else { panic!("{line} is said") };
        assert!(text.contains("a command begins with /, so type /"), "{line}: {text}");
    }
    for word in ["msg", "m", "tell", "t", "whisper", "w", "pm", "dm", "query"] {
        assert_eq!(meaning(&format!("/{word} yoda x"), true), command("to yoda x"));
    }
    for line in ["tell me more", "dm me", "7to9", "!important", "... and so on", ":)"] {
        assert_eq!(meaning(line, true), Meaning::Text(line));
    }
}

#[test]
fn a_text_that_begins_with_a_name_says_whose() {
    for (line, user) in [("yoda: hi", "yoda"), ("@luke hi", "luke"), ("yoda> hi", "yoda")] {
        assert_eq!(meaning(line, true), Meaning::Addressed { user, text: line });
    }
    assert_eq!(meaning(" yoda: hi", true), Meaning::Text("yoda: hi"));
    assert_eq!(meaning("yoda, hi", true), Meaning::Text("yoda, hi"));
}
