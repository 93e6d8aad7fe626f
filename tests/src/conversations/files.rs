//! Files that clients hold: who offers what, who finds it, and what full means.

use crate::stage::{Client, KEY, Stage};

conversations! {
    a_file_is_offered_found_and_withdrawn;
    a_file_that_is_known_has_one_more_source;
    nobody_gives_a_file_of_others_a_size_or_a_name;
    an_offer_tells_nothing_of_a_file_that_is_hidden_from_the_caller;
    the_same_name_may_be_another_content;
    whoever_fetches_a_file_becomes_a_source_of_what_it_has;
    nobody_offers_what_nobody_could_fetch;
    what_is_no_file_is_refused;
    a_name_that_leads_elsewhere_is_refused;
    who_holds_a_file_holds_it_until_the_session_ends;
    who_blocked_the_caller_is_neither_told_nor_counted;
    who_is_not_logged_in_offers_and_finds_nothing;
    a_file_of_the_longest_name_is_told_in_one_line;
    as_many_files_as_fit_and_one_more_once_one_is_withdrawn: files(2);
    as_many_holders_as_fit_and_one_more_once_one_has_left: holders(3);
    one_user_has_a_share_and_no_two_fill_the_table;
    a_server_without_room_for_files_says_so: files(0);
}

const NOT_AVAILABLE: &str = "574 Not available";
const NOBODY: &str = "575 nobody offers such a file now";

/// The id of the file of this number.
fn id(number: usize) -> String {
    format!("{number:02x}").repeat(32)
}

fn offer(number: usize, name: &str) -> String {
    format!("offer {} {} {name}", id(number), 1000 + number)
}

/// The client has so many 255ths of the file.
fn hold(number: usize, share: u8, name: &str) -> String {
    format!("hold {} {} {share} {name}", id(number), 1000 + number)
}

/// These users come, and listen for peers.
fn sources<const N: usize>(stage: &mut dyn Stage, users: [&str; N]) -> [Client; N] {
    let clients = stage.company(users);
    clients.iter().for_each(|&client| stage.listen(client, 5000));
    clients
}

/// The user has a new file.
fn offers(stage: &mut dyn Stage, client: Client, number: usize, name: &str) {
    stage.ask(client, &offer(number, name), &format!("270 Ok, others find it now: {name}"));
}

/// The user has a file that is known.
fn has_too(stage: &mut dyn Stage, client: Client, number: usize, name: &str) {
    let known = format!("271 known already, you are one of its sources now: {name}");
    stage.ask(client, &offer(number, name), &known);
}

/// The user holds a file of others, so many 255ths of it.
fn holds(stage: &mut dyn Stage, client: Client, (number, share): (usize, u8), name: &str) {
    stage.ask(client, &hold(number, share, name), "274 your share is noted");
}

/// The user takes back a file.
fn withdraws(stage: &mut dyn Stage, client: Client, number: usize) {
    let gone = "275 you are none of its sources any more";
    stage.ask(client, &format!("withdraw {}", id(number)), gone);
}

/// The answer to a search has these users with these shares of one file.
fn finds(
    stage: &mut dyn Stage,
    client: Client,
    (number, name): (usize, &str),
    holders: &[(&str, u8)],
) {
    for sought in [name.to_owned(), id(number)] {
        stage.say(client, &format!("searchfile {sought}"));
        for (user, share) in holders {
            let (id, size) = (id(number), 1000 + number);
            stage.hear(client, &format!("273-{id} {size} {share} {user} {name}"));
        }
        stage.hear(client, "273 Available");
    }
}

/// The answer to `files` has these: numbers, holders, names.
fn lists(stage: &mut dyn Stage, client: Client, files: &[(usize, usize, &str)]) {
    stage.say(client, "files");
    for (number, holders, name) in files {
        let line = format!("272-{} {} {holders} {name}", id(*number), 1000 + number);
        stage.hear(client, &line);
    }
    stage.hear(client, &format!("272 {} files", files.len()));
}

