//! Users who add keys to their accounts and take them back.

use smolchat_core::store::Durability;

use crate::stage::{Client, Stage, password_of};

conversations! {
    a_key_is_added_told_and_removed: keys(16);
    a_key_outlives_a_restart_and_so_does_its_end: keys(16);
    each_user_has_keys_of_its_own: keys(16);
    who_is_not_logged_in_adds_no_key: keys(16);
    whatever_is_no_ed25519_key_is_refused: keys(16);
    one_user_has_a_few_keys_and_no_two_fill_the_table: keys(8);
    a_full_table_has_room_again_once_a_key_is_removed: keys(1);
    a_changed_password_keeps_the_keys: keys(16);
    a_key_that_cannot_be_stored_is_not_added: keys(16);
    who_changes_keys_too_often_waits: keys(16).changes(2);
    a_server_without_room_for_keys_says_so;
    a_server_that_keeps_nothing_takes_no_keys_for_good: keys(16).durability(Durability::Off);
}

/// Keys whose bytes are all 1, all 2, and so on.
const KEYS: [&str; 4] = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
];
/// A key of small order: anybody can sign for it.
const WEAK: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const ADDED: &str = "243 key added";
const REMOVED: &str = "245 key removed";

fn add(key: usize) -> String {
    format!("addkey {} hans@home", KEYS[key])
}

fn remove(key: usize) -> String {
    format!("removekey {}", KEYS[key])
}

fn log_out(stage: &mut dyn Stage, client: Client) {
    stage.ask(client, "logout", "221 You just logged out");
    stage.closed(client);
}

/// The answer to `keys` has exactly these.
fn told(stage: &mut dyn Stage, client: Client, keys: &[usize]) {
    stage.say(client, "keys");
    for key in keys {
        stage.hear(client, &format!("219-{}", KEYS[*key]));
    }
    stage.hear(client, &format!("219 {} keys", keys.len()));
}

fn a_key_is_added_told_and_removed(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    told(stage, hans, &[]);
    stage.ask(hans, &add(0), ADDED);
    stage.ask(hans, &add(0), "244 key was added already");
    stage.ask(hans, &add(1), ADDED);
    told(stage, hans, &[0, 1]);
    stage.ask(hans, &remove(0), REMOVED);
    stage.ask(hans, &remove(0), "543 you have not added such a key");
    told(stage, hans, &[1]);
    stage.hear_nothing();
}

fn a_key_outlives_a_restart_and_so_does_its_end(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for key in [0, 1, 2] {
        stage.ask(hans, &add(key), ADDED);
    }
    stage.ask(hans, &remove(1), REMOVED);
    stage.ask(hans, &remove(2), REMOVED);
    stage.ask(hans, &add(2), ADDED);
    log_out(stage, hans);
    stage.restart();
    let hans = stage.arrive("hans");
    stage.say(hans, "keys");
    let mut found: Vec<String> =
        (0..2).map(|_| stage.next_line(hans).expect("a key")).collect();
    found.sort();
    assert_eq!(found, [0, 2].map(|key: usize| format!("219-{}", KEYS[key])));
    stage.hear(hans, "219 2 keys");
    stage.ask(hans, &remove(2), REMOVED);
    stage.ask(hans, &remove(0), REMOVED);
    log_out(stage, hans);
    stage.restart();
    let hans = stage.arrive("hans");
    told(stage, hans, &[]);
    stage.hear_nothing();
}

fn each_user_has_keys_of_its_own(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(hans, &add(0), ADDED);
    stage.ask(yoda, &remove(0), "543 you have not added such a key");
    stage.ask(yoda, &add(0), ADDED);
    stage.ask(hans, &remove(0), REMOVED);
    told(stage, yoda, &[0]);
    told(stage, hans, &[]);
    stage.hear_nothing();
}

fn who_is_not_logged_in_adds_no_key(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    for line in [add(0), remove(0), "keys".to_owned()] {
        stage.ask(stranger, &line, "530 log in first: login <user> <password>");
    }
    stage.log_in(stranger, "hans");
    told(stage, stranger, &[]);
    stage.hear_nothing();
}

