//! The image's arguments: what each changes, and what is refused.

use smolchat_core::net::Buffers;
use smoltcp::wire::EthernetAddress;

use super::*;

const CAPACITIES: Capacities = Capacities {
    users: 32,
    connections: 16,
    spare: 1,
    texts: 96,
    chunks: 512,
    deliveries: 192,
    blocks: 32,
    keys: 0,
    sources: 12,
    history: 8,
    files: 16,
    holders: 48,
    bans: 4,
};

fn product() -> Product {
    let address = Ipv4Cidr::new(Ipv4Address::new(10, 0, 2, 15), 24);
    let gateway = Some(Ipv4Address::new(10, 0, 2, 2));
    Product::new(
        CAPACITIES,
        Buffers { rx: 514, tx: 513, fragments: 0 },
        EthernetAddress([2; 6]),
        Addressing::Static { address, gateway },
    )
}

fn parsed<'a>(words: &[&'a str]) -> Arguments<'a> {
    Arguments::parse(product(), words.iter().copied()).unwrap()
}

fn refused(words: &[&'static str]) -> (&'static str, ArgumentError) {
    Arguments::parse(product(), words.iter().copied()).unwrap_err()
}

#[test]
fn without_arguments_a_board_is_what_it_is() {
    let arguments = parsed(&[]);
    assert_eq!(arguments.product, product());
    assert_eq!((arguments.store, arguments.loss, arguments.stuck), (None, 0, None));
}

#[test]
fn an_address_of_its_own_leaves_the_boards_router_behind() {
    let Addressing::Static { address, gateway } = parsed(&["ip=10.9.0.1/16"]).product.addressing
    else {
        panic!("it was told an address");
    };
    assert_eq!((address.address(), address.prefix_len()), (Ipv4Address::new(10, 9, 0, 1), 16));
    assert_eq!(gateway, None);
    assert_eq!(parsed(&["ip=dhcp"]).product.addressing, Addressing::Dhcp);
}

#[cfg(feature = "mdns")]
#[test]
fn a_name_is_switched_on_and_off() {
    assert_eq!(parsed(&["name=on"]).product.name, Some("smolchat"));
    assert_eq!(parsed(&["name=off"]).product.name, None);
    assert_eq!(refused(&["name=den"]), ("name=den", ArgumentError::Value));
}

#[test]
fn a_router_goes_with_an_address_in_either_order() {
    let words = ["gateway=10.9.0.2", "ip=10.9.0.1/16"];
    for words in [words, [words[1], words[0]]] {
        let Addressing::Static { gateway, .. } = parsed(&words).product.addressing else {
            panic!("it was told an address");
        };
        assert_eq!(gateway, Some(Ipv4Address::new(10, 9, 0, 2)));
    }
    assert_eq!(
        refused(&["ip=dhcp", "gateway=10.9.0.2"]),
        ("gateway=10.9.0.2", ArgumentError::Gateway)
    );
}

#[test]
fn rules_and_the_rest_are_taken_over() {
    let arguments = parsed(&[
        "port=7000",
        "block-duration=0",
        "timeout=7",
        "login-deadline=3",
        "registration=on",
        "store=/tmp/a=b",
        "loss=20",
        "seed=9",
        "stuck=5",
        "ssh-port=22",
        "lines=on",
        "entropy=off",
        "key=hans:AAAAC3NzaC1lZDI1NTE5AAAAIAk9w/kJQdspZBcnUirtuPF/g3opR4GrR/dNxFQzphEb",
    ]);
    let settings = arguments.product.settings;
    assert_eq!((arguments.product.port, settings.registration), (7000, true));
    assert_eq!(settings.block_duration, Duration::from_secs(0));
    assert_eq!(settings.timeout, Duration::from_secs(7));
    assert_eq!(settings.login_deadline, Duration::from_secs(3));
    assert_eq!((arguments.store, arguments.loss, arguments.seed), (Some("/tmp/a=b"), 20, 9));
    assert_eq!(arguments.stuck, Some(Duration::from_secs(5)));
    let product = arguments.product;
    assert_eq!((product.ssh_port, product.lines_beside_ssh), (22, true));
    assert!(!arguments.has_entropy);
    assert!(arguments.key.is_some_and(|(user, key)| user == "hans" && key[..2] == [9, 61]));
}

#[test]
fn a_small_server_has_the_proportions_of_one_on_a_host() {
    let capacities =
        parsed(&["connections=2", "messages=8", "blocks=5", "history=6", "files=3", "holders=0"])
            .product
            .capacities;
    let host = Capacities::new(CAPACITIES.users, 2, 8, 5);
    let Capacities { sources, bans, .. } = CAPACITIES;
    assert_eq!(capacities, Capacities { spare: 1, sources, history: 6, files: 3, bans, ..host });
}

#[test]
fn what_is_not_asked_for_stays_the_boards() {
    let capacities = parsed(&["connections=2"]).product.capacities;
    assert_eq!(capacities, Capacities { connections: 2, ..CAPACITIES });
}

#[test]
fn nothing_is_greater_than_the_boards_and_the_baked_in_accounts_fit() {
    let words = [
        "users=999",
        "connections=999",
        "messages=999",
        "blocks=999",
        "history=999",
        "files=99",
        "holders=99",
    ];
    assert_eq!(parsed(&words).product.capacities, CAPACITIES);
    assert_eq!(parsed(&["users=1"]).product.capacities.users, ACCOUNTS.len());
}

#[test]
fn what_cannot_be_is_refused_with_the_word() {
    assert_eq!(refused(&["port=1", "verbose"]), ("verbose", ArgumentError::Form));
    assert_eq!(refused(&["colour=red"]), ("colour=red", ArgumentError::Key));
    for word in [
        "ip=10.0.2.15",
        "ip=10.0.2.15/33",
        "gateway=here",
        "port=0",
        "port=65536",
        "timeout=-1",
        "login-deadline=-1",
        "registration=yes",
        "loss=101",
        "seed=",
        "stuck=soon",
        "ssh-port=0",
        "lines=yes",
        "entropy=none",
        "key=hans",
        "key=hans:AAAA",
        "users=0",
        "connections=0",
        "messages=0",
        "blocks=x",
        "history=0",
    ] {
        assert_eq!(refused(&[word]), (word, ArgumentError::Value));
    }
}
