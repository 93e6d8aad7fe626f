//! Accounts that are removed and taken again, over restarts in any state of the store's compaction:
//! nothing of an earlier account reaches a later one, and nothing that it said is lost.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bumpalo::Bump;
use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::dialect::DialectKind;
use smolchat_core::dialect::lines::LineWriter;
use smolchat_core::environment::{Environment, NoEntropy, Notice};
use smolchat_core::operator::Order;
use smolchat_core::server::{ConnectionId, Server, ServerMemory, Settings};
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::{Duration, Instant};
use smolchat_store::simulated::{Medium, SimulatedFlash};
use smolchat_store::{Log, restore};
use smolchat_tests::model::{Heap, Pipe};

type Flash = SimulatedFlash<4, 2048>;

const PAGES: usize = 12;

/// An environment with a log, as a board's.
struct World {
    log: Log<Flash>,
}

impl Store for World {
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        if matches!(entry, Entry::AccountRemoved { is_given: true, .. }) {
            return Err(StoreError::Failed);
        }
        self.log.append(entry, is_live)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.log.commit()
    }
}

impl Environment for World {
    fn entropy(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }

    fn notice(&mut self, _: Notice<'_>) {}
}

/// One run of a server: from a start to a loss of power.
struct Run<'s> {
    server: Server<'s>,
    world: World,
    pipes: BTreeMap<u16, Pipe>,
}

fn run<R>(flash: Flash, test: impl FnOnce(&mut Run<'_>) -> R) -> (Flash, R) {
    let capacities = Capacities { bans: 2, keys: 4, ..Capacities::new(4, 6, 24, 12) };
    let memory = Bump::new();
    let lent = ServerMemory::from_arena(&capacities, &mut Heap(&memory));
    let settings = Settings {
        block_duration: Duration::from_secs(60),
        timeout: Duration::default(),
        login_deadline: Duration::from_secs(60),
        registration: true,
        durability: Durability::Strict,
        mail_expires: Duration::default(),
        limits: Limits::new(0, 0, 0),
    };
    let mut server = Server::new(lent, settings, Instant::START, 1);
    server.add_account("keeper", "p").unwrap();
    let bytes = (PAGES * 2048) as u32;
    let Ok(log) = Log::open(flash, 0..bytes, 7) else { panic!("the log is whole") };
    restore(&log, &mut server).expect("what was kept fits");
    let mut run = Run { server, world: World { log }, pipes: BTreeMap::new() };
    let result = test(&mut run);
    (run.world.log.into_flash(), result)
}

impl Run<'_> {
    /// Somebody comes, logs in and acknowledges by itself: what it hears behind that.
    fn come(&mut self, place: u16, name: &str) -> Vec<String> {
        let (id, lines) = (ConnectionId(place), DialectKind::Lines);
        let from = IpAddr::from([10, 0, 0, 1]);
        self.server.handle_connect(Instant::START, id, from, lines, &mut self.world);
        self.pipes.insert(place, Pipe::new(1 << 16));
        self.say(place, "acks on");
        let heard = self.say(place, &format!("login {name} p"));
        let at = heard.iter().position(|line| line.starts_with("230 "));
        heard[at.unwrap_or_else(|| panic!("{name}: {heard:?}")) + 1..].to_vec()
    }

    fn say(&mut self, place: u16, line: &str) -> Vec<String> {
        self.pipes.get_mut(&place).unwrap().send(format!("{line}\n").as_bytes());
        self.settle();
        let heard = self.pipes.get_mut(&place).unwrap().receive(usize::MAX);
        String::from_utf8(heard).unwrap().lines().map(str::to_owned).collect()
    }

    fn go(&mut self, place: u16) {
        self.say(place, "logout");
        self.settle();
        if self.pipes.remove(&place).is_some() {
            self.server.handle_disconnect(Instant::START, ConnectionId(place), &mut self.world);
        }
        self.settle();
    }

    fn settle(&mut self) {
        for _ in 0..1_000 {
            for (&place, pipe) in &mut self.pipes {
                let (now, id) = (Instant::START, ConnectionId(place));
                self.server.poll_output(now, id, pipe, &self.world);
                self.server.handle_input(now, id, pipe, &mut self.world);
                self.server.poll_output(now, id, pipe, &self.world);
            }
            if self.server.poll_ready().is_none() {
                return self.world.commit().unwrap();
            }
        }
        panic!("the server never comes to rest");
    }

    fn order(&mut self, words: &str) -> String {
        let (mut line, order) = (LineWriter::new(), Order::parse(words).unwrap());
        self.server.operate(Instant::START, order, &mut self.world, &mut line);
        self.settle();
        line.as_str().to_owned()
    }
}

/// A part of the store's life that makes it compact: mail that comes and goes.
fn chatter(run: &mut Run<'_>, amount: usize) {
    run.come(4, "keeper");
    for number in 0..amount {
        run.say(4, &format!("message other {}", "x".repeat(40 + number % 300)));
        let heard = run.come(5, "other");
        let last = heard.iter().filter_map(|line| line.strip_prefix("* message ")).next_back();
        if let Some(id) = last.and_then(|line| line.split(' ').next()) {
            run.say(5, &format!("ack {id}"));
        }
        run.go(5);
        run.say(4, "whoelse");
    }
    run.go(4);
}

