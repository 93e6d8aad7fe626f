//! Anybody's bytes on a link for files, and any records in any order. Nothing panics, what is no
//! record is refused, and an exchange gives and asks only for what there is.
#![no_main]

use std::ops::ControlFlow;
use std::sync::LazyLock;
use std::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use smolchat_files::exchange::{Action, Arrival, Exchange, Giving};
use smolchat_files::record::{LINE_MAX, Record, What, Why, parse};
use smolchat_files::wire::read_record;
use smolchat_files::{Bitmap, CHUNK_MIN, ChunkList, ContentId, Moment, Shape, hash};

/// What a peer or the world does next.
#[derive(Arbitrary, Debug)]
enum Step {
    /// Bytes come on the wire.
    Bytes(Vec<u8>),
    /// A record comes, with what follows it.
    Record { link: u8, kind: u8, file: u8, index: u16, body: Vec<u8> },
    /// A right list or a right bitmap comes.
    Right { link: u8, is_list: bool },
    /// A chunk comes that was asked for, or not.
    Chunk { link: u8, file: u8, index: u8, is_wrong: bool },
    /// A link stands, or ends.
    Link { link: u8, is_lost: bool },
    /// A call has failed.
    NotLinked(u8),
    /// The server names holders.
    Holders(u8),
    /// A person stops, asks or withdraws.
    Person(u8),
    /// Milliseconds pass.
    Wait(u16),
}

const USERS: [&str; 4] = ["hans", "yoda", "luke", "leia"];

fuzz_target!(|steps: Vec<Step>| {
    let mut world = World::new();
    steps.iter().for_each(|step| world.step(step));
});

/// The file that is offered, and the one that is loaded. Hashing them takes long.
static LISTS: LazyLock<[ChunkList; 2]> =
    LazyLock::new(|| [list(3 * CHUNK_MIN as usize), list(9 * CHUNK_MIN as usize + 1)]);

struct World {
    exchange: Exchange,
    now: Moment,
    lists: &'static [ChunkList; 2],
}

fn list(bytes: usize) -> ChunkList {
    let content = vec![1; bytes];
    let shape = Shape::of(bytes as u64).unwrap();
    hash(&content[..], shape, |_| ControlFlow::Continue(())).unwrap().1
}

impl World {
    fn new() -> Self {
        let lists = &*LISTS;
        let mut exchange = Exchange::new();
        exchange.offer(lists[0].clone());
        exchange.load(lists[1].id(), lists[1].shape(), 1);
        World { exchange, now: Moment::ZERO, lists }
    }

    fn id(&self, file: u8) -> ContentId {
        self.lists.get(usize::from(file)).map_or(ContentId([file; 32]), ChunkList::id)
    }

    fn step(&mut self, step: &Step) {
        let now = self.now;
        match step {
            Step::Bytes(bytes) => read_all(bytes),
            Step::Record { link, kind, file, index, body } => {
                let record = record(*kind, self.id(*file), (*index).into(), body.len());
                // A reader hands on only what a line can say.
                let is_sayable = parse(&record.to_string()) == Ok(record);
                if is_sayable && record.bytes() == body.len() {
                    self.exchange.heard(now, (*link).into(), record, body);
                }
            }
            Step::Right { link, is_list: true } => {
                let list = self.lists[1].clone();
                let record = Record::List { id: list.id(), shape: list.shape() };
                self.exchange.heard(now, (*link).into(), record, list.as_bytes());
            }
            Step::Right { link, is_list: false } => {
                let map = Bitmap::full(self.lists[1].shape().count());
                let record = Record::Held { id: self.id(1), bytes: map.as_bytes().len() as u16 };
                self.exchange.heard(now, (*link).into(), record, map.as_bytes());
            }
            Step::Chunk { link, file, index, is_wrong } => {
                let arrival = if *is_wrong { Arrival::Wrong } else { Arrival::Written };
                let (link, index) = ((*link).into(), (*index).into());
                self.exchange.moved(now, link, self.id(*file), 1000);
                self.exchange.arrived(now, link, self.id(*file), index, arrival);
            }
            Step::Link { link, is_lost: true } => self.exchange.lost(now, (*link).into()),
            Step::Link { link, is_lost: false } => {
                let user = USERS[usize::from(*link) % USERS.len()];
                self.exchange.linked(now, (*link).into(), user);
            }
            Step::NotLinked(user) => {
                self.exchange.not_linked(now, USERS[usize::from(*user) % USERS.len()]);
            }
            Step::Holders(set) => {
                let of_set = USERS.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
                let holders: Vec<_> =
                    of_set.map(|(_, user)| ((*user).to_owned(), set | 1)).collect();
                self.exchange.holders(now, self.id(1), &holders);
            }
            Step::Person(what) => self.person(*what),
            Step::Wait(millis) => {
                self.now += Duration::from_millis((*millis).into());
                self.exchange.tick(self.now);
            }
        }
        self.act();
    }

