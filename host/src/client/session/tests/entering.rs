//! From the greeting to being online, and what is refused on the way.

use super::*;

#[test]
fn a_login_asks_for_acknowledgements_first_and_announces_the_client_behind() {
    let mut chat = begin(config(false));
    assert!(chat.done().is_empty());
    assert_eq!(chat.heard("220 ready"), ["< acks on", "< receipts on", "< login hans falcon*solo"]);
    assert_eq!(
        chat.heard(
            "200 acknowledgements on\n203 7 receipts on\n230 Welcome to this message application"
        ),
        ["> Welcome to this message application", "< p2p 5000 10.0.0.2", "(ReadCommands)"]
    );
    assert!(chat.heard("261 5000 announced to peers").is_empty());
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn an_account_is_registered_before_the_login() {
    let mut chat = begin(SessionConfig { register: true, ..config(false) });
    assert_eq!(
        chat.heard("220 ready"),
        ["< acks on", "< receipts on", "< register hans falcon*solo"]
    );
    assert_eq!(
        chat.heard("200 on\n203 7 on\n231 hans registered, now log in"),
        ["> hans registered, now log in", "< login hans falcon*solo"]
    );
}

#[test]
fn each_refusal_of_a_login_has_its_own_ending() {
    for (reply, code) in [
        ("430 43 You are blocked to login, try again later!", 12),
        ("431 hans is online already, the earlier session stays", 13),
        ("532 Invalid username, try again!", 11),
        ("533 Invalid credentials, try again!", 11),
        ("* bye 423 no login in time", 14),
        ("* bye 424 server full, others were waiting and you had not logged in", 15),
    ] {
        let mut chat = begin(config(false));
        chat.heard("220 ready");
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
    chat.heard("220 ready");
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
fn what_greets_otherwise_is_no_server_and_a_full_one_says_so() {
    assert_eq!(
        begin(config(false)).heard("SSH-2.0-OpenSSH_9"),
        ["! what answers is not a smolchat server", "(exit 17)"]
    );
    assert_eq!(
        begin(config(false)).heard("421 server full, try again later"),
        ["! server full, try again later", "(exit 15)"]
    );
    assert_eq!(begin(config(false)).waited(15), ["! the server does not answer", "(exit 10)"]);
}

#[test]
fn a_person_who_waits_longer_than_a_second_sees_what_is_done_and_a_script_does_not() {
    for (is_person, told) in [(true, &["~ connecting to home ..."][..]), (false, &[])] {
        let now = Instant::now();
        let session = Session::new(now, config(is_person));
        let mut chat = Conversation { session, now, has_echo: false, kept: None };
        assert_eq!(chat.done(), ["(Connect)"]);
        assert_eq!(chat.session.poll_at().is_some(), is_person);
        assert!(chat.waited(0).is_empty());
        assert_eq!(chat.waited(1), told);
        assert!(chat.waited(3).is_empty(), "once");
        chat.session.handle_connected(chat.now, Vec::new());
        chat.heard("220 ready");
        let told = if is_person { &["~ logging in at home ..."][..] } else { &[] };
        assert_eq!(chat.waited(1), told);
        chat.heard("200 on\n203 7 on\n533 Invalid credentials, try again!");
        assert!(chat.waited(60).is_empty(), "nobody is hurried at a question");
    }
}
