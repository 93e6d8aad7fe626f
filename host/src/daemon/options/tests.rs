//! What a command line says, and what it cannot say.

use super::*;

fn parse(arguments: &[&str]) -> Result<Options, clap::Error> {
    Options::try_parse_from(["smolchatd"].iter().chain(arguments))
}

#[test]
fn without_arguments_the_usual_values_stand() {
    let options = parse(&[]).unwrap();
    assert_eq!((options.port, options.block_duration, options.timeout), (4000, 60, 0));
    assert!(options.publish.is_empty() && options.bridge.is_none());
    assert_eq!(options.registration, Registration::Auto);
}

#[test]
fn the_original_three_arguments_come_first_and_in_order() {
    let options = parse(&["5000", "0", "30", "--registration", "off"]).unwrap();
    assert_eq!((options.port, options.block_duration, options.timeout), (5000, 0, 30));
    assert_eq!(options.registration, Registration::Off);
}

#[test]
fn the_usual_limits_are_those_of_the_core() {
    assert_eq!(parse(&[]).unwrap().limits(), Limits::USUAL);
    let none = ["--guesses", "0", "--registrations", "0", "--changes-per-minute", "0"];
    assert_eq!(parse(&none).unwrap().limits(), Limits::new(0, 0, 0));
    let some = parse(&["--registrations", "100", "--registrations-per-hour", "12"]).unwrap();
    assert_eq!(some.limits().registrations, Rate::new(100, 300));
}

#[test]
fn the_log_has_a_level_or_one_more_for_each_v_and_not_both() {
    let log = |arguments: &[&str]| parse(arguments).map(|options| (options.log, options.verbose));
    assert_eq!(log(&[]).unwrap(), (None, 0));
    assert_eq!(log(&["-v", "--verbose"]).unwrap(), (None, 2));
    assert_eq!(log(&["-vv"]).unwrap(), (None, 2));
    assert_eq!(log(&["--log", "error"]).unwrap(), (Some(Level::Error), 0));
    assert!(log(&["--log", "loud"]).is_err());
    assert!(log(&["--log", "info", "-v"]).is_err());
}

#[test]
fn numbers_out_of_range_are_refused() {
    for wrong in [&["0"][..], &["65536"], &["4000", "-1"], &["4000", "60", "-1"]] {
        assert!(parse(wrong).is_err(), "{wrong:?}");
    }
    for flag in
        ["--users", "--connections", "--messages", "--blocks", "--sources", "--rx", "--tx", "--mtu"]
    {
        assert!(parse(&[flag, "0"]).is_err(), "{flag}");
        assert!(parse(&[flag, "99999999"]).is_err(), "{flag}");
    }
}

#[test]
fn a_history_has_room_for_one_long_text_or_for_none() {
    let history = |count: &str| parse(&["--history", count]).map(|options| options.history);
    assert_eq!(parse(&[]).unwrap().history, 128);
    for (count, taken) in [("0", true), ("6", true), ("1024", true), ("5", false)] {
        assert_eq!(history(count).is_ok(), taken, "{count}");
    }
    assert!(history("1025").is_err() && history("-1").is_err());
    assert_eq!(Capacities::HISTORY_TEXT, 72, "as the help says");
}

