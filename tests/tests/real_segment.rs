//! The real server on a bridge with other hosts: floods, forged segments, hosts that look for it in
//! unusual ways, a link that goes down. People who chat beside that notice nothing. Needs root and
//! `smolchatd` built for release.

use std::net::{SocketAddr, SocketAddrV4, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use smolchat_tests::chance::Chance;
use smolchat_tests::floods;
use smolchat_tests::forger::Forger;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::pair::Pair;
use smolchat_tests::real::{Connection, SERVER_ADDRESS, beside_a_server};
use smolchat_tests::segment::Segment;
use smolchat_tests::setting::Setting;
use smoltcp::wire::TcpControl;

const PEOPLE: &str = "192.168.69.10/24";
const STRANGERS: &str = "192.168.69.66/24";
/// Messages beside each flood, and newcomers.
const MESSAGES: usize = 300;
const NEWCOMERS: usize = 20;

fn server_v4() -> SocketAddrV4 {
    match SERVER_ADDRESS {
        SocketAddr::V4(address) => address,
        SocketAddr::V6(_) => panic!("the server's address is an IPv4 address"),
    }
}

/// A server, people's host and a host of strangers on one segment.
fn on_a_segment(setting: Setting, work: impl FnOnce(&Namespace, &Namespace) + Send) {
    beside_a_server(setting, |place, _server| {
        let segment = Segment::around(place.namespace).unwrap_or_else(|said| panic!("{said}"));
        let host = |port, address| {
            segment.host(port, Some(address)).unwrap_or_else(|said| panic!("{said}"))
        };
        work(&host("people", PEOPLE), &host("strangers", STRANGERS));
    });
}

/// Does `work` in the people's namespace while a flood comes from the strangers'; how much the
/// flood did.
fn beside(
    people: &Namespace,
    strangers: &Namespace,
    flood: impl Fn(&AtomicBool) -> u64 + Sync,
    work: impl FnOnce() + Send,
) -> u64 {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let flood = scope.spawn(|| strangers.run(|| flood(&stop)));
        let worked = scope.spawn(|| people.run(work)).join();
        stop.store(true, Ordering::Relaxed);
        let done = flood.join();
        worked.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn newcomers_are_greeted() {
    for _ in 0..NEWCOMERS {
        let mut newcomer = Connection::open(SERVER_ADDRESS).unwrap();
        newcomer.hear("220 {any}");
        newcomer.ask("ping", "202 pong");
        newcomer.reset().unwrap();
    }
}

#[test]
fn a_flood_of_requests_to_connect_keeps_nobody_from_chatting_nor_from_coming() {
    on_a_segment(Setting::roomy().unlimited(), |people, strangers| {
        let flood = |stop: &AtomicBool| floods::requests(server_v4(), stop);
        let sent = beside(people, strangers, flood, || {
            let mut pair = Pair::arrive(SERVER_ADDRESS);
            while pair.figure("cookies") == 0 {
                pair.chat(1);
            }
            pair.chat(MESSAGES);
            newcomers_are_greeted();
            let peak = pair.figure("half-open-peak");
            assert_eq!(peak, 9, "half of the places, the two spare ones included, and no more");
            pair.chat(MESSAGES);
        });
        assert!(sent > 1000, "only {sent} requests");
    });
}

#[test]
fn strangers_who_come_and_go_keep_nobody_from_chatting_nor_from_coming() {
    on_a_segment(Setting::roomy().unlimited(), |people, strangers| {
        let flood = |stop: &AtomicBool| floods::comings_and_goings(SERVER_ADDRESS, stop);
        let made = beside(people, strangers, flood, || {
            let mut pair = Pair::arrive(SERVER_ADDRESS);
            pair.chat(MESSAGES);
            newcomers_are_greeted();
        });
        assert!(made > 50, "only {made} connections");
    });
}

#[test]
fn strangers_who_take_all_places_make_room_for_a_newcomer_from_elsewhere() {
    on_a_segment(Setting::roomy().unlimited(), |people, strangers| {
        let places = Setting::roomy().connections;
        let flood =
            |stop: &AtomicBool| floods::strangers_who_stay(SERVER_ADDRESS, places + 4, stop);
        let made = beside(people, strangers, flood, || {
            let mut pair = Pair::arrive(SERVER_ADDRESS);
            while pair.figure("connections") < places as u64 {
                pair.chat(1);
            }
            pair.chat(MESSAGES);
            let mut newcomer = Connection::open(SERVER_ADDRESS).unwrap().logged_in("luke");
            newcomer.ask("whoelse", "210 {any}");
        });
        assert!(made + 2 >= places as u64, "only {made} connections beside the two users'");
    });
}

#[test]
fn segments_forged_in_the_name_of_a_connection_neither_move_nor_end_it() {
    on_a_segment(Setting::roomy(), |people, strangers| {
        let mut pair = people.run(|| Pair::arrive(SERVER_ADDRESS));
        people.run(|| pair.chat(10));
        let SocketAddr::V4(victim) = pair.address() else { panic!("IPv4 is spoken here") };
        let before = pair.figure("challenged");
        strangers.run(|| {
            let forger = Forger::new(server_v4()).unwrap();
            let mut chance = Chance::new(1);
            for _ in 0..2000 {
                let (seq, ack) = (chance.number() as u32, chance.number() as u32);
                forger.send(victim, TcpControl::Rst, seq, None, &[]);
                forger.send(victim, TcpControl::Fin, seq, Some(ack), &[]);
                forger.send(victim, TcpControl::Psh, seq, Some(ack), b"\nmessage yoda forged\n");
            }
            forger.ask(victim, 1);
        });
        people.run(|| pair.chat(MESSAGES));
        assert!(pair.figure("challenged") > before, "nothing forged arrived");
        assert_eq!(pair.figure("peers-moved"), 0);
    });
}

#[test]
fn hosts_that_look_for_the_server_in_unusual_ways_find_it() {
    beside_a_server(Setting::roomy(), |place, _server| {
        let segment = Segment::around(place.namespace).unwrap();
        // Without an address of its own, a host asks in the name of 0.0.0.0, as a probe does (RFC
        // 5227).
        let probing = segment.host("probing", None).unwrap();
        probing.ip(&["route", "add", "192.168.69.0/24", "dev", "eth0"]).unwrap();
        probing.run(|| {
            let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
            let is_known = || probing.ip(&["neigh", "show"]).unwrap().contains("lladdr");
            until("the server answers a probe", || {
                let _ = socket.send_to(b"?", SERVER_ADDRESS);
                is_known()
            });
        });
        // A host whose network is wider than the server's.
        let wide = segment.host("wide", Some("192.168.70.5/16")).unwrap();
        wide.run(|| Connection::open(SERVER_ADDRESS).unwrap().hear("220 {any}"));
        // A host that wants our IPv6 address asks in the name of `::` whether somebody has it (RFC
        // 4862, 5.4).
        let server6 = "fd69:736d:6f6c::1";
        let twin = segment.host("twin", Some(&format!("{server6}/64"))).unwrap();
        until("the host hears that the address is taken", || {
            twin.ip(&["-6", "address", "show", "dev", "eth0"]).unwrap().contains("dadfailed")
        });
    });
}

/// Tries for ten seconds.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..100 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("in vain: {what}");
}

#[test]
fn a_link_that_was_down_for_a_moment_has_its_addresses_and_its_connections() {
    beside_a_server(Setting::roomy(), |place, _server| {
        let server6 = SocketAddr::new([0xfd69, 0x736d, 0x6f6c, 0, 0, 0, 0, 1].into(), 4000);
        let mut luke = Connection::open(server6).unwrap().logged_in("luke");
        let mut pair = Pair::arrive(SERVER_ADDRESS);
        luke.hear("* login hans");
        luke.hear("* login yoda");
        place.namespace.ip(&["link", "set", "smolchat0", "down"]).unwrap();
        // The machine takes the IPv6 address away, and the server may put it back at once.
        until("the link is down", || {
            place
                .namespace
                .ip(&["link", "show", "dev", "smolchat0"])
                .unwrap()
                .contains("state DOWN")
        });
        place.namespace.ip(&["link", "set", "smolchat0", "up"]).unwrap();
        pair.chat(10);
        luke.ask("ping", "202 pong");
        Connection::open(server6).unwrap().hear("220 {any}");
    });
}
