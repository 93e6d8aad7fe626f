//! The work that is counted: operations, each done many times, between a server and hosts that are
//! smoltcp too.
//! Knows no process, no emulator and no counter: whoever counts stands outside.
//!
//! | file | holds |
//! |---|---|
//! | `wire` | the frames under way, as a device of the server and of each host |
//! | `leaking` | memory that is never given back |
//! | `by_ssh` | the server's door for SSH, and what its users show |
//! | `host` | one host with one connection, and what it hears |
//! | `world` | all hosts on one wire with a server, whatever runs that server |
//! | `operations` | a message, a broadcast, a login, a list of users online, a call by SSH |
//! | `memory` | the server in this process, for callgrind |
//! | `command` | the command line of both programs |

mod by_ssh;
pub mod command;
mod host;
mod leaking;
mod memory;
mod operations;
mod wire;
mod world;

pub use by_ssh::{Proof, users_key};
pub use host::SERVER;
pub use leaking::Leaking;
pub use memory::{in_memory, in_memory_by_ssh};
pub use operations::{Account, Operation, gather, gather_by_ssh};
pub use wire::{Received, Sending, Wire};
pub use world::{Machine, World};
