//! The cost of the server's work, in instructions: deeds, each done many times, between a server
//! and hosts that are smoltcp too. Counts, other than times, do not depend on how busy the machine
//! is. Who counts stands outside.
//! Touches nothing but memory, and for a board the emulator.
//!
//! | file | holds |
//! |---|---|
//! | `wire` | the frames under way, as a device of the server and of each host |
//! | `host` | one host with one connection, and what it hears |
//! | `world` | all hosts on one wire with a server, whatever runs that |
//! | `deeds` | a message, a broadcast, a login, a list of who is online |
//! | `memory` | the server in this process, for callgrind |
//! | `board` | an image in the emulator, which counts by itself |

mod board;
mod deeds;
mod host;
mod memory;
mod wire;
mod world;

pub use board::{Figure, on_board};
pub use deeds::Deed;
pub use memory::in_memory;
