//! The server as a machine of the network, on a bridge of its host: with an address that its owner
//! gives, and with one from a DHCP server.

use std::net::IpAddr;
use std::process::Command;

use smolchat_tests::lan::{Lan, LanServer, ServerFolder};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program};
use smolchat_tests::ssh::Machine;
use tempfile::TempDir;

use super::{Laptop, do_as_told, greeting, ip, options_told};

/// A machine whose device is a port of a bridge, as the document has it. The bridge has the
/// address.
pub(super) fn bridged(lan: &Lan, address: &str) -> Namespace {
    let host = lan.machine(Some(address)).unwrap();
    do_as_told(&host, "Bridge", &[("192.168.1.5/24", address)]);
    host
}

/// A DHCP server on that machine.
struct Router {
    program: Program,
    _folder: TempDir,
}

impl Router {
    fn start(machine: &Namespace) -> Self {
        let folder = TempDir::new().unwrap();
        let leases = folder.path().join("leases");
        let mut command: Command = machine.command("dnsmasq");
        command.args(["--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null"]);
        command.args(["--port=0", "--user=root", "--pid-file=", "--no-ping", "--log-dhcp"]);
        command.args(["--interface=eth0", "--bind-interfaces"]);
        command.arg("--dhcp-range=192.168.1.100,192.168.1.120,255.255.255.0,1h");
        command.arg(format!("--dhcp-leasefile={}", leases.display()));
        let mut program = Program::start(&mut command).unwrap();
        program.wait_for("DHCP, IP range 192.168.1.100").unwrap();
        Router { program, _folder: folder }
    }
}

/// Two laptops on the server's network chat by the client and by ssh, and talk privately.
fn laptops_chat(lan: &Lan, server: &str) {
    let laptops = ["192.168.1.7/24", "192.168.1.8/24"].map(|at| lan.machine(Some(at)).unwrap());
    let [one, two] = [Laptop::new(&laptops[0]), Laptop::new(&laptops[1])];
    let mut hans = one.arrive("hans", &[&format!("hans@{server}")]);
    let mut yoda = two.arrive("yoda", &[&format!("yoda@{server}")]);
    hans.hear("yoda logged in");
    hans.ask("startprivate yoda", "Connect to yoda successfully.");
    yoda.hear("hans started a private conversation");
    hans.say("private yoda psst");
    yoda.hear("hans (private): psst");
    let option = format!("HostName={server}");
    let mut luke = Machine::new(&laptops[1]).arrive("luke", &["-o", &option]);
    luke.say("message hans with ssh alone");
    hans.hears_soon("luke: with ssh alone");
}

#[test]
fn a_server_with_an_address_of_the_network_is_a_machine_among_others() {
    let lan = Lan::new().unwrap();
    let host = bridged(&lan, "192.168.1.5/24");
    let folder = ServerFolder::new().unwrap();
    let mut options = options_told("Bridge").remove(1);
    options.extend(["--address6", "fd00:1::9/64"]);
    let server = LanServer::start(&host, &folder, &options).unwrap();
    assert!(server.has_told("join from every machine on the network of br0:"));
    assert!(server.has_told("  ssh hans@192.168.1.9 -p 2222"));
    assert!(server.has_told("open to every machine on the network of br0: all doors"));
    assert!(server.has_told("registration off, others can reach the server over br0"));
    assert!(!server.has_told("warning"), "the bridge's address is the host's way there");
    laptops_chat(&lan, "192.168.1.9");
    assert!(greeting(&host, ip("192.168.1.9"), 4000, PATIENCE).is_some(), "so does the host");
    let laptop = lan.machine(Some("192.168.1.10/24")).unwrap();
    laptop.ip(&["address", "add", "fd00:1::10/64", "dev", "eth0", "nodad"]).unwrap();
    assert!(greeting(&laptop, ip("fd00:1::9"), 4000, PATIENCE).is_some(), "by IPv6, too");
    server.kill().unwrap();
    assert!(!host.ip(&["link"]).unwrap().contains("smolchat0"));
    let server = LanServer::start(&host, &folder, &options).unwrap();
    assert!(greeting(&laptop, ip("192.168.1.9"), 4000, PATIENCE).is_some());
    server.stop().unwrap();
    assert!(host.ip(&["link"]).unwrap().contains("br0"), "the bridge is not the server's");
}

#[test]
fn a_server_without_an_address_gets_one_from_the_router() {
    let lan = Lan::new().unwrap();
    let host = bridged(&lan, "192.168.1.5/24");
    let machine = lan.machine(Some("192.168.1.1/24")).unwrap();
    let mut router = Router::start(&machine);
    let folder = ServerFolder::new().unwrap();
    let mut options = options_told("Bridge").remove(0);
    options.extend(["--mac", "02:00:00:00:00:aa"]);
    let server = LanServer::start(&host, &folder, &options).unwrap();
    router.program.wait_for("DHCPACK(eth0) 192.168.1.1").unwrap();
    let address = leased(server.told.last().unwrap());
    laptops_chat(&lan, &address.to_string());
    let neighbours = host.ip(&["neigh", "show", &address.to_string()]).unwrap();
    assert!(neighbours.is_empty(), "the host has not called it yet");
    assert!(greeting(&host, address, 4000, PATIENCE).is_some());
    let neighbours = host.ip(&["neigh", "show", &address.to_string()]).unwrap();
    assert!(neighbours.contains("02:00:00:00:00:aa"), "{neighbours}");
    server.stop().unwrap();
}

