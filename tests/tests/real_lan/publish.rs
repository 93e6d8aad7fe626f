//! Ports of the host that lead to the server: who comes in by them, whom they keep out, and what is
//! left of them.

use smolchat_tests::lan::{Lan, LanServer, ServerFolder, switch, write_switch};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::PATIENCE;
use smolchat_tests::ssh::Machine;

use super::{IN_VAIN, Laptop, greeting, ip, options_told};

const TAP_NETWORK: &str = "192.168.69.0/24";

/// The host's address for others.
const HOST: &str = "192.168.1.5";

fn rules(machine: &Namespace) -> String {
    let mut list = machine.command("nft");
    let output = list.args(["list", "ruleset"]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Nothing that a server needs is on this machine.
fn assert_clean(machine: &Namespace) {
    assert_eq!(rules(machine), "");
    for device in ["all", "eth0"] {
        assert_eq!(switch(machine, &format!("conf/{device}/forwarding")), "0", "{device}");
    }
    assert!(!machine.ip(&["link"]).unwrap().contains("smolchat0"));
}

#[test]
fn two_laptops_chat_and_talk_privately_through_a_published_port() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let laptops = ["192.168.1.7/24", "192.168.1.8/24"].map(|at| lan.machine(Some(at)).unwrap());
    let folder = ServerFolder::new().unwrap();
    let mut options = options_told("Publish").remove(0);
    options.push("-vv");
    let mut server = LanServer::start(&host, &folder, &options).unwrap();
    assert!(
        server.has_told("  smolchat hans@192.168.1.5   or: ssh hans@192.168.1.5 -p 2222   (eth0)")
    );
    assert!(
        server.has_told("open to others at this host's port 2222: the door for SSH, encrypted")
    );
    assert!(server.has_told("registration off, a port is published"));
    let [one, two] = [Laptop::new(&laptops[0]), Laptop::new(&laptops[1])];
    let mut hans = one.arrive("hans", &["hans@192.168.1.5"]);
    // The server sees who it is, and not the host.
    server.wait_for("connected from=192.168.1.7").unwrap();
    let mut yoda = two.arrive("yoda", &["yoda@192.168.1.5"]);
    server.wait_for("connected from=192.168.1.8").unwrap();
    hans.hear("yoda logged in");
    hans.say("message yoda over the switch");
    yoda.hear("hans: over the switch");
    // So the two find each other.
    hans.ask("startprivate yoda", "Connect to yoda successfully.");
    yoda.hear("hans started a private conversation");
    hans.say("private yoda past the server");
    yoda.hears_soon("hans (private): past the server");
    // Whoever has nothing but ssh comes in, too.
    let machine = Machine::new(&laptops[1]);
    let mut luke = machine.arrive("luke", &["-o", "HostName=192.168.1.5"]);
    luke.say("message hans with ssh alone");
    hans.hears_soon("luke: with ssh alone");
    server.stop().unwrap();
    assert_clean(&host);
}

#[test]
fn programs_of_the_host_come_in_at_all_of_its_addresses() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    let options = ["--publish", "5000:lines", "--plain", "-vv"];
    let mut server = LanServer::start(&host, &folder, &options).unwrap();
    assert!(server.has_told("nc 192.168.1.5 5000"));
    for (address, seen) in [
        ("127.0.0.1", "connected from=192.168.69.100"),
        (HOST, "connected from=192.168.1.5"),
        ("192.168.69.100", "connected from=192.168.69.100"),
    ] {
        let heard = greeting(&host, ip(address), 5000, PATIENCE);
        assert!(heard.is_some_and(|line| line.starts_with("220 ")), "{address}");
        server.wait_for(seen).unwrap();
    }
    // A port of one address is not one of the others.
    server.stop().unwrap();
    let options = ["--publish", "127.0.0.1:5000:lines", "--plain"];
    let server = LanServer::start(&host, &folder, &options).unwrap();
    assert!(server.has_told("registration on, only this machine can reach the server"));
    assert!(greeting(&host, ip("127.0.0.1"), 5000, PATIENCE).is_some());
    assert_eq!(greeting(&host, ip(HOST), 5000, IN_VAIN), None);
    assert_eq!(switch(&host, "conf/eth0/forwarding"), "0", "nobody else is to come in");
    server.stop().unwrap();
    assert_clean(&host);
}

