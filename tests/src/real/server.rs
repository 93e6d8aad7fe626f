//! What a test asks of a server on a wire, whatever it runs on, beside what its clients can.
//! Touches nothing.

use std::io;
use std::net::SocketAddr;

use crate::namespace::Namespace;

/// A running server.
pub trait Server {
    /// Where clients connect.
    fn address(&self) -> SocketAddr;

    /// What `status` tells behind the driver's figures, as patterns, in their order.
    fn figures(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether accounts can be written down.
    ///
    /// # Errors
    /// The machine's word.
    fn set_store_works(&mut self, works: bool) -> io::Result<()>;

    /// Asks the server to stop in good order, and waits until it listens again, with the accounts that it has written down.
    ///
    /// # Errors
    /// What it said instead.
    fn restart(&mut self) -> Result<(), String>;
}

/// Where clients are, and where they find their server.
#[derive(Clone, Copy, Debug)]
pub struct Place<'n> {
    /// The clients' namespace.
    pub namespace: &'n Namespace,
    /// Where they connect.
    pub server: SocketAddr,
}

/// What is tried at a place: its name, and who plays it.
pub type Play = (&'static str, fn(&Place<'_>));
