//! Conversations between people who speak different dialects.
//! Knows the room only.

use super::room::Room;
use crate::dialect::DialectKind;
use crate::protocol::{REQUESTS, TEXT_MAX};

const HANS: usize = 0;
const YODA: usize = 1;

/// Hans speaks lines, yoda speaks letters. Both are logged in, and both have heard all.
fn room() -> Room {
    let users = ["hans", "yoda", "luke", "leia"];
    let mut room = Room::new(&users, &[DialectKind::Lines, DialectKind::Letters]);
    assert_eq!(room.heard(HANS), ["220 smolchat ready: login <user> <password>, or help"]);
    assert_eq!(room.heard(YODA), ["+Greeting"]);
    room.say(HANS, "login hans p");
    room.say(YODA, "i yoda p");
    assert_eq!(room.heard(HANS), ["230 Welcome to this message application", "* login yoda"]);
    assert_eq!(room.heard(YODA), ["+Welcome"]);
    room
}

#[test]
fn a_message_goes_each_way_and_is_written_in_the_dialect_of_its_receiver() {
    let mut room = room();
    room.say(HANS, "message yoda do or do not");
    assert_eq!(room.heard(HANS), ["250 1 accepted"]);
    assert_eq!(room.heard(YODA), ["hans: do or do not"]);
    room.say(YODA, "t hans there is no try");
    assert_eq!(room.heard(YODA), ["+y Accepted 2"]);
    assert_eq!(room.heard(HANS), ["* message 2 yoda 0 there is no try"]);
}

#[test]
fn a_text_of_several_pieces_comes_whole_whatever_its_characters_are() {
    let (mut room, text) = (room(), "ä".repeat(200));
    room.say(HANS, &format!("message yoda {text}"));
    assert_eq!(room.heard(YODA), [format!("hans: {text}")]);
}

#[test]
fn what_is_no_text_is_refused_though_the_dialect_reads_longer_requests() {
    let mut room = room();
    for (text, answer) in [
        ("x".repeat(TEXT_MAX), "+y Accepted 1"),
        ("x".repeat(TEXT_MAX + 1), "-y TextTooLong"),
        ("one\u{2028}two".to_owned(), "-y ControlCharacter"),
    ] {
        room.say(YODA, &format!("t hans {text}"));
        assert_eq!(room.heard(YODA), [answer]);
    }
    assert_eq!(room.heard(HANS), [format!("* message 1 yoda 0 {}", "x".repeat(TEXT_MAX))]);
}

#[test]
fn a_list_names_each_to_the_other() {
    let mut room = room();
    room.say(HANS, "whoelse");
    assert_eq!(room.heard(HANS), ["210 Users current online: yoda"]);
    room.say(YODA, "w");
    assert_eq!(room.heard(YODA), ["=hans", "."]);
}

#[test]
fn what_is_no_request_in_one_dialect_is_refused_in_it_and_may_be_one_in_the_other() {
    let mut room = room();
    room.say(HANS, "w");
    assert_eq!(room.heard(HANS), ["500 unknown command, try help"]);
    room.say(YODA, "whoelse");
    assert_eq!(room.heard(YODA), ["-y UnknownCommand"]);
    room.say(YODA, "t nobody hi");
    assert_eq!(room.heard(YODA), ["-y InvalidReceiver"]);
    room.say(YODA, &"w".repeat(1001));
    assert_eq!(room.heard(YODA), ["-y LineTooLong"]);
    room.say(YODA, "w");
    assert_eq!(room.heard(YODA), ["=hans", "."], "the connection goes on");
}

#[test]
fn an_answer_of_many_items_has_as_many_parts_as_the_dialect_makes() {
    let mut room = room();
    room.say(YODA, "h");
    let (last, others) = REQUESTS.split_last().unwrap();
    let mut wanted: Vec<_> = others.iter().map(|form| format!(":{}", form.name)).collect();
    wanted.push(format!("={}", last.name));
    wanted.push(".".to_owned());
    assert_eq!(room.heard(YODA), wanted);
    room.say(HANS, "help");
    let heard = room.heard(HANS);
    assert_eq!(heard.len(), REQUESTS.len());
    assert!(heard[0].starts_with("214-login <user> <password>: "), "{}", heard[0]);
    assert!(heard.last().unwrap().starts_with("214 "));
}

#[test]
fn each_hears_the_other_go() {
    let mut one = room();
    one.say(HANS, "logout");
    assert_eq!(one.heard(YODA), ["<hans"]);
    let mut other = room();
    other.say(YODA, "x");
    assert_eq!(other.heard(YODA), ["+y LoggedOut"]);
    assert_eq!(other.heard(HANS), ["* logout yoda"]);
}

#[test]
fn a_dialect_learns_what_was_answered_to_what_was_asked() {
    let mut room = Room::new(&["hans", "yoda"], &[DialectKind::Lines, DialectKind::Letters]);
    room.heard(YODA);
    room.say(YODA, "i yoda wrong");
    room.say(YODA, "w");
    let heard = room.heard(YODA);
    assert_eq!(heard, ["-InvalidCredentials", "-LoginFirst"], "a refused login is none");
    room.say(YODA, "i hans p");
    room.say(YODA, "i yoda p");
    assert_eq!(room.heard(YODA), ["+Welcome", "-h LoggedInAlready"]);
    room.say(YODA, "t yoda hi");
    assert_eq!(room.heard(YODA), ["+h Stored 1 yoda"], "the second login changed nobody");
}

#[test]
fn each_dialect_ends_its_lines_as_it_wants() {
    let mut room = room();
    room.say(HANS, "message yoda hi");
    room.say(YODA, "w");
    assert_eq!(room.text(HANS), "250 1 accepted\n");
    assert_eq!(room.text(YODA), "hans: hi\r\n=hans\r\n.\r\n");
}

#[test]
fn a_request_may_be_longer_than_the_longest_of_another_dialect() {
    let mut room = room();
    let (fits, over) = (format!("{:1000}", "w"), format!("{:1001}", "w"));
    room.say(YODA, &format!("{fits}\n{over}\n{fits}"));
    assert_eq!(room.heard(YODA), ["=hans", ".", "-y LineTooLong", "=hans", "."]);
    room.say(HANS, &fits);
    assert_eq!(room.heard(HANS), ["502 line longer than 512 bytes"]);
}
