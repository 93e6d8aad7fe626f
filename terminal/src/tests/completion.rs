//! What Tab writes, and what it lists.

use super::World;

/// A terminal that has heard of a few users.
fn world() -> World {
    let mut world = World::online(80);
    for line in
        ["* login yaddle", "* login luke", "* broadcast 1 leia 0 hello", "* message 2 luke 0 hi"]
    {
        world.tell(line);
    }
    world.press("\x0c");
    world
}

#[test]
fn a_word_is_completed_by_what_can_stand_there() {
    for (typed, row) in [
        ("/hi", "all> /history"),
        ("/whoelses", "all> /whoelsesince"),
        ("hist", "all> history"),
        ("/pre", "all> /presence"),
        ("pre", "all> pre"),
        ("/to yo", "all> /to yoda"),
        ("message Lu", "all> message luke"),
        ("/msg le", "all> /msg leia"),
        ("message luke yo", "all> message luke yo"),
        ("/seen yad", "all> /seen yaddle"),
        ("/help unb", "all> /help unblock"),
        ("/history y", "all> /history y"),
        ("thank you lu", "all> thank you luke"),
        ("yad", "all> yaddle"),
    ] {
        let mut world = world();
        world.press(&format!("{typed}\t"));
        assert_eq!(world.rows(), [row], "{typed}");
        let is_done = row.len() > "all> ".len() + typed.len();
        assert_eq!(world.cursor().1 as usize, row.len() + usize::from(is_done), "{typed}");
    }
}

#[test]
fn of_several_words_the_beginning_is_written_and_then_they_are_listed() {
    let mut world = world();
    world.press("/wh\t");
    assert_eq!(world.cursor(), ("all> /whoelse".into(), 13));
    world.press("\t");
    assert_eq!(world.rows(), ["whoelse  whoelsesince", "all> /whoelse"]);
    world.press("\x15\x0c/to y\t");
    assert_eq!(world.rows(), ["yaddle  yoda", "all> /to y"]);
    world.press("\x15\x0c/to \t");
    assert_eq!(world.rows(), ["luke  leia  yaddle  yoda", "all> /to"]);
}

#[test]
fn an_empty_row_walks_through_whoever_wrote() {
    let mut world = world();
    world.tell("* message 3 yoda 0 hi");
    for name in ["yoda", "luke", "yoda"] {
        world.press("\t");
        assert_eq!(world.cursor().0, format!("all> /to {name}"));
    }
}

#[test]
fn a_long_list_is_cut() {
    let mut world = World::online(80);
    for number in 0..60 {
        world.tell(&format!("* login somebody-{number}"));
    }
    world.press("\x0c/to s\t\t");
    let rows = world.rows();
    assert!(rows[rows.len() - 2].ends_with('…'), "{rows:#?}");
    assert_eq!(world.cursor().0, "all> /to somebody-");
}

#[test]
fn nobody_is_offered_to_oneself() {
    let mut world = world();
    world.tell("* broadcast 3 hans 0 from elsewhere");
    world.press("\x0c/to ha\t");
    assert_eq!(world.cursor().0, "all> /to ha");
}
