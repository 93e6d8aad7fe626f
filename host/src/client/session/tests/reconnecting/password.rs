//! A password that becomes another one, also while the connection is lost.

use super::*;

const CHANGED: &str = "232 password changed";
const WRONG: &str = "533 Invalid credentials, try again!";
const TOLD_WRONG: &str = "! the old password is wrong";

impl Conversation {
    /// The user answers a question after a password.
    fn answers(&mut self, password: &str) -> Vec<String> {
        let answer = Some(("hans".to_owned(), password.to_owned()));
        self.session.handle_credentials(self.now, answer);
        self.done()
    }
}

fn entry_with(password: &str) -> Vec<String> {
    let login = format!("< login hans {password}");
    vec!["< acks on".to_owned(), "< receipts on".to_owned(), login]
}

/// The next try finds the server, which greets.
fn enters(chat: &mut Conversation) -> Vec<String> {
    chat.tries();
    chat.session.handle_connected(chat.now, vec!["10.0.0.9".parse().unwrap()]);
    chat.heard("220 smolchat ready")
}

#[test]
fn a_person_is_asked_and_a_script_says_both_and_the_next_login_has_the_new_one() {
    let mut chat = person();
    chat.has_echo = true;
    assert_eq!(chat.typed("/passwd"), [": /passwd", "(Ask(OldPassword))"]);
    assert_eq!(chat.answers("falcon*solo"), ["(Ask(NewPassword))"]);
    assert_eq!(chat.answers("kessel"), ["< passwd falcon*solo kessel"]);
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
    chat.typed("/passwd");
    chat.answers("falcon*solo");
    chat.session.handle_credentials(chat.now, None);
    assert_eq!(chat.done(), ["~ the password stays as it is"]);
    chat.typed("passwd guess kessel");
    assert_eq!(chat.heard(WRONG), [TOLD_WRONG]);
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
    assert_eq!(chat.heard(WRONG), ["< login hans kessel"]);
    chat.heard("230 Welcome to this message application");
    chat.cut();
    assert_eq!(enters(&mut chat), entry_with("kessel"));
    chat.heard("200 acknowledgements on\n203 7 receipts on");
    assert_eq!(chat.heard(WRONG).last().map(String::as_str), Some("(exit 11)"), "no third one");
}

#[test]
fn a_wrong_old_password_is_told_before_the_new_one_is_asked_for_and_the_server_counts_it() {
    let mut chat = person();
    chat.typed("/passwd");
    let asked = "(Ask(OldPassword))";
    assert_eq!(chat.answers("solo"), [TOLD_WRONG, "< passwd solo solo", asked]);
    assert!(chat.heard(WRONG).is_empty(), "it was told");
    assert_eq!(chat.answers("solo"), [TOLD_WRONG, asked], "the same mistake counts once");
    assert_eq!(
        chat.answers("han"),
        [TOLD_WRONG, "< passwd han han", "~ the password stays as it is"]
    );
    let locked = "430 60 You are blocked to login, try again later!";
    assert_eq!(chat.heard(locked), ["! too many wrong passwords: hans is locked for 60 s"]);
    chat.typed("/passwd");
    assert_eq!(chat.answers("falcon*solo"), ["(Ask(NewPassword))"]);
}

#[test]
fn the_server_knows_the_password_better_than_the_client() {
    let mut chat = person();
    chat.typed("/passwd");
    chat.answers("kessel");
    assert!(chat.heard(CHANGED).is_empty(), "it is the password until now");
    assert_eq!(chat.answers("kessel"), ["(Ask(NewPassword))"]);
    assert_eq!(chat.answers("run"), ["< passwd kessel run"]);
}

#[test]
fn a_question_after_a_new_password_waits_for_no_login() {
    let mut chat = person();
    chat.typed("/passwd");
    chat.cut();
    assert_eq!(enters(&mut chat), entry_with("falcon*solo"));
    chat.waited(15);
    assert_eq!(chat.tries(), ["(Connect)"], "the login is given up as any other");
    assert_eq!(chat.answers("falcon*solo"), ["(Ask(NewPassword))"]);
}
