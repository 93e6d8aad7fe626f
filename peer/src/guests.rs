//! Who is here: the links with each user, from the proven hello on, and the users of whom none is
//! wanted. A peer may not fill this client with its links, and a blocked one has no more of them.

use std::collections::BTreeSet;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::kind::Kind;
use crate::side::Side;

/// Links of one kind that one user may have made with this client, those under way among them.
pub(crate) const LINKS_MAX: usize = 8;

#[derive(Debug)]
struct Guest {
    number: u64,
    user: String,
    kind: Kind,
    side: Side,
    /// The peer has proven its key, too.
    is_linked: bool,
    socket: Arc<TcpStream>,
}

#[derive(Debug, Default)]
struct List {
    guests: Vec<Guest>,
    refused: BTreeSet<String>,
    next: u64,
}

/// Who is here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guests(Arc<Mutex<List>>);

/// A place for one link, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    guests: Guests,
    number: u64,
}

impl Guests {
    /// A place for a link with this user. `side` is the own one. None if the user is refused, or
    /// has made too many already.
    pub(crate) fn enter(
        &self,
        user: &str,
        kind: Kind,
        side: Side,
        socket: &Arc<TcpStream>,
    ) -> Option<Seat> {
        let mut list = self.lock();
        if list.refuses(user, kind, side) {
            return None;
        }
        let is_alike = |one: &&Guest| (&*one.user, one.kind, one.side) == (user, kind, side);
        if side == Side::Listener && list.guests.iter().filter(is_alike).count() >= LINKS_MAX {
            return None;
        }
        let number = list.next;
        list.next += 1;
        let (user, socket) = (user.to_owned(), socket.clone());
        list.guests.push(Guest { number, user, kind, side, is_linked: false, socket });
        drop(list);
        Some(Seat { guests: self.clone(), number })
    }

    /// Whether no link is to be with this user. A refused one may still be called for talk.
    pub(crate) fn refuses(&self, user: &str, kind: Kind, side: Side) -> bool {
        self.lock().refuses(user, kind, side)
    }

    /// From now on the user makes no link with this client. Those that stand are cut, all but talk:
    /// whoever talks ends that by a word.
    pub(crate) fn refuse(&self, user: &str) {
        let mut list = self.lock();
        list.refused.insert(user.to_owned());
        let is_talk =
            |one: &Guest| one.kind == Kind::Talk && (one.is_linked || one.side == Side::Connector);
        for guest in list.guests.iter().filter(|one| one.user == user && !is_talk(one)) {
            // Its threads see the end and go.
            let _ = guest.socket.shutdown(Shutdown::Both);
        }
    }

    /// The user may come again.
    pub(crate) fn admit(&self, user: &str) {
        self.lock().refused.remove(user);
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn refuses(&self, user: &str, kind: Kind, side: Side) -> bool {
        self.refused.contains(user) && (side, kind) != (Side::Connector, Kind::Talk)
    }
}

impl Seat {
    /// The link stands.
    pub(crate) fn stand(&self) {
        let mut list = self.guests.lock();
        let guest = list.guests.iter_mut().find(|one| one.number == self.number);
        guest.into_iter().for_each(|guest| guest.is_linked = true);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.guests.lock().guests.retain(|one| one.number != self.number);
    }
}
