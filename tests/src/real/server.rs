//! The requests of a test to a server on a wire, beside its clients' lines, whatever the server
//! runs on.

use std::io;
use std::net::SocketAddr;

use crate::namespace::Namespace;

/// A running server.
pub trait Server {
    /// Where clients connect.
    fn address(&self) -> SocketAddr;

    /// The figures of `status` behind the driver's, and the key's fingerprint, as patterns, in
    /// order.
    fn figures(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether it takes operators' orders.
    fn takes_orders(&self) -> bool {
        true
    }

    /// Whether accounts can be written down.
    ///
    /// # Errors
    /// The machine's word.
    fn set_store_works(&mut self, works: bool) -> io::Result<()>;

    /// Asks the server to stop in good order, and waits until it listens again, with the accounts
    /// that it has written down.
    ///
    /// # Errors
    /// What it said instead.
    fn restart(&mut self) -> Result<(), String>;
}

/// The clients' place, and the server's address.
#[derive(Clone, Copy, Debug)]
pub struct Place<'n> {
    /// The clients' namespace.
    pub namespace: &'n Namespace,
    /// Where they connect.
    pub server: SocketAddr,
}

/// A trial at a place: its name, and its function.
pub type Play = (&'static str, fn(&Place<'_>));
