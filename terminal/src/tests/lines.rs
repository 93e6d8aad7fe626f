//! What typed lines become, and what is shown of them.

use smolchat_core::time::Duration;

use super::World;
use crate::{Opening, Sizes};

#[test]
fn a_person_is_greeted_and_sees_who_is_there() {
    let opening = Opening { has_terminal: true, user: Some("hans") };
    let mut world = World::new(&Sizes::LARGE, 80, opening);
    world.tell("220 smolchat ready: login <user> <password>, or help");
    world.tell("230 Welcome to this message application");
    assert_eq!(world.requests(), ["receipts on", "history 10", "whoelse"]);
    world.tell("203 7 receipts on");
    world.tell("218-3 luke 90 is anybody here?");
    world.tell("218 1 broadcasts");
    world.tell("210 Users current online: yoda, luke");
    assert_eq!(
        world.rows(),
        [
            "Welcome to this message application",
            "you are hans. /help tells what you can do",
            "what was said to all before:",
            "[90 seconds ago] luke (to all): is anybody here?",
            "Users current online: yoda, luke",
            "all>",
        ]
    );
}

#[test]
fn plain_text_goes_where_the_prompt_says() {
    let mut world = World::online(80);
    world.press("hello\r");
    world.press("/to yoda\r");
    assert_eq!(world.cursor(), ("yoda>".into(), 6));
    world.press("hi\rwhoelse\r/all\r");
    world.press("//etc is a folder\r");
    assert_eq!(
        world.requests(),
        ["broadcast hello", "message yoda hi", "whoelse", "broadcast /etc is a folder"]
    );
    assert_eq!(
        world.rows(),
        [
            "→ all: hello",
            "all> /to yoda",
            "→ yoda: hi",
            "yoda> whoelse",
            "yoda> /all",
            "→ all: /etc is a folder",
            "all>",
        ]
    );
}

#[test]
fn an_answer_goes_to_whoever_wrote_last() {
    let mut world = World::online(80);
    world.press("/r hi\r");
    assert_eq!(world.rows(), ["all> /r hi", "nobody has written to you yet", "all>"]);
    world.tell("* message 1 yoda 0 do or do not");
    world.tell("* broadcast 2 luke 0 hello");
    world.press("/r ");
    assert_eq!(world.cursor(), ("all> /to yoda".into(), 14));
    world.press("there\r\t");
    assert_eq!(world.cursor(), ("all> /to yoda".into(), 14), "Tab in an empty row");
    world.press("is\r/reg\t");
    assert_eq!(world.cursor().0, "all> /register");
    assert_eq!(world.requests(), ["message yoda there", "message yoda is"]);
}

#[test]
fn every_line_end_is_enter() {
    let mut world = World::online(80);
    world.press("one\rtwo\nthree\r\nfour\n\n\n");
    assert_eq!(
        world.requests(),
        ["broadcast one", "broadcast two", "broadcast three", "broadcast four"]
    );
}

#[test]
fn what_is_no_text_and_no_command_is_not_sent() {
    let mut world = World::online(100);
    for (line, told) in [
        (
            "mesage yoda x",
            "mesage: unknown command, did you mean message? Begin with a space to say it",
        ),
        ("quit", "quit: a command begins with /, so type /quit. Begin with a space to say it"),
        (
            "password solo",
            "password: a password may follow, so nobody reads this; /passwd changes yours. Begin with a space to",
        ),
        ("/dance", "/dance: unknown command, try help"),
        ("/quti", "/quti: unknown command, did you mean /quit?"),
        ("/help dance", "/dance: unknown command, try help"),
        ("/quit now?", "wrong arguments, the form is: /logout"),
        ("/to", "wrong arguments, the form is: /to <user> [text]"),
        ("/block", "wrong arguments, the form is: block <user>"),
        ("block", "wrong arguments, the form is: block <user>. Begin with a space to say it"),
        (
            "seen any films?",
            "wrong arguments, the form is: seen <user>. Begin with a space to say it",
        ),
        ("keys are under it", "wrong arguments, the form is: keys. Begin with a space to say it"),
        (
            "startprivate yoda",
            "startprivate: that goes straight between clients, and needs the program smolchat",
        ),
        ("/to -v\u{301} x", "Invalid receiver! (there is no user \"-v\u{fffd}\")"),
    ] {
        world.press("\x0c");
        world.press(&format!("{line}\r"));
        // The screen of these tests draws no U+FFFD.
        assert_eq!(world.rows()[1], told.replace('\u{fffd}', ""), "{line}");
    }
    assert_eq!(world.requests(), [""; 0]);
}

