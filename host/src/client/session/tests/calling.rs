//! The login of SSH, which comes before the first line.

use super::*;
use crate::client::session::{Caller, FailedLogin};

const FINGERPRINT: &str = "SHA256:abc";

fn fails(chat: &mut Conversation, failure: FailedLogin) -> Vec<String> {
    chat.session.handle_failed_login(chat.now, failure);
    chat.done()
}

/// What the server of a call says by itself to a user.
const ENTRY_BY_SSH: &str = "220 smolchat ready
200 acknowledgements on
203 7 receipts on
230 Welcome to this message application";

#[test]
fn a_user_whom_ssh_lets_in_sends_no_password_and_asks_for_nothing_twice() {
    let mut chat = begin(config(false));
    chat.session.call();
    assert_eq!(
        chat.heard(ENTRY_BY_SSH),
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
fn a_user_who_is_online_already_hears_so_by_ssh_too() {
    let mut chat = begin(config(false));
    chat.session.call();
    let told = chat.heard(
        "220 smolchat ready\n200 on\n203 7 on\n431 hans is online already, the earlier stays",
    );
    assert_eq!(told, ["! hans is online already, the earlier stays", "(exit 13)"]);
}

#[test]
fn a_server_of_ssh_without_a_chat_is_told_from_one_that_is_silent() {
    let no_chat = "! SSH lets you in, and what answers there is not a smolchat server";
    let mut chat = begin(config(false));
    chat.session.call();
    chat.session.handle_open_call(chat.now);
    chat.now += Duration::from_secs(5);
    chat.session.handle_timeout(chat.now);
    assert_eq!(chat.done(), [no_chat, "(exit 17)"]);
    let mut chat = begin(config(false));
    chat.session.call();
    chat.session.handle_open_call(chat.now);
    chat.session.handle_disconnect(chat.now);
    assert_eq!(chat.done(), [no_chat, "(exit 17)"]);
    let mut chat = begin(config(false));
    chat.session.call();
    chat.session.handle_disconnect(chat.now);
    assert_eq!(chat.done(), ["! the server closed the connection", "(exit 10)"]);
}

#[test]
fn a_newcomer_registers_inside_and_is_a_user_from_the_next_call_on() {
    let mut chat = begin(SessionConfig { register: true, ..config(true) });
    assert_eq!(chat.session.call().0, Caller::Newcomer);
    assert_eq!(chat.heard("220 smolchat ready"), ["< register hans falcon*solo"]);
    chat.heard("200 on\n203 7 on");
    let told = chat.heard("231 hans registered, now log in");
    assert_eq!(told, ["> hans registered, now log in", "< login hans falcon*solo"]);
    chat.heard("230 Welcome to this message application");
    chat.session.handle_disconnect(chat.now);
    assert_eq!(chat.session.call().0, Caller::User);
}

#[test]
fn a_person_trusts_a_new_key_and_the_client_calls_again() {
    let mut chat = begin(config(true));
    chat.session.handle_new_key(chat.now, FINGERPRINT);
    assert_eq!(
        chat.done(),
        [
            "(Disconnect)",
            "~ home is new here. Its key has the fingerprint",
            "~ SHA256:abc",
            "~ Compare it with what the server printed at its start.",
            "(Ask(Trust))"
        ]
    );
    assert!(chat.waited(3600).is_empty(), "nobody has to hurry");
    chat.session.handle_trusted(chat.now);
    assert_eq!(chat.done(), ["(Disconnect)", "(Connect)"]);
    chat.session.handle_connected(chat.now, vec![]);
    assert_eq!(chat.heard("220 smolchat ready")[0], "< acks on");
}

#[test]
fn a_script_trusts_no_key_by_itself_and_says_what_would() {
    let mut chat = begin(config(false));
    chat.session.handle_new_key(chat.now, FINGERPRINT);
    let told = chat.done();
    assert!(told[0].contains(FINGERPRINT) && told[0].contains("--accept-new"), "{told:?}");
    assert_eq!(told[1], "(exit 16)");
}

#[test]
fn a_key_that_changed_ends_the_run_also_behind_a_lost_connection() {
    for is_person in [false, true] {
        let mut chat = online_from(config(is_person));
        chat.session.handle_disconnect(chat.now);
        chat.waited(3);
        chat.session.handle_connected(chat.now, vec![]);
        chat.done();
        chat.session.handle_untrusted("it changed", None);
        let told = chat.done();
        assert!(told.contains(&"! it changed".to_owned()), "{told:?}");
        assert_eq!(told.last().unwrap(), "(exit 16)");
    }
}

#[test]
fn a_password_is_asked_for_only_when_the_key_opens_nothing() {
    let keyed = |is_interactive| SessionConfig {
        asks_late: true,
        password: String::new(),
        ..config(is_interactive)
    };
    let mut chat = begin(keyed(true));
    assert_eq!(fails(&mut chat, FailedLogin::PasswordWanted), ["(Disconnect)", "(Ask(Password))"]);
    chat.session.handle_credentials(chat.now, Some(("hans".into(), "falcon*solo".into())));
    assert_eq!(chat.done(), ["(Connect)"]);
    assert_eq!(chat.session.call(), (Caller::User, "hans", Some("falcon*solo")));
    let told = fails(&mut begin(keyed(false)), FailedLogin::PasswordWanted);
    assert_eq!(told.last().unwrap(), "(exit 11)");
}

#[test]
fn a_refused_login_is_asked_about_or_ends_a_script() {
    let mut chat = begin(config(true));
    let told = fails(&mut chat, FailedLogin::Refused);
    assert_eq!(told[1..], ["(Disconnect)", "(Ask(Password))"]);
    assert!(told[0].starts_with("! the name or the password is wrong"), "{told:?}");
    let told = fails(&mut begin(config(false)), FailedLogin::Refused);
    assert_eq!(told.last().unwrap(), "(exit 11)");
}

#[test]
fn a_login_that_worked_before_is_tried_again_when_it_is_refused() {
    let mut chat = online_from(config(true));
    chat.session.handle_disconnect(chat.now);
    chat.waited(3);
    chat.session.handle_connected(chat.now, vec![]);
    let told = fails(&mut chat, FailedLogin::Refused);
    assert_eq!(told.last().unwrap(), "(Disconnect)");
    assert!(chat.waited(30).contains(&"(Connect)".to_owned()));
}

#[test]
fn full_places_are_waited_for_by_a_person_and_end_a_script() {
    let full = || FailedLogin::Full("smolchat: all places for SSH are taken".into());
    let told = fails(&mut begin(config(false)), full());
    assert_eq!(told, ["! smolchat: all places for SSH are taken", "(exit 15)"]);
    let mut chat = begin(config(true));
    assert!(fails(&mut chat, full())[0].starts_with("~ not yet: smolchat"));
    assert!(chat.waited(30).contains(&"(Connect)".to_owned()));
}

#[test]
fn a_banned_address_ends_the_run_of_a_person_too() {
    for is_person in [false, true] {
        let banned = FailedLogin::Banned("you are banned from this server".into());
        let told = fails(&mut begin(config(is_person)), banned);
        assert_eq!(told, ["! you are banned from this server", "(exit 20)"]);
    }
}

#[test]
fn whatever_else_answers_is_no_server() {
    let told = fails(&mut begin(config(false)), FailedLogin::Other("not SSH".into()));
    assert_eq!(told, ["! not SSH", "(exit 17)"]);
}

#[test]
fn a_user_whom_a_key_let_in_changes_a_password_that_only_the_server_knows() {
    let keyed = SessionConfig { asks_late: true, password: String::new(), ..config(true) };
    let mut chat = begin(keyed);
    chat.session.call();
    chat.heard(ENTRY_BY_SSH);
    chat.heard(
        "212 Users you block: \n261 5000 announced\n218 0 broadcasts\n210 Users current online: ",
    );
    assert_eq!(chat.typed("/passwd"), ["(Ask(OldPassword))"]);
    let mut answer = |password: &str| {
        chat.session.handle_credentials(chat.now, Some(("hans".into(), password.into())));
        chat.done()
    };
    assert_eq!(answer("falcon*solo"), ["(Ask(NewPassword))"]);
    assert_eq!(answer("kessel"), ["< passwd falcon*solo kessel"]);
}

#[test]
fn a_server_without_registration_says_so_to_whoever_wants_an_account() {
    for failure in [FailedLogin::PasswordWanted, FailedLogin::Refused] {
        let mut chat = begin(SessionConfig { register: true, ..config(true) });
        chat.session.call();
        let told = fails(&mut chat, failure);
        assert_eq!(told, ["! registration is off on this server", "(exit 11)"]);
    }
}

#[test]
fn whoever_sends_by_hand_is_asked_and_a_script_is_not() {
    for (can_ask, is_sending) in [(true, true), (true, false), (false, true)] {
        let wanted = SessionConfig { can_ask, is_sending, ..config(false) };
        let mut chat = begin(wanted.clone());
        chat.session.call();
        let told = fails(&mut chat, FailedLogin::PasswordWanted);
        assert_eq!(told == ["(Disconnect)", "(Ask(Password))"], can_ask, "{told:?}");
        let mut chat = begin(wanted);
        chat.session.call();
        chat.session.handle_new_key(chat.now, "SHA256:x");
        let told = chat.done();
        let is_asked = told.last().is_some_and(|last| last == "(Ask(Trust))");
        assert_eq!(is_asked, can_ask && is_sending, "{told:?}");
    }
}