    fn person(&mut self, what: u8) {
        let (now, id, shape) = (self.now, self.id(1), self.lists[1].shape());
        match what % 6 {
            0 => self.exchange.stop(id),
            1 => self.exchange.load(id, shape, 2),
            2 => self.exchange.withdraw(self.lists[0].id()),
            3 => self.exchange.offer(self.lists[0].clone()),
            4 => self.exchange.ask(now, id, shape, USERS[usize::from(what) % USERS.len()]),
            _ => self.exchange.load_one(now, id, shape, USERS[0], u32::from(what) % 12),
        }
    }

    fn act(&mut self) {
        while let Some(action) = self.exchange.next_action() {
            match action {
                Action::Send { record, body, .. } => {
                    assert_eq!(record.bytes(), body.len());
                    assert_eq!(parse(&record.to_string()), Ok(record));
                    if let Record::Want { id, index } = record {
                        assert_eq!(id, self.id(1));
                        assert!(self.lists[1].shape().len_of(index).is_some());
                    }
                }
                Action::Give { link, id, index } => {
                    assert!(self.exchange.held(id).is_some_and(|held| held.has(index)));
                    self.exchange.given(self.now, link, id, Giving::Sent(1));
                }
                Action::Prepare { id, list } => {
                    assert_eq!(list, self.lists[1]);
                    assert_eq!(id, list.id());
                    let held = Bitmap::empty(list.shape().count());
                    self.exchange.prepared(self.now, list, held);
                }
                Action::Call { .. } | Action::Close { .. } | Action::Tell(_) => {}
            }
        }
    }
}

/// Reads records until one is none; each that is read has one spelling.
fn read_all(mut bytes: &[u8]) {
    while let Ok(Some(record)) = read_record(&mut bytes) {
        let line = record.to_string();
        assert!(line.len() < LINE_MAX);
        assert_eq!(parse(&line), Ok(record));
        bytes = bytes.get(record.bytes()..).unwrap_or_default();
    }
}

fn record(kind: u8, id: ContentId, index: u32, bytes: usize) -> Record {
    let why = [Why::Busy, Why::Gone, Why::Changed, Why::Cancelled][usize::from(kind) / 10 % 4];
    match kind % 10 {
        0 => Record::AskList { id },
        1 => {
            Record::List { id, shape: Shape::of(bytes as u64 / 32 * u64::from(CHUNK_MIN)).unwrap() }
        }
        2 => Record::AskHeld { id },
        3 => Record::Held { id, bytes: bytes.min(512) as u16 },
        4 => Record::Have { id, index },
        5 => Record::Want { id, index },
        6 => Record::Not { id, what: What::List, why },
        7 => Record::Not { id, what: What::Chunk(index), why },
        8 => Record::Cancel { id, index },
        _ => Record::Chunk { id, index, bytes: bytes as u32 },
    }
}
