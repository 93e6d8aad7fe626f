//! Two services at two ports: each serves, and neither takes the other's frames.

use smoltcp::wire::{Ipv4Packet, TcpControl, TcpPacket};

use super::super::{Buffers, SERVICES_MAX, Service};
use super::known::heard;
use super::raw::{STRANGER, arp_request, cut, segment, speech, syn, too_big};
use super::world::{PORT, SERVER, World};

const OTHER: u16 = 4001;
const NOBODYS: u16 = 4002;

/// The line protocol at both ports.
fn world(users: usize) -> World {
    let buffers = Buffers { rx: 2048, tx: 4096, fragments: 8 };
    let services = [PORT, OTHER].map(|port| Service { port, ..Service::LINES });
    World::with_services(users, buffers, &services)
}

/// The segment, sent to this port of ours.
fn at(port: u16, mut frame: Vec<u8>) -> Vec<u8> {
    let mut packet = TcpPacket::new_unchecked(&mut frame[34..]);
    packet.set_dst_port(port);
    packet.fill_checksum(&STRANGER.into(), &SERVER);
    frame
}

/// The ports of ours that the segments come from.
fn ports(frames: &[Vec<u8>]) -> Vec<u16> {
    let port = |frame: &Vec<u8>| {
        let packet = Ipv4Packet::new_checked(&frame[14..]).unwrap();
        TcpPacket::new_checked(packet.payload()).unwrap().src_port()
    };
    frames.iter().map(port).collect()
}

/// Shakes hands with a port from the stranger's `port`; the next number of the server's, and what
/// it said.
fn connect(world: &mut World, ours: u16, port: u16) -> (i32, String) {
    let frames = world.inject([at(ours, syn(port))]);
    assert_eq!(ports(&frames), [ours]);
    let ack = heard(&frames)[0].seq.wrapping_add(1);
    let frames = world.inject([at(ours, segment(port, TcpControl::None, 1001, Some(ack)))]);
    assert!(ports(&frames).iter().all(|port| *port == ours));
    let said: String = heard(&frames).iter().map(|heard| &*heard.text).collect();
    let ack = ack.wrapping_add(said.len() as i32);
    (ack, said)
}

#[test]
fn users_at_two_ports_chat_with_each_other() {
    let mut world = world(4);
    let host = world.host();
    let hans = world.log_in(host, 0);
    // The second connection comes from the same port of the same host.
    world.hosts[host].reuse_port();
    let yoda = world.connect_at(host, SERVER, OTHER);
    world.settle();
    world.write(yoda, "login user1 secret1\n");
    world.settle();
    assert!(world.read(yoda).contains("Welcome"));
    world.write(hans, "message user1 hi\n");
    world.write(yoda, "message user0 hello\n");
    world.settle();
    for (client, from, text) in [(hans, "user1", "hello"), (yoda, "user0", "hi")] {
        let heard = world.read(client);
        assert!(heard.contains(&format!("{from} 0 {text}\n")), "{heard}");
        assert!(heard.contains("\n250 ") || heard.starts_with("250 "), "{heard}");
    }
    // The end of one connection is nothing to the other.
    world.socket(hans).abort();
    world.settle();
    world.write(yoda, "ping\n");
    world.settle();
    let heard = world.read(yoda);
    assert!(heard.contains("* logout user0\n") && heard.contains("202 "), "{heard}");
}

#[test]
fn one_peer_port_may_talk_to_both_services_and_segments_are_not_confused() {
    let mut world = world(4);
    let (here, said) = connect(&mut world, PORT, 5000);
    assert!(said.starts_with("220 "), "{said}");
    let (there, said) = connect(&mut world, OTHER, 5000);
    assert!(said.starts_with("220 "), "{said}");
    assert_eq!(world.server.connections(), 2);
    // Numbers of one connection are out of place in the other.
    let frames = world.inject([at(OTHER, speech(5000, 1001, here, b"ping\n"))]);
    assert_eq!(ports(&frames), [OTHER]);
    assert_eq!((heard(&frames)[0].seq, &*heard(&frames)[0].text), (there, ""));
    for (port, ack) in [(PORT, here), (OTHER, there)] {
        let frames = world.inject([at(port, speech(5000, 1001, ack, b"ping\n"))]);
        assert_eq!(ports(&frames), [port]);
        assert!(heard(&frames)[0].text.starts_with("202 "), "{port}");
    }
}

