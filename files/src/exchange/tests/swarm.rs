//! A world of exchanges with virtual time: every user has an uplink of its own rate, on which its
//! links take turns. Chunks are messages of their length; only their number is real.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::Moment;
use crate::chance::Chance;
use crate::content::ContentId;
use crate::exchange::{Action, Arrival, Exchange, Giving, LinkId, Notice};
use crate::list::ChunkList;
use crate::record::Record;
use crate::shape::Shape;

/// The time of a step.
const STEP: Duration = Duration::from_millis(2);
/// How long a byte is under way.
const LATENCY: Duration = Duration::from_millis(4);
/// How long an introduction takes.
const INTRODUCTION: Duration = Duration::from_millis(30);

#[derive(Debug)]
struct Message {
    link: LinkId,
    record: Record,
    body: Vec<u8>,
    /// Bytes still to be sent.
    left: f64,
}

/// How a user behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conduct {
    Honest,
    /// Every chunk it sends is wrong.
    Lies,
    /// It holds all and never answers a question for a chunk.
    Silent,
}

#[derive(Debug)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) exchange: Exchange,
    pub(super) conduct: Conduct,
    /// Bytes in a second.
    pub(super) uplink: f64,
    /// How long it takes until it can be called.
    pub(super) comes: Duration,
    pub(super) is_gone: bool,
    /// By link, in turns.
    sending: VecDeque<VecDeque<Message>>,
    /// Bytes of chunks it has sent.
    pub(super) uploaded: u64,
    pub(super) told: Vec<Notice>,
    pub(super) whole: Option<Moment>,
    /// Bytes of chunks that came twice.
    pub(super) twice: u64,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) now: Moment,
    pub(super) list: ChunkList,
    pub(super) users: Vec<User>,
    /// The user at the other end, and its number of the same link.
    ends: BTreeMap<(usize, LinkId), (usize, LinkId)>,
    arriving: VecDeque<(Moment, usize, LinkId, Record, Vec<u8>)>,
    calls: Vec<(Moment, usize, usize)>,
    next_link: LinkId,
    pub(super) seed: u64,
}

impl World {
    pub(super) fn new(bytes: u64, seed: u64) -> Self {
        let shape = Shape::of(bytes).unwrap();
        let mut chance = Chance::new(seed);
        let value = |_| std::array::from_fn(|_| chance.number() as u8);
        let list = ChunkList::of_values(shape, (0..shape.count()).map(value).collect());
        World {
            now: Moment::ZERO,
            list,
            users: Vec::new(),
            ends: BTreeMap::new(),
            arriving: VecDeque::new(),
            calls: Vec::new(),
            next_link: 0,
            seed,
        }
    }

    pub(super) fn id(&self) -> ContentId {
        self.list.id()
    }

    pub(super) fn size(&self) -> u64 {
        self.list.shape().size()
    }

    fn add(&mut self, mebibytes: f64) -> usize {
        self.users.push(User {
            name: format!("user{}", self.users.len()),
            exchange: Exchange::new(),
            conduct: Conduct::Honest,
            uplink: mebibytes * 1024.0 * 1024.0,
            comes: INTRODUCTION,
            is_gone: false,
            sending: VecDeque::new(),
            uploaded: 0,
            told: Vec::new(),
            whole: None,
            twice: 0,
        });
        self.users.len() - 1
    }

    /// A user who holds all, with an uplink of so many MiB/s.
    pub(super) fn add_owner(&mut self, mebibytes: f64) -> usize {
        let at = self.add(mebibytes);
        self.users[at].exchange.offer(self.list.clone());
        at
    }

    /// A user who wants the file.
    pub(super) fn add_loader(&mut self, mebibytes: f64) -> usize {
        let at = self.add(mebibytes);
        let (id, shape, seed) = (self.id(), self.list.shape(), self.seed + at as u64);
        self.users[at].exchange.load(id, shape, seed);
        at
    }