#[test]
fn nothing_but_the_published_port_is_forwarded() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let stranger = lan.machine(Some("192.168.1.66/24")).unwrap();
    // A network behind the host, which is no router.
    let behind = Namespace::new().unwrap();
    host.join(&behind, "10.9.0.1/24", "10.9.0.2/24").unwrap();
    behind.ip(&["route", "add", "default", "via", "10.9.0.1"]).unwrap();
    for network in [TAP_NETWORK, "10.9.0.0/24"] {
        stranger.ip(&["route", "add", network, "via", HOST]).unwrap();
    }
    let listener = behind.run(|| std::net::TcpListener::bind("10.9.0.2:80").unwrap());
    let can_reach = |address: &str, port| {
        stranger.run(|| {
            let to = std::net::SocketAddr::new(ip(address), port);
            std::net::TcpStream::connect_timeout(&to, IN_VAIN).is_ok()
        })
    };
    let folder = ServerFolder::new().unwrap();
    let server = LanServer::start(&host, &folder, &["--publish", "2222"]).unwrap();
    assert_eq!(switch(&host, "conf/eth0/forwarding"), "1");
    assert!(can_reach(HOST, 2222), "that one is published");
    assert!(!can_reach("192.168.69.1", 4000), "the door in clear is not");
    assert!(!can_reach("192.168.69.1", 2222), "nor is the server's own address");
    assert!(!can_reach("10.9.0.2", 80), "nor is the network behind");
    server.stop().unwrap();
    assert_clean(&host);
    // A host that was a router before stays one.
    write_switch(&host, "ip_forward", "1").unwrap();
    let server = LanServer::start(&host, &folder, &["--publish", "2222"]).unwrap();
    assert!(can_reach("10.9.0.2", 80));
    server.stop().unwrap();
    assert!(can_reach("10.9.0.2", 80));
    assert_eq!(switch(&host, "conf/eth0/forwarding"), "1");
    assert_eq!(rules(&host), "");
    drop(listener);
}

#[test]
fn guests_of_the_hosts_bridge_still_reach_each_other() {
    let lan = Lan::new().unwrap();
    let host = lan.host_of_guests("192.168.1.5/24").unwrap();
    let [one, two] = ["192.168.1.7/24", "192.168.1.8/24"].map(|at| lan.machine(Some(at)).unwrap());
    let listener = two.run(|| std::net::TcpListener::bind("192.168.1.8:80").unwrap());
    let can_reach = |address: &str, port| {
        let to = std::net::SocketAddr::new(ip(address), port);
        one.run(|| std::net::TcpStream::connect_timeout(&to, PATIENCE).is_ok())
    };
    assert!(can_reach("192.168.1.8", 80));
    let folder = ServerFolder::new().unwrap();
    let server = LanServer::start(host, &folder, &["--publish", "2222"]).unwrap();
    assert!(can_reach(HOST, 2222), "the port is published");
    assert!(can_reach("192.168.1.8", 80), "the other guest is there as before");
    server.stop().unwrap();
    assert_eq!(rules(host), "");
    drop(listener);
}

#[test]
fn what_a_killed_server_left_is_gone_after_the_next_start() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    let published = ["--publish", "4000:lines", "--plain"];
    for next in [&["--publish", "4000:lines", "--plain"][..], &[]] {
        LanServer::start(&host, &folder, &published).unwrap().kill().unwrap();
        assert!(rules(&host).contains("dnat to 192.168.69.1:4000"));
        assert_eq!(switch(&host, "conf/eth0/forwarding"), "1");
        assert!(!host.ip(&["link"]).unwrap().contains("smolchat0"), "it goes with the server");
        let server = LanServer::start(&host, &folder, next).unwrap();
        let heard = greeting(&laptop, ip(HOST), 4000, PATIENCE);
        assert_eq!(heard.is_some(), !next.is_empty());
        if next.is_empty() {
            assert_eq!(rules(&host), "");
            assert_eq!(switch(&host, "conf/eth0/forwarding"), "0");
        }
        server.stop().unwrap();
        assert_clean(&host);
    }
    // On a device that outlives servers the switches do, too.
    host.add_tap("smolchat0", "192.168.69.100/24").unwrap();
    LanServer::start(&host, &folder, &published).unwrap().kill().unwrap();
    for name in ["forwarding", "route_localnet"] {
        assert_eq!(switch(&host, &format!("conf/smolchat0/{name}")), "1");
    }
    let server = LanServer::start(&host, &folder, &[]).unwrap();
    for name in ["forwarding", "route_localnet"] {
        assert_eq!(switch(&host, &format!("conf/smolchat0/{name}")), "0");
    }
    server.stop().unwrap();
    assert!(host.ip(&["link"]).unwrap().contains("smolchat0"), "it is not the server's");
}

#[test]
fn forwarding_that_somebody_else_switched_on_meanwhile_stays() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    let server = LanServer::start(&host, &folder, &["--publish", "2222"]).unwrap();
    write_switch(&host, "ip_forward", "1").unwrap();
    server.stop().unwrap();
    assert_eq!(switch(&host, "conf/eth0/forwarding"), "1");
    assert_eq!(rules(&host), "");
}

#[test]
fn a_port_is_the_servers_as_long_as_it_is_published() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let folder = ServerFolder::new().unwrap();
    let server = LanServer::start(&host, &folder, &["--publish", "2222"]).unwrap();
    let taken = host.run(|| std::net::TcpListener::bind("0.0.0.0:2222").is_err());
    assert!(taken, "another program would wait in vain");
    let other = ServerFolder::new().unwrap();
    let network = ["--address", "192.168.70.1/24", "--host-address", "192.168.70.100/24"];
    let options = [&["--tap", "smolchat1", "--publish", "2222"][..], &network].concat();
    let said = LanServer::start(&host, &other, &options).unwrap_err();
    assert!(said.contains("port 2222 of this host is in use by another program"), "{said}");
    let options = [&["--tap", "smolchat1", "--publish", "2223"][..], &network].concat();
    let second = LanServer::start(&host, &other, &options).unwrap();
    server.stop().unwrap();
    assert!(greeting(&host, ip(HOST), 2223, PATIENCE).is_some(), "each has its own rules");
    second.stop().unwrap();
    assert_clean(&host);
}
