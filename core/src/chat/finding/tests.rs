//! Answers about files: what they tell while files and holders come and go.

use core::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::chat::testing::{Nothing, chat_with_files};
use crate::chat::{ConnectionId, FileKey, HoldRefusal, Listening, Offered, Proof};
use crate::environment::SessionEnd;
use crate::protocol::Addresses;
use crate::time::Instant;

/// So many users online, each of whom listens for peers.
fn chat(users: u16, files: usize, holders: usize) -> Chat<'static> {
    let mut chat = chat_with_files(users.into(), files, holders);
    for number in 0..users {
        let (connection, name) = (ConnectionId(number), format!("u{number}"));
        chat.connect(connection, IpAddr::V4(Ipv4Addr::LOCALHOST).into(), Instant::START);
        chat.log_in(connection, &name, Proof::Proven, Instant::START, &mut Nothing).unwrap();
        let listening = Listening { port: 1, key: [7; 32], addresses: Addresses::new() };
        chat.set_listening(connection, listening);
    }
    chat
}

fn offer(chat: &mut Chat<'_>, holder: u16, id: u8, name: &str) {
    chat.offer(ConnectionId(holder), FileKey { id: &[id; 32], size: 1, name }).unwrap();
}

fn block(chat: &mut Chat<'_>, blocker: u16, blocked: u16) {
    let blocked = format!("u{blocked}");
    chat.block(UserId(blocker), &blocked, Instant::START, &mut Nothing).unwrap();
}

/// The next holder of a file that the last user is told; `None` at the end.
fn next(chat: &Chat<'_>, search: &mut Search) -> Option<String> {
    let listener = UserId(chat.accounts() as u16 - 1);
    loop {
        match chat.search(listener, search, &mut [0; TEXT_MAX]) {
            Found::Holder { user, .. } => return Some(user.to_owned()),
            Found::Over(_) => return None,
            Found::Later => {}
        }
    }
}

fn rest(chat: &Chat<'_>, search: &mut Search) -> Vec<String> {
    core::iter::from_fn(|| next(chat, search)).collect()
}

/// The files that the last user is told, with the counts of their holders.
fn listed(chat: &Chat<'_>, listing: &mut Listing) -> Vec<(u8, u16)> {
    let listener = UserId(chat.accounts() as u16 - 1);
    let mut told = Vec::new();
    loop {
        match chat.list(listener, listing, &mut [0; TEXT_MAX]) {
            Listed::File { id, holders, .. } => told.push((id[0], holders)),
            Listed::Over(count) => {
                assert_eq!(usize::from(count), told.len());
                return told;
            }
            Listed::Later => {}
        }
    }
}

#[test]
fn a_search_goes_on_behind_a_holder_who_leaves_and_tells_nobody_twice() {
    let mut chat = chat(7, 20, 60);
    (0..6).for_each(|holder| offer(&mut chat, holder, 1, "film"));
    for by_id in [false, true] {
        let begin = |chat: &Chat<'_>| match by_id {
            true => chat.begin_search_by_id(&[1; 32]),
            false => chat.begin_search("film"),
        };
        let mut search = begin(&chat);
        assert_eq!(next(&chat, &mut search).as_deref(), Some("u0"));
        // It stands at u1. Both go, and so does one who was told.
        for gone in [1, 2, 0] {
            assert!(chat.withdraw(ConnectionId(gone), &[1; 32]));
        }
        assert_eq!(next(&chat, &mut search).as_deref(), Some("u3"));
        assert_eq!(rest(&chat, &mut search), ["u4", "u5"]);
        (0..3).for_each(|holder| offer(&mut chat, holder, 1, "film"));
        (3..6).for_each(|holder| assert!(chat.withdraw(ConnectionId(holder), &[1; 32])));
        (3..6).for_each(|holder| offer(&mut chat, holder, 1, "film"));
    }
}

#[test]
fn who_comes_after_the_request_is_not_told_so_an_answer_has_an_end() {
    let mut chat = chat(4, 20, 60);
    offer(&mut chat, 0, 1, "film");
    let (mut search, mut listing) = (chat.begin_search("film"), chat.begin_listing());
    offer(&mut chat, 1, 1, "film");
    offer(&mut chat, 1, 2, "film");
    assert_eq!(rest(&chat, &mut search), ["u0"]);
    assert_eq!(listed(&chat, &mut listing), [(1, 1)]);
    assert_eq!(rest(&chat, &mut chat.begin_search("film")), ["u0", "u1", "u1"]);
    assert_eq!(listed(&chat, &mut chat.begin_listing()), [(1, 2), (2, 1)]);
}

#[test]
fn another_file_in_the_same_row_is_not_taken_for_the_one_that_was_looked_for() {
    let mut chat = chat(6, 4, 60);
    offer(&mut chat, 0, 1, "film");
    let mut searches = [chat.begin_search_by_id(&[1; 32]), chat.begin_search("film")];
    for search in &mut searches {
        assert_eq!(next(&chat, &mut *search).as_deref(), Some("u0"));
    }
    assert!(chat.withdraw(ConnectionId(0), &[1; 32]));
    // The last row that became free is the last that is taken.
    (1..5).for_each(|holder| offer(&mut chat, holder, 1 + holder as u8, "x"));
    for search in &mut searches {
        assert!(rest(&chat, search).is_empty());
    }
}

