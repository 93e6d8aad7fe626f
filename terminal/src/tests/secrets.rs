//! Passwords: asked for, never shown, and gone afterwards.

use embedded_io::Write;

use smolchat_core::time::Duration;

use super::World;
use crate::{Opening, Sizes};

fn guest() -> World {
    let mut world = World::new(&Sizes::LARGE, 80, Opening { has_terminal: true, user: None });
    world.tell("220 smolchat ready: login <user> <password>, or help");
    assert_eq!(world.requests(), ["active"]);
    world.tell("204 noted");
    world
}

#[test]
fn a_guest_who_types_has_more_time_and_is_warned() {
    let mut world = guest();
    let wait = |world: &mut World, seconds| world.now = world.now + Duration::from_secs(seconds);
    wait(&mut world, 9);
    world.press("/reg");
    assert_eq!(world.requests(), [""; 0]);
    wait(&mut world, 2);
    world.press("ister luke\rsky");
    assert_eq!(world.requests(), ["active"], "also while a password is typed");
    world.tell("204 noted");
    world.tell("* idle 10");
    let told = "you have not logged in, and this ends in 10 s; a key gives you more time, ten";
    assert!(world.rows().contains(&told.to_owned()), "{:#?}", world.rows());
    world.press("w");
    assert_eq!(world.requests(), ["active"], "at once behind a warning");
    world.tell("204 noted");
    world.press("a");
    assert_eq!(world.requests(), [""; 0]);
}

#[test]
fn a_key_behind_the_warning_of_the_end_is_told_at_once() {
    let mut world = World::online(80);
    world.tell("* idle 10");
    world.press("h");
    assert_eq!(world.requests(), ["active"]);
}

#[test]
fn an_account_is_made_and_entered_without_an_echo() {
    let mut world = guest();
    world.press("/register luke\r");
    world.press("skywalker\rskywalker\r");
    assert_eq!(world.requests(), ["register luke skywalker"]);
    world.tell("231 luke registered, now log in");
    assert!(world.rows().contains(&"luke registered, now log in: /login luke".to_owned()));
    world.press("/login luke\rskywalker\r");
    assert_eq!(world.requests(), ["login luke skywalker"]);
    world.tell("230 Welcome to this message application");
    assert_eq!(world.requests(), ["receipts on", "history 10", "whoelse"]);
    world.press("/passwd\rskywalker\rfather\rfather\r");
    assert_eq!(world.requests(), ["passwd skywalker skywalker"]);
    assert_eq!(world.cursor().0, "old password:", "what is typed waits for the answer");
    for reply in ["203 1 receipts on", "218 0 broadcasts", "210 Users current online: "] {
        world.tell(reply);
    }
    world.tell("232 password changed");
    assert_eq!(world.requests(), ["passwd skywalker father"]);
    assert!(!world.shown().contains("sky") && !world.shown().contains("father"));
    assert!(world.rows().contains(&"you are luke. /help tells what you can do".to_owned()));
    world.press("\x1b[A");
    assert_eq!(world.cursor().0, "all>", "the arrow keys bring no command with a password");
}

#[test]
fn a_question_can_be_given_up() {
    for keys in ["\x03", "\x04", "\r", "half\x03"] {
        let mut world = guest();
        world.press("/register luke\r");
        assert_eq!(world.cursor().0, "password:");
        world.press(keys);
        assert_eq!(world.cursor().0, ">", "{keys:?}");
        assert!(world.rows().contains(&"no account was made".to_owned()));
        world.press("whoelse\r");
        assert_eq!(world.requests(), ["whoelse"]);
    }
}

#[test]
fn the_password_behind_a_wrong_one_is_as_hidden() {
    for line in ["/login luke\rwrong\r", "/login luke wrong\r"] {
        let mut world = guest();
        world.press(line);
        assert_eq!(world.requests(), ["login luke wrong"]);
        world.press("sky");
        world.tell("533 Invalid credentials, try again!");
        assert_eq!(world.cursor().0, "password:");
        world.press("walker\r");
        assert_eq!(world.requests(), ["login luke skywalker"]);
        world.tell(
            "436 2 seconds until your address may try another password, after too many wrong ones",
        );
        assert_eq!(world.cursor().0, "password:");
        world.press("skywalker\r");
        assert_eq!(world.requests(), ["login luke skywalker"]);
        world.tell("230 Welcome to this message application");
        assert_eq!(world.cursor().0, "all>");
        assert!(!world.shown().contains("walker"));
        world.requests();
        world.press("seen");
        assert_eq!(world.cursor().0, "all> seen", "and what is typed then is seen");
    }
}

