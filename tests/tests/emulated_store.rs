//! An image whose emulator is killed while it writes to its flash, and started again. Whatever it
//! said OK to arrives exactly once and in its turn. And a flash that cannot be trusted. Needs root,
//! the image and QEMU.
//!
//! `SMOLCHAT_SEED` plays the rounds of that seed once more, as far as the machine plays along.

use std::env;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use smolchat_core::store::Durability;
use smolchat_emulator::{Board, LM3S6965EVB, MPS2_AN386};
use smolchat_tests::emulated::{Emulated, Wire};
use smolchat_tests::killed::play;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::{Connection, Server};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::password_of;

fn beside(board: &Board, setting: Setting, work: impl FnOnce(Emulated) + Send) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.run(|| {
        let server = Emulated::start(&namespace, board, Wire::Tap, setting, &[]);
        work(server.unwrap_or_else(|said| panic!("{said}")));
    });
}

fn rounds(count: usize) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let given = env::var("SMOLCHAT_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or(now.as_nanos() as u64);
    println!("seed {seed}");
    beside(
        &MPS2_AN386,
        Setting::roomy().unlimited().messages(200).blocks(256).users(2 * count + 32),
        |mut server| {
            let played = server.kill().and_then(|()| play(&mut server, count, seed));
            println!("{}", played.unwrap_or_else(|lost| panic!("seed {seed}, {lost}")));
        },
    );
}

#[test]
fn what_a_board_promised_outlives_fifteen_kills() {
    rounds(15);
}

#[test]
#[ignore = "takes minutes"]
fn what_a_board_promised_outlives_a_hundred_kills() {
    rounds(100);
}

/// Asks as a person with netcat does.
fn ask(connection: &mut Connection, line: &str, answer: &str) {
    connection.send(format!("{line}\n").as_bytes()).expect("the server reads");
    let heard = connection.next_line().unwrap_or_default();
    assert!(heard.starts_with(answer), "{line} was answered by {heard:?}");
}

fn greeted(server: &Emulated) -> Connection {
    let mut connection =
        Connection::open_narrow(server.address(), None).expect("the server listens");
    assert!(connection.next_line().is_some_and(|line| line.starts_with("220 ")));
    connection
}

fn log_in(server: &Emulated, user: &str) -> Connection {
    let mut connection = greeted(server);
    ask(&mut connection, &format!("login {user} {}", password_of(user)), "230 ");
    connection
}

#[test]
fn a_flash_that_is_damaged_is_told_left_alone_and_promises_nothing() {
    beside(&MPS2_AN386, Setting::roomy().durability(Durability::Relaxed), |mut server| {
        let mut hans = log_in(&server, "hans");
        ask(&mut hans, "message yoda one", "251 ");
        ask(&mut hans, "message yoda two", "251 ");
        server.kill().expect("it is killed");
        let mut bytes = fs::read(server.store()).expect("the flash is a file");
        let text = bytes.windows(3).position(|window| window == b"one").expect("it was stored");
        bytes[text] ^= 1;
        fs::write(server.store(), &bytes).expect("the flash is a file");
        server.start_again().expect("it serves all the same");
        assert!(server.has_said("left as it is"), "the log tells");
        let mut hans = log_in(&server, "hans");
        ask(&mut hans, "message yoda three", "454 ");
        ask(&mut hans, "block vader", "454 ");
        ask(&mut greeted(&server), "register jabba hutt", "433 ");
        let mut yoda = log_in(&server, "yoda");
        assert_eq!(hans.next_line().as_deref(), Some("* login yoda"));
        ask(&mut hans, "message yoda four", "250 ");
        assert!(yoda.next_line().is_some_and(|line| line.ends_with(" hans 0 four")));
        drop((hans, yoda));
        server.kill().expect("it is killed");
        assert_eq!(fs::read(server.store()).expect("the flash is a file"), bytes);
    });
}

#[test]
fn a_file_that_is_no_store_is_told_and_left_alone_though_it_is_shorter_than_one() {
    beside(
        &MPS2_AN386,
        Setting::roomy().unlimited().durability(Durability::Relaxed),
        |mut server| {
            server.kill().expect("it is killed");
            let accounts = b"somebody somewhere\n".repeat(30);
            fs::write(server.store(), &accounts).expect("the flash is a file");
            server.start_again().expect("it serves all the same");
            assert!(server.has_said("left as it is"), "the log tells");
            ask(&mut log_in(&server, "hans"), "message yoda hi", "454 ");
            server.kill().expect("it is killed");
            assert_eq!(fs::read(server.store()).expect("the flash is a file"), accounts);
        },
    );
}

#[test]
fn no_password_is_in_the_flash_and_each_lets_its_owner_in_after_a_restart() {
    let words = ["crumb*salacious", "boonta+eve", "carbonite-slab"];
    for board in [&LM3S6965EVB, &MPS2_AN386] {
        beside(
            board,
            Setting::roomy().unlimited().durability(Durability::Relaxed),
            |mut server| {
                let mut jabba = greeted(&server);
                ask(&mut jabba, &format!("register jabba {}", words[0]), "231 ");
                ask(&mut jabba, &format!("login jabba {}", words[0]), "230 ");
                ask(&mut jabba, &format!("passwd {} {}", words[0], words[1]), "232 ");
                let mut hans = log_in(&server, "hans");
                ask(&mut hans, &format!("passwd {} {}", password_of("hans"), words[2]), "232 ");
                drop((hans, jabba));
                server.kill().expect("it is killed");
                let flash = fs::read(server.store()).expect("the flash is a file");
                for name in ["jabba", "hans"] {
                    assert!(holds(&flash, name), "{name} was stored");
                }
                for word in words.into_iter().chain([password_of("hans")]) {
                    assert!(!holds(&flash, word), "{word} is in the flash");
                }
                server.start_again().expect("it serves");
                for (name, word, answer) in [
                    ("jabba", words[0], "533 "),
                    ("jabba", words[1], "230 "),
                    ("hans", password_of("hans"), "533 "),
                    ("hans", words[2], "230 "),
                ] {
                    ask(&mut greeted(&server), &format!("login {name} {word}"), answer);
                }
            },
        );
    }
}

