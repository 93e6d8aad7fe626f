//! # smolchat-firmware
//!
//! The chat server's program for boards: everything but pins, clocks and the network device. A
//! board hands in its [`Product`], its device, its [`Memory`] and a [`Board`], and calls [`run`].
//! The loop inside is the same as on a host.
//!
//! | file | holds |
//! |---|---|
//! | `board` | what a board must be able to do |
//! | `product` | the settings that differ between products: capacities, addresses, rules |
//! | `memory`, `sizes` | the memory that is lent to the server, and what a connection, a user, a message and a block take of it |
//! | `accounts` | the accounts that were baked in |
//! | `doors` | what an image listens for: the port for lines |
//! | `ssh` | (feature `ssh`) the door for SSH, and its key |
//! | `console` | (feature `console`) orders over a serial line |
//! | `settings` | (feature `console`) settings that the store keeps |
//! | `chance` | (feature `ssh`) the generator that SSH draws from |
//! | `store`, `flash` | the store; the flash of a board without a store |
//! | `program` | start, serve, goodbye, start anew |
//! | `hashing` | hashes of passwords, a few rounds between two rounds of the loop |
//! | `environment` | the world around the server: sleep, watchdog, entropy, figures |
//! | `stack` | how deep the stack went |
//! | `log` | the log, by defmt |

#![cfg_attr(target_os = "none", no_std)]

mod accounts;
mod board;
#[cfg(feature = "ssh")]
mod chance;
#[cfg(feature = "console")]
mod console;
mod doors;
mod environment;
mod flash;
mod hashing;
mod log;
mod memory;
mod product;
mod program;
#[cfg(feature = "console")]
mod serial;
#[cfg(feature = "console")]
mod settings;
mod sizes;
#[cfg(feature = "ssh")]
mod ssh;
mod stack;
mod start_error;
mod store;
#[cfg(test)]
mod testing;

pub use accounts::{ACCOUNTS, KEYS};
pub use board::{Board, ResetReason, WATCHDOG_PERIOD};
pub use flash::NoFlash;
pub use memory::{Memory, memory_bytes};
#[cfg(feature = "mdns")]
pub use product::NAME;
pub use product::{Addressing, Product};
pub use program::run;
#[cfg(feature = "console")]
pub use serial::Serial;
pub use sizes::Sizes;
#[cfg(feature = "ssh")]
pub use ssh::{SshDoor, run_with_ssh, ssh_memory_bytes, ssh_session_bytes};