#[test]
fn a_refusal_names_who_and_why() {
    let mut world = World::online(80);
    for (typed, reply, told) in [
        (
            "message nobody hi",
            "550 Invalid receiver!",
            "Invalid receiver! (there is no user \"nobody\"); not taken: hi",
        ),
        (
            "message hans hi",
            "550 Invalid receiver!",
            "Invalid receiver! (that is you); not taken: hi",
        ),
        (
            "unblock yoda",
            "541 Invalid user to unblock",
            "Invalid user to unblock (you do not block \"yoda\")",
        ),
        (
            "passwd a b",
            "430 43 You are blocked to login, try again later!",
            "too many wrong passwords: hans is locked for another 43 s",
        ),
        ("seen yoda", "216 yoda was last here 7200 seconds ago", "yoda was last here 2 hours ago"),
        ("blocks", "212 Users you block: ", "You block nobody."),
        (
            "message yoda hi",
            "251 7 stored until yoda logs in",
            "yoda is offline, the message is stored",
        ),
        (
            "block yoda",
            "442 1 seconds until your next block, unblock or startprivate, after too many",
            "1 second until your next block, unblock or startprivate, after too many",
        ),
        ("ping", "299 a newer server's word", "a newer server's word"),
    ] {
        world.press("\x0c");
        world.press(&format!("{typed}\r"));
        assert_eq!(world.requests().len(), 1);
        world.tell(reply);
        assert_eq!(world.rows()[1], told, "{typed}");
    }
}

#[test]
fn events_are_told_in_words() {
    let mut world = World::online(100);
    for (event, told) in [
        ("* message 1 yoda 0 hi", "yoda: hi"),
        ("* message 1 yoda 180 hi", "[3 minutes ago] yoda: hi"),
        ("* broadcast 1 yoda 0 hi", "yoda (to all): hi"),
        ("* login luke", "luke logged in"),
        ("* logout luke", "luke just logged out"),
        ("* missed 12", "12 logins and logouts were not told, this terminal was too slow"),
        ("* idle 60", "you are logged out in 60 s, unless you do something"),
        ("* expired 9", "a message of yours was not fetched in time, it is gone"),
        (
            "* attempt 10.0.0.1",
            "somebody at 10.0.0.1 gave your password, and was refused: you are online here",
        ),
        (
            "* attempt fe80:0:0:0:0:0:0:1f",
            "somebody at fe80:0:0:0:0:0:0:1f gave your password, and was refused: you are online here",
        ),
        (
            "* private luke 000102030405060708090a0b0c0d0e0f - 10.0.0.1:5",
            "luke wants to talk in private, which needs the program smolchat",
        ),
    ] {
        // Attempts of one minute are one line.
        world.now = world.now + Duration::from_secs(60);
        world.press("\x0c");
        world.tell(event);
        assert_eq!(world.rows(), [told, "all>"], "{event}");
    }
    world.press("\x0c/presence off\r");
    world.tell("* login luke");
    assert_eq!(world.rows(), ["all> /presence off", "all>"]);
}

#[test]
fn help_and_the_past_are_told_line_by_line() {
    let mut world = World::online(80);
    world.press("/help\r");
    let rows = world.rows();
    assert_eq!((&*rows[0], &**rows.last().unwrap()), ("all> /help", "all>"), "24 rows");
    assert!(
        rows.contains(&"  /whoelse                     who else is online".to_owned()),
        "{rows:#?}"
    );
    world.press("\x0c/help more\r");
    let rows = world.rows();
    assert_eq!(rows[..2], ["all> /help more", "Your account:"]);
    assert!(
        rows.contains(&"  /ping                        hear that the server is there".to_owned())
    );
    world.press("\x0chistory\r");
    assert_eq!(world.requests(), ["history"]);
    for line in ["218-1 yoda 7200 hello there", "218-2 luke 3 yes", "218 2 broadcasts"] {
        world.tell(line);
    }
    assert_eq!(
        world.rows()[1..],
        ["[2 hours ago] yoda (to all): hello there", "luke (to all): yes", "2 broadcasts", "all>"]
    );
}

