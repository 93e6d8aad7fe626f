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

/// Another host denies whatever name the server asks for, so long. Answers when it asked.
fn deny(link: &mut Link, millis: u64) -> Vec<(u64, String)> {
    let (mut asked, mut found) = (Vec::new(), link.pass(0));
    for _ in 0..millis / 10 {
        for line in std::mem::take(&mut found) {
            let Some(name) = line.text.iter().find_map(|text| own_name(text)) else { continue };
            link.hear(&answer(&name, Rtype::A, &THEIRS, 120));
            asked.push((line.at, name));
        }
        found = link.pass(10);
    }
    asked
}

/// The name of a host that a probe asks for.
fn own_name(line: &str) -> Option<String> {
    let name = line.strip_prefix("? ")?.split(' ').next()?;
    (!name.contains("._tcp")).then(|| name.to_owned())
}

#[test]
fn who_denies_every_name_is_heard_a_few_times_at_once_and_then_twice_a_minute() {
    let mut link = Link::new();
    let asked = deny(&mut link, 5_000);
    assert_eq!(asked.len(), 15, "{asked:#?}");
    assert_eq!(names(&link).len(), 15);
    assert_eq!(names(&link)[13..], ["taken, next smolchat-15", "taken, next none"]);
    let asked = deny(&mut link, 600_000);
    let first = asked.iter().filter(|(_, name)| name == HOST).count();
    assert_eq!((asked.len(), first), (18, 9), "{asked:#?}");
    assert_eq!(asked.last().unwrap().1, "smolchat-24.local", "the numbers go on");
    assert!(asked.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 5_000), "{asked:#?}");
    assert_eq!(names(&link).len(), 15, "the log hears it once");
}

#[test]
fn whoever_takes_all_names_has_them_only_while_it_goes_on() {
    let mut link = Link::new();
    deny(&mut link, 100_000);
    assert_eq!(names(&link).last(), Some(&"taken, next none"));
    link.pass(62_000);
    assert_eq!(names(&link).last(), Some(&"smolchat"));
    link.pass(5_000);
    link.hear(&question(HOST, Rtype::A, 1));
    assert_eq!(link.pass(2_000).len(), 1, "it answers to its name");
    // Held for a minute, it is defended at once again.
    link.pass(60_000);
    link.hear(&answer(HOST, Rtype::A, &THEIRS, 120));
    let said = link.pass(100);
    assert!(said.iter().any(|line| line.has("? smolchat.local ANY")), "{said:#?}");
}

#[test]
fn a_name_that_another_host_has_for_good_is_passed_over_also_after_a_rest() {
    let mut link = Link::new();
    deny(&mut link, 5_000);
    for _ in 0..6_700 {
        let found = link.pass(10);
        if found.iter().any(|line| line.has("? smolchat.local ")) {
            link.hear(&answer(HOST, Rtype::A, &THEIRS, 120));
        }
    }
    assert_eq!(names(&link).last(), Some(&"smolchat-16"));
}
