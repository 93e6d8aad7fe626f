//! Clients that were written in Python after the documents: one that takes part, and one that lies.

use std::fs;

use smolchat_tests::real::{Person, SERVER_ADDRESS};
use smolchat_tests::ssh::User;
use smolchat_tests::written_peer::{self, LIAR, PEER};

use crate::hosts::{Host, NAME, assert_same, content, load, on_hosts};

/// Four chunks, of which the last one is short. Python hashes a megabyte in some seconds.
const BYTES: usize = 900_000;
const HOSTS: [&str; 3] = ["luke", "vader", "leia"];

/// The user of the host comes by that script.
fn script(host: &Host, script: &str) -> User {
    written_peer::run(script, &host.namespace, SERVER_ADDRESS, &host.user)
}

/// The script loads the film, which the others offer.
fn loads(script: &mut User) {
    script.say(&format!("download {NAME}"));
    script.hears_soon(&format!("{NAME} is here: {BYTES} bytes"));
}

fn withdraw(host: &Host, person: &mut Person) {
    person.say(&format!("unregister {NAME}"));
    person.hears_soon(&format!("{NAME} is offered no more{{any}}"));
    assert!(host.home.path().join(NAME).exists());
}

#[test]
fn a_client_of_another_make_loads_a_file_and_gives_it() {
    on_hosts(&HOSTS, |hosts| {
        let content = content(BYTES, 5);
        let [mut luke, mut leia] = [0, 2].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        let mut vader = script(&hosts[1], PEER);
        loads(&mut vader);
        let saved = hosts[1].home.path().join("saved");
        vader.say(&format!("save {NAME} {}", saved.display()));
        vader.hears_soon(&format!("{NAME} is written"));
        assert!(fs::read(&saved).unwrap() == content);
        withdraw(&hosts[0], &mut luke);
        // What it hashes itself is the same file.
        let path = hosts[1].home.path().join(NAME);
        fs::rename(saved, &path).unwrap();
        vader.say(&format!("offer {}", path.display()));
        vader.hears_soon("27{any}");
        let end = load(&mut leia);
        assert!(end.contains("vader"), "{end}");
        assert_same(&hosts[2], &content);
    });
}

/// Vader has the true film and offers it alone, and gives leia something else. She hears who it
/// was, and once luke is back she gets the film from him.
fn is_found_out(how: &str) {
    on_hosts(&HOSTS, |hosts| {
        let content = content(BYTES, 6);
        let [mut luke, mut leia] = [0, 2].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        let mut vader = script(&hosts[1], LIAR);
        loads(&mut vader);
        vader.say(&format!("lie {NAME} {how}"));
        vader.hears_soon("27{any}");
        withdraw(&hosts[0], &mut luke);
        leia.say(&format!("download! {NAME}"));
        leia.hears_soon(&format!("vader sent wrong bytes for {NAME}, and is asked no more"));
        hosts[0].offer(&mut luke, &content);
        let end = leia.hears_soon(&format!("{NAME} is here: {{any}}")).line;
        assert!(end.contains("from luke"), "{end}");
        assert_same(&hosts[2], &content);
    });
}

#[test]
fn who_sends_another_list_is_named_and_the_film_comes_from_the_owner() {
    is_found_out("list");
}

#[test]
fn who_sends_other_chunks_is_named_and_the_film_comes_from_the_owner() {
    is_found_out("chunks");
}

#[test]
fn who_sends_a_chunk_of_another_length_is_named_and_the_film_comes_from_the_owner() {
    is_found_out("length");
}

/// Vader offered first, with a size that the film does not have. Luke's is right.
fn another_size_is_no_word(size: usize) {
    on_hosts(&HOSTS, |hosts| {
        let content = content(BYTES, 7);
        let [mut luke, mut leia] = [0, 2].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        let mut vader = script(&hosts[1], LIAR);
        loads(&mut vader);
        vader.say(&format!("lie {NAME} {size}"));
        vader.hears_soon("27{any}");
        withdraw(&hosts[0], &mut luke);
        hosts[0].offer(&mut luke, &content);
        load(&mut leia);
        assert_same(&hosts[2], &content);
    });
}

#[test]
fn who_tells_a_size_of_as_many_chunks_does_not_keep_the_film_away() {
    another_size_is_no_word(BYTES - 1);
}

#[test]
fn who_tells_a_size_of_more_chunks_does_not_keep_the_film_away() {
    another_size_is_no_word(2 * BYTES);
}
