//! The boards, full: every place taken, everybody's share of the messages used up. The smallest
//! board also gets ten thousand connections and a million random bytes. After all of it everything
//! is free again and the stack was deep enough. The depth is printed even if all is well. Needs
//! root and the images.

use libtest_mimic::{Arguments, Trial};
use smolchat_emulator::{Board, LM3S6965EVB, MPS2_AN386};
use smolchat_tests::emulated::{Wire, beside_an_image};
use smolchat_tests::raw;
use smolchat_tests::real::{Connection, Place};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::accounts;

/// The texts that fit at once on the smallest board, which has room for a history beside them.
const FEW_TEXTS: usize = 72;
/// The same elsewhere: [`Setting::roomy`]'s 24 messages of full length are 96 texts.
const TEXTS: usize = 96;

fn main() {
    let smallest = || {
        full_and_free_again(&LM3S6965EVB, 16, FEW_TEXTS, |place| {
            raw::ten_thousand_connections_that_drop_cost_no_slot(place);
            raw::a_million_bytes_of_chance_are_answered_with_errors(place);
        });
        Ok(())
    };
    let larger = || {
        full_and_free_again(&MPS2_AN386, 64, TEXTS, |_| {});
        Ok(())
    };
    let trials = vec![
        Trial::test("lm3s6965evb::full_and_free_again", smallest),
        Trial::test("mps2-an386::full_and_free_again", larger),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Fills a board with this many connections, twice, and then does `more` with it.
fn full_and_free_again(board: &Board, connections: usize, texts: usize, more: fn(&Place<'_>)) {
    let accounts = connections.max(Setting::roomy().users);
    let setting = Setting::roomy().unlimited().connections(connections).users(accounts);
    beside_an_image(board, Wire::Tap, setting, &[], |place, _server| {
        register(place, connections);
        for _ in 0..2 {
            let mut users = every_place_taken(place, connections);
            every_share_used_up(&mut users, texts);
            everything_read(&mut users, texts);
        }
        more(place);
        everything_is_free(place, connections, texts);
    });
}

/// A user online, who acknowledges what arrives.
struct User {
    name: String,
    connection: Connection,
}

impl User {
    fn arrive(place: &Place<'_>, (name, password): (String, String)) -> Self {
        let mut connection = open(place);
        connection.hear("220 {any}");
        connection.ask("acks on", "200 acknowledgements on");
        connection.ask(&format!("login {name} {password}"), "230 {any}");
        User { name, connection }
    }

    /// Asks, and skips news of other users.
    fn ask(&mut self, line: &str) -> String {
        self.connection.say(line).unwrap_or_else(|error| panic!("{error}"));
        self.hear(|line| !line.starts_with('*'))
    }

    /// The next line that is one of those.
    fn hear(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let lines = std::iter::from_fn(|| self.connection.next_line());
        let mut found = lines.skip_while(|line| !wanted(line));
        found.next().unwrap_or_else(|| panic!("{} is told nothing of the kind", self.name))
    }
}

fn open(place: &Place<'_>) -> Connection {
    Connection::open(place.server).unwrap_or_else(|error| panic!("no connection: {error}"))
}

/// So many users.
fn users(count: usize) -> impl Iterator<Item = (String, String)> {
    let examples = accounts().map(|(user, password)| (user.to_owned(), password.to_owned()));
    examples.chain((0..).map(|number| (format!("user{number}"), "p".to_owned()))).take(count)
}

/// Those who have no account get one.
fn register(place: &Place<'_>, connections: usize) {
    let mut stranger = open(place);
    stranger.hear("220 {any}");
    for (user, password) in users(connections).skip(accounts().count()) {
        stranger.ask(&format!("register {user} {password}"), "231 {any}");
    }
    stranger.hang_up().unwrap_or_else(|error| panic!("{error}"));
}

/// All places are users', and who comes then is told so.
fn every_place_taken(place: &Place<'_>, connections: usize) -> Vec<User> {
    let users: Vec<User> = users(connections).map(|account| User::arrive(place, account)).collect();
    for _ in 0..3 {
        let mut late = open(place);
        late.hear("421 server full, try again later");
        assert_eq!(late.next_line(), None);
    }
    users
}

/// Everybody writes to everybody by turns, until no more messages are accepted: that fills most
/// texts.
fn every_share_used_up(users: &mut [User], texts: usize) {
    let names: Vec<String> = users.iter().map(|user| user.name.clone()).collect();
    let mut refused = 0;
    for step in (1..names.len()).cycle() {
        let mut accepted = false;
        for (number, user) in users.iter_mut().enumerate() {
            let to = &names[(number + step) % names.len()];
            let told = user.ask(&format!("message {to} hi"));
            assert!(told.starts_with("250 ") || told.starts_with("45"), "{told}");
            accepted |= told.starts_with("250 ");
        }
        refused = if accepted { 0 } else { refused + 1 };
        if refused == names.len() {
            break;
        }
    }
    let waiting = figure(&mut users[0], "messages-waiting");
    let count = waiting.split(' ').next().and_then(|count| count.parse().ok());
    assert!(count.is_some_and(|count: usize| 4 * count >= 3 * texts), "{waiting}");
}

/// Everybody acknowledges what was heard.
fn everything_read(users: &mut [User], texts: usize) {
    for _ in 0..texts {
        for user in &mut *users {
            user.ask(&format!("ack {}", u64::MAX));
        }
        if figure(&mut users[0], "messages-waiting") == format!("0 of {texts}") {
            return;
        }
    }
    panic!("what was acknowledged still waits");
}

/// What `status` says of `name`.
fn figure(user: &mut User, name: &str) -> String {
    user.connection.say("status").unwrap_or_else(|error| panic!("{error}"));
    let mut found = None;
    loop {
        let line = user.hear(|line| line.starts_with("213"));
        found = found.or(line[4..].strip_prefix(name).map(|value| value.trim().to_owned()));
        if line.starts_with("213 ") {
            return found.unwrap_or_else(|| panic!("status does not tell of {name}"));
        }
    }
}

/// Nobody is here but one user, nothing waits, and the stack was never used up.
fn everything_is_free(place: &Place<'_>, connections: usize, texts: usize) {
    let account = users(1).next().unwrap_or_default();
    let mut user = User::arrive(place, account);
    for (name, value) in [
        ("online", format!("1 of {connections}")),
        ("connections", format!("1 of {connections}")),
        ("messages-waiting", format!("0 of {texts}")),
        ("blocks", "0 of 22".to_owned()),
    ] {
        assert_eq!(figure(&mut user, name), value, "{name}");
    }
    let stack = figure(&mut user, "stack-peak-bytes");
    println!("stack-peak-bytes {stack}");
    let numbers: Vec<u32> = stack.split(" of ").filter_map(|number| number.parse().ok()).collect();
    assert!(matches!(numbers[..], [peak, budget] if 0 < peak && peak < budget), "{stack}");
}