#[test]
fn a_name_is_that_of_a_host() {
    let name = |name: &str| parse(&["--name", name]).map(|options| options.name);
    assert_eq!(parse(&[]).unwrap().name.get(), Some("smolchat"));
    assert_eq!(name("den").unwrap().get(), Some("den"));
    for local in ["den.local", "den.LOCAL"] {
        assert_eq!(name(local).unwrap().get(), Some("den"), "{local}");
    }
    assert_eq!(name("none").unwrap().get(), None);
    for wrong in ["", "-", "a.b", "a b", "den.lan"] {
        assert!(name(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_tap_name_the_kernel_would_not_take_is_refused() {
    assert!(parse(&["--tap", "chat0"]).is_ok());
    for wrong in ["", ".", "..", "a/b", "tap%d", "a b", "sixteen-letters-"] {
        assert!(parse(&["--tap", wrong]).is_err(), "{wrong:?}");
    }
}

#[test]
fn durability_is_strict_unless_another_is_asked_for() {
    assert_eq!(parse(&[]).unwrap().durability, Durability::Strict);
    for (word, durability) in
        [("strict", Durability::Strict), ("relaxed", Durability::Relaxed), ("off", Durability::Off)]
    {
        assert_eq!(parse(&["--durability", word]).unwrap().durability, durability);
    }
    assert!(parse(&["--durability", "none"]).is_err());
}

#[test]
fn mail_expires_after_a_month_unless_told_otherwise() {
    assert_eq!(parse(&[]).unwrap().mail_expires, Duration::from_secs(30 * 86_400));
    let never = parse(&["--mail-expires", "0"]).unwrap();
    assert_eq!(never.mail_expires, Duration::from_secs(0));
    assert!(parse(&["--mail-expires", "3651"]).is_err());
}

#[test]
fn the_store_lies_beside_the_accounts_and_bears_their_name() {
    let store = |arguments: &[&str]| parse(arguments).unwrap().store();
    assert_eq!(store(&[]), state::accounts().with_extension("store"));
    let beside = store(&["--credentials", "/etc/smolchat/accounts"]);
    assert_eq!(beside, PathBuf::from("/etc/smolchat/accounts.store"));
    assert_eq!(store(&["--store", "/var/lib/chat"]), PathBuf::from("/var/lib/chat"));
}

#[test]
fn ssh_has_its_usual_port_another_or_none() {
    let port = |arguments: &[&str]| parse(arguments).map(|options| options.ssh_port());
    assert_eq!(port(&[]).unwrap(), Some(2222));
    assert_eq!(port(&["2222"]).unwrap(), Some(2223), "lines go where they are asked for");
    assert_eq!(port(&["--ssh", "22"]).unwrap(), Some(22));
    assert_eq!(port(&["--ssh", "off"]).unwrap(), None);
    for wrong in ["0", "65536", "on", "-1"] {
        assert!(port(&["--ssh", wrong]).is_err(), "{wrong}");
    }
    let key = |arguments: &[&str]| parse(arguments).unwrap().host_key();
    assert_eq!(key(&[]), state::accounts().with_extension("hostkey"));
    assert_eq!(key(&["--store", "/var/lib/chat.store"]), PathBuf::from("/var/lib/chat.hostkey"));
    assert_eq!(key(&["--host-key", "/etc/key"]), PathBuf::from("/etc/key"));
}

#[test]
fn a_door_in_clear_is_published_by_name_and_nothing_beside_a_bridge() {
    assert_eq!(parse(&["--publish", "2222", "--publish", "22"]).unwrap().publish.len(), 2);
    assert!(parse(&["--publish", "4000:lines", "--plain"]).unwrap().plain);
    assert!(parse(&["--plain"]).is_err(), "there is nothing that it could be for");
    assert!(parse(&["--publish", "2222", "--bridge", "br0"]).is_err());
}

#[test]
fn an_ethernet_address_is_that_of_one_machine() {
    assert!(parse(&["--mac", "02:00:00:00:00:01"]).is_ok());
    for wrong in ["03:00:00:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "02:00:00:00:01"] {
        assert!(parse(&["--mac", wrong]).is_err(), "{wrong}");
    }
}

#[test]
fn an_address_needs_its_prefix() {
    assert!(parse(&["--address", "10.0.0.1"]).is_err());
    assert!(parse(&["--address", "10.0.0.1/33"]).is_err());
    assert!(parse(&["--address6", "fd00::1"]).is_err());
    assert!(parse(&["--address6", "fd00::1/64"]).is_ok());
}
