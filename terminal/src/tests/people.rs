//! People at terminals, with the real server between them.

use std::net::IpAddr;

use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::dialect::DialectKind;
use smolchat_core::environment::{Environment, NoEntropy, Notice};
use smolchat_core::server::{ConnectionId, Server, ServerMemory, Settings};
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::{Duration, Instant};

use super::world::{Leak, World};
use crate::{Opening, Sizes};

/// A world without entropy, store and log.
struct Nowhere;

impl Store for Nowhere {
    fn append(&mut self, _: &Entry<'_>, _: IsLive<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Environment for Nowhere {
    fn entropy(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }

    fn notice(&mut self, _: Notice<'_>) {}
}

/// A server and its people.
struct Room {
    server: Server<'static>,
    people: Vec<World>,
    now: Instant,
}

impl Room {
    /// Strangers at terminals of these widths; a script if there is no width.
    fn new(widths: &[u16]) -> Self {
        let now = Instant::START + Duration::from_secs(1000);
        let settings = Settings {
            block_duration: Duration::from_secs(60),
            timeout: Duration::from_secs(0),
            login_deadline: Duration::from_secs(60),
            registration: true,
            durability: Durability::Off,
            mail_expires: Duration::from_secs(0),
            limits: Limits::USUAL,
        };
        let capacities = Capacities::new(8, 8, 64, 8);
        let lent = ServerMemory::from_arena(&capacities, &mut Leak);
        let mut server = Server::new(lent, settings, now, 1);
        for name in ["hans", "yoda"] {
            server.add_account(name, "secret").unwrap();
        }
        let mut people = Vec::new();
        for (number, columns) in (0..).zip(widths) {
            let from = IpAddr::from([10, 0, 0, number]);
            let (id, lines) = (ConnectionId(number.into()), DialectKind::Lines);
            server.handle_connect(now, id, from, lines, &mut Nowhere);
            let opening = Opening { has_terminal: *columns > 0, user: None };
            people.push(World::new(&Sizes::LARGE, (*columns).max(80), opening));
            people.last_mut().unwrap().resize((*columns).max(20));
        }
        let mut room = Room { server, people, now };
        room.settle();
        room
    }

    /// Everybody moves until nothing moves.
    fn settle(&mut self) {
        for _ in 0..1000 {
            let before: Vec<_> = self.people.iter().map(|person| person.shown.len()).collect();
            for (number, person) in (0..).zip(&mut self.people) {
                person.settle();
                let id = ConnectionId(number);
                self.server.handle_input(self.now, id, &mut person.terminal, &mut Nowhere);
                self.server.poll_output(self.now, id, &mut person.terminal, &Nowhere);
                person.settle();
            }
            let after: Vec<_> = self.people.iter().map(|person| person.shown.len()).collect();
            if before == after && self.server.poll_ready().is_none() {
                return;
            }
        }
        panic!("the room never comes to rest");
    }

    fn press(&mut self, at: usize, keys: &str) {
        self.people[at].wire.inward.extend(keys.bytes());
        self.settle();
    }

    fn rows(&self, at: usize) -> Vec<String> {
        self.people[at].rows()
    }
}

const HANS: usize = 0;
const YODA: usize = 1;

/// Both are logged in, and their screens are empty.
fn room(widths: &[u16; 2]) -> Room {
    let mut room = Room::new(widths);
    for (at, name) in [(HANS, "hans"), (YODA, "yoda")] {
        room.press(at, &format!("/login {name}\rsecret\r"));
    }
    room.press(HANS, "\x0c");
    room.press(YODA, "\x0c");
    room
}

#[test]
fn two_people_meet_and_each_sees_what_became_of_its_words() {
    let mut room = Room::new(&[80, 30]);
    room.press(HANS, "/login hans\rsecret\r");
    assert_eq!(
        room.rows(HANS)[3..],
        [
            "Welcome to this message application",
            "you are hans. /help tells what you can do",
            "Nobody else is online.",
            "all>",
        ]
    );
    room.press(YODA, "/login yoda\rsecret\r");
    assert_eq!(room.rows(HANS)[6..], ["yoda logged in", "all>"]);
    room.press(HANS, "\x0chello\r/to yoda\rare you coming?\rhalf");
    room.press(YODA, "\x0c/r on my way\r");
    assert_eq!(
        room.rows(HANS),
        [
            "→ all: hello ✓✓",
            "all> /to yoda",
            "→ yoda: are you coming? ✓✓",
            "yoda: on my way",
            "yoda> half",
        ]
    );
    assert_eq!(room.rows(YODA), ["→ hans: on my way ✓✓", "all>"]);
}

#[test]
fn a_long_conversation_is_whole_at_every_width() {
    for widths in [[20, 200], [30, 100], [80, 80]] {
        let mut room = room(&widths);
        for number in 0..40 {
            room.press(HANS, &format!("number {number} of many\r"));
            room.press(YODA, &format!("answer {number}\rhalf"));
            room.press(YODA, "\x15");
        }
        let shown = room.people[YODA].shown().to_owned();
        for number in 0..40 {
            let said = format!(": number {number} of many");
            assert_eq!(shown.replace("\r\n    ", " ").matches(&said).count(), 1, "{said}");
        }
    }
}

#[test]
fn mail_waits_for_a_person_and_its_receipt_comes() {
    let mut room = Room::new(&[80, 80]);
    room.press(HANS, "/login hans\rsecret\r");
    room.press(HANS, "\x0c");
    room.press(HANS, "message yoda hi\r");
    assert_eq!(room.rows(HANS)[1], "yoda is offline, the message is stored");
    room.now = room.now + Duration::from_secs(180);
    room.press(YODA, "/login yoda\rsecret\r");
    assert!(
        room.rows(YODA).contains(&"[3 minutes ago] hans (to you): hi".to_owned()),
        "{:#?}",
        room.rows(YODA)
    );
    assert_eq!(room.rows(HANS)[2..], ["yoda logged in", "✓✓ yoda: hi", "all>"]);
}

#[test]
fn an_account_is_made_at_a_terminal_and_its_owner_comes_in() {
    let mut room = Room::new(&[80]);
    room.press(0, "/register luke\rsky\rsky\r");
    assert!(room.rows(0).contains(&"luke registered, now log in: /login luke".to_owned()));
    room.press(0, "/login luke\rsky\r");
    assert!(room.rows(0).contains(&"you are luke. /help tells what you can do".to_owned()));
    room.press(0, "/passwd\rsky\rwalker\rwalker\r");
    assert!(room.rows(0).contains(&"password changed".to_owned()));
    room.press(0, "\x04");
    assert_eq!(room.rows(0).last().unwrap(), "You just logged out");
}

#[test]
fn a_person_who_reads_nothing_costs_nobody_a_word() {
    let mut room = room(&[80, 80]);
    room.people[YODA].room = 0;
    for number in 0..100 {
        room.press(HANS, &format!("/to yoda {number}\r"));
    }
    let at = room.people[HANS].terminal.poll_at().expect("yoda's mailbox is full");
    room.people[HANS].now = at;
    room.settle();
    let shown = room.people[HANS].shown();
    let more = shown.split(" more messages to yoda were not taken").next().unwrap();
    let more: usize = more.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
    let refused = 1 + more;
    let heard = |room: &Room| -> Vec<u32> {
        let shown = room.people[YODA].shown().to_owned();
        let said = shown.split("hans\x1b[22;39m: ").skip(1);
        said.map(|rest| rest.split('\r').next().unwrap().parse().unwrap()).collect()
    };
    assert_eq!(heard(&room), [0; 0]);
    room.people[YODA].room = usize::MAX;
    room.settle();
    assert_eq!(heard(&room), Vec::from_iter(0..100 - refused as u32));
}

#[test]
fn a_script_comes_in_and_says_what_it_has_to_say() {
    let mut room = Room::new(&[0, 80]);
    room.press(YODA, "/login yoda\rsecret\r");
    room.people[0].wire.has_ended = true;
    room.press(0, "login hans secret\nmessage yoda from a file\nwhoelse");
    assert_eq!(
        room.people[0].shown(),
        "Welcome to this message application\nUsers current online: yoda\n"
    );
    assert!(room.rows(YODA).contains(&"hans: from a file".to_owned()));
    assert!(room.rows(YODA).contains(&"hans just logged out".to_owned()));
}
