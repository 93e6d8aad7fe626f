//! Questions and their answers: who hears them, when, and what is left out.

use domain::base::iana::Rtype;
use smoltcp::wire::IpAddress;

use super::link::{GROUP, HOST, Link, OTHER, answer, name, question, questions};
use crate::net::tests::world::SERVER;

const SERVICES: &str = "_smolchat._tcp.local";
const OURS: &str = "smolchat._smolchat._tcp.local";

fn pointer() -> Vec<u8> {
    name(OURS).as_octets().to_vec()
}

#[test]
fn an_address_is_told_to_all_at_once() {
    let mut link = Link::settled();
    link.hear(&question("SmolChat.LOCAL", Rtype::A, 1));
    let said = link.pass(1_000);
    assert_eq!((said.len(), &*said[0].to), (1, "all"), "{said:#?}");
    assert!(said[0].has("= smolchat.local A 10.0.0.1 120 only"));
    assert!(said[0].has("+ smolchat.local NSEC"), "what there is not: {said:#?}");
}

#[test]
fn a_type_that_the_host_has_not_is_denied_at_once() {
    let mut link = Link::settled();
    link.hear(&question(HOST, Rtype::HINFO, 1));
    let said = link.pass(1_000);
    let types = if cfg!(feature = "ipv6") { "A AAAA" } else { "A" };
    assert!(
        said[0].has(&format!("= smolchat.local NSEC smolchat.local. {types} 120 only")),
        "{said:#?}"
    );
}

#[test]
fn a_service_is_told_with_all_that_leads_to_it_and_a_little_later() {
    let mut link = Link::settled();
    let asked = link.world.now.as_millis();
    link.hear(&question(SERVICES, Rtype::PTR, 1));
    let said = link.pass(1_000);
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!((20..=120).contains(&(said[0].at - asked)), "{}", said[0].at - asked);
    assert!(said[0].has("= _smolchat._tcp.local PTR smolchat._smolchat._tcp.local. 4500"));
    for beside in ["SRV 0 0 4000 smolchat.local", "TXT", "A 10.0.0.1"] {
        assert!(said[0].text.iter().any(|line| line.starts_with('+') && line.contains(beside)));
    }
}

#[test]
fn the_kinds_of_services_are_told() {
    let mut link = Link::settled();
    link.hear(&question("_services._dns-sd._udp.local", Rtype::PTR, 1));
    assert!(link.pass(1_000)[0].has("PTR _smolchat._tcp.local. 4500"));
}

#[test]
fn other_names_types_and_classes_are_none_of_ours() {
    let mut link = Link::settled();
    for (asked, rtype, class) in [
        ("smolchat2.local", Rtype::A, 1),
        ("local", Rtype::ANY, 1),
        ("smolchat.local.example", Rtype::A, 1),
        (SERVICES, Rtype::SRV, 1),
        (HOST, Rtype::A, 3),
    ] {
        link.hear(&question(asked, rtype, class));
        assert_eq!(link.pass(1_000), [], "{asked} {rtype}");
    }
}

#[test]
fn nobody_is_told_what_it_knows() {
    let mut link = Link::settled();
    let asked = [(SERVICES, Rtype::PTR, 1)];
    link.hear(&questions(&asked, &[(SERVICES, Rtype::PTR, pointer(), 2_250)]));
    assert_eq!(link.pass(1_000), []);
    // It will have forgotten soon.
    link.hear(&questions(&asked, &[(SERVICES, Rtype::PTR, pointer(), 2_249)]));
    assert_eq!(link.pass(1_000).len(), 1);
    // It knows another one.
    let other = name("other._smolchat._tcp.local").as_octets().to_vec();
    link.hear(&questions(&asked, &[(SERVICES, Rtype::PTR, other, 4_500)]));
    assert_eq!(link.pass(1_000).len(), 1);
}

#[test]
fn what_an_asker_knows_may_follow_in_further_messages() {
    let mut link = Link::settled();
    let mut asked = question(SERVICES, Rtype::PTR, 1);
    // Truncated: more follows.
    asked[2] |= 2;
    link.hear(&asked);
    assert_eq!(link.pass(300), []);
    link.hear(&questions(&[], &[(SERVICES, Rtype::PTR, pointer(), 4_500)]));
    assert_eq!(link.pass(1_000), []);
    // What another host knows is nothing to the asker.
    link.hear(&asked);
    link.pass(100);
    let known = questions(&[], &[(SERVICES, Rtype::PTR, pointer(), 4_500)]);
    link.hear_from((IpAddress::v4(10, 0, 0, 8), 5353), GROUP, &known);
    assert_eq!(link.pass(1_000).len(), 1);
}

#[test]
fn who_asks_for_an_answer_to_itself_gets_it_while_all_have_heard_it_lately() {
    let mut link = Link::settled();
    let asked = question(HOST, Rtype::A, 0x8001);
    link.hear(&asked);
    assert_eq!(link.pass(1_000)[0].to, "all", "a minute is long ago");
    link.hear(&asked);
    let said = link.pass(1_000);
    assert_eq!((said.len(), &*said[0].to), (1, "5353"), "{said:#?}");
    assert!(said[0].has("= smolchat.local A 10.0.0.1 120 only"));
    link.pass(30_000);
    link.hear(&asked);
    assert_eq!(link.pass(1_000)[0].to, "all");
}

#[test]
fn a_plain_resolver_gets_its_own_question_back_and_forgets_soon() {
    let mut link = Link::settled();
    let mut asked = question(HOST, Rtype::A, 1);
    (asked[0], asked[1]) = (0x12, 0x34);
    link.hear_from((OTHER, 40_000), GROUP, &asked);
    let said = link.pass(1_000);
    assert_eq!((said.len(), &*said[0].to), (1, "40000"), "{said:#?}");
    assert_eq!(said[0].text[..2], ["? smolchat.local A", "= smolchat.local A 10.0.0.1 10"]);
    // The same at our own address.
    link.hear_from((OTHER, 40_000), SERVER, &asked);
    assert_eq!(link.pass(1_000)[0].to, "40000");
}

#[test]
fn no_other_network_is_answered() {
    let mut link = Link::settled();
    let asked = question(HOST, Rtype::A, 1);
    for far in [IpAddress::v4(10, 0, 1, 7), IpAddress::v4(0, 0, 0, 0), GROUP] {
        link.hear_from((far, 5353), GROUP, &asked);
        link.hear_from((far, 40_000), SERVER, &asked);
        assert_eq!(link.pass(1_000), [], "{far}");
    }
    link.hear_from((IpAddress::v4(169, 254, 3, 4), 5353), GROUP, &asked);
    assert_eq!(link.pass(1_000).len(), 1, "a host without a router is of this link");
}

#[test]
fn an_answer_is_no_question() {
    let mut link = Link::settled();
    link.hear(&answer(HOST, Rtype::A, &[10, 0, 0, 1], 120));
    assert_eq!(link.pass(2_000), []);
}