    /// The server's word on who holds how much, to all who load.
    pub(super) fn tell_holders(&mut self) {
        let (id, count) = (self.id(), self.list.shape().count());
        let shares: Vec<_> = self
            .users
            .iter()
            .filter(|user| !user.is_gone)
            .map(|user| {
                let held = user.exchange.held(id).map_or(0, |held| held.held());
                (user.name.clone(), (held * 255 / count) as u8)
            })
            .collect();
        for at in 0..self.users.len() {
            let name = &self.users[at].name;
            let of_others = shares.iter().filter(|(user, share)| user != name && *share > 0);
            let of_others: Vec<_> = of_others.cloned().collect();
            self.users[at].exchange.holders(self.now, id, &of_others);
            self.act(at);
        }
    }

    /// The user's program is killed.
    pub(super) fn kill(&mut self, at: usize) {
        self.users[at].is_gone = true;
        let ends: Vec<_> = self.ends.iter().filter(|(end, _)| end.0 == at).collect();
        let others: Vec<_> = ends.into_iter().map(|(own, other)| (*own, *other)).collect();
        for (own, (other, link)) in others {
            self.unlink(own.0, own.1);
            self.users[other].exchange.lost(self.now, link);
            self.act(other);
        }
    }

    fn unlink(&mut self, at: usize, link: LinkId) {
        let Some((other, other_link)) = self.ends.remove(&(at, link)) else { return };
        self.ends.remove(&(other, other_link));
        for (at, link) in [(at, link), (other, other_link)] {
            self.users[at].sending.retain(|queue| queue.front().is_none_or(|m| m.link != link));
            self.arriving.retain(|(_, to, on, ..)| (*to, *on) != (at, link));
        }
    }

    /// Runs until everybody who loads has all, or so much time has passed.
    pub(super) fn run(&mut self, longest: Duration) {
        let until = self.now + longest;
        while self.now < until && !self.is_done() {
            self.step();
        }
    }

    pub(super) fn is_done(&self) -> bool {
        let mut loaders = self.users.iter().filter(|user| !user.is_gone);
        loaders.all(|user| user.exchange.held(self.id()).is_some_and(|held| held.is_full()))
    }

    pub(super) fn step(&mut self) {
        self.now += STEP;
        for at in 0..self.users.len() {
            self.send_for_a_step(at);
        }
        self.connect();
        while self.arriving.front().is_some_and(|message| message.0 <= self.now) {
            let Some((_, at, link, record, body)) = self.arriving.pop_front() else { break };
            self.receive(at, link, record, &body);
        }
        if self.now.as_millis() % 250 < STEP.as_millis() {
            for at in 0..self.users.len() {
                self.users[at].exchange.tick(self.now);
                self.act(at);
            }
        }
    }

    fn connect(&mut self) {
        let now = self.now;
        let (due, rest) =
            std::mem::take(&mut self.calls).into_iter().partition(|call| call.0 <= now);
        self.calls = rest;
        let due: Vec<_> = due;
        for (_, from, to) in due {
            if self.users[to].is_gone {
                let name = self.users[to].name.clone();
                self.users[from].exchange.not_linked(now, &name);
                self.act(from);
                continue;
            }
            let (one, other) = (self.next_link, self.next_link + 1);
            self.next_link += 2;
            self.ends.insert((from, one), (to, other));
            self.ends.insert((to, other), (from, one));
            for (at, link, peer) in [(to, other, from), (from, one, to)] {
                let name = self.users[peer].name.clone();
                self.users[at].exchange.linked(now, link, &name);
                self.act(at);
            }
        }
    }

    /// Links take turns by whole messages.
    fn send_for_a_step(&mut self, at: usize) {
        let mut budget = self.users[at].uplink * STEP.as_secs_f64();
        while budget > 0.0 {
            let Some(mut queue) = self.users[at].sending.pop_front() else { break };
            let Some(message) = queue.front_mut() else { continue };
            let sent = budget.min(message.left);
            (message.left, budget) = (message.left - sent, budget - sent);
            if message.left > 0.0 {
                self.users[at].sending.push_front(queue);
                break;
            }
            let Some(message) = queue.pop_front() else { continue };
            if !queue.is_empty() {
                self.users[at].sending.push_back(queue);
            }
            self.sent(at, message);
        }
    }

