//! Leased addresses: how one is got, kept and lost, and what that means for connections.

use std::net::Ipv4Addr;

use proptest::prelude::*;
use smoltcp::wire::{DhcpMessageType, IpCidr};

use super::leaser::{Leaser, Mood};
use super::world::{SERVER, World};
use crate::time::Duration;

const LEASED: &str = "10.0.0.1/24 by 10.0.0.254";
const LOST: &str = "lost";
/// Between two searches; smoltcp's choice.
const TRY: Duration = Duration::from_secs(10);
const OURS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 3);

fn leaser(world: &mut World) -> &mut Leaser {
    world.leaser.as_mut().unwrap()
}

/// Our IPv4 addresses.
fn addresses(world: &World) -> Vec<IpCidr> {
    let is_v4 = |address: &&IpCidr| matches!(address, IpCidr::Ipv4(_));
    world.driver.addresses().iter().filter(is_v4).copied().collect()
}

#[test]
fn an_address_is_leased_at_once_and_the_chat_is_there() {
    let mut world = World::leasing(4, Leaser::new(3600));
    assert_eq!(addresses(&world), []);
    world.settle();
    assert_eq!(world.environment.leases, [LEASED]);
    assert_eq!(addresses(&world), [IpCidr::new(SERVER, 24)]);
    let (a, b) = (world.host(), world.host());
    let (han, leia) = (world.log_in(a, 0), world.log_in(b, 1));
    world.write(han, "message user1 I love you\n");
    world.settle();
    assert!(world.read(leia).contains("user0 0 I love you"));
    let kinds: Vec<_> = leaser(&mut world).heard.iter().map(|heard| heard.kind).collect();
    assert_eq!(kinds, [DhcpMessageType::Discover, DhcpMessageType::Request]);
}

#[test]
fn a_lease_is_renewed_at_half_its_time_and_nobody_notices() {
    let mut world = World::leasing(4, Leaser::new(100));
    world.settle();
    let host = world.host();
    let client = world.log_in(host, 0);
    world.pass(500_000);
    assert_eq!(world.environment.leases, [LEASED]);
    world.write(client, "ping\n");
    world.settle();
    assert_eq!(world.read(client), "202 pong\n");
    let heard = &leaser(&mut world).heard;
    let renewals = &heard[2..];
    assert!(renewals.len() >= 9, "{heard:?}");
    assert!(renewals.iter().all(|renewal| {
        renewal.kind == DhcpMessageType::Request && renewal.has == OURS && !renewal.broadcast
    }));
    let between = renewals[1].at.saturating_since(renewals[0].at).as_millis();
    assert!((50_000..51_000).contains(&between), "{between} ms");
}

#[test]
fn a_refused_renewal_takes_the_address_away_and_the_search_begins_anew() {
    let mut world = World::leasing(4, Leaser::new(100));
    world.settle();
    let host = world.host();
    let client = world.log_in(host, 0);
    leaser(&mut world).mood = Mood::Refusing;
    world.pass(51_000);
    assert_eq!(world.environment.leases, [LEASED, LOST]);
    assert_eq!(addresses(&world), []);
    // A connection that has nothing to say meanwhile outlives the time without the address.
    leaser(&mut world).mood = Mood::Willing;
    world.pass(30_000);
    assert_eq!(world.environment.leases, [LEASED, LOST, LEASED]);
    world.write(client, "ping\n");
    world.pass(5_000);
    assert_eq!(world.read(client), "202 pong\n");
}

#[test]
fn a_lease_that_nobody_renews_runs_out_and_so_do_the_connections() {
    let mut world = World::leasing(4, Leaser::new(100));
    let places = world.driver.free_places();
    world.settle();
    let host = world.host();
    world.log_in(host, 0);
    leaser(&mut world).mood = Mood::Silent;
    world.pass(99_000);
    assert_eq!(world.environment.leases, [LEASED]);
    // Towards the end everybody is asked.
    let heard = &leaser(&mut world).heard;
    assert!(heard.iter().any(|heard| heard.broadcast && heard.has == OURS), "{heard:?}");
    world.pass(2_000);
    assert_eq!(world.environment.leases, [LEASED, LOST]);
    assert_eq!(addresses(&world), []);
    assert_eq!(world.server.connections(), 1);
    world.pass(110_000);
    assert_eq!(world.environment.logged_out, ["user0"]);
    assert_eq!((world.driver.free_places(), world.server.connections()), (places, 0));
}

