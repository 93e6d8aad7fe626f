//! What both directions of a link share.

use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::Connection;

use super::standing::Standing;
use crate::guests::Seat;

/// What the reader and the writer share.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) socket: Arc<TcpStream>,
    pub(super) tls: Mutex<Connection>,
    pub(super) standing: Standing,
    /// Until the link is gone.
    pub(super) _seat: Seat,
}

impl Ends {
    pub(super) fn tls(&self) -> MutexGuard<'_, Connection> {
        self.tls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
