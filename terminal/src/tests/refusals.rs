//! What was refused is named, and what comes again and again is one line.

use super::World;

#[test]
fn a_message_that_is_not_taken_is_named_and_many_are_one_line() {
    let mut world = World::online(80);
    let full = "450 yoda has no room for another message of yours until some are read, try again \
                later";
    world.press("/to yoda\rthe first one, and some words that have no room in a line\r");
    let ten = (2..=10).map(|number| format!("number {number}\r"));
    world.press(&ten.collect::<String>());
    world.requests();
    world.press("\x0c");
    world.tell(full);
    assert_eq!(
        world.rows()[..3],
        [
            "yoda has no room for another message of yours until some are read, try again",
            "    later; not taken: the first one, and some words that have …",
            "yoda>",
        ]
    );
    world.press("\x0c");
    (2..=10).for_each(|_| world.tell(full));
    assert_eq!(world.rows(), ["yoda>"]);
    world.now = world.terminal.poll_at().unwrap();
    world.settle();
    let told = "9 more messages to yoda were not taken, the last one: number 10";
    assert_eq!(world.rows(), [told, "yoda>"]);
    assert_eq!(world.terminal.poll_at(), None);
}

#[test]
fn a_refusal_for_another_reason_is_told_behind_those_that_were_counted() {
    let mut world = World::online(80);
    world.press("message yoda one\rmessage yoda two\rmessage luke three\r/quit\r");
    world.requests();
    world.press("\x0c");
    for reply in [
        "452 your unread messages take as much room as one user's may now, try again later",
        "452 your unread messages take as much room as one user's may now, try again later",
        "550 Invalid receiver!",
        "221 You just logged out",
    ] {
        world.tell(reply);
    }
    assert_eq!(
        world.rows(),
        [
            "your unread messages take as much room as one user's may now, try again later;",
            "    not taken: one",
            "not taken either: two",
            "Invalid receiver! (there is no user \"luke\"); not taken: three",
            "You just logged out",
        ]
    );
}

#[test]
fn who_tries_to_come_in_again_and_again_is_told_of_once_in_a_while() {
    let mut world = World::online(100);
    (0..50).for_each(|_| world.tell("* attempt 10.0.0.1"));
    let told = "somebody at 10.0.0.1 gave your password, and was refused: you are online here";
    assert_eq!(world.rows(), [told, "all>"]);
    world.press("\x0c");
    world.now = world.terminal.poll_at().unwrap();
    world.settle();
    let told = "your password was given 49 times more, the last time from 10.0.0.1";
    assert_eq!(world.rows(), [told, "all>"]);
}
