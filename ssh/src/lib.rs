//! # smolchat-ssh
//!
//! SSH sessions as values. What a peer's TCP brings goes in, and the plain bytes of one channel
//! come out; replies go the other way. `no_std`, no allocation, no socket, no clock and no chat:
//! time, transport and memory are arguments, and the caller decides who may log in.
//!
//! [`Ssh`] is a carrier for core's driver. Its [`Door`] holds as many [`Session`]s as its memory
//! lends. It serves the shell, or the subsystem [`SUBSYSTEM`], on one channel of each session. A
//! shell has a terminal with the feature `terminal`. Commands, environment, further channels and
//! forwarding are refused. The protocol itself is `sunset`'s.
//!
//! # Chance
//!
//! `sunset` draws its own keys from the `getrandom` crate, and takes no source of chance as an
//! argument. On a host that is the operating system's. On a board the product must
//!
//! - build with `--cfg getrandom_backend="custom"`, and define `__getrandom_v03_custom`;
//! - answer there from a generator that it has seeded with at least 32 bytes of the board's true
//!   entropy. The function must not fail: `sunset` panics if it does.
//!
//! A board without such entropy opens no door. [`Door::new`] asks for 32 bytes once, and refuses if
//! there are none. It cannot tell good bytes from bad ones. An emulated board may seed from its
//! emulator's host, as it does for the chat.
//!
//! # What a session costs
//!
//! | part of a session | 32 bits | 64 bits |
//! |---|---|---|
//! | its state | about 2.5 KiB | about 4 KiB |
//! | its buffers, [`Sizes::SMALL`] | 4 KiB | 4 KiB |
//! | the same with the feature `mlkem` | 5.3 KiB | 5.3 KiB |
//! | its buffers, [`Sizes::LARGE`] | 8 KiB | 8 KiB |
//! | its terminal, with the feature | 7 KiB (`SMALL`) | 28 KiB (`LARGE`) |
//! | stack of a key exchange | 3.4 KiB | more |
//! | the same with the feature `mlkem` | 28 KiB | more |
//! | stack of a login by key | 9.8 KiB | more |
#![cfg_attr(not(test), no_std)]
#![deny(unsafe_code)]

mod carriers;
mod channel;
mod dispatch;
mod door;
mod guard;
mod host_key;
mod place;
mod place_list;
mod reclaim;
mod round;
mod session;
mod shell;
mod sizes;
#[cfg(test)]
mod tests;
mod transport;

pub use carriers::{Ssh, SshMemory};
pub use channel::Channel;
pub use dispatch::{Asked, CLIENT_SUBSYSTEM, PRELUDE, SUBSYSTEM};
pub use door::{BANNED_LINE, Door, DoorError, DoorMemory, FULL_LINE, Full, Opened};
pub use guard::Limits;
pub use host_key::{Fingerprint, HostKey, PublicKey};
pub use round::{Progress, Round};
pub use session::Session;
pub use sizes::{Sizes, TooSmall};
pub use smolchat_core::carrier::{Attempt, End, Proof, Verdict};
pub use transport::WriteError;