#[test]
fn with_another_address_old_connections_end_at_once_and_a_peer_may_use_its_port_again() {
    let mut world = World::leasing(4, Leaser::new(100));
    let places = world.driver.free_places();
    world.settle();
    let host = world.host();
    world.log_in(host, 0);
    leaser(&mut world).address = ELSEWHERE;
    world.pass(51_000);
    assert_eq!(world.environment.leases, [LEASED, "10.0.0.3/24 by 10.0.0.254"]);
    assert_eq!(addresses(&world), [IpCidr::new(ELSEWHERE.into(), 24)]);
    assert_eq!(world.environment.logged_out, ["user0"]);
    assert_eq!((world.driver.free_places(), world.server.connections()), (places, 0));
    world.hosts[host].reuse_port();
    let again = world.connect_to(host, ELSEWHERE.into());
    world.settle();
    world.write(again, "login user0 secret0\n");
    world.settle();
    assert!(world.read(again).contains("Welcome"));
}

#[test]
fn what_was_on_its_way_from_an_address_that_is_gone_comes_again() {
    for (address, mood) in [(ELSEWHERE, Mood::Willing), (OURS, Mood::Refusing)] {
        let mut world = World::leasing(4, Leaser::new(100));
        world.settle();
        let (a, b) = (world.host(), world.host());
        let (han, leia) = (world.log_in(a, 0), world.log_in(b, 1));
        world.read(han);
        world.pass(45_000);
        world.hosts[b].plugged = false;
        for text in ["I love you", "do you know"] {
            world.write(han, &format!("message user1 {text}\n"));
            world.settle();
            assert!(world.read(han).ends_with(" accepted\n"));
        }
        (leaser(&mut world).address, leaser(&mut world).mood) = (address, mood);
        world.pass(20_000);
        assert_eq!(world.environment.leases.len(), 2);
        assert!(world.environment.logged_out.contains(&"user1".to_owned()));
        leaser(&mut world).mood = Mood::Willing;
        world.pass(20_000);
        world.hosts[b].plugged = true;
        world.forget(leia);
        let address = addresses(&world)[0].address();
        let leia = world.connect_to(b, address);
        world.pass(3_000);
        world.write(leia, "login user1 secret1\n");
        world.pass(3_000);
        let heard = world.read(leia);
        let messages: Vec<_> =
            heard.lines().filter(|line| line.starts_with("* message ")).collect();
        assert!(messages[0].starts_with("* message 1 ") && messages[0].ends_with("I love you"));
        assert!(messages[1].starts_with("* message 2 ") && messages[1].ends_with("do you know"));
        assert_eq!(messages.len(), 2);
    }
}

#[test]
fn another_router_is_told_and_connections_stay() {
    let mut world = World::leasing(4, Leaser::new(100));
    world.settle();
    let host = world.host();
    let client = world.log_in(host, 0);
    leaser(&mut world).router = None;
    world.pass(51_000);
    assert_eq!(world.environment.leases, [LEASED, "10.0.0.1/24 by none"]);
    world.write(client, "ping\n");
    world.settle();
    assert_eq!(world.read(client), "202 pong\n");
}

#[test]
fn where_nobody_answers_the_driver_sleeps_between_tries() {
    let mut leaser = Leaser::new(100);
    leaser.mood = Mood::Silent;
    let mut world = World::leasing(4, leaser);
    world.settle();
    assert!(world.until.is_some_and(|until| until >= world.now + TRY));
    let before = world.polls;
    world.pass(100_000);
    let tries = world.leaser.as_ref().unwrap().count(DhcpMessageType::Discover);
    assert_eq!(tries, 11);
    assert!(world.polls - before <= 3 * tries, "{} polls", world.polls - before);
    assert_eq!(world.environment.leases, [""; 0]);
}

