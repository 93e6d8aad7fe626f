//! Random lives of many connections at once: whatever they do, no place is lost and none is used
//! twice.

use proptest::prelude::*;

use super::raw::syn;
use super::world::{Client, World};

const USERS: usize = 5;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Event {
    Connect(usize),
    LogIn(usize, usize),
    Write(usize, u8),
    Read(usize),
    Close(usize),
    Abort(usize),
    Plug(usize),
    Refuse(usize),
    Accept,
    Flood(u16),
    Pass(u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0usize..3).prop_map(Event::Connect),
        4 => (any::<usize>(), 0..=USERS).prop_map(|(client, user)| Event::LogIn(client, user)),
        6 => (any::<usize>(), any::<u8>()).prop_map(|(client, lines)| Event::Write(client, lines)),
        4 => any::<usize>().prop_map(Event::Read),
        2 => any::<usize>().prop_map(Event::Close),
        2 => any::<usize>().prop_map(Event::Abort),
        1 => (0usize..3).prop_map(Event::Plug),
        1 => (0usize..3).prop_map(Event::Refuse),
        2 => Just(Event::Accept),
        1 => (1u16..40).prop_map(Event::Flood),
        4 => (1u64..400).prop_map(Event::Pass),
        1 => Just(Event::Pass(20_000)),
    ]
}

fn apply(world: &mut World, clients: &mut Vec<Client>, event: Event) {
    let pick = |number: usize| clients.get(number % clients.len().max(1)).copied();
    match event {
        Event::Connect(host) if clients.len() < 24 => clients.push(world.connect(host)),
        Event::Connect(_) => {}
        Event::LogIn(client, user) => {
            say(world, pick(client), &format!("login user{user} secret{user}\n"));
        }
        Event::Write(client, lines) => {
            let line = "message user1 a line of some length, to fill buffers\n";
            say(world, pick(client), &line.repeat(usize::from(lines) % 40));
        }
        Event::Read(client) => {
            if let Some(client) = pick(client) {
                world.read(client);
            }
        }
        Event::Close(client) => {
            if let Some(client) = pick(client) {
                world.socket(client).close();
            }
        }
        Event::Abort(client) => {
            if let Some(client) = pick(client) {
                world.socket(client).abort();
            }
        }
        Event::Plug(host) => world.hosts[host].plugged ^= true,
        Event::Refuse(frames) => world.cable.transmits = Some(frames),
        Event::Accept => world.cable.transmits = None,
        Event::Flood(ports) => drop(world.inject((1..=ports).map(syn))),
        // A driver that waits for its device looks after it every millisecond.
        Event::Pass(millis) if world.cable.transmits.is_some() => world.pass(millis.min(400)),
        Event::Pass(millis) => world.pass(millis),
    }
}

fn say(world: &mut World, client: Option<Client>, text: &str) {
    if let Some(client) = client
        && world.socket(client).can_send()
    {
        // What does not fit is not said.
        let _ = world.socket(client).send_slice(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_place_is_lost_and_none_is_used_twice(
        events in proptest::collection::vec(event(), 1..80),
    ) {
        let mut world = World::new(USERS);
        for _ in 0..3 {
            world.host();
        }
        let places = world.driver.free_places();
        let mut clients = Vec::new();
        for event in events {
            apply(&mut world, &mut clients, event);
            if world.cable.transmits.is_none() {
                world.settle();
                let free = world.driver.free_places();
                let taken = world.server.connections() + world.driver.half_open();
                prop_assert_eq!(free + taken, places);
            }
        }
        world.cable.transmits = None;
        for host in &mut world.hosts {
            host.plugged = false;
        }
        world.pass(200_000);
        prop_assert_eq!((world.driver.free_places(), world.server.connections()), (places, 0));
    }
}