/// The address in the line that says so.
fn leased(line: &str) -> IpAddr {
    let word = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}"));
    ip(word.split(':').next().unwrap())
}

#[test]
fn a_macvtap_device_is_a_place_on_the_network_without_a_bridge() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let machine = lan.machine(Some("192.168.1.1/24")).unwrap();
    let router = Router::start(&machine);
    do_as_told(&host, "macvtap", &[]);
    let folder = ServerFolder::new().unwrap();
    let options = options_told("macvtap").remove(0);
    let server = LanServer::start(&host, &folder, &options).unwrap();
    assert!(server.has_told("registration off, others can reach the server over eth0"));
    let address = leased(server.told.last().unwrap());
    laptops_chat(&lan, &address.to_string());
    let other = ServerFolder::new().unwrap();
    let said = LanServer::start(&host, &other, &options).unwrap_err();
    assert!(said.contains("TAP device macvtap0: another program uses it"), "{said}");
    server.stop().unwrap();
    assert!(host.ip(&["link"]).unwrap().contains("macvtap0"), "it is not the server's");
    // With an address of its owner's choice, which somebody has.
    let options = [&options[..], &["--address", "192.168.1.1/24"]].concat();
    let server = LanServer::start(&host, &folder, &options).unwrap();
    assert!(server.has_told("has 192.168.1.1 on this network already; give --address another"));
    server.stop().unwrap();
    drop(router);
}

#[test]
fn an_address_that_comes_later_is_told_then() {
    let lan = Lan::new().unwrap();
    let host = bridged(&lan, "192.168.1.5/24");
    let folder = ServerFolder::new().unwrap();
    let mut server = LanServer::start(&host, &folder, &["--bridge", "br0"]).unwrap();
    assert!(server.has_told("no DHCP server has answered yet"));
    assert!(server.has_told("listening, still without an address: port 2222 encrypted (SSH)"));
    let machine = lan.machine(Some("192.168.1.1/24")).unwrap();
    let router = Router::start(&machine);
    let told = server.wait_for("the server has the address").unwrap();
    let address =
        told.split(' ').find_map(|word| word.strip_prefix("address=")?.strip_suffix("/24"));
    let address = address.unwrap();
    assert!(greeting(&machine, ip(address), 4000, PATIENCE).is_some());
    drop(router);
    server.stop().unwrap();
}

#[test]
fn what_others_on_the_network_have_already_is_named_before_the_server_listens() {
    let lan = Lan::new().unwrap();
    let hosts = ["192.168.1.5/24", "192.168.1.6/24"].map(|at| bridged(&lan, at));
    let other = lan.machine(Some("192.168.1.9/24")).unwrap();
    let mac = other.ip(&["link", "show", "eth0"]).unwrap();
    let mac = mac.split("link/ether ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let folders = [(); 2].map(|()| ServerFolder::new().unwrap());
    let options = |address| ["--bridge", "br0", "--address", address];
    let first = LanServer::start(&hosts[0], &folders[0], &options("192.168.1.9/24")).unwrap();
    let conflict = format!("address conflict: {mac} has 192.168.1.9 on this network");
    assert!(first.has_told(&conflict), "{:#?}", first.told);
    // Both hosts have the id of the machine that runs this test.
    let second = LanServer::start(&hosts[1], &folders[1], &options("192.168.1.11/24")).unwrap();
    assert!(second.has_told("is in use on this network, as by another server on a TAP device"));
    assert!(greeting(&other, ip("192.168.1.11"), 4000, PATIENCE).is_some());
    // The address of this host itself.
    let third = ["--tap", "smolchat1", "--bridge", "br0", "--address", "192.168.1.6/24"];
    let folder = ServerFolder::new().unwrap();
    let third = LanServer::start(&hosts[1], &folder, &third).unwrap();
    assert!(third.has_told("192.168.1.6 is in use: this host has it itself, on br0"));
    for server in [first, second, third] {
        server.stop().unwrap();
    }
}

#[test]
fn a_device_that_somebody_made_is_found_again_and_stays() {
    let lan = Lan::new().unwrap();
    let host = bridged(&lan, "192.168.1.5/24");
    host.ip(&["tuntap", "add", "chat0", "mode", "tap"]).unwrap();
    let folder = ServerFolder::new().unwrap();
    let options = ["--tap", "chat0", "--bridge", "br0", "--address", "192.168.1.9/24"];
    for _ in 0..2 {
        let server = LanServer::start(&host, &folder, &options).unwrap();
        assert!(greeting(&host, ip("192.168.1.9"), 4000, PATIENCE).is_some());
        // Another server finds that it is taken.
        let other = ServerFolder::new().unwrap();
        let said = LanServer::start(&host, &other, &options).unwrap_err();
        assert!(said.contains("TAP device chat0: another program uses it"), "{said}");
        server.stop().unwrap();
        assert!(host.ip(&["link", "show", "chat0"]).unwrap().contains("master br0"));
    }
    for (bridge, said) in [
        ("br1", "there is no bridge of that name"),
        ("lo", "cannot make it a port of --bridge (is that a bridge?)"),
    ] {
        let folder = ServerFolder::new().unwrap();
        let told = LanServer::start(&host, &folder, &["--bridge", bridge]).unwrap_err();
        assert!(told.contains(said), "{told}");
    }
}