    fn sent(&mut self, at: usize, message: Message) {
        let Some((to, link)) = self.ends.get(&(at, message.link)).copied() else { return };
        if let Record::Chunk { id, bytes, .. } = message.record {
            let user = &mut self.users[at];
            user.uploaded += u64::from(bytes);
            user.exchange.given(self.now, message.link, id, Giving::Sent(bytes));
            self.act(at);
        }
        self.arriving.push_back((self.now + LATENCY, to, link, message.record, message.body));
    }

    fn receive(&mut self, at: usize, link: LinkId, record: Record, body: &[u8]) {
        let Some((from, _)) = self.ends.get(&(at, link)).copied() else { return };
        let (now, conduct) = (self.now, self.users[from].conduct);
        let user = &mut self.users[at];
        if let Record::Chunk { id, index, bytes } = record {
            let is_here = user.exchange.held(id).is_some_and(|held| held.has(index));
            user.twice += if is_here { bytes.into() } else { 0 };
            let arrival = match conduct {
                Conduct::Lies => Arrival::Wrong,
                _ => Arrival::Written,
            };
            user.exchange.moved(now, link, id, bytes.into());
            user.exchange.arrived(now, link, id, index, arrival);
        } else {
            user.exchange.heard(now, link, record, body);
        }
        self.act(at);
    }

    fn queue(&mut self, at: usize, link: LinkId, record: Record, body: Vec<u8>) {
        let left = (record.to_string().len() + 1 + record.bytes()) as f64;
        let message = Message { link, record, body, left };
        let sending = &mut self.users[at].sending;
        let queue = sending.iter_mut().find(|q| q.front().is_some_and(|m| m.link == link));
        match queue {
            Some(queue) => queue.push_back(message),
            None => sending.push_back(VecDeque::from([message])),
        }
    }

    fn act(&mut self, at: usize) {
        while let Some(action) = self.users[at].exchange.next_action() {
            match action {
                Action::Send { link, record, body } => self.queue(at, link, record, body),
                Action::Give { link, id, index } => {
                    if self.users[at].conduct != Conduct::Silent {
                        let bytes = self.list.shape().len_of(index).unwrap();
                        self.queue(at, link, Record::Chunk { id, index, bytes }, Vec::new());
                    }
                }
                Action::Prepare { list, .. } => {
                    let held = crate::Bitmap::empty(list.shape().count());
                    self.users[at].exchange.prepared(self.now, list, held);
                }
                Action::Call { user } => {
                    let to = self.users.iter().position(|there| there.name == user).unwrap();
                    let due = self.now + self.users[to].comes;
                    self.calls.push((due, at, to));
                }
                Action::Close { link } => {
                    let Some((other, other_link)) = self.ends.get(&(at, link)).copied() else {
                        continue;
                    };
                    self.unlink(at, link);
                    self.users[other].exchange.lost(self.now, other_link);
                    self.act(other);
                }
                Action::Tell(notice) => {
                    if matches!(notice, Notice::Whole { .. }) {
                        let user = &mut self.users[at];
                        assert_eq!(user.whole.replace(self.now), None, "told once");
                    }
                    self.users[at].told.push(notice);
                }
            }
        }
    }

    /// What a user got from others, by their names.
    pub(super) fn from(&self, at: usize) -> BTreeMap<String, u64> {
        self.users[at].exchange.from(self.id()).into_iter().collect()
    }

    /// Whom a user has named as one who sends what is wrong.
    pub(super) fn named(&self, at: usize) -> BTreeSet<String> {
        let named = self.users[at].told.iter().filter_map(|notice| match notice {
            Notice::Wrong { user, .. } => Some(user.clone()),
            _ => None,
        });
        named.collect()
    }
}
