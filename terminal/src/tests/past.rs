//! What was said before a person came: told once, in an order that a person can follow.

use super::World;
use crate::{Opening, Sizes};

fn newcomer(sizes: &Sizes) -> World {
    let mut world = World::new(sizes, 80, Opening { has_terminal: true, user: Some("hans") });
    world.tell("220 smolchat ready: login <user> <password>, or help");
    world.tell("230 Welcome to this message application");
    world
}

#[test]
fn a_broadcast_that_waited_for_the_user_is_not_told_again_as_past() {
    let mut world = newcomer(&Sizes::LARGE);
    world.press("\x0c");
    world.tell("* broadcast 4 yoda 600 you are gone");
    world.tell("203 1 receipts on");
    world.tell("218-3 leia 900 before");
    world.tell("218-4 yoda 600 you are gone");
    world.tell("218-5 yoda 500 come back");
    world.tell("218 3 broadcasts");
    world.tell("* broadcast 5 yoda 500 come back");
    world.tell("* broadcast 6 yoda 0 there you are");
    assert_eq!(
        world.rows(),
        [
            "[10 minutes ago] yoda (to all): you are gone",
            "what was said to all before:",
            "[15 minutes ago] leia (to all): before",
            "[8 minutes ago] yoda (to all): come back",
            "yoda (to all): there you are",
            "all>",
        ]
    );
    world.press("\x0chistory\r");
    world.requests();
    world.tell("210 Users current online: ");
    world.tell("218-6 yoda 9 there you are");
    let rows = world.rows();
    assert_eq!(rows[rows.len() - 2], "[9 seconds ago] yoda (to all): there you are", "asked for");
}

#[test]
fn what_came_for_this_person_alone_is_told_apart_and_counted_above_the_prompt() {
    let mut world = newcomer(&Sizes::LARGE);
    world.press("\x0c");
    world.tell("203 1 receipts on");
    world.tell("218-3 leia 900 before");
    world.tell("218 1 broadcasts");
    world.tell("* message 4 yoda 600 psst");
    world.tell("* message 5 luke 600 hush");
    world.tell("210 Users current online: yoda");
    world.tell("* message 6 yoda 0 hi");
    assert_eq!(
        world.rows(),
        [
            "what was said to all before:",
            "[15 minutes ago] leia (to all): before",
            "[10 minutes ago] yoda (to you): psst",
            "[10 minutes ago] luke (to you): hush",
            "Users current online: yoda",
            "2 messages above are to you alone",
            "yoda: hi",
            "all>",
        ]
    );
}

#[test]
fn boards_tell_of_fewer_and_scripts_of_none() {
    let mut world = newcomer(&Sizes::SMALL);
    assert!([world.requests(), world.requests()].concat().contains(&"history 5".to_owned()));
    let opening = Opening { has_terminal: false, user: Some("hans") };
    let mut world = World::new(&Sizes::LARGE, 80, opening);
    world.tell("220 smolchat ready: login <user> <password>, or help");
    world.tell("230 Welcome to this message application");
    assert_eq!(world.requests(), [""; 0]);
}
