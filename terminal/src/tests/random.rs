//! Any keys, any lines and any pieces of both: nothing panics, and each typed line goes out once.

use embedded_io::Write;
use proptest::prelude::*;
use smolchat_core::transport::Transport;

use super::World;
use super::hostile::foreign;
use crate::Sizes;

#[derive(Clone, Debug)]
enum Operation {
    Type(Vec<u8>),
    Tell(String),
    Read,
    Room(usize),
    Resize(u16),
}

fn operation() -> impl Strategy<Value = Operation> {
    let keys = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        "[a-z/ \r\u{3}\u{1}\u{17}尤]{0,30}".prop_map(String::into_bytes),
        Just(b"\x1b[200~two\nlines\x1b[201~".to_vec()),
        Just(b"/to yoda\r/passwd\r".to_vec()),
    ];
    let line = prop_oneof![
        "\\* (message|broadcast) [0-9] yoda [0-9]{1,4} .{0,60}",
        "\\* (login|logout|delivered|expired|missed|idle) [0-9]{1,3}",
        "(2|4|5)[0-6][0-9][ -].{0,60}",
        "250 [0-9] accepted",
        ".{0,60}",
    ];
    prop_oneof![
        4 => keys.prop_map(Operation::Type),
        4 => line.prop_map(|line| Operation::Tell(line.replace('\n', " "))),
        2 => Just(Operation::Read),
        1 => (0..200_usize).prop_map(Operation::Room),
        1 => (2..120_u16).prop_map(Operation::Resize),
    ]
}

proptest! {
    #[test]
    fn nothing_panics_and_no_control_character_is_shown(
        operations in proptest::collection::vec(operation(), 0..40),
        is_small in any::<bool>(),
    ) {
        let sizes = if is_small { Sizes::LEAST } else { Sizes::LARGE };
        let mut world = World::online_with(&sizes, 80);
        for operation in operations {
            match operation {
                Operation::Type(keys) => world.wire.inward.extend(keys),
                Operation::Tell(line) => {
                    if world.terminal.room() >= 513 {
                        world.terminal.write_all(format!("{line}\n").as_bytes()).unwrap();
                    }
                }
                Operation::Read => {
                    for line in world.requests() {
                        prop_assert!(line.len() <= 512 && !line.contains(char::is_control));
                    }
                }
                Operation::Room(room) => world.room = room,
                Operation::Resize(columns) => world.resize(columns),
            }
            _ = world.turn();
        }
        world.room = usize::MAX;
        world.settle();
        prop_assert!(!foreign(world.shown()).contains(char::is_control), "{:?}", world.shown());
        prop_assert_eq!(world.terminal.unacknowledged(), 0);
    }

    #[test]
    fn every_line_that_is_typed_goes_out_once(
        lines in proptest::collection::vec("[a-z尤é]{1,30}[0-9]", 0..40),
        pieces in proptest::collection::vec(1..50_usize, 1..10),
    ) {
        let mut world = World::online_with(&Sizes::LEAST, 30);
        let keys: Vec<u8> = lines.iter().flat_map(|line| format!(" {line}\r").into_bytes()).collect();
        let (mut rest, mut said) = (&keys[..], Vec::new());
        let mut pieces = pieces.into_iter().cycle();
        for _ in 0..10_000 {
            let (piece, behind) = rest.split_at(pieces.next().unwrap().min(rest.len()));
            world.wire.inward.extend(piece);
            rest = behind;
            world.settle();
            for line in world.requests() {
                said.push(line.strip_prefix("broadcast ").unwrap().to_owned());
                world.tell("252 1 0 recipients");
            }
            if rest.is_empty() && world.wire.inward.is_empty() && said.len() == lines.len() {
                break;
            }
        }
        prop_assert_eq!(said, lines);
    }
}