#[test]
fn who_blocks_the_caller_is_neither_told_nor_counted_and_nor_is_the_caller() {
    let mut chat = chat(4, 20, 60);
    offer(&mut chat, 0, 1, "film");
    offer(&mut chat, 1, 1, "film");
    offer(&mut chat, 3, 1, "film");
    offer(&mut chat, 3, 2, "mine");
    assert_eq!(rest(&chat, &mut chat.begin_search("film")), ["u0", "u1"]);
    assert_eq!(listed(&chat, &mut chat.begin_listing()), [(1, 2)]);
    block(&mut chat, 0, 3);
    assert_eq!(rest(&chat, &mut chat.begin_search("film")), ["u1"]);
    assert_eq!(listed(&chat, &mut chat.begin_listing()), [(1, 1)]);
    block(&mut chat, 1, 3);
    let mut search = chat.begin_search("film");
    assert_eq!(chat.search(UserId(3), &mut search, &mut [0; TEXT_MAX]), Found::Over(false));
    assert_eq!(listed(&chat, &mut chat.begin_listing()), []);
}

#[test]
fn a_search_by_id_tells_every_file_of_it_and_a_search_by_name_its_own() {
    let mut chat = chat(5, 20, 60);
    offer(&mut chat, 0, 1, "junk.exe");
    offer(&mut chat, 2, 2, "film");
    offer(&mut chat, 1, 1, "film");
    offer(&mut chat, 3, 1, "junk.exe");
    let by_id = chat.begin_search_by_id(&[1; 32]);
    assert_eq!(rest(&chat, &mut { by_id }), ["u0", "u3", "u1"]);
    assert_eq!(rest(&chat, &mut chat.begin_search("film")), ["u2", "u1"]);
    assert_eq!(rest(&chat, &mut chat.begin_search("junk.exe")), ["u0", "u3"]);
    assert!(rest(&chat, &mut chat.begin_search_by_id(&[3; 32])).is_empty());
}

#[test]
fn nobody_learns_from_an_offer_that_a_hidden_file_is_there() {
    let mut chat = chat(3, 20, 60);
    let [luke, yoda, vader] = [0, 1, 2].map(ConnectionId);
    let id = [1; 32];
    let file = FileKey { id: &id, size: 1, name: "film" };
    block(&mut chat, 0, 2);
    assert_eq!(chat.offer(luke, file), Ok(Offered::New));
    assert_eq!(chat.hold(vader, file, 9), Err(HoldRefusal::NoSuchFile));
    assert_eq!(chat.offer(vader, file), Ok(Offered::New), "only a blocker holds it");
    // What is one's own is known.
    assert_eq!((chat.offer(vader, file), chat.hold(vader, file, 9)), (Ok(Offered::Known), Ok(())));
    assert_eq!(chat.figures().files.used, 1);
    assert_eq!(chat.offer(yoda, file), Ok(Offered::Known));
    assert!(chat.withdraw(vader, &id));
    assert_eq!(chat.hold(vader, file, 9), Ok(()), "somebody else holds it, too");
    assert!(chat.withdraw(vader, &id));
    assert_eq!(chat.offer(vader, file), Ok(Offered::Known));
}

#[test]
fn others_get_their_turn_while_many_rows_are_looked_at() {
    let files = 3 * LOOKS;
    let mut chat = chat(3, files, 3 * files);
    offer(&mut chat, 0, 1, "film");
    let mut buffer = [0; TEXT_MAX];
    let (mut listing, mut told) = (chat.begin_listing(), 0);
    let searches = [chat.begin_search("none"), chat.begin_search_by_id(&[2; 32])];
    let searched = searches.map(|mut search| {
        let mut steps = 0;
        while chat.search(UserId(2), &mut search, &mut buffer) == Found::Later {
            steps += 1;
        }
        steps
    });
    assert!(matches!(chat.list(UserId(2), &mut listing, &mut buffer), Listed::File { .. }));
    while chat.list(UserId(2), &mut listing, &mut buffer) == Listed::Later {
        told += 1;
    }
    // The file that was told took no whole step.
    assert_eq!((searched, told), ([3, 3], 2));
}

#[test]
fn holders_beyond_one_step_are_counted_all_the_same() {
    let users = 2 * LOOKS as u16 + 100;
    let mut chat = chat(users, 8, 8 * usize::from(users));
    (0..users).for_each(|holder| offer(&mut chat, holder, 1, "film"));
    assert_eq!(listed(&chat, &mut chat.begin_listing()), [(1, users - 1)]);
    assert_eq!(rest(&chat, &mut chat.begin_search("film")).len(), usize::from(users) - 1);
}

#[test]
fn the_holders_of_a_session_end_with_it() {
    let mut chat = chat(3, 8, 32);
    offer(&mut chat, 0, 1, "film");
    offer(&mut chat, 1, 1, "film");
    offer(&mut chat, 0, 2, "other");
    chat.end_session(ConnectionId(0), Instant::START, SessionEnd::Gone, &mut Nothing);
    assert_eq!(listed(&chat, &mut chat.begin_listing()), [(1, 1)]);
    assert_eq!((chat.figures().files.used, chat.figures().holders.used), (1, 1));
}
