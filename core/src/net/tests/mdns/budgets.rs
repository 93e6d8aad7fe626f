//! Floods: what is answered, and what is not.

use domain::base::iana::Rtype;

use super::link::{GROUP, HOST, Link, OTHER, frame, question};

#[test]
fn a_flood_of_questions_gets_one_answer_to_all_a_second() {
    let mut link = Link::settled();
    let asked = question(HOST, Rtype::A, 1);
    let mut said = Vec::new();
    for _ in 0..100 {
        for _ in 0..10 {
            link.hear(&asked);
        }
        said.extend(link.pass(50));
    }
    said.extend(link.pass(1_000));
    assert!((5..=6).contains(&said.len()), "{} in five seconds", said.len());
    assert!(said.windows(2).all(|pair| pair[1].at - pair[0].at >= 1_000));
}

#[test]
fn a_flood_of_plain_questions_gets_five_answers_a_second() {
    let mut link = Link::settled();
    let asked = question(HOST, Rtype::A, 1);
    let before = link.world.driver.counters().unanswered;
    let mut said = 0;
    for _ in 0..100 {
        for _ in 0..5 {
            link.hear_from((OTHER, 40_000), GROUP, &asked);
        }
        said += link.pass(50).len();
    }
    assert!((25..=31).contains(&said), "{said} in five seconds");
    assert_eq!(link.world.driver.counters().unanswered - before, 500 - said as u64);
    link.pass(2_000);
    link.hear(&asked);
    assert_eq!(link.pass(10).len(), 1, "and it is over");
}

#[test]
fn a_flood_of_one_host_leaves_answers_for_the_others() {
    let mut link = Link::settled();
    let asked = question(HOST, Rtype::A, 1);
    for host in [1, 2, 3, 4, 5] {
        for _ in 0..200 {
            link.hear_from((OTHER, 40_000), GROUP, &asked);
        }
        let mut frame = frame((OTHER, 40_001), GROUP, &asked);
        // Other hosts have other Ethernet addresses.
        frame[11] = 100 + host;
        link.world.cable.incoming.push_back(frame);
        let said = link.pass(1_000);
        let answered = said.iter().filter(|line| line.to == "40001").count();
        assert_eq!(answered, 1, "host {host}: {said:#?}");
    }
}

#[test]
fn others_are_served_beside_a_flood() {
    let mut link = Link::settled();
    let asked = question("_smolchat._tcp.local", Rtype::PTR, 1);
    let host = link.world.host();
    let client = link.world.connect(host);
    for _ in 0..1_000 {
        link.hear(&asked);
    }
    link.world.settle();
    link.world.write(client, "login user0 secret0\n");
    link.world.settle();
    assert!(link.world.read(client).contains("Welcome"));
}
