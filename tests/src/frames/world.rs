//! The server behind a driver, the people who chat with it, and what must hold after every action.

use bumpalo::Bump;
use smolchat_core::arena::Arena;
use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::environment::{Environment, NoEntropy, Notice};
use smolchat_core::net::{Buffers, Driver, Naming, NetMemory, NetSettings};
use smolchat_core::server::{Server, ServerMemory, Settings};
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::{Duration, Instant};
use smoltcp::wire::{IpAddress, IpCidr};

use super::action::Action;
use super::cable::Cable;
use super::packets::{FORGER, SERVER, SERVER_MAC, SYN, Segment, cut, real, said};
use super::person::Person;

const PEOPLE: u8 = 3;
/// Places beside theirs.
const SPARE: usize = 5;
/// More rounds than anything takes at one moment.
const ROUNDS: usize = 10_000;

pub(super) struct World<'m> {
    now: Instant,
    until: Option<Instant>,
    cable: Cable,
    driver: Driver<'m>,
    server: Server<'m>,
    people: Vec<Person>,
    places: usize,
    /// Lines that were cut, if somebody counts them.
    cuts: u16,
}

impl<'m> World<'m> {
    /// Everybody is online.
    pub(super) fn new(memory: &'m Bump) -> Self {
        let capacities = Capacities::new(usize::from(PEOPLE) + SPARE, 8, 32, 8);
        let day = Duration::from_secs(24 * 3600);
        let settings = Settings {
            block_duration: day,
            timeout: day,
            login_deadline: Duration::from_secs(30),
            registration: false,
            durability: Durability::Off,
            mail_expires: Duration::from_secs(60),
            limits: Limits::USUAL,
        };
        let now = Instant::from_millis(1_000);
        let mut server =
            Server::new(ServerMemory::from_arena(&capacities, &mut Heap(memory)), settings, now, 1);
        let mut cable = Cable::default();
        let addresses = [IpCidr::new(IpAddress::Ipv4(SERVER), 24)];
        let naming = Some(Naming { name: "smolchat", users: 8 });
        let net = NetSettings { naming, ..NetSettings::new(SERVER_MAC, &addresses) };
        let buffers = Buffers { rx: 2048, tx: 4096, fragments: 8 };
        let lent = NetMemory::from_arena(&capacities, buffers, &mut Heap(memory));
        for number in 0..PEOPLE {
            server
                .add_account(&format!("user{number}"), &*format!("secret{number}"))
                .expect("there is room for every account");
        }
        let driver = Driver::new(lent, &net, now, &mut cable, 2).expect("the settings go together");
        let places = driver.free_places();
        let people = (0..PEOPLE).map(Person::new).collect();
        let mut world = World { now, until: None, cable, driver, server, people, places, cuts: 0 };
        for number in 0..PEOPLE {
            let request = world.people[usize::from(number)].request();
            world.send(request);
            world.say(number, &format!("login user{number} secret{number}\n"));
            assert!(world.people[usize::from(number)].text.contains("Welcome"));
        }
        world
    }

