//! A network that loses frames: two users talk over it, their connections die and come again, and
//! nothing accepted is lost.

use std::collections::{BTreeSet, VecDeque};

use smoltcp::socket::tcp::State;

use super::chance::{Chance, Loss};
use super::world::{Client, World};
use crate::dialect::lines::ReplyLine;
use crate::time::{Duration, Instant};

/// Messages that each of the two says.
const MESSAGES: usize = 300;
/// Messages that one of them says before the answer to the first.
const WINDOW: usize = 6;
/// Looks that the two take at what happened, and the time between them: more than any seed needs.
const LOOKS: usize = 100_000;
const LOOK_MILLIS: u64 = 20;
/// How long whoever is said to be online still waits before the next attempt, and whoever is
/// refused before the next message.
const PATIENCE: Duration = Duration::from_secs(2);
/// Looks between two deaths of a connection, on average.
const LIFE: u32 = 150;

/// One of the two: says numbered messages to the other, drops what came already, comes again when
/// the connection is gone.
struct Person {
    user: usize,
    host: usize,
    client: Option<Client>,
    connections: usize,
    /// The beginning of a line.
    unfinished: String,
    online: bool,
    try_again: Option<Instant>,
    silent_until: Instant,
    /// The next number to say.
    next: usize,
    /// Numbers said over this connection and not answered.
    unanswered: VecDeque<usize>,
    accepted: BTreeSet<usize>,
    /// Numbers whose answer died with a connection.
    in_doubt: BTreeSet<usize>,
    /// The id that was heard last over this connection, and over all.
    last_here: u64,
    last: u64,
    heard: Vec<usize>,
    /// Messages that came again, and were dropped for their ids.
    again: usize,
}

impl Person {
    fn new(user: usize, host: usize) -> Self {
        Person {
            user,
            host,
            client: None,
            connections: 0,
            unfinished: String::new(),
            online: false,
            try_again: None,
            silent_until: Instant::START,
            next: 0,
            unanswered: VecDeque::new(),
            accepted: BTreeSet::new(),
            in_doubt: BTreeSet::new(),
            last_here: 0,
            last: 0,
            heard: Vec::new(),
            again: 0,
        }
    }

    fn is_done(&self) -> bool {
        self.next == MESSAGES && self.unanswered.is_empty()
    }

    /// Does all there is to do now.
    fn look(&mut self, world: &mut World) {
        let Some(client) = self.client else {
            self.client = Some(world.connect(self.host));
            self.connections += 1;
            return;
        };
        let heard = world.read(client);
        for part in heard.split_inclusive('\n') {
            self.unfinished.push_str(part);
            if part.ends_with('\n') {
                let line = std::mem::take(&mut self.unfinished);
                self.hear(world, client, line.trim_end());
            }
        }
        if matches!(world.socket(client).state(), State::Closed | State::CloseWait) {
            return self.forget(world);
        }
        if self.try_again.is_some_and(|at| at <= world.now) {
            self.log_in(world, client);
        }
        let may_speak = self.online && self.silent_until <= world.now;
        if may_speak && self.unanswered.len() < WINDOW && self.next < MESSAGES {
            let line = format!("message user{} number {}\n", 1 - self.user, self.next);
            world.write(client, &line);
            self.unanswered.push_back(self.next);
            self.next += 1;
        }
    }

    fn log_in(&mut self, world: &mut World, client: Client) {
        self.try_again = None;
        world.write(client, &format!("login user{0} secret{0}\n", self.user));
    }

    fn hear(&mut self, world: &mut World, client: Client, line: &str) {
        if let Some(message) = line.strip_prefix("* message ") {
            return self.hear_message(world, client, message);
        }
        let Some(reply) = ReplyLine::parse(line) else { return };
        match reply.code {
            220 => {
                world.write(client, "acks on\n");
                self.log_in(world, client);
            }
            230 => self.online = true,
            431 => self.try_again = Some(world.now + PATIENCE),
            250 | 251 => {
                let number = self.unanswered.pop_front().expect("an answer to something");
                self.accepted.insert(number);
            }
            450..=452 => {
                self.unanswered.pop_front().expect("a refusal of something");
                self.silent_until = world.now + PATIENCE;
            }
            200 | 201 | 421 => {}
            _ => panic!("user{} was told {line}", self.user),
        }
    }

