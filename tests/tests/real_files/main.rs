//! Files between real clients, each on a host of its own, all on one segment with the real server.
//! Needs root, both programs built for release, and what `cargo xtask test` installs for Python.

mod hosts;
mod other_makes;

use std::time::Instant;

use hosts::{Host, NAME, assert_same, content, load, on_hosts, register_all, wait_for};
use smolchat_tests::sniffer::Sniffer;

const FILM: usize = 100_000_000;

/// The percents of a line that says from whom a file came, by user.
fn parts(line: &str) -> Vec<(String, u64)> {
    let parts = line.split(", ").filter_map(|part| part.split_once(" % from "));
    parts
        .map(|(percent, user)| (user.trim_end_matches(')').to_owned(), percent.parse().unwrap()))
        .collect()
}

#[test]
fn a_film_comes_from_two_holders_and_each_gives_a_third() {
    on_hosts(&["luke", "yoda", "leia"], |hosts| {
        let content = content(FILM, 1);
        let [mut luke, mut yoda, mut leia] = [0, 1, 2].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        hosts[1].offer(&mut yoda, &content);
        let end = load(&mut leia);
        assert_same(&hosts[2], &content);
        let parts = parts(&end);
        assert_eq!(parts.len(), 2, "{end}");
        assert!(parts.iter().all(|(_, percent)| *percent >= 33), "{end}");
        let given = [0, 1].map(|at: usize| hosts[at].bytes("tx"));
        assert!(given.iter().all(|bytes| *bytes >= FILM as u64 / 3), "{given:?}");
    });
}

#[test]
fn one_of_two_holders_is_killed_half_way_and_the_film_comes_all_the_same() {
    on_hosts(&["luke", "yoda", "leia"], |hosts| {
        hosts[..2].iter().for_each(Host::slow_down);
        let content = content(FILM, 2);
        let [mut luke, mut yoda, mut leia] = [0, 1, 2].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        hosts[1].offer(&mut yoda, &content);
        leia.say(&format!("download! {NAME}"));
        wait_for(|| hosts[2].bytes("rx") > FILM as u64 / 2);
        yoda.dies();
        leia.hears_soon(&format!("{NAME} is here: {{any}}"));
        assert_same(&hosts[2], &content);
    });
}

#[test]
fn the_receiver_is_killed_half_way_and_only_what_is_missing_comes_again() {
    on_hosts(&["luke", "leia"], |hosts| {
        hosts[0].slow_down();
        let content = content(FILM, 3);
        let [mut luke, mut leia] = [0, 1].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        leia.say(&format!("download! {NAME}"));
        wait_for(|| hosts[1].bytes("rx") > FILM as u64 / 2);
        leia.dies();
        luke.hears_soon("leia just logged out");
        let mut leia = hosts[1].arrive();
        load(&mut leia);
        assert_same(&hosts[1], &content);
        // What was under way is lost, and frames have heads: some percent.
        let received = hosts[1].bytes("rx");
        assert!(received < FILM as u64 / 100 * 115, "{received}");
    });
}

#[test]
fn ten_load_from_one_owner_who_gives_less_than_two_and_a_half_films() {
    let users: Vec<_> = (0..11).map(|number| format!("guest{number}")).collect();
    let users: Vec<_> = users.iter().map(String::as_str).collect();
    on_hosts(&users, |hosts| {
        hosts.iter().for_each(Host::slow_down);
        register_all(hosts);
        let content = content(FILM, 4);
        let mut people: Vec<_> = hosts.iter().map(Host::arrive).collect();
        hosts[0].offer(&mut people[0], &content);
        let before = hosts[0].bytes("tx");
        let begun = Instant::now();
        for person in &mut people[1..] {
            person.say(&format!("download! {NAME}"));
        }
        for (host, person) in hosts.iter().zip(&mut people).skip(1) {
            person.hears_soon(&format!("{NAME} is here: {{any}}"));
            assert_same(host, &content);
        }
        let films = (hosts[0].bytes("tx") - before) as f64 / FILM as f64;
        eprintln!("the owner gave {films:.2} films in {:.1} s", begun.elapsed().as_secs_f32());
        assert!(films < 2.5, "{films}");
    });
}

#[test]
fn whoever_listens_on_the_segment_sees_no_byte_of_a_file() {
    on_hosts(&["luke", "leia"], |hosts| {
        let secret = b"the rebel base is on the fourth moon of Yavin. ";
        let content = secret.repeat(20_000);
        let [mut luke, mut leia] = [0, 1].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        let mut sniffer = hosts[1].namespace.run(|| Sniffer::start().unwrap());
        load(&mut leia);
        assert_same(&hosts[1], &content);
        let heard = sniffer.frames().unwrap().concat();
        assert!(heard.len() > content.len(), "only {} bytes were heard", heard.len());
        assert!(!heard.windows(16).any(|bytes| bytes == &secret[..16]));
    });
}