#[test]
fn a_long_text_becomes_several_messages() {
    let mut world = World::online(80);
    let text = "do or do not ".repeat(100);
    world.press(&format!("{}\r", text.trim_end()));
    let requests = world.requests();
    let said: Vec<_> =
        requests.iter().map(|line| line.strip_prefix("broadcast ").unwrap()).collect();
    let mut rest = Vec::new();
    rest.extend(world.requests());
    let rest: Vec<_> = rest.iter().map(|line| line.strip_prefix("broadcast ").unwrap()).collect();
    assert_eq!([said, rest].concat().join(" "), text.trim_end());
}

#[test]
fn the_last_line_gives_the_terminal_back() {
    for (keys, line) in
        [("\x04", "221 You just logged out"), ("", "* bye 425 the server is stopping")]
    {
        let mut world = World::online(80);
        world.press(keys);
        assert_eq!(world.requests(), vec!["logout"; keys.len()]);
        world.tell(line);
        assert!(world.shown().ends_with("\x1b[?2004l"), "{:?}", world.shown());
        assert_eq!(world.rows(), [line.split_once(' ').unwrap().1.trim_start_matches("bye 425 ")]);
        world.press("more\r");
        assert_eq!(world.requests(), [""; 0]);
    }
}

#[test]
fn a_login_that_is_refused_gives_the_terminal_back() {
    let opening = Opening { has_terminal: true, user: Some("hans") };
    for lines in [
        &["421 server full, try again later"][..],
        &["220 smolchat ready", "431 hans is online already, the earlier session stays"],
    ] {
        let mut world = World::new(&Sizes::LARGE, 80, opening);
        lines.iter().for_each(|line| world.tell(line));
        assert!(world.shown().ends_with("\x1b[?2004l"), "{:?}", world.shown());
        assert_eq!(world.rows(), [lines.last().unwrap().split_once(' ').unwrap().1]);
    }
    let mut world = World::new(&Sizes::LARGE, 80, Opening { user: None, ..opening });
    world.tell("220 smolchat ready");
    world.press("/login hans\rwrong\r");
    world.requests();
    world.tell("533 Invalid credentials, try again!");
    assert_eq!(world.cursor().0, "password:", "a guest may try again");
}

#[test]
fn a_guest_hears_how_to_come_in() {
    let opening = Opening { has_terminal: true, user: None };
    let mut world = World::new(&Sizes::LARGE, 80, opening);
    world.tell("220 smolchat ready: login <user> <password>, or help");
    let hint = "/register NAME makes an account, /login NAME enters, /help tells more";
    assert_eq!(world.rows(), [hint, ">"]);
    assert_eq!(world.requests(), ["active"]);
    world.tell("204 noted");
    world.press("hello\r");
    assert_eq!(world.requests(), ["broadcast hello"]);
    world.tell("530 log in first: login <user> <password>");
    assert_eq!(
        world.rows()[2],
        "log in first: /login NAME, or /register NAME if you have no account; not taken:"
    );
}

#[test]
fn the_server_hears_once_a_minute_that_somebody_types() {
    let mut world = World::online(80);
    world.press("a");
    assert_eq!(world.requests(), [""; 0]);
    world.now = world.now + smolchat_core::time::Duration::from_secs(60);
    world.press("b");
    world.press("c");
    assert_eq!(world.requests(), ["active"]);
    world.tell("204 noted");
    assert_eq!(world.rows(), ["all> abc"]);
}

#[test]
fn a_text_of_more_than_five_messages_is_sent_if_it_is_typed_again() {
    let mut world = World::online(80);
    let text = "do or do not ".repeat(300);
    world.press(&format!("{}\r", text.trim_end()));
    assert_eq!(world.requests(), [""; 0]);
    let told = "this is 10 messages; to send it, type it again (Up, Enter)";
    assert_eq!(world.rows(), [told, "all>"]);
    world.press("\x1b[A\r");
    let mut sent = Vec::new();
    for _ in 0..10 {
        sent.extend(world.requests());
    }
    let texts = sent.iter().map(|line| line.strip_prefix("broadcast ").unwrap());
    assert_eq!(texts.collect::<Vec<_>>().join(" "), text.trim_end());
    world.press("\x1b[A\r");
    assert_eq!(world.requests(), [""; 0], "the next time it is asked about again");
}