/// The account has everything that an account can have. What it says to the keeper is in `said`.
fn live(run: &mut Run<'_>, round: usize, said: &mut Vec<String>) {
    run.come(0, "luke");
    let words = format!("word {round}");
    let ok = run.say(0, &format!("message keeper {words}"));
    assert!(ok.iter().any(|line| line.contains(" stored until keeper")), "{ok:?}");
    said.push(words);
    run.say(0, "block keeper");
    run.say(0, "broadcast hear me");
    run.go(0);
    run.come(1, "other");
    run.say(1, "message luke for the old one");
    run.say(1, "block luke");
    run.go(1);
    if round.is_multiple_of(3) {
        chatter(run, 1 + round % 7);
    }
}

/// It is removed, and perhaps taken again in the same run.
fn remove(run: &mut Run<'_>, round: usize) {
    if round.is_multiple_of(2) {
        run.order("ban luke for good");
    }
    let removed = run.order("user remove luke");
    assert!(removed.starts_with("282 "), "{removed}");
    if round % 5 < 3 {
        let added = run.order("user add luke p");
        let full = "432 no further account fits, ask whoever runs this server";
        assert!(added.starts_with("280 ") || added == full, "{added}");
    }
    if round % 4 == 1 {
        chatter(run, 1 + round % 11);
    }
}

/// It is taken again, if it was not. What the old ones said to the keeper takes their rows until it
/// is read.
fn take_again(run: &mut Run<'_>, round: usize, said: &mut Vec<String>) {
    if run.server.account_of("luke").is_none() {
        let mut heard = Vec::new();
        for line in run.come(2, "keeper") {
            let Some(line) = line.strip_prefix("* message ") else { continue };
            let fields: Vec<_> = line.splitn(4, ' ').collect();
            assert_eq!(fields[1], "luke");
            heard.push(fields[3].to_owned());
            run.say(2, &format!("ack {}", fields[0]));
        }
        run.go(2);
        assert_eq!(heard, *said, "each word once, in order");
        said.clear();
        let added = run.order("user add luke p");
        assert!(added.starts_with("280 "), "{added}");
    }
    if round % 3 == 1 {
        chatter(run, 2);
    }
}

/// The new account has nothing of the old one's.
fn find_nothing(run: &mut Run<'_>, round: usize) {
    let heard = run.come(0, "luke");
    assert_eq!(heard, [""; 0], "round {round}: it finds nothing");
    assert_eq!(run.say(0, "blocks"), ["212 Users you block: "]);
    let past = run.say(0, "history");
    assert!(past.iter().all(|line| !line.contains("hear me")), "{past:?}");
    assert_eq!(run.say(0, "receipts on").len(), 1);
    run.go(0);
    run.come(1, "other");
    assert_eq!(run.say(1, "blocks"), ["212 Users you block: "]);
    run.go(1);
}

#[test]
fn nothing_of_a_removed_account_reaches_the_next_of_its_name_over_any_restart() {
    let mut flash = Flash::new(Medium::Flash, PAGES, 3);
    (flash, _) = run(flash, |run| {
        assert!(run.order("user add other p").starts_with("280 "));
        assert!(run.order("user add luke p").starts_with("280 "));
    });
    let mut said = Vec::new();
    for round in 0..60 {
        (flash, _) = run(flash, |run| live(run, round, &mut said));
        (flash, _) = run(flash, |run| remove(run, round));
        (flash, _) = run(flash, |run| take_again(run, round, &mut said));
        (flash, _) = run(flash, |run| find_nothing(run, round));
    }
}

#[test]
fn an_account_that_came_with_the_product_stays_where_the_product_says_so() {
    run(Flash::new(Medium::Flash, PAGES, 5), |run| {
        let stays = "587 the account belongs to this server and stays";
        assert_eq!(run.order("user remove keeper"), stays);
        assert_eq!(run.order("user remove nobody"), "583 nobody has that name");
        run.come(0, "keeper");
    });
}

#[test]
fn bans_outlive_a_restart_and_their_ends_do_too() {
    let (flash, _) = run(Flash::new(Medium::Flash, PAGES, 9), |run| {
        run.order("user add other p");
        assert_eq!(run.order("ban other for good"), "284 banned");
        assert_eq!(run.order("ban 10.9.0.0/16 2h"), "284 banned");
    });
    let (flash, _) = run(flash, |run| {
        assert_eq!(run.order("bans"), "288-other for good");
        chatterless_login_is_refused(run);
        assert_eq!(run.order("unban other"), "285 banned no more");
    });
    run(flash, |run| {
        assert_eq!(run.order("bans"), "288-10.9.0.0/16 7200");
        run.come(0, "other");
    });
}

fn chatterless_login_is_refused(run: &mut Run<'_>) {
    let (id, lines) = (ConnectionId(3), DialectKind::Lines);
    let from = IpAddr::from([10, 0, 0, 1]);
    run.server.handle_connect(Instant::START, id, from, lines, &mut run.world);
    run.pipes.insert(3, Pipe::new(1 << 12));
    let heard = run.say(3, "login other p");
    assert_eq!(heard.last().unwrap(), "538 you are banned from this server");
}
