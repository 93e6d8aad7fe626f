//! From the start to the end: probes, announcements, silence, goodbye; and addresses that change.

use super::link::{HOST, Link, read6};

/// What the server tells of itself, by its kinds.
fn all(link: &mut Link) -> Vec<String> {
    let said = link.pass(3_000);
    said.iter().find(|line| line.has("= ")).unwrap().text.clone()
}

#[test]
fn three_probes_and_two_announcements_and_then_not_a_frame() {
    let mut link = Link::new();
    let said = link.pass(3_000);
    let messages: Vec<_> = said.iter().filter(|line| line.to == "all").collect();
    assert_eq!(messages.len(), 5, "{said:#?}");
    for probe in &messages[..3] {
        assert!(probe.has("? smolchat.local ANY one") && probe.has("! smolchat.local A 10.0.0.1"));
        assert!(probe.has("? smolchat._smolchat._tcp.local ANY one"));
    }
    for announcement in &messages[3..] {
        assert!(announcement.has("= smolchat.local A 10.0.0.1 120 only"), "{announcement:?}");
    }
    let times: Vec<_> = messages.iter().map(|line| line.at - messages[0].at).collect();
    assert_eq!(times, [0, 250, 500, 750, 1_750]);
    assert_eq!(said.iter().filter(|line| line.to == "routers").count(), 3);
    assert_eq!(link.world.environment.names, ["smolchat"]);
    assert_eq!(link.pass(600_000), [], "nothing in ten minutes");
}

#[test]
fn everything_is_told_of_the_host_and_its_services() {
    let said = all(&mut Link::new());
    let expected = [
        "= smolchat.local A 10.0.0.1 120 only",
        "= _services._dns-sd._udp.local PTR _smolchat._tcp.local. 4500",
        "= _smolchat._tcp.local PTR smolchat._smolchat._tcp.local. 4500",
        "= smolchat._smolchat._tcp.local SRV 0 0 4000 smolchat.local 120 only",
        "= smolchat._smolchat._tcp.local TXT ",
    ];
    for line in expected {
        assert!(said.iter().any(|said| said.starts_with(line)), "{line}: {said:#?}");
    }
    let text = said.iter().find(|line| line.contains("TXT")).unwrap();
    for word in ["version=0.1.0", "doors=lines:4000", "encrypted=", "users=12"] {
        assert!(text.contains(word), "{text}");
    }
    assert!(!said.iter().any(|line| line.contains("_ssh")), "there is no such door: {said:#?}");
}

#[cfg(feature = "ipv6")]
#[test]
fn the_same_is_said_by_ipv6() {
    let mut link = Link::new();
    link.world.pass(3_000);
    let said: Vec<_> = link.world.lost.iter().filter_map(|frame| read6(frame)).collect();
    assert_eq!(said.len(), 5);
    assert!(said[4].iter().any(|line| line.starts_with("= smolchat.local A 10.0.0.1")));
    assert!(said[4].iter().any(|line| line.starts_with("= smolchat.local AAAA fe80::")));
}

#[test]
fn at_the_end_everybody_is_told_to_forget() {
    let mut link = Link::settled();
    link.world.driver.stop_listening();
    let said = link.pass(5_000);
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].has("= smolchat.local A 10.0.0.1 0 only"));
    assert!(said[0].has("= _smolchat._tcp.local PTR smolchat._smolchat._tcp.local. 0"));
    assert!(said[0].text.iter().all(|line| line.contains(" 0")), "{said:#?}");
    link.hear(&super::link::question(HOST, domain::base::iana::Rtype::A, 1));
    assert_eq!(link.pass(5_000), []);
}

#[test]
fn who_has_no_name_yet_says_no_goodbye() {
    let mut link = Link::new();
    link.pass(300);
    link.world.driver.stop_listening();
    assert_eq!(link.pass(5_000), []);
}

#[cfg(feature = "dhcp")]
#[test]
fn a_leased_address_is_told_when_it_comes() {
    use crate::net::NetSettings;
    use crate::net::tests::leaser::Leaser;
    use crate::net::tests::world::SERVER_MAC;

    let mut link = Link::with(&NetSettings { dhcp: true, ..NetSettings::new(SERVER_MAC, &[]) });
    link.world.leaser = Some(Leaser::new(3_600));
    let said = link.pass(4_000);
    let last = said.iter().rfind(|line| line.to == "all").unwrap();
    assert!(last.has("= smolchat.local A 10.0.0.1 120 only"), "{said:#?}");
    assert_eq!(link.world.environment.names, ["smolchat"]);
}