#[test]
fn a_handshake_by_cookie_ends_at_the_port_where_it_began() {
    let mut world = world(8);
    let places = world.driver.free_places() as u16;
    world.inject((1..=places).map(syn));
    for (begun, ended, flags) in [(OTHER, OTHER, "A"), (OTHER, PORT, "R"), (PORT, OTHER, "R")] {
        let frames = world.inject([at(begun, syn(5000 + begun + ended))]);
        assert_eq!(ports(&frames), [begun]);
        let ack = Some(heard(&frames)[0].seq.wrapping_add(1));
        let answer = segment(5000 + begun + ended, TcpControl::None, 1001, ack);
        let frames = world.inject([at(ended, answer)]);
        assert_eq!(ports(&frames[..1]), [ended], "{begun} {ended}");
        assert_eq!(heard(&frames)[0].flags, flags, "{begun} {ended}");
    }
    assert_eq!(world.driver.counters().cookies_honoured, 1);
    assert_eq!(world.server.connections(), 1);
}

#[test]
fn a_full_server_says_so_at_each_port() {
    let mut world = world(2);
    let host = world.host();
    let users = [world.log_in(host, 0), world.log_in(host, 1)];
    for (port, ours) in [(5000, PORT), (5001, OTHER)] {
        let (_, said) = connect(&mut world, ours, port);
        assert!(said.starts_with("421 "), "{ours}: {said}");
    }
    assert_eq!(users.map(|user| world.socket(user).is_open()), [true; 2]);
}

#[test]
fn segments_in_fragments_are_put_together_for_each_port() {
    let mut world = world(4);
    let (_, said) = connect(&mut world, OTHER, 5000);
    assert!(said.starts_with("220 "));
    let (ack, _) = connect(&mut world, OTHER, 5001);
    let line = format!("message nobody {}\n", "x".repeat(300));
    let frame = speech(5001, 1001, ack, line.as_bytes());
    let frames = world.inject(cut(at(OTHER, frame.clone()), 7, 128));
    assert_eq!(ports(&frames), [OTHER]);
    assert_eq!(world.driver.counters().reassembled, 1);
    // The rest of a packet for no service waits in vain.
    world.inject(cut(at(NOBODYS, frame), 8, 128));
    assert_eq!(world.driver.counters().reassembled, 1);
}

#[test]
fn a_report_of_a_packet_too_long_counts_for_the_connection_that_it_names() {
    let mut world = world(4);
    connect(&mut world, OTHER, 5000);
    world.inject([too_big(5000)]);
    assert_eq!(world.driver.counters().too_big, 0);
    connect(&mut world, PORT, 5000);
    world.inject([too_big(5000)]);
    assert_eq!(world.driver.counters().too_big, 1);
}

#[test]
fn a_port_without_a_service_is_closed() {
    let mut world = world(4);
    world.inject([arp_request()]);
    let frames = world.inject([at(NOBODYS, syn(5000))]);
    assert_eq!((ports(&frames), &*heard(&frames)[0].flags), (vec![NOBODYS], "RA"));
    assert_eq!((world.driver.half_open(), world.driver.counters().strays), (0, 0));
}

#[test]
fn the_last_of_as_many_services_as_fit_is_served_too() {
    let services: Vec<_> = (0..SERVICES_MAX as u16)
        .map(|place| Service { port: PORT + place, ..Service::LINES })
        .collect();
    let buffers = Buffers { rx: 2048, tx: 4096, fragments: 0 };
    let mut world = World::with_services(8, buffers, &services);
    for service in &services {
        let (_, said) = connect(&mut world, service.port, 5000);
        assert!(said.starts_with("220 "), "{said}");
    }
    assert_eq!(world.server.connections(), SERVICES_MAX);
}
