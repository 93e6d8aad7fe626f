//! Frames of every kind, thrown at the driver while people chat. No frame cuts off, moves or
//! answers anybody who is not concerned, and no place is lost. The fuzz target `frames` includes
//! this room as it is.
//!
//! | file | holds |
//! |---|---|
//! | `action` | what may come, decoded from bytes |
//! | `cable` | the device that the driver is polled with |
//! | `packets` | frames made by hand, and frames taken apart |
//! | `person` | somebody who chats by such frames |
//! | `world` | the server, the people, and what must hold after every action |

mod action;
mod cable;
mod packets;
mod person;
mod world;

use action::Action;
use bumpalo::Bump;
use world::World;

/// More actions tell nothing new, and take longer.
const MOST: usize = 200;

/// Does what the bytes say, one action after the other; panics where something does not hold that
/// must.
pub fn run(mut bytes: &[u8]) {
    let memory = Bump::new();
    let mut world = World::new(&memory);
    for _ in 0..MOST {
        let Some(action) = Action::decode(&mut bytes) else { break };
        world.apply(&action);
    }
    world.finish();
}