fn holds(flash: &[u8], word: &str) -> bool {
    flash.windows(word.len()).any(|window| window == word.as_bytes())
}

/// One figure of `status`.
fn figure(connection: &mut Connection, name: &str) -> u64 {
    connection.send(b"status\n").expect("the server reads");
    let mut found = None;
    loop {
        let line = connection.next_line().expect("the answer has an end");
        let mut words = line[4..].split(' ');
        if words.next() == Some(name) {
            found = words.next().and_then(|number| number.parse().ok());
        }
        if line.starts_with("213 ") {
            return found.unwrap_or_else(|| panic!("status does not tell of {name}"));
        }
    }
}

#[test]
fn the_smallest_board_writes_its_flash_round_and_round_within_its_stack() {
    let setting = Setting::roomy().unlimited();
    beside(&LM3S6965EVB, setting, |mut server| {
        let (mut hans, mut yoda) = (log_in(&server, "hans"), log_in(&server, "yoda"));
        assert_eq!(hans.next_line().as_deref(), Some("* login yoda"));
        ask(&mut hans, "message leia wait", "251 ");
        let text = "t".repeat(432);
        let mut messages = 0;
        while figure(&mut hans, "store-erased") < 70 {
            ask(&mut hans, &format!("message yoda {text}"), "250 ");
            assert!(yoda.next_line().is_some_and(|line| line.ends_with(&text)));
            messages += 1;
            assert!(messages < 2_000, "the flash is not written to");
        }
        let bytes = figure(&mut hans, "store-bytes");
        println!("{messages} messages of full length: {} bytes each, 70 erases", bytes / messages);
        assert!(bytes / messages < 700, "{bytes} for {messages}");
        check_stack(&mut hans);
        server.kill().expect("it is killed");
        server.start_again().expect("it starts again");
        let mut leia = log_in(&server, "leia");
        assert!(
            leia.next_line().is_some_and(|line| line.ends_with(" wait")),
            "it was copied along"
        );
    });
}

/// Fewer than a mailbox of the smallest board holds.
const UNHEARD: usize = 4;

/// `yoda`, who acknowledges by `ack` alone.
fn acknowledging(server: &Emulated) -> Connection {
    let mut yoda = greeted(server);
    ask(&mut yoda, "acks on", "200 ");
    ask(&mut yoda, &format!("login yoda {}", password_of("yoda")), "230 ");
    yoda
}

/// The next line that is no event.
fn reply(connection: &mut Connection) -> String {
    let mut lines = std::iter::from_fn(|| connection.next_line());
    lines.find(|line| !line.starts_with("* ")).expect("it answers")
}

/// A user leaves again and again without acknowledging, so that all of its mail is stored at that
/// moment. The stack goes deepest there, deeper by a text than when each message is stored as it is
/// accepted.
#[test]
fn what_is_left_unacknowledged_is_stored_within_the_smallest_boards_stack() {
    beside(&LM3S6965EVB, Setting::roomy().unlimited().durability(Durability::Relaxed), |server| {
        let mut hans = log_in(&server, "hans");
        ask(&mut hans, "block luke", "240 ");
        let message = format!("message yoda {}\n", "x".repeat(432));
        let (mut last, mut erased) = (0, 0);
        for _ in 0..800 {
            let yoda = acknowledging(&server);
            for _ in 0..UNHEARD {
                hans.send(message.as_bytes()).expect("the server reads");
                let told = reply(&mut hans);
                assert!(told.starts_with("250 "), "{told}");
            }
            yoda.hang_up().expect("it hangs up");
            let mut yoda = acknowledging(&server);
            for _ in 0..UNHEARD {
                let id = yoda.hear("* message {id} {any}").number("id");
                assert!(id == last + 1, "{id} came after {last}");
                last = id;
            }
            ask(&mut yoda, &format!("ack {last}"), "201 ");
            ask(&mut yoda, "logout", "221 ");
            erased = figure(&mut hans, "store-erased");
            if erased >= 70 {
                break;
            }
        }
        assert!(erased >= 70, "the flash is not written to: {erased}");
        check_stack(&mut hans);
    });
}

/// The stack went to its deepest, and some of it was left.
fn check_stack(connection: &mut Connection) {
    let line = status_line(connection, "stack-peak-bytes");
    println!("{line}");
    let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert!(matches!(numbers[..], [.., peak, budget] if peak + 256 < budget), "{line}");
}

/// The line of `status` that tells of `name`, without news of other users.
fn status_line(connection: &mut Connection, name: &str) -> String {
    connection.send(b"status\n").expect("the server reads");
    let mut found = None;
    loop {
        let line = reply(connection);
        let is_last = line.starts_with("213 ");
        if line.contains(name) {
            found = Some(line);
        }
        if is_last {
            return found.unwrap_or_else(|| panic!("status does not tell of {name}"));
        }
    }
}
