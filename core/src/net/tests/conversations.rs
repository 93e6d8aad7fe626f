//! Conversations over the driver: greetings, lines in pieces, many hosts, a full server, a slow
//! device, IPv6.

use super::super::Buffers;
use super::world::World;

#[test]
fn who_connects_is_greeted() {
    let mut world = World::new(4);
    let host = world.host();
    let client = world.connect(host);
    world.settle();
    assert!(world.read(client).starts_with("220 smolchat ready"));
    assert_eq!((world.server.connections(), world.environment.connected), (1, 1));
    world.pass(1_000);
    assert_eq!(world.read(client), "");
}

#[test]
fn a_message_goes_from_one_host_to_another() {
    let mut world = World::new(4);
    let (a, b) = (world.host(), world.host());
    let (han, leia) = (world.log_in(a, 0), world.log_in(b, 1));
    world.settle();
    assert_eq!(world.read(han), "* login user1\r\n".replace("\r\n", newline(&mut world, han)));
    world.write(han, "message user1 I love you\n");
    world.settle();
    assert!(world.read(leia).contains("user0 0 I love you"));
    assert!(world.read(han).starts_with('2'));
    assert_eq!((world.read(han), world.read(leia)), (String::new(), String::new()));
}

/// How the server ends its lines.
fn newline(world: &mut World, client: super::world::Client) -> &'static str {
    world.write(client, "ping\n");
    world.settle();
    match world.read(client).ends_with("\r\n") {
        true => "\r\n",
        false => "\n",
    }
}

#[test]
fn lines_may_be_cut_anywhere() {
    let line = "login user0 secret0\nping\n";
    for cut in 0..=line.len() {
        let mut world = World::new(2);
        let host = world.host();
        let client = world.connect(host);
        world.settle();
        world.write(client, &line[..cut]);
        world.pass(20);
        world.write(client, &line[cut..]);
        world.settle();
        let heard = world.read(client);
        assert_eq!(heard.lines().count(), 3, "cut at {cut}: {heard:?}");
        assert!(heard.contains("Welcome"), "cut at {cut}: {heard:?}");
    }
}

#[test]
fn one_byte_at_a_time_is_a_line_too() {
    let mut world = World::new(2);
    let host = world.host();
    let client = world.connect(host);
    world.settle();
    world.read(client);
    for byte in "login user0 secret0\n".chars() {
        world.write(client, &byte.to_string());
        world.settle();
    }
    assert!(world.read(client).contains("Welcome"));
}

#[test]
fn twenty_hosts_talk_at_once_without_waiting_for_neighbours() {
    let mut world = World::new(20);
    let clients: Vec<_> = (0..20)
        .map(|number| {
            let host = world.host();
            world.log_in(host, number)
        })
        .collect();
    let start = world.now;
    for client in &clients {
        world.read(*client);
    }
    for round in 0..20 {
        world.write(clients[round], &format!("broadcast round {round}\n"));
        world.settle();
        for (number, client) in clients.iter().enumerate() {
            let heard = world.read(*client);
            let told = heard.contains(&format!("round {round}"));
            assert_eq!(told, number != round, "{number} in round {round}: {heard:?}");
        }
    }
    assert_eq!(world.now, start);
}

#[test]
fn a_full_server_says_so_and_closes() {
    let mut world = World::new(3);
    let host = world.host();
    let users: Vec<_> = (0..3).map(|number| world.log_in(host, number)).collect();
    let late = world.connect(host);
    world.settle();
    assert!(world.read(late).starts_with("421 "));
    assert!(!world.socket(late).may_recv());
    world.socket(late).close();
    world.settle();
    assert_eq!(world.server.connections(), 3);

    world.write(users[0], "logout\n");
    world.settle();
    world.socket(users[0]).close();
    world.settle();
    world.log_in(host, 3);
}

#[test]
fn a_device_that_takes_no_frames_for_a_while_loses_nothing() {
    let mut world = World::new(4);
    let host = world.host();
    let (a, b) = (world.log_in(host, 0), world.log_in(host, 1));
    world.read(a);
    for round in 0..10 {
        world.cable.transmits = Some(round % 3);
        for line in 0..5 {
            world.write(a, &format!("message user1 {round} and {line}\n"));
        }
        world.pass(30);
        world.cable.transmits = None;
        world.pass(5);
        let heard = world.read(b);
        let texts: Vec<_> = heard.lines().filter(|line| line.contains(" and ")).collect();
        assert_eq!(texts.len(), 5, "{heard:?}");
        assert!((0..5).all(|line| texts[line].ends_with(&format!("{round} and {line}"))));
        assert_eq!(world.read(a).lines().count(), 5);
    }
    assert!(world.driver.counters().device_exhausted > 0);
}

#[test]
fn the_smallest_buffers_do() {
    let buffers = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };
    let mut world = World::with_buffers(4, buffers);
    let host = world.host();
    let (a, b) = (world.log_in(host, 0), world.log_in(host, 1));
    world.read(a);
    let text = "x".repeat(400);
    for _ in 0..8 {
        world.write(a, &format!("message user1 {text}\n"));
    }
    world.pass(200);
    assert_eq!(world.read(b).matches(&text).count(), 8);
    assert_eq!(world.read(a).lines().count(), 8);
}

#[cfg(feature = "ipv6")]
mod ipv6 {
    use smoltcp::wire::{IpAddress, IpCidr};

    use super::super::world::World;

    #[test]
    fn the_same_conversation_goes_over_ipv6() {
        let mut world = World::new(4);
        let server = world.driver.addresses()[1].address();
        assert_eq!(server, IpAddress::v6(0xfe80, 0, 0, 0, 0, 0xff, 0xfe00, 2));
        let mut clients = Vec::new();
        for number in 0..4 {
            let address = IpAddress::v6(0xfe80, 0, 0, 0, 0, 0, 0, 0x10 + number);
            let host = world.host_with(IpCidr::new(address, 64));
            let client = world.connect_to(host, server);
            world.settle();
            assert!(world.read(client).starts_with("220 "));
            world.write(client, &format!("login user{number} secret{number}\n"));
            world.settle();
            assert!(world.read(client).contains("Welcome"));
            clients.push(client);
        }
        world.settle();
        world.read(clients[0]);
        world.write(clients[3], "message user0 over six\n");
        world.settle();
        assert!(world.read(clients[0]).contains("user3 0 over six"));
        assert_eq!(world.driver.counters().strays, 0);
        world.socket(clients[1]).close();
        world.pass(100);
        assert_eq!(world.environment.logged_out, ["user1"]);
        assert_eq!(world.server.connections(), 3);
    }

    #[test]
    fn one_port_of_a_peer_may_talk_to_two_of_our_addresses() {
        let mut world = World::new(4);
        let (v4, v6) = (world.host(), IpAddress::v6(0xfe80, 0, 0, 0, 0, 0, 0, 0x10));
        let v6 = world.host_with(IpCidr::new(v6, 64));
        let server = world.driver.addresses()[1].address();
        let (a, b) = (world.connect(v4), world.connect_to(v6, server));
        world.settle();
        assert_eq!(world.peer(a).port(), world.peer(b).port());
        assert!(world.read(a).starts_with("220 ") && world.read(b).starts_with("220 "));
    }
}
