//! Every work with the real server, for a moment: all that is said arrives, once, in order, and is
//! answered. Needs root and `smolchatd`.

use std::time::Duration;

use crate::faults::Faults;
use crate::idle;
use crate::kind::Kind;
use crate::measure::{Sample, Spans, measure};
use crate::place::Place;
use crate::rows::{Row, rows};

const CONNECTIONS: usize = 16;

#[test]
fn whatever_is_said_arrives_and_is_answered() {
    let short = Duration::from_millis(150);
    let spans = Spans { warm_up: short, counted: short };
    let place = Place::new(CONNECTIONS, 64).unwrap();
    for kind in [Kind::Smolchat, Kind::Strict, Kind::Ssh] {
        let server = place.start(kind).unwrap();
        let meant = |row: &Row| row.means(kind);
        for row in rows(&[], &[4, CONNECTIONS], false).into_iter().filter(meant) {
            let (work, connections) = (row.kind, row.connections);
            // On a machine that is busy with other things a moment may bring nothing.
            let arrives = |times: u32| {
                let spans = Spans { counted: short * times, ..spans };
                let measured =
                    place.clients.run(|| measure(&server.target, work, connections, spans));
                let Sample { delivered, faults, .. } = measured.unwrap();
                assert_eq!(faults, Faults::default(), "{}, {connections} connections", row.words);
                delivered > 0
            };
            let has_arrived = [1, 8, 64].into_iter().any(arrives);
            assert!(has_arrived, "{}, {connections} connections", row.words);
        }
        assert_eq!(server.target.figures(&place).unwrap(), Vec::<String>::new());
        server.stop().unwrap();
    }
}

#[test]
fn idle_connections_come_and_go_and_what_they_take_is_known() {
    let place = Place::new(CONNECTIONS, 1).unwrap();
    let idle = idle::measure(&place, Kind::Smolchat).unwrap();
    assert!(idle.set_aside > 4096.0 && idle.resets == 0, "{idle:?}");
}
