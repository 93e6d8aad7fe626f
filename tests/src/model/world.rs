//! The real server and the naive chat side by side: every call is made to both, and every byte that
//! one writes the other must write. Nothing here knows a rule of the chat.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use smolchat_core::dialect::DialectKind;
use smolchat_core::dialect::lines::LineWriter;
use smolchat_core::operator;
use smolchat_core::protocol::Secret;
use smolchat_core::server::{ConnectionId, Flow, Server, ServerMemory};
use smolchat_core::store::StoreError;
use smolchat_core::time::Instant;

use super::ask::{Ask, Word};
use super::client::{Client, kind};
use super::environment::{ModelEnvironment, Shape, fake_hash};
use super::naive::{Input, Millis, Naive, Place, User};
use super::order::Order;

/// Lines that a client may have waiting unread at the server; more tells nothing new.
const INBOX: usize = 16;

/// Where clients come from, as the server writes it, and which source that is.
pub(super) const ADDRESSES: [(&str, usize); 6] = [
    ("192.168.69.100", 0),
    ("0:0:0:0:0:ffff:c0a8:4564", 0),
    ("192.168.69.101", 1),
    ("fd00:0:0:1:0:0:0:1", 2),
    ("fd00:0:0:1:ffff:0:0:9", 2),
    ("fd00:0:0:2:0:0:0:1", 3),
];

/// How often a loop may turn that should have come to rest.
const ROUNDS_MAX: usize = 1_000;

/// The two chats and the world around them.
#[derive(Debug)]
pub(super) struct World<'s> {
    now: Millis,
    shape: Shape,
    pub(super) server: Server<'s>,
    pub(super) naive: Naive,
    environment: ModelEnvironment,
    pub(super) clients: BTreeMap<Place, Client>,
    /// What each user ever read, every message once.
    pub(super) received: BTreeMap<User, Vec<u64>>,
    /// The first word or two of every line read.
    pub(super) heard: BTreeSet<String>,
    tag: u64,
}

impl<'s> World<'s> {
    /// Two chats with the shape's accounts, which are the first of `names`.
    pub(super) fn new(shape: Shape, lent: ServerMemory<'s>, names: &[&str]) -> Self {
        let mut server = Server::new(lent, shape.settings, Instant::START, 7);
        let mut naive = Naive::new(shape, server.chat().epoch());
        for name in &names[..shape.accounts] {
            let (password, hash) = (Word::First.text(), fake_hash(&Word::First.text()));
            let added = match shape.hashed {
                true => server.add_account(name, &hash),
                false => server.add_account(name, &*password),
            };
            added.expect("the first accounts fit");
            let user = naive.add_account(name);
            naive.accounts[user].is_given = true;
        }
        World {
            now: 0,
            shape,
            server,
            naive,
            environment: ModelEnvironment { hashes: shape.hashed, ..Default::default() },
            clients: BTreeMap::new(),
            received: BTreeMap::new(),
            heard: BTreeSet::new(),
            tag: 0,
        }
    }

    /// The client that a number means.
    pub(super) fn client(&self, number: usize) -> Option<Place> {
        self.clients.keys().nth(number % self.clients.len().max(1)).copied()
    }

    /// Whether nobody is connected.
    pub(super) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Sets the world's luck.
    pub(super) fn set_misfortune(
        &mut self,
        entropy: bool,
        storage: Option<StoreError>,
        busy: bool,
    ) {
        (self.environment.without_entropy, self.environment.refuses) = (entropy, storage);
        (self.naive.without_entropy, self.naive.refuses) = (entropy, storage);
        (self.environment.is_busy, self.naive.is_busy) = (busy, busy && self.shape.hashed);
    }

    /// Somebody connects, unless every place is taken, those on their way out included.
    pub(super) fn connect(&mut self, room: usize, address: usize) -> Option<Place> {
        let place =
            (0..self.shape.capacities.places()).find(|at| !self.clients.contains_key(at))?;
        let (host, source) = ADDRESSES[address % ADDRESSES.len()];
        let from: IpAddr = host.parse().expect("an address");
        let id = ConnectionId(place as u16);
        self.server.handle_connect(
            self.instant(),
            id,
            from,
            DialectKind::Lines,
            &mut self.environment,
        );
        self.naive.handle_connect(self.now, place, (host, source), room);
        self.clients.insert(place, Client::new(room));
        self.pump(place);
        self.settle();
        Some(place)
    }