    pub(super) fn apply(&mut self, action: &Action) {
        match action {
            Action::Raw(bytes) => self.send(bytes.clone()),
            Action::Changed { real: number, changes } => {
                let mut frame = real(*number);
                for (at, value) in changes {
                    let at = usize::from(*at) % frame.len();
                    frame[at] ^= value;
                }
                self.send(frame);
            }
            Action::Forged { person, flags, seq, ack, len, own_mac } => {
                let person = &mut self.people[usize::from(person % PEOPLE)];
                let frame = person.forge(*flags, *seq, *ack, *len, *own_mac);
                self.send(frame);
            }
            Action::Request { port, seq } => {
                let from = [10, 0, 1, (*port >> 8) as u8].into();
                let (port, seq) = (port | 1024, (*seq).into());
                let (flags, payload) = (SYN, &[][..]);
                let mac = FORGER;
                self.send(Segment { mac, from, port, flags, seq, ack: 0, payload }.frame());
            }
            Action::Cut { person, len, carries, order, twice, change } => {
                let frame = self.people[usize::from(person % PEOPLE)].line(*len);
                let Some(frame) = frame else { return };
                // Without checksums, pieces of two packets of one number would make a third.
                self.cuts += u16::from(cfg!(fuzzing));
                let number = u16::from(*order).wrapping_add(self.cuts << 8);
                let mut frames = cut(&frame, number, 24 + usize::from(*carries) / 2);
                if let Some(at) = twice {
                    frames.push(frames[usize::from(*at) % frames.len()].clone());
                }
                if let Some((at, value)) = change {
                    let changed = usize::from(at / 64) % frames.len();
                    // Whoever sends all of it from another Ethernet address has moved.
                    let byte = 12 + usize::from(at % 64) % (frames[changed].len() - 12);
                    frames[changed][byte] ^= value;
                    // smoltcp looks at no checksum when it is fuzzed: it believes what was changed.
                    if cfg!(fuzzing) {
                        self.people[usize::from(person % PEOPLE)].is_given_away = true;
                    }
                }
                let first = usize::from(*order) % frames.len();
                frames.rotate_left(first);
                if order & 128 != 0 {
                    frames.reverse();
                }
                frames.into_iter().for_each(|frame| self.send(frame));
                // As TCP does that hears nothing.
                self.people[usize::from(person % PEOPLE)].sent_whole();
                self.send(frame);
            }
            Action::Speak { person } => self.say(person % PEOPLE, "message user0 hello\n"),
            Action::Pass(millis) => self.pass(u64::from(*millis)),
        }
        let taken = self.server.connections() + self.driver.half_open();
        assert_eq!(self.driver.free_places() + taken, self.places, "no place is lost");
    }

    /// Whoever was not given away is still there, and is answered.
    pub(super) fn finish(mut self) {
        for number in 0..PEOPLE {
            if self.people[usize::from(number)].is_given_away {
                continue;
            }
            self.people[usize::from(number)].text.clear();
            self.say(number, "ping\n");
            let person = &self.people[usize::from(number)];
            assert!(person.text.contains("202"), "{person:?} is answered");
        }
    }

    fn say(&mut self, number: u8, line: &str) {
        if !self.people[usize::from(number)].is_given_away {
            let frame = self.people[usize::from(number)].say(line);
            self.send(frame);
        }
    }

    fn send(&mut self, frame: Vec<u8>) {
        self.cable.incoming.push_back(frame);
        self.settle();
    }

    fn settle(&mut self) {
        for _ in 0..ROUNDS {
            let World { now, cable, driver, server, .. } = self;
            self.until = driver.poll(*now, cable, server, &mut Nothing);
            let is_busy = self.until.is_some_and(|until| until <= self.now);
            while let Some(frame) = self.cable.outgoing.pop_front() {
                let Some(said) = said(&frame) else { continue };
                let meant = self.people.iter_mut().find(|person| person.is_meant(&said));
                let answer = meant.and_then(|person| person.hear(&said));
                self.cable.incoming.extend(answer);
            }
            if self.cable.incoming.is_empty() && !is_busy {
                return;
            }
        }
        panic!("the world does not come to rest");
    }

    fn pass(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        while self.now < end {
            let next = self.until.unwrap_or(end);
            self.now = next.max(self.now + Duration::from_millis(1)).min(end);
            self.settle();
        }
    }
}

/// Memory that is given back at the end.
struct Heap<'m>(&'m Bump);

impl<'m> Arena<'m> for Heap<'m> {
    fn slice<T: Default + 'm>(&mut self, count: usize) -> &'m mut [T] {
        self.0.alloc_slice_fill_default(count)
    }
}

/// An environment in which nothing happens but frames.
struct Nothing;

impl Store for Nothing {
    fn append(&mut self, _: &Entry<'_>, _: IsLive<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Environment for Nothing {
    fn entropy(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }

    fn notice(&mut self, _: Notice<'_>) {}
}
