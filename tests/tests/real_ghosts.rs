//! A machine that is gone without a goodbye, beside the real server on a real TAP: its user comes
//! back from another machine within seconds. A machine that is there keeps its user's place.
//! Needs root and `smolchatd` built for release.

use std::net::{IpAddr, SocketAddr};

use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::{Connection, SERVER_ADDRESS, beside_a_server, client_address};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::password_of;

/// The machine that goes: an address of its own, beside the usual one of the clients.
const OTHER: u8 = 2;

/// `user`, online from the other machine.
fn from_the_other_machine(user: &str) -> Connection {
    let from = SocketAddr::new(client_address(OTHER), 0);
    Connection::open_narrow(SERVER_ADDRESS, Some(from)).unwrap().logged_in(user)
}

/// Nobody answers for this address any more: not its TCP, and not the address resolution.
fn vanish(namespace: &Namespace, address: IpAddr) {
    namespace.ip(&["address", "del", &format!("{address}/32"), "dev", "lo"]).unwrap();
}

#[test]
fn a_user_whose_machine_is_gone_is_let_in_from_another() {
    beside_a_server(Setting::roomy(), |place, _| {
        place.namespace.add_address(client_address(OTHER)).unwrap();
        let mut ghost = from_the_other_machine("hans");
        let mut yoda = Connection::open(SERVER_ADDRESS).unwrap().logged_in("yoda");
        ghost.hear("* login yoda");
        vanish(place.namespace, client_address(OTHER));
        // It cannot be acknowledged, so it is kept and comes to the next session.
        yoda.ask("message hans still there?", "250 {id} accepted");
        let mut hans = Connection::open(SERVER_ADDRESS).unwrap().logged_in("hans");
        hans.hear("* message {id} yoda {age} still there?");
        yoda.hear("* logout hans");
        yoda.hear("* login hans");
        hans.ask("ping", "202 pong");
    });
}

#[test]
fn a_user_whose_machine_answers_keeps_the_place_and_hears_of_the_attempt() {
    beside_a_server(Setting::roomy(), |place, _| {
        place.namespace.add_address(client_address(OTHER)).unwrap();
        let mut owner = from_the_other_machine("hans");
        for _ in 0..3 {
            let mut newcomer = Connection::open(SERVER_ADDRESS).unwrap();
            newcomer.hear("220 {any}");
            newcomer.ask(&format!("login hans {}", password_of("hans")), "431 {any}");
            owner.hear(&format!("* attempt {}", client_address(1)));
        }
        owner.ask("ping", "202 pong");
    });
}