    /// A client writes a line, in two halves.
    pub(super) fn ask(&mut self, place: Place, ask: &Ask) {
        let Some(client) = self.clients.get_mut(&place) else { return };
        let waiting = self.naive.links.get_mut(&place).map(|link| &mut link.inbox);
        let Some(inbox) = waiting.filter(|inbox| inbox.len() < INBOX) else { return };
        if client.pipe.has_ended() {
            return;
        }
        self.tag += 1;
        let line = ask.line(self.tag);
        let (begin, rest) = line.split_at(line.len() / 2);
        client.pipe.send(begin);
        let now = Instant::from_millis(self.now);
        let id = ConnectionId(place as u16);
        self.server.handle_input(now, id, &mut client.pipe, &mut self.environment);
        client.pipe.send(rest);
        inbox.push_back(Input::Line(ask.clone(), self.tag));
        self.pump(place);
        self.settle();
    }

    /// Whoever runs the server gives an order. A password is hashed before, where passwords are.
    pub(super) fn order(&mut self, order: &Order) {
        let word = order.word().filter(|_| self.shape.hashed);
        if word == Some(Word::Long) {
            return;
        }
        self.tag += 1;
        let hash = word.map(|word| fake_hash(&word.text()));
        let words = order.words(self.tag);
        let Ok(mut parsed) = operator::Order::parse(&words) else { return };
        if let operator::Order::AddUser { secret, .. }
        | operator::Order::ChangePassword { secret, .. } = &mut parsed
            && let Some(hash) = &hash
        {
            *secret = Secret::Hash(hash);
        }
        let (now, mut line, mut lines) = (self.instant(), LineWriter::new(), Vec::new());
        let mut told = self.server.operate(now, parsed, &mut self.environment, &mut line);
        lines.push(line.as_str().to_owned());
        while let Some(next) = told {
            line.clear();
            told = self.server.tell(now, next, &self.environment, &mut line);
            lines.push(line.as_str().to_owned());
        }
        let expected = self.naive.order_of_console(self.now, order, self.tag);
        assert_eq!(lines, expected, "left the server, right the model: {words}");
        self.heard.extend(lines.iter().map(|line| kind(line)));
        self.settle();
    }

    /// Whoever runs the server decides whether a user may give orders.
    pub(super) fn set_admin(&mut self, name: &str, is_admin: bool) {
        let is_known = self.server.set_admin(name, is_admin);
        assert_eq!(self.naive.set_admin(name, is_admin), is_known);
    }

    /// Nobody is kept out any more.
    pub(super) fn let_all_in(&mut self) {
        for whom in self.naive.banned(self.now) {
            self.order(&Order::Unban { whom });
        }
    }

    /// A client acknowledges what it has read, all but the last `back`.
    pub(super) fn acknowledge(&mut self, place: Place, back: usize) {
        let Some(client) = self.clients.get(&place) else { return };
        if let Some(&id) = client.messages.iter().rev().nth(back) {
            self.ask(place, &Ask::Acknowledge { id });
        }
    }

    /// Whether a client has read all that was written for it, and none of its requests waits. What
    /// it says now is heard before anything else is written for it.
    pub(super) fn has_read_all(&self, place: Place) -> bool {
        let waits = self.naive.links.get(&place).is_some_and(|link| !link.inbox.is_empty());
        !waits && self.clients.get(&place).is_none_or(|client| client.pipe.is_drained())
    }

    /// A client writes nothing more.
    pub(super) fn end(&mut self, place: Place) {
        let Some(client) = self.clients.get_mut(&place) else { return };
        if !client.pipe.has_ended() {
            client.pipe.end();
            let link = self.naive.links.get_mut(&place).expect("both know the client");
            link.inbox.push_back(Input::End);
        }
        self.pump(place);
        self.settle();
    }

    /// A client is gone without a word.
    pub(super) fn drop_client(&mut self, place: Place) {
        self.disconnect(place);
        self.settle();
    }

    /// A client reads nothing more, or reads again.
    pub(super) fn set_stalled(&mut self, place: Place, stalled: bool) {
        let Some(client) = self.clients.get_mut(&place) else { return };
        client.stalled = stalled;
        if !stalled {
            client.vanished = false;
            self.read(place, usize::MAX);
        }
        self.pump(place);
        self.settle();
    }

    /// A client reads nothing more, and gives no sign of life.
    pub(super) fn vanish(&mut self, place: Place) {
        if let Some(client) = self.clients.get_mut(&place) {
            (client.stalled, client.vanished) = (true, true);
        }
    }

    /// A client reads a few bytes.
    pub(super) fn sip(&mut self, place: Place, bytes: usize) {
        self.read(place, bytes);
        self.pump(place);
        self.settle();
    }

