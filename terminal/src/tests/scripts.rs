//! Without a terminal: commands in, plain lines out.

use smolchat_core::transport::Transport;

use super::World;
use crate::{Opening, Sizes};

fn script() -> World {
    let mut world =
        World::new(&Sizes::LARGE, 80, Opening { has_terminal: false, user: Some("hans") });
    world.tell("220 smolchat ready: login <user> <password>, or help");
    world.tell("230 Welcome to this message application");
    world
}

#[test]
fn commands_go_in_and_plain_lines_come_out() {
    let mut world = script();
    world.press("\u{feff}message yoda hi\r\nwhoelse\n/seen nobody\n\nhello\n");
    assert_eq!(world.requests(), ["message yoda hi", "whoelse", "seen nobody"]);
    world.tell("250 1 accepted");
    world.tell("210 Users current online: yoda");
    world.tell("542 Invalid user, nobody of that name");
    world.tell("* message 2 yoda 0 do or do not");
    assert_eq!(
        world.shown(),
        "Welcome to this message application\n\
         hello: unknown command, try help\n\
         Users current online: yoda\n\
         Invalid user, nobody of that name (there is no user \"nobody\", or \"nobody\" \
         has blocked you)\n\
         yoda: do or do not\n"
    );
}

#[test]
fn nothing_of_a_script_is_looked_at_before_its_login_has_its_answer() {
    let opening = Opening { has_terminal: false, user: Some("hans") };
    let mut world = World::new(&Sizes::LARGE, 80, opening);
    world.press("hello\n/to yoda hi\n/r hi\n");
    assert_eq!((world.requests(), world.shown()), (vec![], ""));
    world.tell("220 smolchat ready: login <user> <password>, or help");
    world.tell("230 Welcome to this message application");
    assert_eq!(
        world.shown(),
        "Welcome to this message application\n\
         hello: unknown command, try help\n\
         to: only for people at a terminal; a script has message\n\
         r: unknown command, try help\n"
    );
}

#[test]
fn a_line_that_cannot_be_is_refused_and_the_next_is_read() {
    let mut world = script();
    world.shown.clear();
    world.wire.inward.extend(b"bad \xff\nbell \x07\n");
    world.press(&format!("{}\nmessage yoda {}\nping\n", "x".repeat(600), "y".repeat(440)));
    assert_eq!(world.requests(), ["ping"]);
    assert_eq!(
        world.shown(),
        "line is not UTF-8\nline holds a control character\nline longer than 512 bytes\n\
         text longer than 432 bytes\n"
    );
}

#[test]
fn the_last_line_needs_no_end_and_then_nothing_more_comes() {
    let mut world = script();
    world.press("whoelse\nmessage yoda the last word");
    assert_eq!(world.requests(), ["whoelse"]);
    assert!(!world.terminal.has_ended());
    world.wire.has_ended = true;
    world.settle();
    assert_eq!(world.requests(), ["message yoda the last word"]);
    assert!(world.terminal.has_ended());
    let mut world = script();
    world.wire.has_ended = true;
    world.press("whoelse\n");
    assert!(world.terminal.has_ended() && world.requests() == ["whoelse"]);
}

#[test]
fn more_commands_than_may_wait_are_read_as_replies_come() {
    let mut world = script();
    world.press(&"ping\n".repeat(100));
    let mut sent = 0;
    while sent < 100 {
        let requests = world.requests();
        assert!(!requests.is_empty());
        sent += requests.len();
        requests.iter().for_each(|_| world.tell("202 pong"));
    }
    assert_eq!((sent, world.shown().matches("pong\n").count()), (100, 100));
}
