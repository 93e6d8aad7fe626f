//! Ticks, and what the server may think that its user has.

use smolchat_core::transport::Transport;

use super::World;

/// Hans says lines to yoda, and the server accepts each, with the numbers from 1 on.
fn said(lines: &[&str]) -> World {
    let mut world = World::online(80);
    world.press("/to yoda\r\x0c");
    for (line, id) in lines.iter().zip(1..) {
        // The window is asked about with the first key, unless the line comes whole.
        world.press(&line[..1]);
        world.press(&format!("{}\r", &line[1..]));
        assert_eq!(world.requests(), [format!("message yoda {line}")]);
        world.tell(&format!("250 {id} accepted"));
    }
    world
}

#[test]
fn ticks_stand_behind_what_was_sent() {
    let mut world = said(&["one", "two"]);
    assert_eq!(world.rows(), ["→ yoda: one ✓", "→ yoda: two ✓", "yoda>"]);
    world.press("half");
    world.tell("* delivered 1");
    world.tell("* delivered 2");
    assert_eq!(world.rows(), ["→ yoda: one ✓✓", "→ yoda: two ✓✓", "yoda> half"]);
    assert_eq!(world.cursor().1, 10);
}

#[test]
fn ticks_stand_behind_the_last_row_of_a_long_message() {
    let long = "do or do not, there is no try. ".repeat(5);
    let mut world = said(&["one", long.trim_end(), "two"]);
    // Then the terminal tells again in which row the cursor is.
    world.press("h");
    for id in 1..=3 {
        world.tell(&format!("* delivered {id}"));
    }
    let rows = world.rows();
    assert_eq!(rows.len(), 6, "{rows:#?}");
    assert_eq!((&*rows[0], &*rows[4]), ("→ yoda: one ✓✓", "→ yoda: two ✓✓"));
    assert!(rows[3].ends_with("no try. ✓✓") && !rows[1].contains('✓'), "{rows:#?}");
}

#[test]
fn below_others_words_receipts_are_one_line() {
    let mut world = said(&["one", "two", "three"]);
    world.tell("* message 9 luke 0 hello");
    for line in ["* delivered 1", "* delivered 2", "* delivered 3"] {
        use embedded_io::Write;
        world.terminal.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
    world.settle();
    assert_eq!(world.rows()[3..], ["luke: hello", "✓✓ yoda: 3 messages", "yoda>"]);
    let mut world = said(&["one"]);
    world.tell("* message 9 luke 0 hello");
    world.tell("* delivered 1");
    assert_eq!(world.rows()[1..], ["luke: hello", "✓✓ yoda: one", "yoda>"]);
    world.tell("* delivered 1");
    assert_eq!(world.rows().len(), 4, "it is told once");
}

#[test]
fn a_message_that_was_stored_has_its_receipt_later() {
    let mut world = World::online(80);
    world.press("message yoda hi\r");
    world.requests();
    world.tell("251 4 stored until yoda logs in");
    world.tell("* stored 4");
    world.tell("* delivered 4");
    assert_eq!(
        world.rows(),
        ["→ yoda: hi", "yoda is offline, the message is stored", "✓✓ yoda: hi", "all>"]
    );
    world.press("message yoda hi\r");
    world.requests();
    world.tell("251 5 stored until yoda logs in");
    assert_eq!(world.rows()[3..], ["→ yoda: hi ✓ stored", "all>"], "it is told once");
    world.tell("* expired 5");
    assert_eq!(world.rows()[4], "✗ yoda: hi (not fetched in time)");
    world.press("message yoda ho\r");
    world.requests();
    world.tell("251 6 stored until yoda logs in");
    world.tell("* delivered 6");
    assert_eq!(world.rows()[5], "→ yoda: ho ✓✓");
    world.tell("* login yoda");
    world.press("message yoda once more\r");
    world.requests();
    world.tell("251 7 stored until yoda logs in");
    assert!(world.rows().contains(&"yoda is offline, the message is stored".to_owned()));
}

#[test]
fn a_broadcast_that_nobody_got_says_so() {
    let mut world = World::online(80);
    world.press("hello\r");
    world.requests();
    world.tell("252 4 0 recipients");
    assert_eq!(world.rows(), ["→ all: hello", "Nobody else is online.", "all>"]);
}

#[test]
fn nothing_counts_as_received_before_the_peer_has_all_of_it() {
    let mut world = World::online(80);
    assert_eq!(world.terminal.unacknowledged(), 0);
    world.room = 0;
    world.tell("* message 7 yoda 0 hi");
    world.tell("* message 8 yoda 0 ho");
    let lines = "* message 7 yoda 0 hi\n".len();
    assert_eq!(world.terminal.unacknowledged(), 2 * lines, "it waits in the ring");
    world.room = 10;
    while !world.shown().contains("hi") {
        assert_eq!(world.terminal.unacknowledged(), 2 * lines);
        _ = world.turn();
    }
    world.room = usize::MAX;
    world.settle();
    assert_eq!(world.terminal.unacknowledged(), 0);
    // The wire has taken all, and the peer's TCP none of it.
    world.wire.unacknowledged = 5000;
    world.tell("* message 9 yoda 0 hi");
    assert_eq!(world.terminal.unacknowledged(), lines);
    world.wire.unacknowledged = 0;
    world.settle();
    assert_eq!(world.terminal.unacknowledged(), 0);
}
