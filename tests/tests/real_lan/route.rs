//! Machines that have a route to the server's network, through a host that forwards.

use smolchat_tests::lan::{Lan, LanServer, ServerFolder};
use smolchat_tests::ssh::Machine;

use super::{Laptop, told};

#[test]
fn the_commands_that_the_document_and_the_server_tell_let_laptops_in() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let laptops = ["192.168.1.7/24", "192.168.1.8/24"].map(|at| lan.machine(Some(at)).unwrap());
    let [switch, server, route] = told("Route").try_into().unwrap();
    assert!(host.command(switch[0]).args(&switch[1..]).output().unwrap().status.success());
    let folder = ServerFolder::new().unwrap();
    let server = LanServer::start(&host, &folder, &server[1..]).unwrap();
    assert!(server.has_told("since it forwards what comes in on eth0"));
    assert!(server.has_told(&format!("  on each of them: sudo {}", route.join(" "))));
    for laptop in &laptops {
        laptop.ip(&route[1..]).unwrap();
    }
    let one = Laptop::new(&laptops[0]);
    let mut hans = one.arrive("hans", &["hans@192.168.69.1"]);
    let mut yoda = Machine::new(&laptops[1]).arrive("yoda", &[]);
    hans.hear("yoda logged in");
    hans.say("message yoda by the route");
    yoda.hear("* message {number} hans {age} by the route");
    server.stop().unwrap();
}