    /// Time passes, from deadline to deadline.
    pub(super) fn wait(&mut self, millis: Millis) {
        let until = self.now + millis;
        for _ in 0..ROUNDS_MAX {
            // Which of two sessions ends first at one moment, only the server knows.
            while let Some(place) = self.naive.tied() {
                self.drop_client(place);
            }
            let poll_at = self.server.poll_at().map(Instant::as_millis);
            if let Some(due) = self.naive.next_due() {
                // A newcomer whose claim is refused may have had no time left before it.
                let due = due.max(self.now);
                assert!(
                    poll_at.is_some_and(|at| at <= due),
                    "a deadline would be missed: {due}, come back at {poll_at:?}"
                );
            }
            self.now = poll_at.unwrap_or(until).clamp(self.now, until);
            self.server.handle_timeout(self.instant(), &mut self.environment);
            self.naive.handle_timeout(self.now);
            self.settle();
            if self.now == until {
                return;
            }
        }
        panic!("the deadlines never come to rest");
    }

    /// Both chats stop.
    pub(super) fn shut_down(&mut self) {
        self.server.handle_shutdown(self.instant(), &mut self.environment);
        self.naive.handle_shutdown(self.now);
        self.settle();
    }

    /// Whatever has something to say says it. Then nobody who reads may be left with anything to
    /// say.
    fn settle(&mut self) {
        for _ in 0..ROUNDS_MAX {
            let Some(ready) = self.server.poll_ready() else { return self.check_rest() };
            self.pump(ready.index());
        }
        panic!("the server never comes to rest");
    }

    /// Server and client each do all that they can.
    pub(super) fn pump(&mut self, place: Place) {
        for _ in 0..ROUNDS_MAX {
            if !self.clients.contains_key(&place) {
                return;
            }
            // As a driver does: what was read counts as acknowledged when the next line comes.
            self.handle_input(place);
            match self.poll_output(place) {
                Flow::Abort => return self.disconnect(place),
                Flow::Close if self.clients[&place].pipe.is_drained() => {
                    return self.disconnect(place);
                }
                Flow::Probe => {
                    if !self.clients[&place].vanished {
                        self.server.handle_sign_of_life(ConnectionId(place as u16));
                        self.naive.handle_sign_of_life(place);
                    }
                    continue;
                }
                Flow::Open | Flow::Close => {}
            }
            if self.clients[&place].stalled || !self.read(place, usize::MAX) {
                return;
            }
        }
        panic!("place {place} never comes to rest");
    }

    fn poll_output(&mut self, place: Place) -> Flow {
        let client = self.clients.get_mut(&place).expect("the client is there");
        let (now, id) = (Instant::from_millis(self.now), ConnectionId(place as u16));
        let flow = self.server.poll_output(now, id, &mut client.pipe, &self.environment);
        assert_eq!(flow, self.naive.poll_output(self.now, place), "flow of place {place}");
        self.compare(place);
        flow
    }

    fn handle_input(&mut self, place: Place) {
        let client = self.clients.get_mut(&place).expect("the client is there");
        let (now, id) = (Instant::from_millis(self.now), ConnectionId(place as u16));
        self.server.handle_input(now, id, &mut client.pipe, &mut self.environment);
        self.naive.handle_input(self.now, place);
        self.compare(place);
    }

    /// The client reads up to `most` bytes: whether there were any.
    fn read(&mut self, place: Place, most: usize) -> bool {
        let Some(client) = self.clients.get_mut(&place) else { return false };
        let (count, lines) = client.read(most);
        self.naive.links.get_mut(&place).expect("both know the client").read(count);
        for line in lines {
            self.heard.insert(kind(&line));
            if let Some((user, id)) = client.note(&line) {
                let all = self.received.entry(user).or_default();
                if !all.contains(&id) {
                    // What expired on its way to a connection that is over may be read there after
                    // others were heard elsewhere.
                    let is_last = all.last().is_none_or(|last| *last < id);
                    let has_expired = self.naive.accounts[user].expired.contains(&id);
                    assert!(is_last || has_expired, "{user} hears in order");
                    let place = all.partition_point(|other| *other < id);
                    all.insert(place, id);
                }
            }
        }
        count > 0
    }

    fn disconnect(&mut self, place: Place) {
        if self.clients.remove(&place).is_some() {
            let id = ConnectionId(place as u16);
            self.server.handle_disconnect(self.instant(), id, &mut self.environment);
            self.naive.handle_disconnect(self.now, place);
        }
    }

    fn instant(&self) -> Instant {
        Instant::from_millis(self.now)
    }
}