fn a_file_is_offered_found_and_withdrawn(stage: &mut dyn Stage) {
    let [luke, yoda] = stage.company(["luke", "yoda"]);
    stage.listen(luke, 5000);
    stage.ask(yoda, "searchfile film.mkv", NOT_AVAILABLE);
    lists(stage, yoda, &[]);
    offers(stage, luke, 1, "film.mkv");
    offers(stage, luke, 2, "Star Wars (1977).mkv");
    finds(stage, yoda, (1, "film.mkv"), &[("luke", 255)]);
    finds(stage, yoda, (2, "Star Wars (1977).mkv"), &[("luke", 255)]);
    lists(stage, yoda, &[(1, 1, "film.mkv"), (2, 1, "Star Wars (1977).mkv")]);
    // Nobody finds what only he has.
    stage.ask(luke, "searchfile film.mkv", NOT_AVAILABLE);
    lists(stage, luke, &[]);
    for other in ["Film.mkv", "film.mk", "film.mkv2", &id(3)] {
        stage.ask(yoda, &format!("searchfile {other}"), NOT_AVAILABLE);
    }
    withdraws(stage, luke, 1);
    stage.ask(luke, &format!("withdraw {}", id(1)), "576 you do not hold this file");
    stage.ask(yoda, "searchfile film.mkv", NOT_AVAILABLE);
    stage.ask(yoda, &format!("searchfile {}", id(1)), NOT_AVAILABLE);
    lists(stage, yoda, &[(2, 1, "Star Wars (1977).mkv")]);
    stage.hear_nothing();
}

fn a_file_that_is_known_has_one_more_source(stage: &mut dyn Stage) {
    let [luke, leia, yoda] = sources(stage, ["luke", "leia", "yoda"]);
    offers(stage, luke, 1, "film.mkv");
    has_too(stage, leia, 1, "film.mkv");
    has_too(stage, leia, 1, "film.mkv");
    has_too(stage, luke, 1, "film.mkv");
    finds(stage, yoda, (1, "film.mkv"), &[("luke", 255), ("leia", 255)]);
    finds(stage, luke, (1, "film.mkv"), &[("leia", 255)]);
    lists(stage, yoda, &[(1, 2, "film.mkv")]);
    withdraws(stage, luke, 1);
    finds(stage, yoda, (1, "film.mkv"), &[("leia", 255)]);
    stage.hear_nothing();
}

fn nobody_gives_a_file_of_others_a_size_or_a_name(stage: &mut dyn Stage) {
    let [luke, vader, yoda] = sources(stage, ["luke", "vader", "yoda"]);
    // While the owner is away, somebody takes the id, with a wrong size and with a wrong name.
    let smaller = format!("offer {} 7 film.mkv", id(1));
    stage.ask(vader, &smaller, "270 Ok, others find it now: film.mkv");
    offers(stage, vader, 1, "junk.exe");
    offers(stage, luke, 1, "film.mkv");
    has_too(stage, yoda, 1, "film.mkv");
    let told = [
        format!("{} 7 255 vader film.mkv", id(1)),
        format!("{} 1001 255 vader junk.exe", id(1)),
        format!("{} 1001 255 luke film.mkv", id(1)),
    ];
    stage.say(yoda, "searchfile film.mkv");
    for line in told.iter().filter(|line| line.ends_with(" film.mkv")) {
        stage.hear(yoda, &format!("273-{line}"));
    }
    stage.hear(yoda, "273 Available");
    stage.say(yoda, &format!("searchfile {}", id(1)));
    for line in &told {
        stage.hear(yoda, &format!("273-{line}"));
    }
    stage.hear(yoda, "273 Available");
    holds(stage, yoda, (1, 9), "film.mkv");
    stage.ask(yoda, &hold(1, 9, "film"), NOBODY);
    stage.ask(yoda, &hold(2, 9, "film.mkv"), NOBODY);
    // Who takes back an id has none of its files.
    withdraws(stage, vader, 1);
    stage.ask(vader, &format!("withdraw {}", id(1)), "576 you do not hold this file");
    lists(stage, vader, &[(1, 2, "film.mkv")]);
    finds(stage, vader, (1, "film.mkv"), &[("luke", 255), ("yoda", 9)]);
    stage.hear_nothing();
}

