//! What the log is told of people: whom it concerns, from where, by which door and why.

use smoltcp::wire::IpCidr;

use super::super::{Buffers, NetSettings, Service};
use super::toy::{LOGIN, Toy, disguised};
use super::world::{Client, SERVER, SERVER_MAC, World};
use crate::carrier::Carrier;
use crate::store::Durability;

const TOYS: u16 = 4001;
const LINES: &str = "Remote { address: 10.0.0.10, door: 0 }";
const CARRIED: &str = "Remote { address: 10.0.0.10, door: 1 }";

fn world() -> World<Toy> {
    let toys = Service { port: TOYS, carrier: Carrier::Ssh, ..Service::LINES };
    let (addresses, services) = ([IpCidr::new(SERVER, 24)], [Service::LINES, toys]);
    let net = NetSettings { services: &services, ..NetSettings::new(SERVER_MAC, &addresses) };
    let buffers = Buffers { rx: 2048, tx: 1024, fragments: 0 };
    let mut world = World::with_carriers(4, buffers, &net, Durability::Off, Toy::new(4));
    world.host();
    world
}

/// A client at the door with a carrier, who says `line`.
fn carried(world: &mut World<Toy>, line: &str) -> Client {
    let client = world.connect_at(0, SERVER, TOYS);
    world.settle();
    let bytes = disguised(line.as_bytes());
    assert_eq!(world.socket(client).send_slice(&bytes), Ok(bytes.len()));
    world.settle();
    client
}

/// What was told since the last time, without connections.
fn told(world: &mut World<Toy>) -> Vec<String> {
    let told = std::mem::take(&mut world.environment.told);
    told.into_iter().filter(|told| !told.starts_with("Connected ")).collect()
}

#[test]
fn a_refusal_names_only_accounts() {
    let mut world = world();
    let client = world.connect(0);
    world.settle();
    for (line, user, why) in [
        ("login secret0 secret0", "None", "UnknownName"),
        ("login user0 wrong", "Some(\"user0\")", "WrongPassword"),
    ] {
        world.write(client, &format!("{line}\n"));
        world.settle();
        let refused =
            format!("LoginRefused {{ user: {user}, from: {LINES}, by: Password, why: {why} }}");
        assert_eq!(told(&mut world), [refused]);
    }
    carried(&mut world, "secret0 secret0\n");
    let by = "by: Password, why: UnknownName";
    let refused = format!("LoginRefused {{ user: None, from: {CARRIED}, {by} }}");
    assert_eq!(told(&mut world), [refused]);
}

#[test]
fn a_session_is_told_with_its_door_and_its_end() {
    let mut world = world();
    let hans = carried(&mut world, "user0 secret0\n");
    let begun = format!("LoggedIn {{ user: \"user0\", from: {CARRIED}, by: Password }}");
    assert_eq!(told(&mut world), [begun]);
    world.socket(hans).abort();
    world.settle();
    let ended = format!("LoggedOut {{ user: \"user0\", from: {CARRIED}, why: Gone }}");
    assert_eq!(told(&mut world), [ended]);
    let yoda = world.log_in(0, 1);
    world.write(yoda, "logout\n");
    world.settle();
    let by = "by: Password";
    let begun = format!("LoggedIn {{ user: \"user1\", from: {LINES}, {by} }}");
    let ended = format!("LoggedOut {{ user: \"user1\", from: {LINES}, why: Goodbye }}");
    assert_eq!(told(&mut world), [begun, ended]);
}

#[test]
fn a_carrier_that_ends_without_a_login_is_told_with_its_reason() {
    let mut world = world();
    let silent = world.connect_at(0, SERVER, TOYS);
    world.settle();
    // Bytes that no carrier's peer sends.
    let wrong = world.connect_at(0, SERVER, TOYS);
    world.settle();
    let bytes = disguised(b"\0");
    assert_eq!(world.socket(wrong).send_slice(&bytes), Ok(1));
    world.settle();
    let ended = |why| format!("CarrierEnded {{ from: {CARRIED}, why: {why} }}");
    assert_eq!(told(&mut world), [ended("Protocol")]);
    world.pass(LOGIN.as_millis());
    assert_eq!(told(&mut world), [ended("LoginTimeout")]);
    assert_eq!(world.read(silent), "");
}
