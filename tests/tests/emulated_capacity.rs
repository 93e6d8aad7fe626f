//! The boards, full: every place taken, every mailbox full; and on the smallest one ten thousand connections and a million bytes of
//! chance. After all of it everything is free again and the stack was deep enough, which is printed, also where all is well. Needs
//! root and the images.

use libtest_mimic::{Arguments, Trial};
use smolchat_emulator::{Board, LM3S6965EVB, MPS2_AN386};
use smolchat_tests::emulated::{Wire, beside_an_image};
use smolchat_tests::raw;
use smolchat_tests::real::{Connection, Place};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::accounts;

/// What fits at once: [`Setting::roomy`]'s 24 messages of full length are 96 texts.
const TEXTS: usize = 96;
/// A mailbox holds an eighth of the texts.
const MAILBOX: usize = TEXTS / 8;
/// So many full mailboxes are all texts.
const PAIRS: usize = TEXTS / MAILBOX;

fn main() {
    let smallest = || {
        full_and_free_again(&LM3S6965EVB, 16, |place| {
            raw::ten_thousand_connections_that_drop_cost_no_slot(place);
            raw::a_million_bytes_of_chance_are_answered_with_errors(place);
        });
        Ok(())
    };
    let larger = || {
        full_and_free_again(&MPS2_AN386, 64, |_| {});
        Ok(())
    };
    let trials = vec![
        Trial::test("lm3s6965evb::full_and_free_again", smallest),
        Trial::test("mps2-an386::full_and_free_again", larger),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Fills a board that holds so many connections, twice, and then does `more` with it.
fn full_and_free_again(board: &Board, connections: usize, more: fn(&Place<'_>)) {
    let accounts = connections.max(Setting::roomy().users);
    let setting = Setting::roomy().connections(connections).users(accounts);
    beside_an_image(board, Wire::Tap, setting, &[], |place, _server| {
        register(place, connections);
        for _ in 0..2 {
            let mut users = every_place_taken(place, connections);
            every_mailbox_full(&mut users);
            everything_read(&mut users);
        }
        more(place);
        everything_is_free(place, connections);
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

    /// Asks; what others do meanwhile is passed over.
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

/// Some users fill the mailboxes of as many others, until the server holds as many texts as it can.
fn every_mailbox_full(users: &mut [User]) {
    let (senders, receivers) = users.split_at_mut(PAIRS);
    for (sender, receiver) in senders.iter_mut().zip(receivers) {
        let message = format!("message {} hi", receiver.name);
        for _ in 0..MAILBOX {
            let told = sender.ask(&message);
            assert!(told.starts_with("250 "), "{told}");
        }
        assert!(sender.ask(&message).starts_with("45"), "a full mailbox is told");
    }
    let told = senders[0].ask(&format!("message {} hi", senders[1].name));
    assert_eq!(told, "451 the server holds as many messages as it can, try again later");
    assert_eq!(figure(&mut senders[0], "messages-waiting"), format!("{TEXTS} of {TEXTS}"));
}

/// The receivers acknowledge all they have heard.
fn everything_read(users: &mut [User]) {
    let (senders, receivers) = users.split_at_mut(PAIRS);
    for receiver in receivers.iter_mut().take(PAIRS) {
        let heard = (0..MAILBOX).map(|_| receiver.hear(|line| line.starts_with("* message ")));
        let last = heard.last().unwrap_or_default();
        let id = last.split(' ').nth(2).unwrap_or_default();
        assert_eq!(receiver.ask(&format!("ack {id}")), format!("201 {id} acknowledged"));
    }
    assert_eq!(figure(&mut senders[0], "messages-waiting"), format!("0 of {TEXTS}"));
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
fn everything_is_free(place: &Place<'_>, connections: usize) {
    let account = users(1).next().unwrap_or_default();
    let mut user = User::arrive(place, account);
    for (name, value) in [
        ("online", format!("1 of {connections}")),
        ("connections", format!("1 of {connections}")),
        ("messages-waiting", format!("0 of {TEXTS}")),
        ("blocks", "0 of 32".to_owned()),
    ] {
        assert_eq!(figure(&mut user, name), value, "{name}");
    }
    let stack = figure(&mut user, "stack-peak-bytes");
    println!("stack-peak-bytes {stack}");
    let numbers: Vec<u32> = stack.split(" of ").filter_map(|number| number.parse().ok()).collect();
    assert!(matches!(numbers[..], [peak, budget] if 0 < peak && peak < budget), "{stack}");
}
