//! Messages that are none: nothing panics, and a sound question is answered afterwards.

use domain::base::iana::Rtype;
use proptest::prelude::*;

use super::link::{GROUP, HOST, Link, OTHER, answer, name, probe, question, questions};

fn sound() -> Vec<Vec<u8>> {
    let pointer = name("smolchat._smolchat._tcp.local").as_octets().to_vec();
    [
        question(HOST, Rtype::ANY, 0x8001),
        questions(
            &[("_smolchat._tcp.local", Rtype::PTR, 1), (HOST, Rtype::AAAA, 1)],
            &[("_smolchat._tcp.local", Rtype::PTR, pointer, 4_500)],
        ),
        probe(HOST, &[(Rtype::A, vec![10, 0, 0, 7]), (Rtype::SRV, vec![0; 7])]),
        answer(HOST, Rtype::SRV, &[0, 0, 0, 0, 1, 1, 0xc0, 12], 120),
        answer("smolchat._smolchat._tcp.local", Rtype::TXT, &[255; 700], 120),
    ]
    .map(|said| said.to_vec())
    .to_vec()
}

#[test]
fn names_that_lead_in_circles_and_ends_that_are_missing_are_dropped() {
    let mut link = Link::settled();
    let header = |questions: u8| vec![0, 0, 0, 0, 0, questions, 0, 0, 0, 0, 0, 0];
    let circle = [header(1), vec![0xc0, 12, 0, 1, 0, 1]].concat();
    let forward = [header(1), vec![0xc0, 0xff, 0, 1, 0, 1]].concat();
    let many = [header(255), vec![0; 5 * 200]].concat();
    for said in [circle, forward, many, header(9), vec![0; 3], vec![]] {
        link.hear_from((OTHER, 5353), GROUP, &said);
        link.hear_from((OTHER, 40_000), GROUP, &said);
        assert_eq!(link.pass(1_000), []);
    }
    for said in sound() {
        for len in 0..said.len() {
            link.hear_from((OTHER, 5353), GROUP, &said[..len]);
        }
    }
    link.pass(20_000);
    link.hear(&question(HOST, Rtype::A, 1));
    assert!(!link.pass(2_000).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn spoiled_messages_never_panic(
        spoiled in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8)), 1..40),
        is_new in any::<bool>(),
    ) {
        let mut link = if is_new { Link::new() } else { Link::settled() };
        let sound = sound();
        for (which, changes) in spoiled {
            let mut said = which.get(&sound).clone();
            for (at, value) in changes {
                let at = at.index(said.len());
                said[at] = value;
            }
            link.hear_from((OTHER, 5353), GROUP, &said);
            link.pass(20);
        }
    }
}