fn an_offer_tells_nothing_of_a_file_that_is_hidden_from_the_caller(stage: &mut dyn Stage) {
    let [luke, leia, vader] = sources(stage, ["luke", "leia", "vader"]);
    offers(stage, luke, 1, "film.mkv");
    stage.ask(luke, "block vader", "240 vader is blocked");
    stage.ask(vader, &hold(1, 9, "film.mkv"), NOBODY);
    offers(stage, vader, 1, "film.mkv");
    // What is one's own is known, whoever else has it.
    has_too(stage, vader, 1, "film.mkv");
    withdraws(stage, vader, 1);
    has_too(stage, leia, 1, "film.mkv");
    holds(stage, vader, (1, 9), "film.mkv");
    has_too(stage, vader, 1, "film.mkv");
    finds(stage, leia, (1, "film.mkv"), &[("luke", 255), ("vader", 255)]);
    stage.hear_nothing();
}

fn the_same_name_may_be_another_content(stage: &mut dyn Stage) {
    let [luke, leia, yoda] = sources(stage, ["luke", "leia", "yoda"]);
    offers(stage, luke, 1, "film.mkv");
    offers(stage, leia, 2, "film.mkv");
    has_too(stage, leia, 1, "film.mkv");
    stage.say(yoda, "searchfile film.mkv");
    // The holders of one file stand together.
    stage.hear(yoda, &format!("273-{} 1001 255 luke film.mkv", id(1)));
    stage.hear(yoda, &format!("273-{} 1001 255 leia film.mkv", id(1)));
    stage.hear(yoda, &format!("273-{} 1002 255 leia film.mkv", id(2)));
    stage.hear(yoda, "273 Available");
    stage.hear_nothing();
}

fn whoever_fetches_a_file_becomes_a_source_of_what_it_has(stage: &mut dyn Stage) {
    let [luke, leia, yoda] = sources(stage, ["luke", "leia", "yoda"]);
    offers(stage, luke, 1, "film.mkv");
    for share in [1, 127, 255] {
        holds(stage, yoda, (1, share), "film.mkv");
        finds(stage, leia, (1, "film.mkv"), &[("luke", 255), ("yoda", share)]);
    }
    withdraws(stage, luke, 1);
    finds(stage, leia, (1, "film.mkv"), &[("yoda", 255)]);
    stage.ask(leia, &hold(2, 9, "film.mkv"), NOBODY);
    stage.hear_nothing();
}

fn nobody_offers_what_nobody_could_fetch(stage: &mut dyn Stage) {
    let [luke, yoda] = stage.company(["luke", "yoda"]);
    let first = "573 announce where others find you first: p2p <port> <key>";
    stage.ask(luke, &offer(1, "film.mkv"), first);
    stage.ask(luke, &hold(1, 9, "film.mkv"), first);
    stage.listen(luke, 5000);
    offers(stage, luke, 1, "film.mkv");
    stage.ask(yoda, &hold(1, 9, "film.mkv"), first);
    finds(stage, yoda, (1, "film.mkv"), &[("luke", 255)]);
    stage.hear_nothing();
}