#[test]
fn a_login_is_given_up_by_a_key_and_after_three_wrong_passwords() {
    for keys in ["\x03", "\x04", "\r"] {
        let mut world = guest();
        world.press("/login luke\rwrong\r");
        world.requests();
        world.tell("533 Invalid credentials, try again!");
        world.press(keys);
        let rows = world.rows();
        assert_eq!(rows[rows.len() - 2..], ["you are not logged in", ">"], "{keys:?}");
        world.press("seen");
        assert_eq!(world.cursor().0, "> seen");
    }
    let mut world = guest();
    world.press("/login luke\r");
    for _ in 0..3 {
        assert_eq!(world.cursor().0, "password:");
        world.press("wrong\r");
        assert_eq!(world.requests(), ["login luke wrong"]);
        world.tell("533 Invalid credentials, try again!");
    }
    assert_eq!(world.cursor().0, ">");
    for reply in ["532 Invalid username, try again!", "430 9 You are blocked to login"] {
        world.press("/login luke\rwrong\r");
        world.requests();
        world.tell(reply);
        assert_eq!(world.cursor().0, ">", "{reply}");
    }
}

#[test]
fn what_cannot_be_done_now_asks_for_no_password() {
    let mut world = World::online(80);
    world.press("/login luke\r/register luke\r");
    let told = "you are logged in, log out first";
    assert_eq!(world.rows().iter().filter(|row| row.starts_with(told)).count(), 2);
    assert_eq!((&*world.cursor().0, world.requests()), ("all>", vec![]));
    let mut world = guest();
    world.press("/passwd\r");
    assert_eq!((&*world.cursor().0, world.requests()), (">", vec![]));
    assert!(world.rows().concat().contains("log in first: /login NAME"), "{:#?}", world.rows());
}

#[test]
fn help_and_refusals_show_the_way_that_nobody_sees() {
    let asks = "; it asks for the password, and nobody sees it";
    for (line, form) in [
        ("/passwd hunter2", "passwd"),
        ("/register", "register <user>"),
        ("/login", "login <user>"),
    ] {
        let mut world = guest();
        world.press(&format!("\x0c{line}\r"));
        let told = format!("wrong arguments, the form is: /{form}{asks}");
        assert_eq!(words(&world.rows()[1..world.rows().len() - 1]), told, "{line}");
        assert!(!world.shown().contains("hunter2 "), "{:?}", world.shown());
    }
    let mut world = guest();
    world.press("/help more\r/help\r/help passwd\r/help register\r/help login\r");
    assert!(!world.rows().concat().contains("<old>") && !world.shown().contains("<password>"));
}

/// Rows as one line.
fn words(rows: &[String]) -> String {
    let words: Vec<_> = rows.iter().flat_map(|row| row.split_whitespace()).collect();
    words.join(" ")
}

#[test]
fn passwords_that_differ_or_cannot_be_are_asked_for_again() {
    let mut world = guest();
    world.press("/register luke\ra b\rsky\rski\r");
    assert!(world.rows().contains(&"a password is 1 to 64 bytes without space".to_owned()));
    assert!(world.rows().contains(&"the two were not the same".to_owned()));
    world.press("sky\rsky\r");
    assert_eq!(world.requests(), ["register luke sky"]);
}

#[test]
fn messages_are_shown_while_a_password_is_typed() {
    let mut world = World::online(80);
    world.press("/passwd\rsecr");
    world.tell("* message 7 yoda 0 hi");
    assert_eq!(world.rows(), ["all> /passwd", "yoda: hi", "old password:"]);
    world.press("et\rnew\rnew\r");
    assert_eq!(world.requests(), ["passwd secret secret"]);
    world.tell("232 password changed");
    assert_eq!(world.requests(), ["passwd secret new"]);
}

#[test]
fn a_wrong_old_password_is_told_before_the_new_one_is_asked_for() {
    let mut world = World::online(80);
    world.press("/passwd\r");
    for (count, prompt) in [(1, "old password:"), (2, "old password:"), (3, "all>")] {
        world.press("guess\r");
        assert_eq!(world.requests(), ["passwd guess guess"]);
        world.tell("533 Invalid credentials, try again!");
        let told = world.rows().iter().filter(|row| *row == "the old password is wrong").count();
        assert_eq!((told, &*world.cursor().0), (count, prompt));
    }
    world.press("\x0c/passwd\rguess\r");
    world.requests();
    world.tell("430 43 You are blocked to login, try again later!");
    assert!(world.rows().contains(&"nothing was changed".to_owned()), "{:#?}", world.rows());
    assert_eq!(world.cursor().0, "all>");
}

#[test]
fn the_next_person_finds_nothing() {
    let mut world = World::online(80);
    world.press("/to yoda\rmy words\rhalf a line");
    world.tell("* message 7 yoda 0 hi");
    world.terminal.close();
    assert!(!world.terminal.is_sending());
    assert!(world.terminal.write_all(b"* login luke\n").is_err());
    world.terminal.open(world.now, Opening { has_terminal: true, user: None });
    world.press("\x0c");
    assert_eq!(world.rows(), [">"]);
    world.press("\x1b[A\x19\t");
    assert_eq!((world.rows(), world.requests()), (vec![">".to_owned()], vec![]));
}
