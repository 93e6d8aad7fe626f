//! A person who reads, who types, and who is refused for what others do.

use super::*;

fn person() -> Conversation {
    online_from(SessionConfig { reconnect: None, ..config(true) })
}

#[test]
fn typing_is_told_to_the_server_once_a_minute() {
    let mut chat = person();
    chat.session.handle_activity(chat.now);
    assert_eq!(chat.done(), ["< active"]);
    assert!(chat.heard("204 noted").is_empty());
    chat.waited(59);
    chat.session.handle_activity(chat.now);
    assert!(chat.done().is_empty());
    chat.waited(1);
    chat.session.handle_activity(chat.now);
    assert_eq!(chat.done(), ["< active"]);
    assert!(chat.heard("500 unknown command, try help").is_empty(), "an older server");
    // Behind a warning once a minute is too late.
    chat.waited(3);
    chat.heard("* idle 10");
    chat.session.handle_activity(chat.now);
    assert_eq!(chat.done(), ["< active"]);
}

#[test]
fn a_person_who_was_inactive_stays_and_comes_back_at_the_next_key() {
    let mut chat = person();
    assert_eq!(
        chat.heard("* bye 422 you were inactive and are logged out"),
        ["~ you were inactive and are logged out; press a key to come back", "(Disconnect)"]
    );
    assert!(chat.waited(24 * 3600).is_empty());
    chat.session.handle_activity(chat.now);
    assert_eq!(chat.waited(0), ["(Connect)"]);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    assert!(chat.heard(ENTRY).contains(&"~ connected again".to_owned()));
    let mut script = online();
    let ended = script.heard("* bye 422 you were inactive and are logged out");
    assert_eq!(ended, ["! you were inactive and are logged out", "(exit 14)"]);
}

#[test]
fn a_person_waits_for_what_others_cause() {
    for refusal in [
        "421 server full, try again later",
        "430 43 You are blocked to login, try again later!",
        "431 hans is online already, the earlier session stays",
        "* bye 424 server full, others were waiting and you had not logged in",
    ] {
        let mut chat = begin(SessionConfig { reconnect: None, ..config(true) });
        chat.heard("220 smolchat ready");
        let text = refusal.trim_start_matches("* bye ").split_once(' ').unwrap().1;
        let text = match text.strip_prefix("43 ") {
            Some(_) => "too many wrong passwords: hans is locked for 43 s",
            None => text,
        };
        let heard = chat.heard(&format!("200 on\n203 7 on\n{refusal}"));
        assert_eq!(
            heard,
            [
                format!("~ not yet: {text}; the client tries again by itself"),
                "(Disconnect)".to_owned()
            ]
        );
        assert!(chat.waited(1).is_empty());
        assert_eq!(chat.waited(1), ["(Connect)"]);
        chat.session.handle_connected(chat.now, Vec::new());
        chat.heard("220 smolchat ready");
        let welcomed = chat.heard(ENTRY);
        assert_eq!(welcomed[0], "> Welcome to this message application", "{refusal}");
    }
    let mut full = begin(config(true));
    assert_eq!(
        full.heard("421 server full, try again later"),
        [
            "~ not yet: server full, try again later; the client tries again by itself",
            "(Disconnect)"
        ]
    );
}

#[test]
fn a_server_that_checks_too_many_passwords_is_waited_for_by_a_person_and_ends_a_script() {
    const FULL: &str = "200 on\n203 7 on\n429 the server checks as many passwords as it can, try \
                        again later";
    let mut chat = begin(SessionConfig { reconnect: None, ..config(true) });
    chat.heard("220 smolchat ready");
    assert!(chat.heard(FULL)[0].starts_with("~ not yet: the server checks"));
    assert_eq!(chat.waited(2), ["(Connect)"]);
    let mut chat = begin(config(false));
    chat.heard("220 smolchat ready");
    assert_eq!(chat.heard(FULL).last().unwrap(), "(exit 15)");
}

#[test]
fn a_wrong_password_after_a_wait_is_asked_for_again() {
    let mut chat = begin(SessionConfig { reconnect: None, ..config(true) });
    chat.heard("220 smolchat ready");
    chat.heard("200 on\n203 7 on\n430 43 You are blocked to login, try again later!");
    chat.waited(2);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    assert_eq!(
        chat.heard("200 on\n203 7 on\n533 Invalid credentials, try again!"),
        ["! Invalid credentials, try again!", "(Ask(Password))"]
    );
}

#[test]
fn who_thinks_about_a_password_longer_than_the_server_waits_is_still_asked() {
    for is_told in [true, false] {
        let mut chat = begin(config(true));
        chat.heard("220 smolchat ready");
        chat.heard("200 on\n203 7 on\n533 Invalid credentials, try again!");
        if is_told {
            assert_eq!(chat.heard("* bye 423 no login in time"), ["(Disconnect)"]);
        } else {
            chat.session.handle_disconnect(chat.now);
            assert_eq!(chat.done(), ["(Disconnect)"]);
        }
        chat.session.handle_disconnect(chat.now);
        assert!(chat.done().is_empty());
        chat.session.handle_credentials(chat.now, Some(("hans".into(), "second".into())));
        assert_eq!(chat.done(), ["(Connect)"]);
        chat.session.handle_connected(chat.now, Vec::new());
        assert!(chat.heard("220 smolchat ready").contains(&"< login hans second".to_owned()));
    }
}

#[test]
fn a_login_that_is_not_answered_is_given_up() {
    let mut chat = begin(config(true));
    chat.heard("220 smolchat ready");
    assert_eq!(chat.waited(14), ["~ logging in at home ..."]);
    assert_eq!(chat.waited(1), ["! the server does not answer", "(exit 10)"]);
    let mut back = person();
    back.session.handle_disconnect(back.now);
    back.waited(1);
    back.session.handle_connected(back.now, Vec::new());
    back.heard("220 smolchat ready");
    assert_eq!(back.waited(15), ["(Disconnect)"]);
}

#[test]
fn who_does_not_want_to_wait_is_not_made_to() {
    let mut chat = begin(SessionConfig { reconnect: Some(Duration::ZERO), ..config(true) });
    chat.heard("220 smolchat ready");
    let heard =
        chat.heard("200 on\n203 7 on\n431 hans is online already, the earlier session stays");
    assert_eq!(heard[1], "(exit 13)");
}

#[test]
fn ctrl_c_ends_the_waiting_for_a_goodbye() {
    let mut chat = person();
    assert_eq!(chat.typed("logout"), ["< logout"]);
    chat.session.handle_cancel(chat.now);
    assert!(chat.done().is_empty());
    assert!(chat.waited(1).contains(&"(exit 0)".to_owned()), "it is what the user wants");
}

#[test]
fn who_gives_the_password_elsewhere_again_and_again_is_told_of_once_a_minute() {
    let mut chat = person();
    let told = "~ somebody at 10.0.0.9 gave your password, and was refused: you are online here";
    assert_eq!(chat.heard("* attempt 10.0.0.9"), [told]);
    assert!(chat.heard("* attempt 10.0.0.9").is_empty());
    assert_eq!(chat.heard("* attempt 10.0.0.8").len(), 1, "another address");
    chat.waited(60);
    assert_eq!(chat.heard("* attempt 10.0.0.8").len(), 1);
}