#[test]
fn a_device_that_takes_no_frame_is_asked_again_soon() {
    let mut world = World::leasing(4, Leaser::new(3600));
    world.cable.transmits = Some(0);
    world.poll_driver();
    let soon = world.now + Duration::from_millis(1);
    assert_eq!(world.until, Some(soon));
    assert_eq!(world.driver.counters().device_exhausted, 1);
    world.cable.transmits = None;
    world.pass(10);
    assert_eq!(world.environment.leases, [LEASED]);
}

#[test]
fn a_router_that_is_no_host_is_no_router_and_none_will_do() {
    for router in [Some(Ipv4Addr::BROADCAST), None] {
        let mut leaser = Leaser::new(3600);
        leaser.router = router;
        let mut world = World::leasing(4, leaser);
        world.settle();
        assert_eq!(world.environment.leases, ["10.0.0.1/24 by none"]);
    }
}

#[test]
fn odd_times_cost_few_messages_and_nobody_is_cut_off() {
    for (seconds, renewal, rebinding) in [
        (3600, Some(0), None),
        (3600, None, Some(0)),
        (3600, Some(0), Some(0)),
        (3600, Some(0), Some(1)),
        (0, None, None),
        (1, None, None),
        (9, Some(0), Some(1)),
    ] {
        let mut world = World::leasing(4, Leaser::new(seconds));
        (leaser(&mut world).renewal, leaser(&mut world).rebinding) = (renewal, rebinding);
        world.pass(2_000);
        let (a, b) = (world.host(), world.host());
        let (han, leia) = (world.log_in(a, 0), world.log_in(b, 1));
        for number in 0..60 {
            world.write(han, &format!("message user1 {number}\n"));
            world.pass(1_013);
        }
        world.pass(5_000);
        let heard = leaser(&mut world).heard.len();
        assert!(heard <= 20, "{heard} messages with {seconds} {renewal:?} {rebinding:?}");
        assert_eq!(world.read(leia).lines().filter(|line| line.contains("* message")).count(), 60);
        assert_eq!(world.environment.logged_out, [""; 0]);
        let _ = han;
    }
}

#[test]
fn an_address_that_comes_back_within_a_moment_cuts_nobody_off_whatever_they_have_to_say() {
    for moment in [0, 9_000] {
        let mut world = World::leasing(4, Leaser::new(100));
        world.settle();
        let (a, b) = (world.host(), world.host());
        let (han, leia) = (world.log_in(a, 0), world.log_in(b, 1));
        world.pass(45_000);
        world.hosts[b].plugged = false;
        world.write(han, "message user1 I love you\n");
        world.settle();
        leaser(&mut world).mood = Mood::Refusing;
        while !addresses(&world).is_empty() {
            world.pass(10);
        }
        world.hosts[b].plugged = true;
        let polls = world.polls;
        world.pass(moment);
        leaser(&mut world).mood = Mood::Willing;
        assert!(world.polls - polls < 200, "{} polls", world.polls - polls);
        world.pass(12_000);
        assert_eq!(world.environment.leases, [LEASED, LOST, LEASED]);
        assert!(world.read(leia).contains("I love you"));
        assert_eq!(world.environment.logged_out, [""; 0]);
    }
}

#[test]
fn whoever_offers_and_then_refuses_is_asked_no_more_than_four_times_a_second() {
    let mut leaser = Leaser::new(100);
    leaser.mood = Mood::Refusing;
    let mut world = World::leasing(4, leaser);
    world.pass(9_500);
    assert_eq!(world.environment.leases, [""; 0]);
    // Four at once, and then four a second.
    let heard = world.leaser.as_ref().unwrap().heard.len();
    assert!((36..=42).contains(&heard), "{heard}");
    assert!(world.polls < 200, "{} polls", world.polls);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn broken_messages_break_nothing_and_keep_nobody_busy(
        changes in proptest::collection::vec((0usize..320, any::<u8>()), 1..8),
        seconds in prop_oneof![0u32..200, Just(u32::MAX)],
    ) {
        let mut leaser = Leaser::new(seconds);
        leaser.changes = changes;
        let mut world = World::leasing(4, leaser);
        world.pass(60_000);
        prop_assert!(addresses(&world).len() <= 1);
        prop_assert!(world.polls < 1_000, "{} polls", world.polls);
    }
}
