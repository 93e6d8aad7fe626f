//! From the greeting to being online, and what is refused on the way.

use super::*;

#[test]
fn a_login_asks_for_acknowledgements_first_and_announces_the_client_behind() {
    let mut chat = begin(config(false));
    assert!(chat.done().is_empty());
    assert_eq!(
        chat.heard("220 smolchat ready"),
        ["< acks on", "< receipts on", "< login hans falcon*solo"]
    );
    assert_eq!(
        chat.heard(
            "200 acknowledgements on\n203 7 receipts on\n230 Welcome to this message application"
        ),
        [
            "> Welcome to this message application",
            "< blocks",
            "< p2p 5000 KEY 10.0.0.2",
            "(ReadCommands)"
        ]
    );
    assert!(chat.heard("212 Users you block: \n261 5000 announced to peers").is_empty());
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn an_account_is_registered_before_the_login() {
    let mut chat = begin(SessionConfig { register: true, ..config(false) });
    assert_eq!(
        chat.heard("220 smolchat ready"),
        ["< acks on", "< receipts on", "< register hans falcon*solo"]
    );
    assert_eq!(
        chat.heard("200 on\n203 7 on\n231 hans registered, now log in"),
        ["> hans registered, now log in", "< login hans falcon*solo"]
    );
}

#[test]
fn the_password_of_a_new_account_is_asked_for_twice_however_often_a_name_is_refused() {
    for (reply, ask) in [
        ("535 this name is taken, choose another", "(Ask(NewCredentials))"),
        ("537 a password is 1 to 64 bytes without space", "(Ask(NewPassword))"),
    ] {
        let mut chat = begin(SessionConfig { register: true, ..config(true) });
        chat.heard("220 smolchat ready");
        let heard = chat.heard(&format!("200 on\n203 7 on\n{reply}"));
        assert_eq!(heard.last().map(String::as_str), Some(ask), "{heard:?}");
    }
}

#[test]
fn each_refusal_of_a_login_has_its_own_ending() {
    for (reply, code) in [
        ("430 43 You are blocked to login, try again later!", 12),
        ("431 hans is online already, the earlier session stays", 13),
        ("532 Invalid username, try again!", 11),
        ("533 Invalid credentials, try again!", 11),
        ("420 9 seconds until you may come back, you are banned", 20),
        ("538 you are banned from this server", 20),
        ("* bye 423 no login in time", 14),
        ("* bye 424 server full, others were waiting and you had not logged in", 15),
    ] {
        let mut chat = begin(config(false));
        chat.heard("220 smolchat ready");
        let text = reply.trim_start_matches("* bye ").split_once(' ').unwrap().1;
        let text = match text.strip_prefix("43 ") {
            Some(text) => format!("{text} (too many wrong passwords: hans is locked for 43 s)"),
            None => text.to_owned(),
        };
        let heard = chat.heard(&format!("200 on\n203 7 on\n{reply}"));
        assert_eq!(heard, [format!("! {text}"), format!("(exit {code})")]);
        assert!(chat.heard("* login luke").is_empty());
    }
}

#[test]
fn a_person_is_asked_again_on_the_same_connection() {
    let mut chat = begin(config(true));
    chat.heard("220 smolchat ready");
    assert_eq!(
        chat.heard("200 on\n203 7 on\n533 Invalid credentials, try again!"),
        ["! Invalid credentials, try again!", "(Ask(Password))"]
    );
    chat.session.handle_credentials(chat.now, Some(("hans".into(), "second".into())));
    assert_eq!(chat.done(), ["< login hans second"]);
    assert_eq!(
        chat.heard("532 Invalid username, try again!"),
        ["! Invalid username, try again!", "(Ask(Credentials))"]
    );
    chat.session.handle_credentials(chat.now, Some(("yoda".into(), "wise@!man".into())));
    assert_eq!(chat.done(), ["< login yoda wise@!man"]);
    assert_eq!(
        chat.heard("430 43 You are blocked to login, try again later!"),
        ["! too many wrong passwords: yoda is locked for 43 s", "(exit 12)"]
    );
}

#[test]
fn a_full_server_and_one_that_does_not_greet_are_told() {
    assert_eq!(
        begin(config(false)).heard("421 server full, try again later"),
        ["! server full, try again later", "(exit 15)"]
    );
    assert_eq!(begin(config(false)).waited(15), ["! the server does not answer", "(exit 10)"]);
}

#[test]
fn a_long_ban_is_told_in_the_unit_that_people_use() {
    for (seconds, told) in
        [(1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (7_200, "2 hours")]
    {
        let line = format!("420 {seconds} seconds until you may come back, you are banned");
        let told = format!("! {told} until you may come back, you are banned");
        assert_eq!(begin(config(false)).heard(&line), [told, "(exit 20)".to_owned()]);
    }
}

#[test]
fn whoever_is_banned_hears_so_and_the_client_does_not_come_again_by_itself() {
    for line in [
        "420 9 seconds until you may come back, you are banned",
        "538 you are banned from this server",
    ] {
        let told = [format!("! {}", &line[4..]), "(exit 20)".to_owned()];
        for is_person in [false, true] {
            assert_eq!(begin(config(is_person)).heard(line), told, "a banned address");
            let mut chat = online_from(config(is_person));
            chat.session.handle_disconnect(chat.now);
            chat.waited(3);
            chat.session.handle_connected(chat.now, vec![]);
            chat.done();
            assert_eq!(chat.heard(line), told, "banned meanwhile");
        }
    }
}

#[test]
fn a_person_who_waits_longer_than_a_second_sees_what_is_done_and_a_script_does_not() {
    for (is_person, told) in [(true, &["~ connecting to home ..."][..]), (false, &[])] {
        let now = Instant::now();
        let session = Session::new(now, config(is_person));
        let mut chat = Conversation::of(session, now);
        assert_eq!(chat.done(), ["(Connect)"]);
        assert_eq!(chat.session.poll_at().is_some(), is_person);
        assert!(chat.waited(0).is_empty());
        assert_eq!(chat.waited(1), told);
        assert!(chat.waited(3).is_empty(), "once");
        chat.session.handle_connected(chat.now, Vec::new());
        chat.heard("220 smolchat ready");
        let told = if is_person { &["~ logging in at home ..."][..] } else { &[] };
        assert_eq!(chat.waited(1), told);
        chat.heard("200 on\n203 7 on\n533 Invalid credentials, try again!");
        assert!(chat.waited(60).is_empty(), "nobody is hurried at a question");
    }
}

const ONLINE: &str = "431 hans is online already, the earlier session stays";

/// Somebody who only wants to say something, refused by this.
fn sending(reconnect: u64, refusal: &str) -> (Conversation, Vec<String>) {
    let reconnect = Some(Duration::from_secs(reconnect));
    let mut chat = begin(SessionConfig { is_sending: true, reconnect, ..config(false) });
    chat.heard("220 smolchat ready");
    let refused = chat.heard(&format!("200 on\n203 7 on\n{refusal}"));
    (chat, refused)
}

#[test]
fn who_only_says_something_waits_for_a_turn_without_a_word() {
    for refusal in [ONLINE, "437 9 seconds until you may log in again, after too many logins"] {
        let (mut chat, refused) = sending(60, refusal);
        assert_eq!(refused, ["(Disconnect)"]);
        assert_eq!(chat.waited(1), ["(Connect)"]);
        chat.session.handle_connected(chat.now, Vec::new());
        chat.heard("220 smolchat ready");
        assert_eq!(chat.heard(ENTRY_TO_SAY), ["< p2p 5000 KEY", "(ReadCommands)"]);
        assert_eq!(chat.typed("message yoda hi"), ["< message yoda hi"]);
    }
}

#[test]
fn whoever_adds_a_key_while_chatting_elsewhere_hears_at_once_what_is_waited_for() {
    let reconnect = Some(Duration::from_secs(60));
    let config = SessionConfig { is_sending: true, adds_key: true, reconnect, ..config(false) };
    let mut chat = begin(config);
    chat.heard("220 smolchat ready");
    let told = chat.heard(&format!("200 on\n203 7 on\n{ONLINE}"));
    assert!(told[0].contains("waiting up to 20 s for its end, or type /addkey there"), "{told:?}");
    chat.waited(1);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    assert_eq!(chat.heard(&format!("200 on\n203 7 on\n{ONLINE}")), ["(Disconnect)"], "once");
}

#[test]
fn a_turn_that_does_not_come_ends_with_the_refusal_and_few_tries() {
    let (mut chat, _) = sending(60, ONLINE);
    let (begun, mut tries, mut told) = (chat.now, 0, Vec::new());
    while told.is_empty() {
        chat.now = chat.session.poll_at().expect("a deadline");
        chat.session.handle_timeout(chat.now);
        let done = chat.done();
        if done != ["(Connect)"] {
            told = done;
            continue;
        }
        tries += 1;
        chat.session.handle_connected(chat.now, Vec::new());
        chat.heard("220 smolchat ready");
        assert_eq!(chat.heard(&format!("200 on\n203 7 on\n{ONLINE}")), ["(Disconnect)"]);
    }
    let text = format!("! {}; given up after 20 s, nothing was sent", &ONLINE[4..]);
    assert_eq!(told, [text, "(exit 13)".to_owned()]);
    assert_eq!((tries, (chat.now - begun).as_secs()), (7, 20), "each costs the user a notice");
    let (_, refused) = sending(0, ONLINE);
    assert_eq!(refused, [format!("! {}", &ONLINE[4..]), "(exit 13)".to_owned()]);
    let (mut chat, _) = sending(3, ONLINE);
    chat.waited(1);
    let told = chat.waited(3);
    assert!(told.concat().contains("given up after 3 s"), "{told:?}");
}

#[test]
fn what_greets_in_another_way_is_told_with_its_words() {
    let not_ours = "! what answers is not a smolchat server";
    for (line, told) in [
        ("220 mail.example ESMTP", format!("{not_ours}, and says: 220 mail.example ESMTP")),
        (":irc NOTICE * :*** hi", format!("{not_ours}, and says: :irc NOTICE * :*** hi")),
        ("HTTP/1.0 400 Bad request", format!("{not_ours}, and says: HTTP/1.0 400 Bad request")),
        ("", not_ours.to_owned()),
        ("SSH-2.0-OpenSSH_9.2", "! what answers is SSH: leave out --ssh off".to_owned()),
    ] {
        let mut chat = begin(config(false));
        chat.session.handle_line(chat.now, line);
        assert_eq!(chat.done(), [&*told, "(exit 17)"], "{line}");
    }
}

#[test]
fn what_was_found_before_a_greeting_is_told_after_five_seconds_or_at_the_end() {
    let found = || Some("it is a teapot".to_owned());
    for is_cut in [true, false] {
        let mut chat = begin(config(false));
        chat.session.handle_found(chat.now, found());
        match is_cut {
            true => chat.session.handle_disconnect(chat.now),
            false => drop((chat.waited(4), chat.now += Duration::from_secs(1))),
        }
        chat.session.handle_timeout(chat.now);
        assert_eq!(chat.done(), ["! it is a teapot", "(exit 17)"], "{is_cut}");
    }
    let mut chat = begin(config(false));
    chat.session.handle_found(chat.now, found());
    chat.session.handle_found(chat.now, None);
    chat.session.handle_disconnect(chat.now);
    assert_eq!(chat.done(), ["! the server closed the connection", "(exit 10)"]);
}
