//! # smolchat-embassy
//!
//! The layer between Embassy's drivers and the chat server's program, which the real boards share,
//! whatever their part.
//!
//! | file | holds |
//! |---|---|
//! | `adapter` | an Embassy network driver as smoltcp's device |
//! | `background` | a driver whose other half is a future, as one driver |
//! | `flag` | a flag that a waker raises |
//! | `sleep` | the clock, and sleep until a frame or a moment |
//! | `addressing` | the address that the build's settings give |
//! | `identity` | an Ethernet address of the part's own |
//! | `partition` | the end of the part's own flash, for the store |
//! | `reset` | why the part started, from the flags that it keeps |
//! | `w5500` | whether a frame waits in that chip, asked of the chip itself |

#![cfg_attr(target_os = "none", no_std)]

mod adapter;
mod addressing;
mod background;
mod flag;
mod identity;
mod partition;
mod reset;
mod sleep;
#[cfg(test)]
mod stub;
pub mod w5500;

pub use adapter::Adapter;
pub use addressing::{ADDRESSING, LINES_BESIDE_SSH};
pub use background::Background;
pub use identity::mac;
pub use partition::Partition;
pub use reset::ResetFlags;
pub use sleep::{now, sleep};