fn what_is_no_file_is_refused(stage: &mut dyn Stage) {
    let [luke] = sources(stage, ["luke"]);
    let wrong = |form: &str| format!("501 wrong arguments, the form is: {form}");
    let form = wrong("offer <file> <size> <name>");
    let (small, large) = (id(0xab), id(0xab).to_uppercase());
    for line in [
        "offer".to_owned(),
        format!("offer {small} 1"),
        format!("offer {large} 1 film.mkv"),
        format!("offer {}0 1 film.mkv", &small[1..63]),
        format!("offer {small} -1 film.mkv"),
        format!("offer {small} 281474976710656 film.mkv"),
    ] {
        stage.ask(luke, &line, &form);
    }
    for line in [
        format!("hold {small} 9 0 film.mkv"),
        format!("hold {small} 9 256 film.mkv"),
        format!("hold {small} 281474976710656 9 film.mkv"),
        format!("hold {small} 9 film.mkv"),
        format!("hold {small} 9 9"),
        "hold film 9 9 film.mkv".to_owned(),
    ] {
        stage.ask(luke, &line, &wrong("hold <file> <size> <share> <name>"));
    }
    stage.ask(luke, "withdraw film.mkv", &wrong("withdraw <file>"));
    stage.ask(luke, "searchfile", &wrong("searchfile <name>"));
    stage.ask(luke, "files film.mkv", &wrong("files"));
    let largest = format!("offer {small} 281474976710655 film.mkv");
    stage.ask(luke, &largest, "270 Ok, others find it now: film.mkv");
    stage.hear_nothing();
}

fn a_name_that_leads_elsewhere_is_refused(stage: &mut dyn Stage) {
    let [luke] = sources(stage, ["luke"]);
    let refused = "570 a file's name is 1 to 200 bytes, visible, without / \\ and :, and does not \
                   begin with . or - or end in . or a space";
    let long = "x".repeat(201);
    for name in [
        "../film", "/film", "a\\b", "c:film", ".film", "-film", "film.", "film ", "a\u{202e}b",
        "a\u{200b}b", "a\u{2028}b", &long,
    ] {
        stage.ask(luke, &offer(1, name), refused);
    }
    stage.ask(luke, &offer(1, "a\u{1b}[2Jb"), "505 line holds a control character");
    stage.hear_nothing();
}

fn who_holds_a_file_holds_it_until_the_session_ends(stage: &mut dyn Stage) {
    let [luke, leia, yoda] = sources(stage, ["luke", "leia", "yoda"]);
    offers(stage, luke, 1, "film.mkv");
    offers(stage, luke, 2, "other.mkv");
    has_too(stage, leia, 1, "film.mkv");
    stage.hang_up(luke);
    for client in [leia, yoda] {
        stage.hear(client, "* logout luke");
    }
    finds(stage, yoda, (1, "film.mkv"), &[("leia", 255)]);
    stage.ask(yoda, "searchfile other.mkv", NOT_AVAILABLE);
    let luke = stage.arrive("luke");
    for client in [leia, yoda] {
        stage.hear(client, "* login luke");
    }
    lists(stage, yoda, &[(1, 1, "film.mkv")]);
    stage.ask(leia, "logout", "221 You just logged out");
    for client in [yoda, luke] {
        stage.hear(client, "* logout leia");
    }
    lists(stage, yoda, &[]);
    stage.hear_nothing();
}

fn who_blocked_the_caller_is_neither_told_nor_counted(stage: &mut dyn Stage) {
    let [yoda, luke, vader] = sources(stage, ["yoda", "luke", "vader"]);
    offers(stage, yoda, 1, "film.mkv");
    has_too(stage, luke, 1, "film.mkv");
    offers(stage, yoda, 2, "other.mkv");
    stage.ask(yoda, "block vader", "240 vader is blocked");
    finds(stage, vader, (1, "film.mkv"), &[("luke", 255)]);
    lists(stage, vader, &[(1, 1, "film.mkv")]);
    stage.ask(vader, "searchfile other.mkv", NOT_AVAILABLE);
    stage.ask(vader, &format!("searchfile {}", id(2)), NOT_AVAILABLE);
    // The blocker finds what the blocked has.
    has_too(stage, vader, 1, "film.mkv");
    finds(stage, yoda, (1, "film.mkv"), &[("luke", 255), ("vader", 255)]);
    stage.ask(yoda, "unblock vader", "242 vader is unblocked");
    finds(stage, vader, (1, "film.mkv"), &[("yoda", 255), ("luke", 255)]);
    stage.hear_nothing();
}