    fn hear_message(&mut self, world: &mut World, client: Client, message: &str) {
        let words: Vec<_> = message.split(' ').collect();
        let [id, _, _, "number", number] = words[..] else {
            panic!("not said by anybody: {message}")
        };
        let id: u64 = id.parse().unwrap();
        assert!(id > self.last_here, "{id} after {} over the same connection", self.last_here);
        self.last_here = id;
        if id > self.last {
            self.last = id;
            self.heard.push(number.parse().unwrap());
        } else {
            self.again += 1;
        }
        world.write(client, &format!("ack {id}\n"));
    }

    /// The connection ends: in good order, with a reset, or without a word.
    fn die(&mut self, world: &mut World, how: u32) {
        let Some(client) = self.client else { return };
        match how % 3 {
            0 => world.socket(client).close(),
            1 => world.socket(client).abort(),
            _ => {}
        }
        world.settle();
        self.forget(world);
    }

    fn forget(&mut self, world: &mut World) {
        world.forget(self.client.take().expect("a connection to forget"));
        self.unfinished.clear();
        self.online = false;
        self.try_again = None;
        self.last_here = 0;
        self.in_doubt.extend(self.unanswered.drain(..));
    }
}

/// Two users and a network that loses so many frames of a hundred, until both have said all and
/// everything has arrived.
fn talk(seed: u64, percent: u8) -> [Person; 2] {
    let mut world = World::new(4);
    let mut people = [0, 1].map(|user| Person::new(user, world.host()));
    world.loss = Some(Loss { percent, chance: Chance(seed) });
    let mut chance = Chance(!seed);
    for _ in 0..LOOKS {
        for person in &mut people {
            person.look(&mut world);
            if chance.once_in(LIFE) {
                person.die(&mut world, chance.next_u32());
            }
        }
        world.pass(LOOK_MILLIS);
        let waiting = world.server.chat().figures().texts.used;
        if people.iter().all(Person::is_done) && waiting == 0 {
            println!(
                "seed {seed}, {percent} % lost: all there after {} s",
                world.now.as_millis() / 1000
            );
            return people;
        }
    }
    panic!("seed {seed}, {percent} % lost: they do not come to an end");
}

#[test]
fn nothing_accepted_is_lost_and_order_is_kept_where_frames_are_lost() {
    let mut again = 0;
    for (seed, percent) in [(1, 10), (7, 10), (3, 15), (4, 15), (5, 20), (6, 20)] {
        let people = talk(seed, percent);
        for (from, to) in [(&people[0], &people[1]), (&people[1], &people[0])] {
            let what =
                format!("seed {seed}, {percent} % lost, user{} to user{}", from.user, to.user);
            println!(
                "{what}: {} accepted, {} in doubt, {} heard, {} again, {} connections",
                from.accepted.len(),
                from.in_doubt.len(),
                to.heard.len(),
                to.again,
                from.connections
            );
            assert!(to.heard.is_sorted_by(|a, b| a < b), "{what}: {:?}", to.heard);
            let heard: BTreeSet<_> = to.heard.iter().copied().collect();
            let lost: Vec<_> = from.accepted.difference(&heard).collect();
            assert!(lost.is_empty(), "{what}: {lost:?} lost");
            let known = from.accepted.union(&from.in_doubt).copied().collect();
            assert!(heard.is_subset(&known), "{what}: {:?} refused", heard.difference(&known));
            assert!(from.connections > 3 && from.accepted.len() > MESSAGES / 2, "{what}");
            again += to.again;
        }
    }
    assert!(again > 0, "no connection ever died in the middle of a delivery");
}
