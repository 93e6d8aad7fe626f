//! The simulator: the real server, its real network driver and its real store, in a world that breaks things. One thread, one virtual
//! clock, one seed: what happened happens again.
//! Touches core, the store and smoltcp, and nothing of the machine.
//!
//! | file | holds |
//! |---|---|
//! | `plan` | what a seed decides before anything happens |
//! | `cable`, `link` | a device in memory; the way between a person and the server, on which frames are lost |
//! | `person`, `talk` | somebody with a stack of their own: connecting, speaking, hearing |
//! | `records` | what was promised to whom, blocks, broadcasts: what is checked when something is heard |
//! | `life` | the server from a start to the loss of its power |
//! | `sabotage` | bugs that are planted on purpose |
//! | `world` | the clock and the order of events |
//!
//! After the time that was asked for everything heals: nobody fails any more, everybody comes and reads. Then all that was promised must
//! have arrived, and the server must hold nothing.

mod cable;
mod life;
mod link;
mod person;
mod plan;
mod records;
mod sabotage;
mod talk;
mod world;

pub use sabotage::Sabotage;
pub use world::{Summary, simulate};
