//! Segments of no connection: answered with a reset, but not without end.

use smoltcp::wire::TcpControl;

use super::raw::{segment, segments};
use super::world::World;

#[test]
fn a_stray_is_answered_with_a_reset() {
    let mut world = World::new(4);
    let said = segments(&world.inject([segment(5000, TcpControl::None, 7, Some(4711))]));
    assert_eq!(said.len(), 1);
    assert!(said[0].rst && said[0].seq == 4711 && said[0].port == 5000);
    assert_eq!(world.driver.counters().strays, 1);
}

#[test]
fn a_stray_reset_is_not_answered() {
    let mut world = World::new(4);
    assert!(world.inject([segment(5000, TcpControl::Rst, 7, Some(4711))]).is_empty());
    assert_eq!(world.driver.counters().strays, 1);
}

#[test]
fn strays_get_fifty_resets_at_once_and_a_hundred_a_second() {
    let mut world = World::new(4);
    let flood = || (0..1_000).map(|port| segment(5000 + port, TcpControl::None, 7, Some(1)));
    assert_eq!(segments(&world.inject(flood())).len(), 50);
    assert_eq!(segments(&world.inject(flood())).len(), 0);
    let counters = world.driver.counters();
    assert_eq!((counters.strays, counters.strays_ignored), (2_000, 1_950));
    for _ in 0..100 {
        world.pass(10);
        assert_eq!(segments(&world.inject(flood().take(9))).len(), 1);
    }
}
