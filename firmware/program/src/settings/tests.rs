//! Settings: what is taken, what is refused, what a start makes of what was kept.

use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smoltcp::wire::EthernetAddress;

use super::*;
use crate::product::Addressing;

fn image() -> Product {
    let buffers = Buffers { rx: 600, tx: 600, fragments: 0 };
    let capacities = Capacities::new(8, 4, 4, 2);
    Product::new(capacities, buffers, EthernetAddress([2; 6]), Addressing::Dhcp)
}

fn started(settings: &Settings) -> Product {
    left_out(settings).0
}

/// The product at a start, and what was left out.
fn left_out(
    settings: &Settings,
) -> (Product, std::vec::Vec<(Option<std::string::String>, Refused)>) {
    let (settings, mut out) = (Box::leak(Box::new(settings.clone())), vec![]);
    let product = settings.product(&image(), |name, why| out.push((name.map(Into::into), why)));
    (product, out)
}

fn told(product: &Product, name: &str) -> String<64> {
    let mut line = LineWriter::new();
    tell(product, name, &mut line);
    line.as_str().try_into().unwrap()
}

#[test]
fn what_is_set_is_kept_told_and_taken_back() {
    let mut settings = Settings::default();
    for (name, value) in [
        ("address", "192.168.1.50/24"),
        ("address", "192.168.1.50/24 192.168.1.1"),
        ("port", "4001"),
        ("registration", "on"),
        ("registration", "off"),
        ("connections", "3"),
    ] {
        settings = settings.with(name, value, &image()).unwrap();
        let kept = Settings::of(settings.bytes());
        assert_eq!((kept.get(name), &*told(&started(&kept), name)), (Some(value), value));
    }
    for (name, _) in NAMES {
        settings = settings.with(name, USUAL, &image()).unwrap();
    }
    assert_eq!((settings.bytes(), started(&settings)), (&b""[..], image()));
}

#[test]
fn an_address_that_no_host_has_is_refused() {
    for value in [
        "",
        "192.168.1.50",
        "192.168.1.50/0",
        "192.168.1.50/31",
        "192.168.1.0/24",
        "192.168.1.255/24",
        "0.0.0.5/24",
        "127.0.0.1/8",
        "224.0.0.1/24",
        "255.255.255.255/24",
        "192.168.1.50/24 192.168.2.1",
        "192.168.1.50/24 192.168.1.50",
        "192.168.1.50/24 192.168.1.255",
        "192.168.1.50/24 x",
        "fd00::1/64",
    ] {
        let refused = Settings::default().with("address", value, &image());
        assert!(matches!(refused, Err(Refused::Value(_))), "{value}");
    }
}

#[test]
fn a_value_that_is_none_and_a_name_that_is_none_are_refused() {
    for (name, value) in
        [("port", "0"), ("port", "65536"), ("registration", "yes"), ("connections", "0")]
    {
        let refused = Settings::default().with(name, value, &image());
        assert!(matches!(refused, Err(Refused::Value(_))), "{name}");
    }
    assert!(Settings::default().with("connections", "5", &image()).is_err(), "the image has 4");
    assert_eq!(Settings::default().with("colour", "red", &image()), Err(Refused::NoSuch));
}

#[test]
#[cfg(feature = "mdns")]
fn a_name_is_taken_at_the_next_start_and_may_be_off() {
    let settings = Settings::default().with("name", "den", &image()).unwrap();
    assert_eq!(started(&settings).name, Some("den"));
    let settings = settings.with("name", OFF, &image()).unwrap();
    assert_eq!(started(&settings).name, None);
    for name in ["-den", "den.local", &"x".repeat(61)] {
        assert!(settings.with("name", name, &image()).is_err(), "{name}");
    }
}

#[cfg(feature = "mdns")]
const OFF: &str = "off";

#[test]
#[cfg(feature = "ssh")]
fn two_doors_never_have_one_port() {
    let settings = Settings::default().with("port", "2222", &image()).unwrap();
    assert_eq!(settings.with("lines", "on", &image()), Err(Refused::SamePort));
    assert!(
        settings.with("ssh-port", "22", &image()).unwrap().with("lines", "on", &image()).is_ok()
    );
    // As an earlier image may have kept them.
    assert_eq!(started(&Settings::of(b"port 2222\nlines on\n")), image());
}

#[test]
fn what_a_start_cannot_use_is_left_out_and_the_rest_counts() {
    let kept = Settings::of(b"address 0.0.0.0/0\ncolour red\nport 4001\nodd\n\n");
    let (product, out) = left_out(&kept);
    assert_eq!((product.addressing, product.port), (Addressing::Dhcp, 4001));
    let names: std::vec::Vec<_> = out.iter().map(|(name, _)| name.as_deref()).collect();
    assert_eq!(names, [Some("address"), Some("colour")]);
    assert_eq!(started(&Settings::of(b"\xff\xfe")), image());
    assert_eq!(started(&Settings::of(&[b'x'; 300])), image());
}

#[test]
fn more_than_fits_is_refused_and_the_earlier_settings_stay() {
    let odd = [&[b'x'; 240][..], b" y\n"].concat();
    let settings = Settings::of(&odd);
    assert_eq!(settings.with("registration", "off", &image()), Err(Refused::Full));
    assert!(settings.with("port", "4001", &image()).is_ok());
}