fn whatever_is_no_ed25519_key_is_refused(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let form = "501 wrong arguments, the form is: addkey <key>";
    for wrong in [
        "addkey",
        "addkey ssh-ed25519",
        "addkey ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB",
        &format!("{}AAAA", KEYS[0].replacen("ssh", "addkey ssh", 1)),
        &add(0).replacen("AAAAI", "AAAAH", 1),
        &format!("addkey {WEAK}"),
    ] {
        stage.ask(hans, wrong, form);
    }
    let form = "501 wrong arguments, the form is: removekey <key>";
    stage.ask(hans, "removekey 1", form);
    stage.hear_nothing();
}

fn one_user_has_a_few_keys_and_no_two_fill_the_table(stage: &mut dyn Stage) {
    let [hans, yoda, luke] = stage.company(["hans", "yoda", "luke"]);
    stage.ask(hans, &add(0), ADDED);
    stage.ask(hans, &add(1), ADDED);
    stage.ask(hans, &add(2), "444 2 keys are all one user may have now, remove one first");
    stage.ask(yoda, &add(0), ADDED);
    stage.ask(yoda, &add(1), "444 1 keys are all one user may have now, remove one first");
    stage.ask(luke, &add(0), ADDED);
    stage.ask(hans, &remove(0), REMOVED);
    stage.ask(hans, &add(2), "444 1 keys are all one user may have now, remove one first");
    stage.ask(hans, &remove(1), REMOVED);
    stage.ask(hans, &add(2), ADDED);
    stage.hear_nothing();
}

fn a_full_table_has_room_again_once_a_key_is_removed(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let full = "443 the table of keys is full, remove one or try again later";
    stage.ask(hans, &add(0), ADDED);
    stage.ask(yoda, &add(0), full);
    stage.ask(hans, &add(1), full);
    stage.ask(hans, &remove(0), REMOVED);
    stage.ask(yoda, &add(0), ADDED);
    stage.hear_nothing();
}

fn a_changed_password_keeps_the_keys(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, &add(0), ADDED);
    let change = format!("passwd {} kessel", password_of("hans"));
    stage.ask(hans, &change, "232 password changed");
    told(stage, hans, &[0]);
    log_out(stage, hans);
    stage.restart();
    let hans = stage.stranger();
    stage.ask(hans, "login hans kessel", "230 Welcome to this message application");
    told(stage, hans, &[0]);
    stage.hear_nothing();
}

fn a_key_that_cannot_be_stored_is_not_added(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, &add(0), ADDED);
    stage.set_store_works(false);
    let refused = "454 the server could not store it, try again later";
    stage.ask(hans, &add(1), refused);
    stage.ask(hans, &remove(0), refused);
    told(stage, hans, &[0]);
    stage.set_store_works(true);
    stage.ask(hans, &add(1), ADDED);
    stage.hear_nothing();
}

fn who_changes_keys_too_often_waits(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, &add(0), ADDED);
    stage.ask(hans, &add(0), "244 key was added already");
    stage.ask(hans, &remove(0), REMOVED);
    let wait = "445 {seconds} seconds until you may add or remove a key, after too many changes";
    stage.ask(hans, &add(0), wait);
    stage.ask(hans, &remove(0), "543 you have not added such a key");
    told(stage, hans, &[]);
    stage.hear_nothing();
}

fn a_server_without_room_for_keys_says_so(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, &add(0), "544 this server takes no keys");
    stage.ask(hans, &remove(0), "543 you have not added such a key");
    told(stage, hans, &[]);
    stage.hear_nothing();
}

fn a_server_that_keeps_nothing_takes_no_keys_for_good(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.set_store_works(false);
    stage.ask(hans, &add(0), "544 this server takes no keys");
    stage.ask(hans, &remove(0), "543 you have not added such a key");
    // Nothing else waits for a store.
    stage.ask(hans, "block yoda", "240 yoda is blocked");
    stage.ask(hans, "message luke hi", "251 {number} stored until luke logs in");
    stage.set_store_works(true);
    stage.hear_nothing();
}
