//! The server found by its name: by Avahi, by the client, on a bridge that looks who is in a group;
//! beside another server of the same name; on an emulated board.

use std::net::UdpSocket;

use smolchat_emulator::{MPS2_AN386, MPS2_AN386_SSH};
use smolchat_tests::avahi::{avahi, avahi_says};
use smolchat_tests::emulated::{Wire, beside_an_image};
use smolchat_tests::lan::{Lan, LanServer, ServerFolder};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::password_of;
use smolchat_tests::terminal::TerminalUser;

use super::bridge::bridged;
use super::{Laptop, do_as_told, ip};

/// The address of a name, as Avahi finds it.
fn resolved(machine: &Namespace, name: &str) -> String {
    let said = avahi_says(machine, &["avahi-resolve", "-4", "-n", name]);
    let said = said.unwrap_or_else(|said| panic!("{said}"));
    let (found, address) = said.trim().split_once('\t').unwrap_or_else(|| panic!("{said}"));
    assert_eq!(found, name);
    address.to_owned()
}

/// The services of a kind, each a line of fields, as Avahi finds them.
fn browsed(machine: &Namespace, kind: &str) -> Vec<String> {
    let said = avahi_says(machine, &["avahi-browse", "-r", "-p", "-t", kind]);
    let said = said.unwrap_or_else(|said| panic!("{said}"));
    said.lines().filter(|line| line.starts_with("=;")).map(str::to_owned).collect()
}

/// A server with this address on a bridge, once its name is that.
fn named(host: &Namespace, folder: &ServerFolder, address: &str, name: &str) -> LanServer {
    let options = ["--bridge", "br0", "--address", address, "-v"];
    let mut server = LanServer::start(host, folder, &options).unwrap();
    server.wait_for(&format!("named name={name}.local")).unwrap();
    server
}

#[test]
fn a_server_on_a_bridge_is_found_by_name_and_by_its_services() {
    let lan = Lan::new().unwrap();
    let host = bridged(&lan, "192.168.1.5/24");
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    let server = named(&host, &folder, "192.168.1.9/24", "smolchat");
    assert!(server.has_told("name smolchat.local on its network, unless another machine has it"));
    for machine in [&laptop, &host] {
        assert_eq!(resolved(machine, "smolchat.local"), "192.168.1.9");
    }
    for (kind, port) in [("_smolchat._tcp", 4000), ("_ssh._tcp", 2222)] {
        let found = browsed(&laptop, kind);
        let expected =
            format!("=;eth0;IPv4;smolchat;{kind};local;smolchat.local;192.168.1.9;{port};");
        let expected = expected.replace("_ssh._tcp", "SSH Remote Terminal");
        let line = found.iter().find(|line| line.starts_with(&expected));
        let line = line.unwrap_or_else(|| panic!("{expected}: {found:#?}"));
        for text in ["version=", "doors=lines:4000,ssh:2222", "encrypted=ssh", "users=32"] {
            assert!(line.contains(&format!("\"{text}")), "{line}");
        }
    }
    // At the end it takes its leave, so that nobody waits for a minute.
    let kind = "_smolchat._tcp";
    let mut watch = Program::start(&mut avahi(&laptop, &["avahi-browse", "-p", kind])).unwrap();
    watch.wait_for("+;eth0;IPv4;smolchat;").unwrap();
    server.stop().unwrap();
    watch.wait_for("-;eth0;IPv4;smolchat;").unwrap();
}

#[test]
fn of_two_servers_with_one_name_the_second_takes_another_and_says_so() {
    let lan = Lan::new().unwrap();
    let hosts = ["192.168.1.5/24", "192.168.1.6/24"].map(|at| bridged(&lan, at));
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    let folders = [(); 2].map(|()| ServerFolder::new().unwrap());
    let first = named(&hosts[0], &folders[0], "192.168.1.9/24", "smolchat");
    let options = ["--bridge", "br0", "--address", "192.168.1.10/24", "-v"];
    let mut second = LanServer::start(&hosts[1], &folders[1], &options).unwrap();
    second.wait_for("name-taken name=smolchat-2.local").unwrap();
    second.wait_for("named name=smolchat-2.local").unwrap();
    assert_eq!(resolved(&laptop, "smolchat.local"), "192.168.1.9");
    assert_eq!(resolved(&laptop, "smolchat-2.local"), "192.168.1.10");
    assert_eq!(browsed(&laptop, "_smolchat._tcp").len(), 2);
    second.stop().unwrap();
    // A name of its owner's choice, and none.
    for (name, said) in [("den", Some("named name=den.local")), ("none", None)] {
        let options = [&options[..], &["--name", name]].concat();
        let mut second = LanServer::start(&hosts[1], &folders[1], &options).unwrap();
        match said {
            Some(said) => drop(second.wait_for(said).unwrap()),
            None => assert!(!second.has_told(".local")),
        }
        second.stop().unwrap();
    }
    first.stop().unwrap();
}

