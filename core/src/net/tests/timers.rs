//! What happens when nothing comes: keep-alive, retransmission, and sleep.

use super::world::World;

#[test]
fn a_peer_that_vanished_is_logged_out_and_its_place_is_free() {
    let mut world = World::new(4);
    let (here, there) = (world.host(), world.host());
    let stays = world.log_in(here, 0);
    world.log_in(there, 1);
    let places = world.driver.free_places();
    world.read(stays);
    world.hosts[there].plugged = false;
    world.pass(70_000);
    assert_eq!(world.server.connections(), 2);
    world.pass(10_000);
    assert_eq!((world.server.connections(), world.driver.free_places()), (1, places + 1));
    assert_eq!(world.environment.logged_out, ["user1"]);
    assert!(world.read(stays).contains("* logout user1"));
}

#[test]
fn a_peer_that_is_only_quiet_stays() {
    let mut world = World::new(4);
    let host = world.host();
    let client = world.log_in(host, 0);
    world.pass(500_000);
    world.write(client, "ping\n");
    world.settle();
    assert_eq!(world.read(client).lines().count(), 1);
    assert_eq!(world.server.connections(), 1);
}

#[test]
fn a_lost_frame_is_sent_again() {
    let mut world = World::new(4);
    let host = world.host();
    let client = world.log_in(host, 0);
    world.write(client, "ping\n");
    world.settle_hosts();
    world.poll_driver();
    assert_eq!(world.cable.outgoing.len(), 1);
    world.cable.outgoing.clear();
    world.pass(900);
    assert_eq!(world.read(client), "");
    world.pass(200);
    assert_eq!(world.read(client).lines().count(), 1);
}

#[test]
fn where_nothing_happens_the_driver_sleeps() {
    let mut world = World::new(16);
    let host = world.host();
    for number in 0..16 {
        world.log_in(host, number);
    }
    world.pass(10_000);
    let before = world.polls;
    world.pass(100_000);
    // Every connection is asked three times whether it is still there, and each answer is a poll.
    let polls = world.polls - before;
    assert!(polls <= 400, "{polls} polls");
}

#[test]
fn many_lines_leave_in_few_frames() {
    let mut world = World::new(4);
    let host = world.host();
    let client = world.log_in(host, 0);
    world.pass(100);
    let before = world.driver.counters().frames_out;
    world.write(client, &"ping\n".repeat(40));
    world.settle();
    assert_eq!(world.read(client).lines().count(), 40);
    let frames = world.driver.counters().frames_out - before;
    assert!(frames <= 2, "{frames} frames");
}
