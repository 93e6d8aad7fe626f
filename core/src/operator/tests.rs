//! Orders as they are written.

use super::*;
use crate::protocol::TEXT_MAX;

#[test]
fn every_order_is_read() {
    let network = |text: &'static str| Whom::parse(text).unwrap();
    for (words, order) in [
        ("user add hans solo", Order::AddUser { name: "hans", secret: "solo".into() }),
        (
            "  user  passwd  hans  solo ",
            Order::ChangePassword { name: "hans", secret: "solo".into() },
        ),
        ("user remove hans", Order::RemoveUser { name: "hans" }),
        ("user list", Order::Users { prefix: "" }),
        ("user list ha", Order::Users { prefix: "ha" }),
        ("kick hans", Order::Kick { name: "hans" }),
        ("ban hans", Order::Ban { whom: Whom::User("hans"), span: Some(BAN_USUAL) }),
        ("ban hans for good", Order::Ban { whom: Whom::User("hans"), span: None }),
        (
            "ban 10.0.0.0/8 10m",
            Order::Ban { whom: network("10.0.0.0/8"), span: Some(Duration::from_secs(600)) },
        ),
        ("unban fd00::1", Order::Unban { whom: network("fd00::/64") }),
        ("bans", Order::Bans),
        ("say  two  words", Order::Say { text: Text::new("two  words").unwrap() }),
        ("status", Order::Status),
        ("top", Order::Top),
    ] {
        assert_eq!(Order::parse(words), Ok(order), "{words}");
    }
}

#[test]
fn wrong_words_name_the_right_form() {
    for (words, row) in [
        ("user add hans", 0),
        ("user add hans solo x", 0),
        ("user passwd", 1),
        ("user remove", 2),
        ("user remove a b", 2),
        ("user list a b", 3),
        ("user list 123456789012345678901234567890123", 3),
        ("kick", 4),
        ("ban", 5),
        ("ban hans for", 5),
        ("ban hans 0", 5),
        ("ban hans -1", 5),
        ("ban hans +1", 5),
        ("ban hans 1w", 5),
        ("ban hans s", 5),
        ("ban hans 4294967295", 5),
        ("ban hans 9999999999999999999d", 5),
        ("ban 10.0.0.0/33", 5),
        ("ban ::/129", 5),
        ("ban 0.0.0.0/0", 5),
        ("ban ::/0 for good", 5),
        ("unban", 6),
        ("bans all", 7),
        ("say", 8),
        ("status all", 9),
        ("top 3", 10),
    ] {
        assert_eq!(Order::parse(words), Err(Reply::WrongOrder { form: ORDERS[row].0 }), "{words}");
    }
    for words in ["", " ", "user", "users", "reload now", "USER add a b"] {
        assert_eq!(Order::parse(words), Err(Reply::UnknownOrder), "{words}");
    }
    let long = format!("say {}", "x".repeat(TEXT_MAX + 1));
    assert_eq!(Order::parse(&long), Err(Reply::TextTooLong));
    assert_eq!(Order::parse("say a\u{2028}b"), Err(Reply::ControlCharacter));
}

#[test]
fn spans_are_read_with_their_units() {
    for (text, seconds) in [
        ("1", 1),
        ("90s", 90),
        ("10m", 600),
        ("2h", 7_200),
        ("7d", 604_800),
        ("4294967294", 4_294_967_294),
    ] {
        assert_eq!(parse_span(text), Some(Duration::from_secs(seconds)), "{text}");
    }
}

#[test]
fn a_network_holds_the_addresses_with_its_bits() {
    let holds = |network: &str, address: &str| {
        let Some(Whom::Network(network)) = Whom::parse(network) else { panic!("{network}") };
        network.holds(address.parse().unwrap())
    };
    assert!(holds("10.1.2.3", "10.1.2.3") && !holds("10.1.2.3", "10.1.2.4"));
    assert!(holds("10.1.2.3/24", "10.1.2.255") && !holds("10.1.2.3/24", "10.1.3.0"));
    assert!(holds("0.0.0.0/0", "255.255.255.255") && !holds("0.0.0.0/0", "fd00::1"));
    assert!(holds("::ffff:10.1.2.3", "10.1.2.3") && holds("10.1.2.3", "::ffff:10.1.2.3"));
    assert!(holds("fd00:1:2:3::9", "fd00:1:2:3::1") && !holds("fd00:1:2:3::9", "fd00:1:2:4::1"));
    assert!(holds("fd00::/16", "fd00:ffff::") && holds("::/0", "fe80::1"));
    assert_eq!(Whom::parse("10.0.0.1a"), Some(Whom::User("10.0.0.1a")));
}
