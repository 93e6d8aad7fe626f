//! Connections with a carrier over TCP, beside plain ones: what the driver and the server owe them.

use smoltcp::wire::IpCidr;

use super::super::{Buffers, Driver, NetError, NetMemory, NetSettings, Service};
use super::cable::Cable;
use super::toy::{LOGIN, Toy, disguised};
use super::world::{Client, Leak, PORT, SERVER, SERVER_MAC, World};
use crate::carrier::Carrier;
use crate::chat::Capacities;
#[cfg(feature = "operator")]
use crate::dialect::LineWriter;
#[cfg(feature = "operator")]
use crate::operator::Order;
use crate::store::Durability;
use crate::time::Instant;

const TOYS: u16 = 4001;
const BUFFERS: Buffers = Buffers { rx: 2048, tx: 1024, fragments: 0 };
const WELCOME: &str = "230 Welcome to this message application\n";

fn services() -> [Service; 2] {
    [Service::LINES, Service { port: TOYS, carrier: Carrier::Ssh, ..Service::LINES }]
}

/// A world of so many users and toys, with a host.
fn world(users: usize, toys: usize) -> World<Toy> {
    world_with(users, toys, Durability::Off)
}

fn world_with(users: usize, toys: usize, durability: Durability) -> World<Toy> {
    let (addresses, services) = ([IpCidr::new(SERVER, 24)], services());
    let net = NetSettings { services: &services, ..NetSettings::new(SERVER_MAC, &addresses) };
    let mut world = World::with_carriers(users, BUFFERS, &net, durability, Toy::new(toys));
    world.host();
    world
}

fn say(world: &mut World<Toy>, client: Client, text: &str) -> String {
    let bytes = disguised(text.as_bytes());
    assert_eq!(world.socket(client).send_slice(&bytes), Ok(bytes.len()));
    world.settle();
    hear(world, client)
}

fn hear(world: &mut World<Toy>, client: Client) -> String {
    let bytes = world.read_bytes(client);
    String::from_utf8(disguised(&bytes)).unwrap()
}

fn connect(world: &mut World<Toy>) -> Client {
    let client = world.connect_at(0, SERVER, TOYS);
    world.settle();
    client
}

/// `user<number>` logs in by the carrier, and is welcomed behind the greeting.
fn log_in(world: &mut World<Toy>, number: usize) -> Client {
    let client = connect(world);
    assert_eq!(hear(world, client), "", "nobody is greeted before the carrier is ready");
    let heard = say(world, client, &format!("user{number} secret{number}\n"));
    assert!(heard.starts_with("yes\n220 ") && heard.ends_with(WELCOME), "{heard}");
    client
}

#[test]
fn users_over_a_carrier_and_over_plain_tcp_chat_and_no_word_is_on_the_wire() {
    let mut world = world(4, 4);
    let hans = log_in(&mut world, 0);
    let yoda = world.log_in(0, 1);
    assert_eq!(hear(&mut world, hans), "* login user1\n");
    world.write(yoda, "message user0 hello\n");
    world.settle();
    let bytes = world.read_bytes(hans);
    assert!(!bytes.windows(5).any(|word| word == b"hello"));
    assert_eq!(disguised(&bytes), b"* message 1 user1 0 hello\n");
    assert_eq!(world.read(yoda), "250 1 accepted\n");
    assert_eq!(say(&mut world, hans, "message user1 hi\nping\n"), "250 2 accepted\n202 pong\n");
    assert_eq!(world.read(yoda), "* message 2 user0 0 hi\n");
    world.socket(hans).abort();
    world.settle();
    assert_eq!(world.read(yoda), "* logout user0\n");
}

#[test]
fn passwords_over_a_carrier_count_as_those_over_plain_tcp_do() {
    let mut world = world(4, 4);
    let client = connect(&mut world);
    for _ in 0..3 {
        assert_eq!(say(&mut world, client, "user0 wrong\n"), "no\n");
    }
    assert_eq!(say(&mut world, client, "user0 secret0\n"), "no\n", "the name is locked");
    let plain = world.connect(0);
    world.settle();
    world.read(plain);
    world.write(plain, "login user0 secret0\n");
    world.settle();
    assert!(world.read(plain).starts_with("429 ") || world.server.chat().online_count() == 0);
    assert!(say(&mut world, client, "user1 secret1\n").ends_with(WELCOME), "another name is not");
}

