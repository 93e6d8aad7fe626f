//! Connections are counted by state, and slots serve again.

use super::*;

const FROM: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn with(places: usize, test: impl FnOnce(&mut Sessions<'_>)) {
    let mut slots: Vec<Session> = (0..places).map(|_| Session::default()).collect();
    let (mut links, mut callers) = (vec![LinkSlot::new(); places], vec![LinkSlot::new(); places]);
    let (mut lists, mut ranks) = (vec![List::default(); places], vec![List::default(); places]);
    let mut rank_links = vec![LinkSlot::new(); places];
    let strangers = Strangers::new(&mut lists, &mut ranks, &mut rank_links);
    test(&mut Sessions::new(&mut slots, &mut links, &mut callers, strangers));
}

fn counts(sessions: &Sessions<'_>) -> (usize, usize, usize) {
    (sessions.present(), sessions.online_count(), sessions.connected())
}

#[test]
fn a_connection_is_counted_for_what_it_is() {
    with(3, |sessions| {
        let [a, b, c] = [0, 1, 2].map(ConnectionId);
        for connection in [c, a, b] {
            sessions.connect(connection, FROM.into(), 0, Instant::START);
        }
        assert_eq!(sessions.next_stranger(), Some(c));
        sessions.go_online(c, UserId(5), Instant::from_millis(9), 4);
        assert_eq!((sessions.next_stranger(), sessions[c].user()), (Some(a), Some(UserId(5))));
        assert_eq!((sessions[c].since, sessions[c].heard), (Instant::from_millis(9), 4));
        assert_eq!(counts(sessions), (3, 1, 3));
        sessions.leave(a, Instant::START);
        assert_eq!((counts(sessions), sessions.next_stranger()), ((2, 1, 3), Some(b)));
        sessions.disconnect(a);
        sessions.disconnect(c);
        assert_eq!((counts(sessions), sessions.online().count()), ((1, 0, 1), 0));
    });
}

#[test]
fn a_slot_that_served_before_remembers_nothing() {
    with(1, |sessions| {
        let place = ConnectionId(0);
        sessions.connect(place, FROM.into(), 0, Instant::START);
        sessions.go_online(place, UserId(1), Instant::START, 8);
        sessions[place].acknowledges = true;
        sessions[place].listening =
            Some(Listening { port: 1, key: [7; 32], addresses: Addresses::new() });
        sessions.disconnect(place);
        sessions.connect(place, FROM.into(), 0, Instant::from_millis(3));
        let session = &sessions[place];
        assert_eq!((session.state(), session.heard), (State::Stranger, 0));
        assert!(!session.acknowledges && session.listening.is_none());
    });
}

#[test]
fn the_users_online_are_listed_in_the_order_in_which_they_came_and_leave_one_by_one() {
    with(3, |sessions| {
        for number in 0..3 {
            sessions.connect(ConnectionId(number), FROM.into(), 0, Instant::START);
            sessions.go_online(ConnectionId(number), UserId(number), Instant::START, 0);
        }
        for gone in 0..3 {
            let online: Vec<_> = sessions.online().collect();
            assert_eq!(online, (gone..3).map(ConnectionId).collect::<Vec<_>>());
            let first = sessions.first_online().unwrap();
            assert_eq!(first, ConnectionId(gone));
            sessions.leave(first, Instant::START);
        }
        assert_eq!((sessions.first_online(), sessions.online_count()), (None, 0));
    });
}
