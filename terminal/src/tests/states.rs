//! Messages that arrive while a line is being typed, in every state of the editor and at every
//! width.

use super::{WIDTHS, World};

/// Keys, and the row that they leave at 80 columns.
const STATES: [(&str, &str); 14] = [
    ("", "all>"),
    ("half a line", "all> half a line"),
    ("half\x01", "all> half"),
    ("half\x1b[D", "all> half"),
    ("half\x1b[", "all> half"),
    ("half\x1b", "all> half"),
    ("half \u{c3}", "all> half"),
    ("\x1b[200~half a paste", "all> half a paste"),
    ("\x1b[200~half a paste\x1b[20", "all> half a paste"),
    ("\x12", "(search)'':"),
    ("尤达 e\u{301} 👩", "all> 尤达 e\u{301} 👩"),
    ("half\x16", "all> half"),
    ("/passwd\r", "old password:"),
    ("/passwd\rsecret", "old password:"),
];

fn bytes(keys: &str) -> Vec<u8> {
    // A character above stands for the byte of the same number where a letter is torn.
    if keys.ends_with('\u{c3}') {
        let mut bytes = keys.trim_end_matches('\u{c3}').as_bytes().to_vec();
        bytes.push(0xc3);
        return bytes;
    }
    keys.as_bytes().to_vec()
}

#[test]
fn messages_stand_above_the_row_in_every_state() {
    for columns in WIDTHS {
        for (keys, row) in STATES {
            let mut world = World::online(columns);
            world.wire.inward.extend(bytes(keys));
            world.settle();
            let before = world.cursor();
            world.tell("* message 7 yoda 0 hi");
            let rows = world.rows();
            assert_eq!(rows[rows.len() - 2], "yoda: hi", "{keys:?} at {columns}");
            assert_eq!(world.cursor(), before, "{keys:?} at {columns}");
            if columns >= 80 {
                assert_eq!(before.0, row, "{keys:?}");
            }
            assert_eq!(rows.last(), Some(&before.0), "nothing stands below the row");
        }
    }
}

#[test]
fn a_line_longer_than_the_window_scrolls_sideways_and_is_sent_whole() {
    for columns in WIDTHS {
        let mut world = World::online(columns);
        let text = "尤达 do or do not, there is no try. ".repeat(8);
        world.press(&text);
        world.tell("* message 7 yoda 0 hi");
        assert_eq!(world.rows().len(), 2, "one row, and the message above it");
        world.press("\x01");
        assert!(world.cursor().0.starts_with("all> "), "{:?}", world.cursor());
        world.press("\r");
        assert_eq!(world.requests(), [format!("broadcast {text}")]);
    }
}

#[test]
fn keys_do_what_they_do_in_a_shell() {
    let mut world = World::online(80);
    for (keys, row, column) in [
        ("one two\x17", "all> one", 9),
        ("two\x02\x02\x02\x0b", "all> one", 9),
        ("\x19", "all> one two", 12),
        ("\x15", "all>", 5),
        ("\x19\x1b[H\x1b[3~", "all> ne two", 5),
        ("\x1b[F!", "all> ne two!", 12),
        ("\x1bb\x7f", "all> netwo!", 7),
        ("\x03", "all>", 5),
    ] {
        world.press(keys);
        assert_eq!(world.cursor(), (row.to_owned(), column), "{keys:?}");
    }
    assert_eq!(world.requests(), [""; 0]);
}

#[test]
fn lines_of_the_past_come_back_and_passwords_do_not() {
    let mut world = World::online(80);
    world.press("first\rpasswd falcon kessel\rsecond\r");
    world.press("\x1b[A\x1b[A");
    assert_eq!(world.cursor().0, "all> first");
    world.press("\x03\x12sec");
    assert_eq!(world.cursor().0, "(search)'sec': second");
    assert!(!world.rows().concat().contains("kessel"), "{:#?}", world.rows());
}

#[test]
fn a_lone_escape_takes_nothing_with_it() {
    let mut world = World::online(80);
    world.press("a\x1b");
    let at = world.terminal.poll_at().unwrap();
    assert!(at > world.now);
    world.now = at;
    world.settle();
    assert_eq!(world.terminal.poll_at(), None);
    world.press("b");
    assert_eq!(world.cursor().0, "all> ab");
}

#[test]
fn a_cleared_screen_has_the_row_alone() {
    let mut world = World::online(80);
    world.tell("* message 7 yoda 0 hi");
    world.press("half\x0c");
    assert_eq!((world.rows(), world.cursor().1), (vec!["all> half".to_owned()], 9));
}

#[test]
fn a_paste_of_many_lines_is_sent_line_by_line() {
    let mut world = World::online(80);
    let lines: Vec<_> = (0..100).map(|number| format!("line {number}")).collect();
    world.press(&format!("\x1b[200~{}\r\nrest\x1b[201~", lines.join("\n")));
    let mut sent = Vec::new();
    for id in 1.. {
        let requests = world.requests();
        if requests.is_empty() {
            break;
        }
        for _ in &requests {
            world.tell(&format!("252 {id} 0 recipients"));
        }
        sent.extend(requests);
    }
    let wanted: Vec<_> = lines.iter().map(|line| format!("broadcast {line}")).collect();
    assert_eq!(sent, wanted);
    assert_eq!(world.cursor().0, "all> rest");
}
