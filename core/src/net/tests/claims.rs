//! A right password for a user who is online: a dead peer gives way within three seconds, and a
//! live one stays, whatever it reads.

use smoltcp::wire::EthernetAddress;

use super::world::{Client, World};

const REFUSED: &str = "431 user0 is online already, the earlier session stays\n";
const WELCOME: &str = "230 Welcome to this message application\n";
const LOGIN: &str = "login user0 secret0\n";

/// `user0` is online over one host, and a stranger has connected over another.
fn world() -> (World, Client, Client) {
    let mut world = World::new(4);
    let (there, here) = (world.host(), world.host());
    let old = world.log_in(there, 0);
    let newcomer = stranger(&mut world, here);
    world.pass(1_000);
    (world, old, newcomer)
}

fn stranger(world: &mut World, host: usize) -> Client {
    let client = world.connect(host);
    world.settle();
    assert!(world.read(client).starts_with("220 "));
    client
}

fn say(world: &mut World, client: Client, line: &str) {
    world.write(client, line);
    world.settle();
}

#[test]
fn a_dead_peer_gives_way_after_three_seconds_and_not_before() {
    let (mut world, old, newcomer) = world();
    world.hosts[old.host].plugged = false;
    say(&mut world, newcomer, LOGIN);
    world.pass(2_900);
    assert_eq!(world.read(newcomer), "");
    assert_eq!(world.server.chat().online_count(), 1);
    world.pass(200);
    assert_eq!(world.read(newcomer), WELCOME);
    assert_eq!(world.environment.logged_out, ["user0"]);
    say(&mut world, newcomer, "ping\n");
    assert_eq!(world.read(newcomer), "202 pong\n");
    world.pass(60_000);
    assert_eq!((world.server.connections(), world.server.chat().online_count()), (1, 1));
}

#[test]
fn a_live_peer_stays_and_hears_of_the_attempt_and_the_newcomer_does_not_wait() {
    let (mut world, old, newcomer) = world();
    say(&mut world, newcomer, LOGIN);
    world.pass(20);
    assert_eq!(world.read(newcomer), REFUSED);
    assert_eq!(world.read(old), "* attempt 10.0.0.11\n");
    // A peer answers one probe a second.
    say(&mut world, newcomer, LOGIN);
    world.pass(1_100);
    assert_eq!(world.read(newcomer), REFUSED);
    world.pass(10_000);
    assert_eq!(world.read(old), "* attempt 10.0.0.11\n");
    assert_eq!(world.server.chat().online_count(), 1);
}

#[test]
fn a_live_peer_that_reads_nothing_stays_although_its_window_is_closed() {
    let (mut world, old, newcomer) = world();
    let sender = world.log_in(newcomer.host, 1);
    let line = format!("message user0 {}\n", "x".repeat(400));
    for _ in 0..60 {
        say(&mut world, sender, &line);
        world.pass(50);
        world.read(sender);
    }
    assert_eq!(world.socket(old).recv_queue(), world.socket(old).recv_capacity());
    say(&mut world, newcomer, LOGIN);
    world.pass(3_100);
    assert_eq!(world.read(newcomer), REFUSED);
    assert_eq!(world.server.chat().online_count(), 2);
}

#[test]
fn a_probe_that_is_lost_is_sent_again() {
    let (mut world, old, newcomer) = world();
    world.hosts[old.host].plugged = false;
    say(&mut world, newcomer, LOGIN);
    world.pass(500);
    world.hosts[old.host].plugged = true;
    world.pass(400);
    assert_eq!(world.read(newcomer), "");
    world.pass(200);
    assert_eq!(world.read(newcomer), REFUSED);
    assert_eq!(world.read(old), "* attempt 10.0.0.11\n");
}

#[test]
fn a_live_peer_that_moved_to_another_ethernet_address_is_found_and_stays() {
    let (mut world, old, newcomer) = world();
    world.move_host(old.host, EthernetAddress([2, 0, 0, 0, 1, 200]));
    say(&mut world, newcomer, LOGIN);
    world.pass(3_100);
    assert_eq!(world.read(newcomer), REFUSED);
    assert_eq!(world.read(old), "* attempt 10.0.0.11\n");
    assert_eq!(world.driver.counters().moved, 1);
}

#[test]
fn one_newcomer_waits_and_a_second_is_refused_at_once() {
    let (mut world, old, newcomer) = world();
    world.hosts[old.host].plugged = false;
    let second = stranger(&mut world, newcomer.host);
    say(&mut world, newcomer, LOGIN);
    say(&mut world, second, LOGIN);
    assert_eq!(world.read(second), REFUSED);
    world.pass(3_100);
    assert_eq!(world.read(newcomer), WELCOME);
    assert_eq!(world.read(second), "");
}

#[test]
fn a_newcomer_that_leaves_while_it_waits_ends_nothing() {
    let (mut world, old, newcomer) = world();
    world.hosts[old.host].plugged = false;
    say(&mut world, newcomer, LOGIN);
    world.pass(1_000);
    world.socket(newcomer).abort();
    world.pass(4_000);
    assert_eq!((world.server.connections(), world.server.chat().online_count()), (1, 1));
    // The next one has its own three seconds.
    let next = stranger(&mut world, newcomer.host);
    say(&mut world, next, LOGIN);
    world.pass(2_900);
    assert_eq!(world.read(next), "");
    world.pass(200);
    assert_eq!(world.read(next), WELCOME);
}

#[test]
fn a_logout_while_somebody_waits_lets_the_newcomer_in_at_once() {
    let (mut world, old, newcomer) = world();
    world.hosts[old.host].plugged = false;
    say(&mut world, newcomer, LOGIN);
    world.write(old, "logout\n");
    world.pass(300);
    assert_eq!(world.read(newcomer), "");
    world.hosts[old.host].plugged = true;
    // Whichever comes first: its first frame is the logout.
    world.pass(800);
    assert_eq!(world.read(newcomer), WELCOME);
}

#[test]
fn what_waits_behind_the_login_and_what_the_dead_peer_did_not_acknowledge_come_in_order() {
    let (mut world, old, newcomer) = world();
    let sender = world.log_in(newcomer.host, 1);
    world.pass(100);
    world.read(old);
    world.hosts[old.host].plugged = false;
    say(&mut world, sender, "message user0 are you there?\n");
    say(&mut world, newcomer, "login user0 secret0\nping\n");
    world.pass(3_100);
    let heard = world.read(newcomer);
    let lines: Vec<_> = heard.lines().collect();
    assert_eq!(lines[0], WELCOME.trim_end());
    assert!(lines.contains(&"202 pong"), "{heard}");
    assert!(lines.iter().any(|line| line.ends_with(" user1 3 are you there?")), "{heard}");
}

#[test]
fn a_wrong_password_asks_nobody_anything() {
    let (mut world, _, newcomer) = world();
    let before = world.driver.counters().frames_out;
    say(&mut world, newcomer, "login user0 wrong\n");
    world.pass(100);
    assert_eq!(world.read(newcomer), "533 Invalid credentials, try again!\n");
    let frames = world.driver.counters().frames_out - before;
    assert!(frames <= 2, "{frames} frames, and one is the reply");
}
