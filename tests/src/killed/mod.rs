//! A server that is killed at any moment, again and again, while people chat. Everything that it
//! said OK to is kept. Whoever plays it brings the server, and a way to kill and to start it.

mod housekeeping;
mod rounds;
mod user;

use std::net::SocketAddr;

use smolchat_core::store::Durability;

pub use crate::chance::Chance;
pub use rounds::{Summary, play};

/// A server that can be killed.
pub trait Mortal {
    /// Where clients connect.
    fn address(&self) -> SocketAddr;

    /// Starts it with what it has kept, and waits until it listens. From now on its OK means this.
    ///
    /// # Errors
    /// What it said instead.
    fn start(&mut self, durability: Durability) -> Result<(), String>;

    /// Ends it at once, without a chance to do anything, and waits until it is gone.
    ///
    /// # Errors
    /// The machine's word.
    fn kill(&mut self) -> Result<(), String>;

    /// Asks it to stop in good order, and waits until it has.
    ///
    /// # Errors
    /// What went wrong.
    fn stop(&mut self) -> Result<(), String>;
}