#[test]
fn a_stranger_makes_room_for_a_newcomer_and_a_user_does_not() {
    let mut world = world(8, 2);
    let users = [log_in(&mut world, 0)];
    let stranger = connect(&mut world);
    let newcomer = connect(&mut world);
    assert_eq!(world.read_bytes(stranger), b"");
    assert!(!world.socket(stranger).may_recv(), "its session is the newcomer's");
    assert!(say(&mut world, newcomer, "user1 secret1\n").ends_with(WELCOME));
    let late = connect(&mut world);
    assert_eq!(world.read(late), "no toys left\n");
    assert!(!world.socket(late).may_recv());
    let heard = say(&mut world, users[0], "whoelse\n");
    assert!(heard.ends_with("210 Users current online: user1\n"), "{heard}");
    world.socket(newcomer).abort();
    world.settle();
    assert!(log_in(&mut world, 2).host == 0, "there is room again");
}

#[test]
fn a_full_server_says_so_in_clear_before_any_handshake() {
    let mut world = world(2, 4);
    let _users = [world.log_in(0, 0), world.log_in(0, 1)];
    let late = connect(&mut world);
    assert_eq!(world.read(late), "no toys left\n");
    assert!(!world.socket(late).may_recv());
    world.socket(late).close();
    world.pass(100);
    assert_eq!(world.server.connections(), 2);
}

#[cfg(feature = "operator")]
#[test]
fn a_banned_address_hears_so_in_clear_before_any_handshake() {
    let mut world = world(2, 4);
    let order = Order::parse("ban 10.0.0.0/8 1h").unwrap();
    let mut line = LineWriter::new();
    world.server.operate(world.now, order, &mut world.environment, &mut line);
    let late = connect(&mut world);
    assert_eq!(world.read(late), "no toys for you\n");
    assert!(!world.socket(late).may_recv());
}

#[test]
fn a_session_has_time_of_its_own() {
    let mut world = world(4, 4);
    let client = connect(&mut world);
    world.pass(LOGIN.as_millis() - 100);
    assert!(world.socket(client).may_recv());
    world.pass(200);
    assert!(!world.socket(client).may_recv());
    world.socket(client).close();
    world.pass(100);
    assert_eq!((hear(&mut world, client).as_str(), world.server.connections()), ("", 0));
}

#[test]
fn a_session_that_ends_is_a_connection_that_ends() {
    let mut world = world(4, 4);
    let (hans, yoda) = (log_in(&mut world, 0), world.log_in(0, 1));
    hear(&mut world, hans);
    assert_eq!(say(&mut world, hans, "message user1 last\n\0"), "");
    let heard = world.read(yoda);
    assert!(heard.contains("* logout user0\n"), "{heard}");
    assert!(!world.socket(hans).may_recv());
    assert!(log_in(&mut world, 0).host == 0, "the user may come again at once");
}

#[test]
fn a_goodbye_waits_until_the_carrier_has_sent_everything() {
    let mut world = world(4, 4);
    let hans = log_in(&mut world, 0);
    let mut heard = say(&mut world, hans, "help\nlogout\n");
    for _ in 0..40 {
        world.pass(20);
        heard += &hear(&mut world, hans);
    }
    let commands = heard.lines().filter(|line| line.starts_with("214")).count();
    assert!(commands > 10 && heard.ends_with("221 You just logged out\n"), "{heard}");
    assert!(!world.socket(hans).may_recv());
}

