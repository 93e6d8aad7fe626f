//! A password that becomes another one, also while the connection is lost.

use super::*;

const CHANGED: &str = "232 password changed";

fn entry_with(password: &str) -> Vec<String> {
    let login = format!("< login hans {password}");
    vec!["< acks on".to_owned(), "< receipts on".to_owned(), login]
}

/// The next try finds the server, which greets.
fn enters(chat: &mut Conversation) -> Vec<String> {
    chat.tries();
    chat.session.handle_connected(chat.now, vec!["10.0.0.9".parse().unwrap()]);
    chat.heard("220 ready")
}

#[test]
fn a_person_is_asked_and_a_script_says_both_and_the_next_login_has_the_new_one() {
    let mut chat = person();
    chat.has_echo = true;
    assert_eq!(chat.typed("/passwd"), [": /passwd", "(Ask(OtherPassword))"]);
    chat.session.handle_new_password(chat.now, "falcon*solo", "kessel");
    assert_eq!(chat.done(), ["< passwd falcon*solo kessel"]);
    assert_eq!(chat.heard(CHANGED), ["> password changed"]);
    assert_eq!(chat.typed("passwd kessel run"), [": passwd", "< passwd kessel run"]);
    assert_eq!(chat.heard(CHANGED), ["> password changed"]);
    chat.cut();
    assert_eq!(enters(&mut chat), entry_with("run"));
    let mut chat = online();
    assert_eq!(chat.typed("passwd falcon*solo kessel"), ["< passwd falcon*solo kessel"]);
    assert_eq!(chat.heard(CHANGED), ["> password changed"]);
    assert_eq!(chat.typed("passwd")[0].chars().next(), Some('!'), "a script is asked nothing");
    chat.cut();
    assert_eq!(enters(&mut chat), entry_with("kessel"));
}

#[test]
fn a_refused_password_and_a_question_left_keep_the_old_one() {
    let mut chat = person();
    chat.typed("/passwd");
    chat.session.handle_credentials(chat.now, None);
    assert_eq!(chat.done(), ["~ the password stays as it is"]);
    chat.typed("passwd guess kessel");
    assert_eq!(chat.heard("533 Invalid credentials, try again!").len(), 1);
    chat.cut();
    assert_eq!(enters(&mut chat), entry_with("falcon*solo"));
}

#[test]
fn where_the_reply_is_lost_either_password_may_open() {
    let mut chat = person();
    chat.typed("passwd falcon*solo kessel");
    let lost = chat.cut();
    assert!(lost.contains(&"! unanswered: passwd".to_owned()), "{lost:?}");
    assert_eq!(enters(&mut chat), entry_with("falcon*solo"));
    chat.heard("200 acknowledgements on\n203 7 receipts on");
    let wrong = "533 Invalid credentials, try again!";
    assert_eq!(chat.heard(wrong), ["< login hans kessel"]);
    chat.heard("230 Welcome to this message application");
    chat.cut();
    assert_eq!(enters(&mut chat), entry_with("kessel"));
    chat.heard("200 acknowledgements on\n203 7 receipts on");
    assert_eq!(chat.heard(wrong).last().map(String::as_str), Some("(exit 11)"), "no third one");
}
