//! What an answer of the history costs, counted in broadcasts that it looks at, and what it tells
//! while broadcasts come and go.

use super::*;
use crate::chat::testing::chat_with_history;
use crate::chat::texts::NewText;

const READER: UserId = UserId(0);

fn say(chat: &mut Chat<'_>, from: u16) {
    let id = chat.next_id();
    chat.mailboxes.skip_to(MessageId(id.0 + 1));
    let from = UserId(from);
    chat.history.record(id, NewText { from, text: "hi", at: Instant::START });
}

/// A chat of ten with a full history of `len`, in which all but the reader spoke in turns.
fn full(len: usize) -> Chat<'static> {
    let mut chat = chat_with_history(10, len);
    (0..len).for_each(|number| say(&mut chat, 1 + (number % 9) as u16));
    assert_eq!(chat.history.used(), (len, len));
    chat
}

/// What an answer told from `recall` on, and how often others got their turn.
fn rest(chat: &Chat<'_>, recall: &mut Recall) -> (Vec<u64>, usize) {
    let (mut told, mut turns, mut buffer) = (Vec::new(), 0, [0; TEXT_MAX]);
    loop {
        match chat.recall(READER, recall, &mut buffer) {
            Recalled::Said(said) => {
                told.push(said.id.0);
                chat.pass(recall);
            }
            Recalled::Later => turns += 1,
            Recalled::Over(count) => {
                assert_eq!(usize::from(count), told.len());
                return (told, turns);
            }
        }
    }
}

/// How many an answer told, how often others got their turn, and how often a broadcast was looked
/// at.
fn cost(chat: &Chat<'_>, most: Option<u32>) -> (usize, usize, usize) {
    chat.history.looks.set(0);
    let (told, turns) = rest(chat, &mut chat.begin_recall(READER, most));
    (told.len(), turns, chat.history.looks.get())
}

#[test]
fn an_answer_costs_as_much_as_it_tells_whatever_the_history_holds() {
    let (small, large) = (full(64), full(1024));
    for most in [0, 1, 2, 50] {
        assert_eq!(cost(&small, Some(most)), cost(&large, Some(most)), "{most}");
    }
    let (told, turns, looks) = cost(&large, Some(1));
    assert!(told == 1 && turns == 0 && looks <= 16, "{looks}");
    for chat in [&small, &large] {
        let len = chat.history.used().0;
        let (told, turns, looks) = cost(chat, None);
        assert!(told == len && turns == 0 && looks <= 8 * len, "{looks} of {len}");
        let (told, turns, looks) = cost(chat, Some(len as u32 - 1));
        assert_eq!((told, turns), (len - 1, (len / LOOKS).saturating_sub(2)));
        assert!(looks <= 12 * len, "{looks} of {len}");
    }
}

#[test]
fn broadcasts_of_blocked_users_give_others_their_turn() {
    let mut chat = full(1024);
    for from in 1..9 {
        assert_eq!(chat.blocks.restore(READER, UserId(from), from.into()), Ok(()));
    }
    // Every ninth broadcast is told.
    assert_eq!(cost(&chat, None).0, 1024 / 9);
    assert_eq!(cost(&chat, Some(50)).0, 50);
    // The reader blocks everybody.
    assert_eq!(chat.blocks.restore(READER, UserId(9), 9), Ok(()));
    let (told, turns, looks) = cost(&chat, Some(1));
    assert_eq!((told, turns), (0, 1024 / LOOKS - 2), "{looks}");
    assert!(looks <= 4 * 1024, "{looks}");
    assert_eq!(cost(&chat, None).1, 1024 / LOOKS - 1);
}

#[test]
fn a_broadcast_that_makes_room_costs_an_answer_nothing_but_itself() {
    let mut chat = full(64);
    let mut recall = chat.begin_recall(READER, None);
    let mut buffer = [0; TEXT_MAX];
    assert!(matches!(chat.recall(READER, &mut recall, &mut buffer), Recalled::Said(_)));
    // The answer stands at the first, and the first three make room.
    (1..4).for_each(|from| say(&mut chat, from));
    let (told, _) = rest(&chat, &mut recall);
    assert_eq!(told, Vec::from_iter(4..=64), "what was said later is not in it");
    let mut recall = chat.begin_recall(READER, Some(3));
    (0..64).for_each(|number| say(&mut chat, 1 + (number % 9) as u16));
    assert_eq!(rest(&chat, &mut recall), (vec![], 0));
}
