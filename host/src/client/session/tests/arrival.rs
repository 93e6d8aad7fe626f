//! What a person sees at a login: mail to this person alone stands last. Nothing is acknowledged
//! before it is shown.

use super::*;

/// A start of a person who has seen the room up to the fifth broadcast.
fn starting() -> Conversation {
    let mut chat = begin(config(true));
    chat.kept = Some(Seen { epoch: 7, id: MessageId(5) });
    chat.heard("220 smolchat ready");
    chat.heard(ENTRY);
    chat.heard_of_gap(0);
    chat
}

const PAST: &str = "218-5 yoda 60 five\n218-8 luke 30 eight\n218 2 broadcasts";
const HERE: &str = "210 Users current online: ";
const HELP: &str = "~ type to talk to all, /to NAME to talk to one user, /help for more";

#[test]
fn mail_to_a_person_alone_is_told_last_whatever_comes_first() {
    let mail = "* message 6 yoda 3600 hi\n* broadcast 7 leia 40 seven\n* message 9 yoda 2 again";
    let mut orders = vec![format!("{mail}\n{PAST}\n{HERE}"), format!("{PAST}\n{mail}\n{HERE}")];
    orders.push(format!("{PAST}\n* message 6 yoda 3600 hi\n{HERE}"));
    for (number, order) in orders.iter().enumerate() {
        let is_one = number == 2;
        let mut expected = vec!["> [60 seconds ago] yoda (to all): five"];
        expected.push("~ new since you were here:");
        expected.extend((!is_one).then_some("> [40 seconds ago] leia (to all): seven"));
        expected.push("> [30 seconds ago] luke (to all): eight");
        expected.extend(["~ you are hans on home; online: nobody else", HELP]);
        let heading = if is_one { "~ 1 message to you while" } else { "~ 2 messages to you while" };
        let heading = format!("{heading} you were away:");
        expected.extend([&*heading, "> [60 minutes ago] yoda: hi"]);
        expected.extend((!is_one).then_some("> yoda: again"));
        expected.push(if is_one { "< ack 6" } else { "< ack 9" });
        assert_eq!(starting().heard(order), expected);
    }
}

#[test]
fn what_is_said_just_now_has_no_heading_and_nothing_new_is_said_only_without_mail() {
    let mut chat = starting();
    assert!(chat.heard("* message 9 yoda 0 hi").is_empty());
    let told = chat.heard(&format!("218-5 yoda 60 five\n218 1 broadcasts\n{HERE}"));
    assert_eq!(told[1], "~ nothing new since you were here");
    assert_eq!(told[3..], [HELP, "> yoda: hi", "< ack 9"]);
    let mut chat = starting();
    chat.heard("* message 9 yoda 60 hi");
    let told = chat.heard(&format!("218-5 yoda 60 five\n218 1 broadcasts\n{HERE}"));
    assert!(!told.contains(&"~ nothing new since you were here".to_owned()), "{told:?}");
}

#[test]
fn mail_that_waits_is_not_acknowledged_and_a_lost_connection_loses_none() {
    let mut chat = starting();
    assert!(chat.heard("* message 9 yoda 60 hi").is_empty());
    chat.session.handle_disconnect(chat.now);
    chat.waited(1);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    chat.heard(ENTRY);
    chat.heard_of_gap(0);
    assert!(chat.heard("* message 9 yoda 61 hi").is_empty());
    let told = chat.heard("218 0 broadcasts");
    let heading = "~ 1 message to you while you were away:";
    assert_eq!(told, [heading, "> [61 seconds ago] yoda: hi", "< ack 9"]);
}

#[test]
fn mail_waits_three_seconds_for_a_slow_answer_and_the_past_comes_behind() {
    let mut chat = starting();
    chat.heard("* message 9 yoda 60 hi\n* broadcast 10 luke 0 live");
    assert!(chat.waited(2).is_empty());
    let told = chat.waited(1);
    let heading = "~ 1 message to you while you were away:";
    assert_eq!(told[..3], ["> luke (to all): live", heading, "> [60 seconds ago] yoda: hi"]);
    let past = format!("218-8 luke 30 eight\n218-10 luke 3 live\n218 2 broadcasts\n{HERE}");
    let told = chat.heard(&past);
    let new = "> [30 seconds ago] luke (to all): eight";
    let cut = "~ what was said to all before this may be missing, the server keeps no more";
    assert_eq!(told[..3], ["~ new since you were here:", cut, new]);
    assert_eq!(told[4..], [HELP, "< ack 10"]);
}

#[test]
fn what_waits_is_bounded() {
    let mut chat = starting();
    let message = |id: u64| format!("* message {id} yoda 60 m{id}");
    let lines: Vec<_> = (10..10 + 2047).map(message).collect();
    assert!(chat.heard(&lines.join("\n")).is_empty());
    let told = chat.heard(&message(2057));
    assert_eq!(told[0], "~ 2048 messages to you while you were away:");
    assert_eq!((told.len(), &**told.last().unwrap()), (2050, "< ack 2057"));
}

#[test]
fn a_script_hears_its_mail_at_once() {
    let mut chat = online();
    assert_eq!(chat.heard("* message 9 yoda 60 hi"), ["> [60 seconds ago] yoda: hi", "< ack 9"]);
}

#[test]
fn mail_of_the_last_second_before_the_login_waited_too() {
    let mut chat = begin(config(true));
    chat.heard("220 smolchat ready");
    let welcome = "200 acknowledgements on\n203 7 receipts on\n230 Welcome";
    chat.heard(&format!(
        "{welcome}\n* message 9 yoda 0 hi\n212 Users you block: \n261 5000 announced"
    ));
    let told = chat.heard(&format!("* message 10 luke 0 now\n218 0 broadcasts\n{HERE}"));
    let heading = "~ 1 message to you while you were away:";
    assert_eq!(told[2..], [heading, "> yoda: hi", "> luke: now", "< ack 10"]);
}
