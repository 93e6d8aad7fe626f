//! The worlds in which the server is tried: a simulated one, and the real programs and images in a
//! network namespace of their own.

pub mod avahi;
pub mod board_cost;
pub mod chance;
pub mod conversations;
pub mod course;
pub mod emulated;
pub mod floods;
pub mod folder;
pub mod forger;
pub mod frames;
pub mod kept;
pub mod killed;
pub mod lan;
mod ledger;
pub mod model;
pub mod namespace;
pub mod pair;
pub mod pattern;
pub mod peers;
pub mod program;
pub mod raw;
pub mod real;
pub mod relay;
pub mod segment;
pub mod setting;
pub mod simulated;
pub mod simulator;
pub mod sniffer;
pub mod ssh;
pub mod ssh_attacks;
pub mod ssh_programs;
pub mod stage;
pub mod terminal;
pub mod transcript;
pub mod written_peer;
