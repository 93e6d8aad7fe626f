//! The connections that have proven nothing yet, oldest first, so that strangers are few and never
//! keep a peer out.

use std::collections::VecDeque;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections that have proven nothing; the oldest gives way.
pub(crate) const UNPROVEN_MAX: usize = 16;

#[derive(Debug, Default)]
struct List {
    sockets: VecDeque<(u64, Arc<TcpStream>)>,
    next: u64,
}

/// The connections that have proven nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unproven(Arc<Mutex<List>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Entry {
    unproven: Unproven,
    number: u64,
}

impl Unproven {
    pub(crate) fn enter(&self, socket: &Arc<TcpStream>) -> Entry {
        let mut list = self.lock();
        if list.sockets.len() >= UNPROVEN_MAX
            && let Some((_, oldest)) = list.sockets.pop_front()
        {
            // Its thread sees the end and goes.
            let _ = oldest.shutdown(Shutdown::Both);
        }
        let number = list.next;
        list.next += 1;
        list.sockets.push_back((number, socket.clone()));
        Entry { unproven: self.clone(), number }
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.unproven.lock().sockets.retain(|(number, _)| *number != self.number);
    }
}