#[test]
fn a_peer_that_reads_slowly_gets_every_line_in_order() {
    let mut world = world(4, 4);
    let (hans, yoda) = (log_in(&mut world, 0), world.log_in(0, 1));
    hear(&mut world, hans);
    let text = "x".repeat(300);
    for number in 0..10 {
        world.write(yoda, &format!("message user0 {number} {text}\n"));
        world.settle();
    }
    let mut heard = String::new();
    for _ in 0..100 {
        heard += &hear(&mut world, hans);
        world.pass(20);
    }
    let numbers = heard.lines().map(|line| line.split(' ').nth(5).unwrap().to_owned());
    assert_eq!(numbers.collect::<Vec<_>>(), (0..10).map(|at| at.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_message_that_the_peer_did_not_get_waits_for_its_next_session() {
    let mut world = world(4, 4);
    let (hans, yoda) = (log_in(&mut world, 0), world.log_in(0, 1));
    hear(&mut world, hans);
    let there = world.host();
    let away = world.connect_at(there, SERVER, TOYS);
    world.settle();
    assert!(say(&mut world, away, "user2 secret2\n").ends_with(WELCOME));
    world.hosts[there].plugged = false;
    world.write(yoda, "message user2 hi\n");
    world.settle();
    world.pass(80_000);
    assert_eq!(world.server.chat().online_count(), 2, "its silence was noticed");
    let back = connect(&mut world);
    let heard = say(&mut world, back, "user2 secret2\n");
    assert!(heard.contains("* message 1 user1 80 hi\n"), "{heard}");
}

#[test]
fn what_cannot_be_committed_is_not_sent_by_a_carrier_either() {
    let mut world = world_with(4, 4, Durability::Strict);
    let hans = log_in(&mut world, 0);
    world.environment.store_is_broken = true;
    assert_eq!(say(&mut world, hans, "message user3 hi\n"), "", "no OK leaves");
    assert_eq!(world.server.connections(), 0);
}

#[test]
fn a_user_who_is_online_elsewhere_hears_so_and_the_connection_ends() {
    let mut world = world(4, 4);
    let old = log_in(&mut world, 0);
    let client = connect(&mut world);
    let heard = say(&mut world, client, "user0 secret0\nping\n");
    world.pass(100);
    let heard = heard + &hear(&mut world, client);
    assert!(heard.ends_with("431 user0 is online already, the earlier session stays\n"), "{heard}");
    assert!(!world.socket(client).may_recv(), "{heard}");
    assert_eq!(hear(&mut world, old), "* attempt 10.0.0.10\n");
}

#[test]
fn a_user_whose_old_peer_is_gone_takes_its_place_without_another_word() {
    let mut world = world(4, 4);
    let there = world.host();
    let old = world.connect_at(there, SERVER, TOYS);
    world.settle();
    assert!(say(&mut world, old, "user0 secret0\n").ends_with(WELCOME));
    world.hosts[there].plugged = false;
    let client = connect(&mut world);
    let heard = say(&mut world, client, "user0 secret0\nping\n");
    assert!(heard.starts_with("yes\n220 ") && !heard.contains("202"), "{heard}");
    world.pass(3_100);
    assert_eq!(hear(&mut world, client), format!("{WELCOME}202 pong\n"));
}

#[test]
fn a_guest_comes_in_only_where_people_may_register() {
    let mut world = world(4, 4);
    let client = connect(&mut world);
    assert_eq!(say(&mut world, client, "new -\n"), "no\n");
    assert_eq!(say(&mut world, client, "user0 -\n"), "no\n");
}

#[test]
fn a_service_whose_carrier_is_missing_gives_no_driver() {
    let (addresses, services) = ([IpCidr::new(SERVER, 24)], services());
    let net = NetSettings { services: &services, ..NetSettings::new(SERVER_MAC, &addresses) };
    let lent = NetMemory::from_arena(&Capacities::new(2, 2, 2, 2), BUFFERS, &mut Leak);
    let refused = Driver::new(lent, &net, Instant::START, &mut Cable::default(), 1);
    assert_eq!(refused.err(), Some(NetError::NoCarrier));
    assert_eq!(services[0].port, PORT);
}

#[test]
fn peers_who_want_more_turns_than_a_round_has_get_them_in_later_rounds() {
    let mut world = world(4, 4);
    world.driver.carriers.turns = 1;
    let clients: Vec<Client> = (0..4).map(|_| connect(&mut world)).collect();
    for (number, client) in clients.iter().enumerate() {
        let bytes = disguised(format!("user{number} secret{number}\n").as_bytes());
        assert_eq!(world.socket(*client).send_slice(&bytes), Ok(bytes.len()));
    }
    world.settle();
    for client in &clients {
        assert!(hear(&mut world, *client).contains(WELCOME));
    }
    // One peer alone may want many turns, too.
    let text = "ping\n".repeat(100);
    assert_eq!(say(&mut world, clients[0], &text).matches("202 pong\n").count(), 100);
}
