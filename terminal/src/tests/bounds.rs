//! Little memory and slow peers: nothing is lost, and nobody waits for them.

use embedded_io::Write;
use smolchat_core::transport::Transport;

use super::World;
use crate::{Sizes, Terminal};

#[test]
fn sizes_that_are_too_small_make_no_terminal() {
    let least = Sizes::LEAST;
    assert!(least.is_enough() && Sizes::SMALL.is_enough() && Sizes::LARGE.is_enough());
    for smaller in [
        Sizes { row: least.row - 1, ..least },
        Sizes { heard: least.heard - 1, ..least },
        Sizes { screen: least.screen - 1, ..least },
        Sizes { typed: least.typed - 1, ..least },
        Sizes { waiting: least.waiting - 1, ..least },
        Sizes { people: least.people - 1, ..least },
    ] {
        assert!(Terminal::new(&mut super::world::Leak, &smaller).is_none());
    }
}

#[test]
fn what_a_terminal_takes_is_known() {
    assert!(size_of::<Terminal<'_>>() <= 1536, "{}", size_of::<Terminal<'_>>());
    assert!(Sizes::LEAST.total() <= 3 * 1024, "{}", Sizes::LEAST.total());
    assert!(Sizes::SMALL.total() <= 4608, "{}", Sizes::SMALL.total());
    assert!(Sizes::LARGE.total() <= 28 * 1024, "{}", Sizes::LARGE.total());
}

#[test]
fn a_slow_peer_gets_every_line_once_and_in_order() {
    for (sizes, room) in [(Sizes::LEAST, 7), (Sizes::SMALL, 1), (Sizes::LARGE, 100)] {
        let mut world = World::online_with(&sizes, 80);
        world.room = room;
        world.wire.inward.extend(b"half a line");
        let mut told = 0;
        let text = "x".repeat(300);
        for _ in 0..1_000_000 {
            let line = format!("* message {told} yoda 0 {told} {text}\n");
            if told < 50 && world.terminal.room() >= line.len() {
                world.terminal.write_all(line.as_bytes()).unwrap();
                told += 1;
            }
            _ = world.turn();
            if told == 50 && !world.terminal.is_sending() {
                break;
            }
        }
        let shown = world.shown();
        let places: Vec<_> = (0..50).map(|number| shown.find(&format!(": {number} x"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted());
        assert!((0..50).all(|number| shown.matches(&format!(": {number} x")).count() == 1));
        assert_eq!(world.cursor().0, "all> half a line");
    }
}

#[test]
fn a_peer_that_reads_nothing_holds_what_it_may_and_no_more() {
    let mut world = World::online_with(&Sizes::SMALL, 80);
    world.room = 0;
    for _ in 0..1000 {
        world.terminal.write(&b"* login luke\n"[..world.terminal.room().min(13)]).ok();
        world.wire.inward.extend(b"word\r");
        _ = world.turn();
    }
    assert!(world.terminal.room() < 13, "the server waits");
    assert!(world.wire.inward.len() > 4000, "what is typed waits where it was received");
}

#[test]
fn a_line_that_is_too_long_for_the_row_is_refused_and_stays() {
    let mut world = World::online_with(&Sizes::LEAST, 80);
    world.press(&format!("{}\r", "x".repeat(600)));
    assert_eq!(world.requests(), [""; 0]);
    assert_eq!(world.rows()[0], "a line has 512 bytes at most; what fits stays in the row");
    assert!(world.rows()[1].starts_with("not sent: the line was cut."), "{:#?}", world.rows());
    assert!(world.rows().last().unwrap().ends_with('x'));
    let told = |world: &World| world.shown().matches("not sent:").count();
    for count in 2..4 {
        world.press("\r");
        assert_eq!((told(&world), world.requests().len()), (count, 0), "each time");
    }
    world.press("\x7f\r");
    assert_eq!(world.requests().len(), 1);
}

#[test]
fn the_widest_row_is_drawn_in_the_least_memory() {
    let mut world = World::online_with(&Sizes::LEAST, 500);
    world.press(&"👩\u{200d}👩\u{200d}👧\u{200d}👦".repeat(20));
    world.tell("* message 7 yoda 0 hi");
    let (row, _) = world.cursor();
    assert!(row.starts_with("all> "), "{row:?}");
}
