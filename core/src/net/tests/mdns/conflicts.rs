//! Other hosts with our name: before it is ours, at the same time, and later.

use domain::base::iana::Rtype;

use super::link::{GROUP, HOST, Link, OTHER, answer, probe, question};

const THEIRS: [u8; 4] = [10, 0, 0, 7];

fn names(link: &Link) -> Vec<&str> {
    link.world.environment.names.iter().map(String::as_str).collect()
}

#[test]
fn a_name_that_somebody_has_is_left_to_it() {
    let mut link = Link::new();
    link.pass(300);
    link.hear(&answer(HOST, Rtype::A, &THEIRS, 120));
    let said = link.pass(3_000);
    assert_eq!(names(&link), ["taken, next smolchat-2", "smolchat-2"]);
    assert!(said.last().unwrap().has("= smolchat-2.local A 10.0.0.1 120 only"), "{said:#?}");
    assert!(said.last().unwrap().has("PTR smolchat-2._smolchat._tcp.local."));
    link.hear(&question(HOST, Rtype::A, 1));
    assert_eq!(link.pass(2_000), [], "it is another's");
}

#[test]
fn any_record_of_the_name_is_a_claim_while_we_ask() {
    let mut link = Link::new();
    link.pass(300);
    link.hear(&answer("Smolchat._smolchat._tcp.local", Rtype::TXT, &[3, b'a', b'=', b'b'], 4_500));
    link.pass(3_000);
    assert_eq!(names(&link), ["taken, next smolchat-2", "smolchat-2"]);
}

#[test]
fn our_own_words_a_goodbye_and_other_names_are_no_claims() {
    let mut link = Link::new();
    link.pass(300);
    link.hear(&answer(HOST, Rtype::A, &[10, 0, 0, 1], 120));
    link.hear(&answer(HOST, Rtype::A, &THEIRS, 0));
    link.hear(&answer("other.local", Rtype::A, &THEIRS, 120));
    link.hear_from((OTHER, 40_000), GROUP, &answer(HOST, Rtype::A, &THEIRS, 120));
    link.pass(3_000);
    assert_eq!(names(&link), ["smolchat"]);
}

#[test]
fn of_two_that_ask_at_once_the_later_in_order_goes_on_and_the_other_waits() {
    for (theirs, waits) in [([10, 0, 0, 0], false), ([10, 0, 0, 1], false), ([10, 0, 0, 2], true)] {
        let mut link = Link::new();
        link.pass(300);
        let asked = link.world.now.as_millis();
        link.hear(&probe(HOST, &[(Rtype::A, theirs.to_vec())]));
        let said = link.pass(4_000);
        let probes: Vec<_> = said.iter().filter(|line| line.has("? ")).collect();
        // With IPv6 there is an address more, which comes behind the first.
        assert_eq!(probes[0].at - asked >= 1_000, waits, "{theirs:?}: {said:#?}");
        assert_eq!(names(&link), ["smolchat"]);
    }
}

#[test]
fn a_name_that_is_ours_is_defended_at_once_and_against_claims_by_asking_again() {
    let mut link = Link::settled();
    link.hear(&probe(HOST, &[(Rtype::A, THEIRS.to_vec())]));
    let said = link.pass(100);
    assert!(said[0].has("= smolchat.local A 10.0.0.1 120 only"), "{said:#?}");
    link.hear(&answer(HOST, Rtype::A, &THEIRS, 120));
    let said = link.pass(3_000);
    assert!(said.iter().any(|line| line.has("? smolchat.local ANY one")), "{said:#?}");
    assert_eq!(names(&link), ["smolchat"], "nobody said no");
    link.hear(&answer(HOST, Rtype::A, &THEIRS, 120));
    link.pass(100);
    link.hear(&answer(HOST, Rtype::A, &THEIRS, 120));
    link.pass(3_000);
    assert_eq!(names(&link), ["smolchat", "taken, next smolchat-2", "smolchat-2"]);
}

#[test]
fn who_denies_every_name_is_heard_a_few_times_at_once_and_then_slowly() {
    let mut link = Link::new();
    link.pass(300);
    for turn in 0..2_300 {
        let own = link.world.environment.names.last().cloned().unwrap_or_default();
        let own =
            own.rsplit(' ').next().filter(|own| !own.is_empty()).unwrap_or("smolchat").to_owned();
        link.hear(&answer(&format!("{own}.local"), Rtype::A, &THEIRS, 120));
        link.pass(if turn < 20 { 10 } else { 200 });
        if turn == 20 {
            assert_eq!(names(&link).len(), 15);
        }
    }
    assert_eq!(names(&link).last(), Some(&"taken, next none"));
    assert_eq!(names(&link).len(), 99);
    link.hear(&question("smolchat-99.local", Rtype::A, 1));
    assert_eq!(link.pass(60_000), []);
}