#[test]
fn a_plain_question_to_the_group_is_answered_to_its_sender() {
    let lan = Lan::new().unwrap();
    let host = bridged(&lan, "192.168.1.5/24");
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    laptop.ip(&["route", "add", "224.0.0.0/4", "dev", "eth0"]).unwrap();
    let folder = ServerFolder::new().unwrap();
    let server = named(&host, &folder, "192.168.1.9/24", "smolchat");
    laptop.run(|| {
        let socket = UdpSocket::bind("192.168.1.7:0").unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let question = b"\x12\x34\0\0\0\x01\0\0\0\0\0\0\x08smolchat\x05local\0\0\x01\0\x01";
        socket.send_to(question, "224.0.0.251:5353").unwrap();
        let mut answer = [0; 1500];
        let (len, from) = socket.recv_from(&mut answer).unwrap();
        assert_eq!(from, (ip("192.168.1.9"), 5353).into());
        assert_eq!(answer[..2], question[..2]);
        assert!(answer[..len].windows(4).any(|bytes| bytes == [192, 168, 1, 9]));
    });
    server.stop().unwrap();
}

#[test]
fn a_bridge_that_hands_a_group_to_its_members_alone_knows_the_server_as_one() {
    let lan = Lan::new().unwrap();
    lan.look_into_groups().unwrap();
    let host = bridged(&lan, "192.168.1.5/24");
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    let server = named(&host, &folder, "192.168.1.9/24", "smolchat");
    assert_eq!(resolved(&laptop, "smolchat.local"), "192.168.1.9");
    let members = lan.members_of_groups().unwrap();
    assert!(members.contains("ff02::fb"), "{members}");
    server.stop().unwrap();
}

#[test]
fn the_client_needs_no_name_service_for_a_name_of_the_link() {
    let lan = Lan::new().unwrap();
    let host = bridged(&lan, "192.168.1.5/24");
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    let server = named(&host, &folder, "192.168.1.9/24", "smolchat");
    Laptop::new(&laptop).arrive("hans", &["hans@smolchat.local"]).leave();
    server.stop().unwrap();
}

/// The client on a terminal of the laptop, as `yoda`, without a target.
fn without_target(laptop: &Laptop<'_>) -> TerminalUser {
    let mut command = laptop.client("yoda");
    command.env("HOME", laptop.home.path()).env("TERM", "xterm");
    TerminalUser::run(command, 100)
}

#[test]
fn without_a_server_the_client_lists_those_of_the_network_and_enter_joins_the_only_one() {
    let lan = Lan::new().unwrap();
    let hosts = ["192.168.1.5/24", "192.168.1.6/24"].map(|at| bridged(&lan, at));
    let machine = lan.machine(Some("192.168.1.7/24")).unwrap();
    let laptop = Laptop::new(&machine);
    let mut nobody = without_target(&laptop);
    nobody.sees("no server has answered. To join one, type its name or address");
    nobody.ends_with(10);
    let folders = [(); 2].map(|()| ServerFolder::new().unwrap());
    let first = named(&hosts[0], &folders[0], "192.168.1.9/24", "smolchat");
    let mut yoda = without_target(&laptop);
    yoda.sees("smolchat.local  192.168.1.9  encrypted");
    yoda.sees("to join, type: smolchat smolchat.local");
    yoda.sees("Enter joins smolchat.local, Ctrl-C ends");
    yoda.types("\r");
    yoda.sees("User:");
    yoda.says("yoda");
    yoda.sees("Password:");
    yoda.says(password_of("yoda"));
    yoda.is_online();
    yoda.says("logout");
    yoda.ends_with(0);
    let second = named(&hosts[1], &folders[1], "192.168.1.10/24", "smolchat-2");
    let mut nobody = without_target(&laptop);
    nobody.sees("smolchat-2.local  192.168.1.10  encrypted");
    nobody.sees("smolchat.local  192.168.1.9  encrypted");
    nobody.ends_with(2);
    first.stop().unwrap();
    second.stop().unwrap();
}

#[test]
fn a_server_on_a_macvtap_device_is_found_by_name() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    do_as_told(&host, "macvtap", &[]);
    let folder = ServerFolder::new().unwrap();
    let options = ["--tap", "macvtap0", "--address", "192.168.1.9/24", "-v"];
    let mut server = LanServer::start(&host, &folder, &options).unwrap();
    server.wait_for("named name=smolchat.local").unwrap();
    assert_eq!(resolved(&laptop, "smolchat.local"), "192.168.1.9");
    server.stop().unwrap();
}

#[test]
fn an_emulated_board_is_found_by_name() {
    for (board, doors) in [(&MPS2_AN386, "lines:4000"), (&MPS2_AN386_SSH, "ssh:2222")] {
        beside_an_image(board, Wire::Tap, Setting::roomy(), &["name=on"], |place, mut server| {
            server.wait_for("name: smolchat.local").unwrap();
            assert_eq!(resolved(place.namespace, "smolchat.local"), "192.168.69.1");
            let found = browsed(place.namespace, "_smolchat._tcp");
            assert!(found[0].contains(&format!("\"doors={doors}\"")), "{found:#?}");
        });
    }
}
