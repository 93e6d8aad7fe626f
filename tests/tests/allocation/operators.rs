//! A day's work of operators: orders on the control socket, orders of an admin in the chat, and the
//! accounts file read again, right and wrong. The helper thread may allocate, and the loop may not.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use smolchat_tests::program::PATIENCE;
use smolchat_tests::stage::KEY;

use super::open;

/// A key that the file may have for somebody.
const FILE_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

/// Whoever runs the server, on its socket.
struct Operator(BufReader<UnixStream>);

impl Operator {
    fn visit(accounts: &Path) -> Self {
        let socket = UnixStream::connect(accounts.with_extension("control")).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Operator(BufReader::new(socket))
    }

    /// Gives an order, and has all lines of its answer, of which the last begins so.
    fn order(&mut self, words: &str, last: &str) -> Vec<String> {
        self.0.get_mut().write_all(format!("{words}\n").as_bytes()).unwrap();
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "{words}: {lines:?}");
            let is_last = line.as_bytes().get(3) == Some(&b' ');
            lines.push(line);
            if is_last {
                assert!(lines.last().unwrap().starts_with(last), "{words}: {lines:?}");
                return lines;
            }
        }
    }
}

/// Everything that an operator may say, a few times.
pub(super) fn orders(accounts: &Path) {
    let mut operator = Operator::visit(accounts);
    let hash = format!("$pbkdf2-sha256$i=2000${}${}", "c2FsdHNhbHQ", "A".repeat(43));
    for round in 0..10 {
        let name = format!("guest{round}");
        operator.order(&format!("user add {name} {hash}"), "280 ");
        operator.order(&format!("user add {name} {hash}"), "535 ");
        operator.order(&format!("user passwd {name} {hash}"), "281 ");
        operator.order(&format!("user add {name} {FILE_KEY}"), "290 ");
        operator.order(&format!("user add {name} clear"), "590 ");
        let mut yoda = open().logged_in("yoda");
        operator.order("say the kettle is on", "286 ");
        yoda.hear("* say {any}");
        operator.order("kick yoda", "283 ");
        // What was said comes again to whoever was thrown out before acknowledging it.
        while yoda.next_line().is_some() {}
        for (words, last) in [
            (&*format!("ban {name} 2h"), "284 "),
            ("ban 10.9.0.0/16 for good", "284 "),
            ("bans", "288 2 bans"),
            ("user list", "287 "),
            ("user list guest", "287 1 user"),
            ("status", "213 "),
            ("top", "289 "),
            ("unban 10.9.0.0/16", "285 "),
            ("unban 10.9.0.0/16", "585 "),
            ("kick nobody", "583 "),
            ("kick", "582 "),
            ("dance", "581 "),
            (&*format!("user remove {name}"), "282 "),
            (&*format!("user remove {name}"), "583 "),
        ] {
            operator.order(words, last);
        }
        operator.order(&"x".repeat(2_000), "502 ");
    }
}

/// The file read again: people who come, change and go, an admin, a key, and lines that are none.
pub(super) fn reloads(accounts: &Path) {
    let mut operator = Operator::visit(accounts);
    for round in 0..10 {
        let before = fs::read_to_string(accounts).unwrap();
        let mut more = format!("luke $admin\nhans {FILE_KEY}\n");
        for number in 0..40 {
            more.push_str(&format!("new{number} secret{round}\n"));
        }
        fs::write(accounts, format!("{before}{more}")).unwrap();
        operator.order("reload", "290 ");
        fs::write(accounts, format!("{before}{}", more.replace("secret", "other"))).unwrap();
        operator.order("reload", "290 ");
        operator.order("user remove new7", "282 ");
        fs::write(accounts, format!("{before}a line that is none\n")).unwrap();
        operator.order("reload", "590 ");
        fs::write(accounts, &before).unwrap();
        operator.order("reload forget", "290 ");
    }
}

/// What an admin does in the chat, whom the file calls so.
pub(super) fn admin(accounts: &Path) {
    let mut operator = Operator::visit(accounts);
    let before = fs::read_to_string(accounts).unwrap();
    fs::write(accounts, format!("{before}hans $admin\n")).unwrap();
    operator.order("reload", "290 ");
    let mut hans = open().logged_in("hans");
    for round in 0..10 {
        let mut leia = open().logged_in("leia");
        hans.hear("* login leia");
        for (words, answer) in [
            (&*format!("user add pal{round} secret"), "280 {any}"),
            (&*format!("user passwd pal{round} other"), "281 {any}"),
            (&*format!("user remove pal{round}"), "282 {any}"),
            ("ban 10.8.0.0/16 1m", "284 {any}"),
            ("unban 10.8.0.0/16", "285 {any}"),
            ("kick dooku", "583 {any}"),
            ("dance", "581 {any}"),
        ] {
            hans.ask(&format!("admin {words}"), answer);
        }
        leia.ask("admin kick hans", "580 {any}");
        leia.ask(&format!("p2p 5000 {KEY}"), "261 {any}");
        hans.ask("admin kick leia", "283 {any}");
        leia.hear("* bye 427 {any}");
        hans.hear("* logout leia");
    }
}