fn who_is_not_logged_in_offers_and_finds_nothing(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    for line in [offer(1, "film.mkv"), hold(1, 1, "film.mkv"), format!("withdraw {KEY}")] {
        stage.ask(stranger, &line, "530 log in first: login <user> <password>");
    }
    for line in ["files", "searchfile film.mkv"] {
        stage.ask(stranger, line, "530 log in first: login <user> <password>");
    }
    stage.hear_nothing();
}

fn a_file_of_the_longest_name_is_told_in_one_line(stage: &mut dyn Stage) {
    let [luke, yoda] = sources(stage, ["luke", "yoda"]);
    let name = "ü ".repeat(66) + "ü";
    assert_eq!(name.len(), 200);
    offers(stage, luke, 1, &name);
    has_too(stage, luke, 1, &name);
    finds(stage, yoda, (1, &name), &[("luke", 255)]);
    lists(stage, yoda, &[(1, 1, &name)]);
    stage.hear_nothing();
}

fn as_many_files_as_fit_and_one_more_once_one_is_withdrawn(stage: &mut dyn Stage) {
    let [hans, luke, yoda] = sources(stage, ["hans", "luke", "yoda"]);
    let full = "470 the table of files is full, try again later";
    offers(stage, hans, 1, "a");
    offers(stage, luke, 2, "b");
    stage.ask(yoda, &offer(3, "c"), full);
    has_too(stage, yoda, 2, "b");
    lists(stage, yoda, &[(1, 1, "a"), (2, 1, "b")]);
    withdraws(stage, luke, 2);
    // Somebody holds it yet.
    stage.ask(hans, &offer(3, "c"), full);
    withdraws(stage, yoda, 2);
    offers(stage, yoda, 3, "c");
    stage.hear_nothing();
}

fn as_many_holders_as_fit_and_one_more_once_one_has_left(stage: &mut dyn Stage) {
    let [hans, luke, yoda, leia] = sources(stage, ["hans", "luke", "yoda", "leia"]);
    let full = "471 the table of holders is full, try again later";
    offers(stage, hans, 1, "a");
    has_too(stage, luke, 1, "a");
    has_too(stage, yoda, 1, "a");
    stage.ask(leia, &offer(1, "a"), full);
    stage.ask(leia, &offer(2, "b"), full);
    stage.ask(leia, &hold(1, 1, "a"), full);
    holds(stage, yoda, (1, 9), "a");
    stage.hang_up(luke);
    for client in [hans, yoda, leia] {
        stage.hear(client, "* logout luke");
    }
    holds(stage, leia, (1, 1), "a");
    finds(stage, hans, (1, "a"), &[("yoda", 9), ("leia", 1)]);
    stage.hear_nothing();
}

fn one_user_has_a_share_and_no_two_fill_the_table(stage: &mut dyn Stage) {
    let [hans, luke, yoda] = sources(stage, ["hans", "luke", "yoda"]);
    let share =
        |limit: u8| format!("472 {limit} files are all one user may hold now, withdraw one first");
    offers(stage, hans, 1, "a");
    offers(stage, hans, 2, "b");
    stage.ask(hans, &offer(3, "c"), &share(2));
    offers(stage, luke, 3, "c");
    stage.ask(luke, &offer(4, "d"), &share(1));
    offers(stage, yoda, 4, "d");
    stage.ask(hans, &offer(5, "e"), &share(2));
    for number in [1, 2] {
        withdraws(stage, hans, number);
    }
    offers(stage, hans, 5, "e");
    stage.hear_nothing();
}

fn a_server_without_room_for_files_says_so(stage: &mut dyn Stage) {
    let [luke, yoda] = sources(stage, ["luke", "yoda"]);
    stage.ask(luke, &offer(1, "film.mkv"), "572 this server keeps no files");
    stage.ask(luke, &hold(1, 1, "film.mkv"), NOBODY);
    stage.ask(luke, &format!("withdraw {}", id(1)), "576 you do not hold this file");
    stage.ask(yoda, "searchfile film.mkv", NOT_AVAILABLE);
    lists(stage, yoda, &[]);
    stage.hear_nothing();
}
