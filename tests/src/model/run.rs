//! A sequence of operations from the first to the last message acknowledged. Any difference between
//! server and model, and any loss, panics.

use std::collections::BTreeSet;

use bumpalo::Bump;
use smolchat_core::server::ServerMemory;

use super::ask::{Ask, Word};
use super::environment::{Heap, Shape};
use super::operation::{Action, NAMES, Operation};
use super::world::World;

/// Longer than any lock lasts, and than any source or user waits.
const LONG: u64 = 200_000;

/// Does `operations` to a server of `shape` and to the model, then lets everybody read what was
/// promised. Answers the kinds of replies and events that were heard: `NNN`, `* word`, `* bye NNN`.
pub fn run(shape: Shape, operations: &[Operation]) -> BTreeSet<String> {
    let memory = Bump::new();
    let lent = ServerMemory::from_arena(&shape.capacities, &mut Heap(&memory));
    let mut world = World::new(shape, lent, &NAMES);
    for operation in operations {
        // No two operations at once, so that deadlines come one by one.
        world.wait(1);
        apply(&mut world, operation);
    }
    finish(&mut world);
    world.heard
}

fn apply(world: &mut World<'_>, operation: &Operation) {
    match operation {
        Operation::Connect { room, from } => drop(world.connect(*room, *from)),
        Operation::Visit { name, times } => visit(world, name, *times),
        Operation::Wait { millis } => world.wait(*millis),
        Operation::Misfortune { entropy, storage, busy } => {
            world.set_misfortune(*entropy, *storage, *busy);
        }
        Operation::Order { order } => world.order(order),
        Operation::SetAdmin { name, is_admin } => world.set_admin(name, *is_admin),
        Operation::Client { client, action } => match world.client(*client) {
            Some(place) => act(world, place, action),
            None => drop(world.connect(4_096, 0)),
        },
    }
}

fn visit(world: &mut World<'_>, name: &str, times: usize) {
    for _ in 0..times {
        let Some(place) = world.connect(4_096, 0) else { return };
        world.ask(place, &right_login(world, name));
        world.drop_client(place);
        world.wait(1);
    }
}

/// The login of that user with the password that is right now.
fn right_login(world: &World<'_>, name: &str) -> Ask {
    Ask::Login { name: name.to_owned(), word: world.naive.word_of(name) }
}

fn act(world: &mut World<'_>, place: usize, action: &Action) {
    match action {
        // Only an honest client is promised anything: it acknowledges what it has read.
        Action::Ask(Ask::Acknowledge { .. }) if !world.has_read_all(place) => {}
        Action::Ask(ask) => world.ask(place, ask),
        Action::Arrive { name } => {
            world.ask(place, &right_login(world, name));
            world.ask(place, &Ask::PeerToPeer { port: 5_000, addresses: 1 });
        }
        Action::Guess { name, times } => {
            for _ in 0..*times {
                world.ask(place, &Ask::Login { name: name.clone(), word: Word::Wrong });
            }
        }
        Action::Acknowledge { back } => world.acknowledge(place, *back),
        Action::Drop => world.drop_client(place),
        Action::End => world.end(place),
        Action::Stall => world.set_stalled(place, true),
        Action::Vanish => world.vanish(place),
        Action::Sip { bytes } => world.sip(place, *bytes),
        Action::Unstall => world.set_stalled(place, false),
    }
}

/// Everybody leaves, comes back, reads, acknowledges and leaves: then nothing may be left.
fn finish(world: &mut World<'_>) {
    world.set_misfortune(false, None, false);
    while let Some(place) = world.client(0) {
        world.drop_client(place);
    }
    world.wait(LONG);
    world.let_all_in();
    for user in 0..world.naive.accounts.len() {
        if world.naive.accounts[user].is_gone {
            continue;
        }
        let name = world.naive.accounts[user].name.clone();
        let place = world.connect(4_096, 0).expect("everybody has left");
        world.ask(place, &Ask::AcknowledgementsOn);
        world.ask(place, &right_login(world, &name));
        assert_eq!(world.naive.user_of(place), Some(user), "the right password opens");
        world.acknowledge(place, 0);
        assert_eq!(world.naive.waiting_for(user), 0, "what is acknowledged is gone");
        world.wait(1);
        world.ask(place, &Ask::Logout);
        assert!(world.is_empty(), "who has left is gone");
    }
    world.check_end();
    stop(world);
}

/// A user, a stranger and a client that does not read: all hear that the server stops, or are gone
/// in time.
fn stop(world: &mut World<'_>) {
    let places: Vec<usize> = (0..3).filter_map(|_| world.connect(513, 0)).collect();
    world.ask(places[0], &right_login(world, NAMES[0]));
    world.set_stalled(places[1], true);
    world.shut_down();
    world.wait(LONG);
    world.check_end();
}
