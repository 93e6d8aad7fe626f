//! Who may hold how many rows, and for how long.

use std::slice::from_ref;

use super::{NOW, Room, cut, fragment, segment};
use crate::time::Duration;

#[test]
fn the_rest_of_a_packet_has_five_seconds() {
    let whole = segment(300);
    let frames = cut(9, 7, &whole, 160);
    for (late, expected) in [(4_999, (1, 0)), (5_000, (0, 1))] {
        let mut room = Room::new(4);
        room.take(&frames[0]);
        room.now = NOW + Duration::from_millis(late);
        assert_eq!(room.take(&frames[1]).is_some(), expected.0 == 1);
        // Under the same number one that begins anew takes a place of its own, and that of the old
        // one is free.
        for number in 20..24 {
            room.take(&fragment(9, number, 0, true, &whole[..160]));
        }
        assert_eq!(room.counts().0, expected.0);
        assert!(room.counts().1 >= expected.1, "{late}");
    }
}

#[test]
fn one_source_holds_a_share_and_its_own_oldest_goes() {
    let whole = segment(300);
    let mut room = Room::new(8);
    let others = cut(1, 1, &whole, 160);
    room.take(&others[0]);
    for number in 0..100 {
        room.take(&fragment(9, number, 0, true, &whole[..160]));
    }
    // A share of eight rows is two: the two youngest are there.
    assert_eq!(room.counts(), (0, 98));
    assert_eq!(room.take_all([&others[1]]), from_ref(&whole));
    let rest = |number| fragment(9, number, 160, false, &whole[160..]);
    assert_eq!(room.take_all(&[rest(98), rest(99)]), [whole.clone(), whole]);
    assert_eq!(room.counts(), (3, 98));
}

#[test]
fn of_a_full_table_the_oldest_goes_and_what_is_whole_makes_room() {
    let whole = segment(300);
    for (rows, hosts) in [(8, 7), (8, 8), (8, 9)] {
        let mut room = Room::new(rows);
        let frames = Vec::from_iter((1..=hosts).map(|host| cut(host, 7, &whole, 160)));
        for frame in &frames {
            assert_eq!(room.take(&frame[0]), None);
        }
        let evicted = usize::from(hosts).saturating_sub(rows);
        assert_eq!(room.counts(), (0, evicted as u64));
        let rest = Vec::from_iter(frames.iter().rev().map(|frame| frame[1].clone()));
        assert_eq!(room.take_all(&rest).len(), usize::from(hosts) - evicted);
        // All are free again, but for the end of the one that had gone.
        let again = Vec::from_iter((11..18).flat_map(|host| cut(host, 7, &whole, 160)));
        assert_eq!(room.take_all(&again).len(), 7);
    }
}

#[test]
fn without_rows_every_fragment_is_dropped() {
    let mut room = Room::new(0);
    assert_eq!(room.take_all(&cut(9, 7, &segment(300), 160)), [] as [Vec<u8>; 0]);
    assert_eq!(room.counts(), (0, 2));
}
