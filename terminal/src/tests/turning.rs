//! To whom plain text goes: only to somebody who exists.

use smolchat_core::time::Duration;

use super::World;
use crate::Sizes;

const NOBODY: &str = "542 Invalid user, nobody of that name";

#[test]
fn a_name_that_was_not_heard_of_is_asked_about_before_anything_is_said_to_it() {
    let mut world = World::online(80);
    world.press("/to luke\rthe word is falcon\rhalf");
    assert_eq!(world.requests(), ["seen luke"]);
    assert_eq!(world.rows(), ["all> /to luke", "all>"], "what was typed waits");
    world.tell("216 luke was last here 60 seconds ago");
    assert_eq!(world.requests(), ["message luke the word is falcon"]);
    assert_eq!(world.cursor().0, "luke> half");
    world.press("\x15/all\r/to luke\r");
    assert_eq!(world.requests(), [""; 0], "now luke is known");
    assert_eq!(world.cursor().0, "luke>");
}

#[test]
fn what_was_meant_for_somebody_who_is_not_there_is_said_to_nobody() {
    let mut world = World::online(80);
    world.press("/to yodda\rthe word is falcon\rand the door is open\rhalf");
    assert_eq!(world.requests(), ["seen yodda"]);
    world.tell(NOBODY);
    assert_eq!(world.requests(), [""; 0]);
    assert_eq!(
        world.rows(),
        [
            "all> /to yodda",
            "there is no user \"yodda\", or \"yodda\" has blocked you; did you mean \"yoda\"?",
            "all> the word is falcon",
            "not said, it may be meant for the name above; Up and Enter says it to all",
            "all> and the door is open",
            "all> half",
        ]
    );
    world.now = world.now + Duration::from_secs(30);
    world.settle();
    assert_eq!(world.rows()[5..], ["not said either: and the door is open", "all> half"]);
    world.press("way\r");
    assert_eq!(world.requests(), [""; 0], "it was begun before");
    world.now = world.now + Duration::from_secs(1);
    world.press("\x1b[A\r");
    assert_eq!(world.requests(), ["broadcast halfway"]);
}

#[test]
fn many_lines_that_may_be_meant_for_a_name_that_nobody_has_are_refused_in_one_line() {
    for count in [1, 2, 3, 300] {
        let mut world = World::online(80);
        let lines: String = (1..=count).map(|number| format!("line {number}\r")).collect();
        world.press(&format!("/to yodda\r{lines}"));
        world.requests();
        world.shown.clear();
        world.tell(NOBODY);
        world.now = world.now + Duration::from_secs(30);
        world.settle();
        assert_eq!(world.requests(), [""; 0]);
        assert_eq!(world.shown().matches("not said, it may be meant").count(), 1);
        let last = match count {
            1 => "not said, it may be meant for the name above; Up and Enter says it to all",
            2 => "not said either: line 2",
            3 => "2 more messages to all were not said, the last one: line 3",
            _ => "299 more messages to all were not said, the last one: line 300",
        };
        let rows = world.rows();
        assert_eq!(rows[rows.len() - 2..], [last, "all>"]);
    }
}

#[test]
fn a_line_that_is_begun_later_is_meant_for_whom_the_prompt_names() {
    let mut world = World::online(80);
    world.press("/to nobody\r");
    world.requests();
    world.tell(NOBODY);
    world.press("whoelse\r/to yoda hi\r");
    assert_eq!(world.requests(), ["whoelse", "message yoda hi"], "these name their receivers");
    world.now = world.now + Duration::from_secs(1);
    world.press("hello\r");
    assert_eq!(world.requests(), ["broadcast hello"]);
}

#[test]
fn nobody_talks_alone_and_a_refusal_turns_nothing() {
    let mut world = World::online(80);
    world.press("/to yoda\r/to hans\r");
    assert_eq!(world.rows()[2..], ["that is you", "yoda>"]);
    world.press("/to luke\r");
    world.requests();
    world.tell("421 server full, try again later");
    assert_eq!(world.rows()[4..], ["server full, try again later", "yoda>"]);
}

#[test]
fn the_least_memory_asks_about_everybody_but_the_last_writer() {
    let mut world = World::online_with(&Sizes::LEAST, 80);
    world.tell("* message 1 yoda 0 hi");
    world.press("/to yoda\rhello\r/to luke\r");
    let requests = [world.requests(), world.requests()].concat();
    assert_eq!(requests, ["message yoda hello", "seen luke"]);
}

#[test]
fn a_text_that_begins_with_a_name_is_asked_about_once() {
    let mut world = World::online(80);
    world.press("@luke hi\r");
    assert_eq!(world.requests(), [""; 0]);
    assert_eq!(
        world.rows(),
        [
            "all> @luke hi",
            "not said: all would read this. /to luke and the text says it to luke alone; Up",
            "    and Enter says it to all",
            "all>",
        ]
    );
    world.press("\x1b[A\ryoda: hi\r");
    assert_eq!(world.requests(), ["broadcast @luke hi", "broadcast yoda: hi"]);
}

#[test]
fn a_text_to_the_user_whom_the_prompt_names_may_begin_with_the_name() {
    let mut world = World::online(80);
    world.press("/to yoda\rYoda: hi\r");
    assert_eq!(world.requests(), ["message yoda Yoda: hi"]);
}

#[test]
fn what_other_chats_send_to_one_user_is_not_said() {
    let mut world = World::online(80);
    for line in ["to lando, see you", "tell yoda hi", "msg lando hi", "dm @lando hi", "!to yoda x"]
    {
        world.press(&format!("{line}\r"));
        assert_eq!(world.requests(), [""; 0], "{line}");
    }
    world.press("/tell yoda hi\r");
    assert_eq!(world.requests(), ["message yoda hi"]);
}
