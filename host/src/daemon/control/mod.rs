//! The control socket: operators give orders to a running server, line by line, and hear its
//! answers in the lines of the protocol. Only root and the server's own user are heard. Every
//! buffer is there from the start, and nobody is waited for.
//! Knows who has come; `turn` has the order of things, and `orders` knows what an order is.

mod doing;
mod orders;
mod socket;
mod turn;
mod visitor;

use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;

use heapless::Vec;
use rustix::event::{PollFd, PollFlags};
use rustix::net::sockopt::socket_peercred;
use rustix::net::{SocketFlags, accept_with};
use rustix::process::{Uid, geteuid};
use smolchat_core::time::{Duration, Instant};

use doing::Doing;
use socket::Bound;
pub(super) use socket::{NoSocket, connect, path};
use visitor::Visitor;

/// Operators at once.
pub(super) const VISITORS: usize = 8;
/// An operator who says nothing for so long has left.
const SILENCE: Duration = Duration::from_secs(60);
/// An operator who does not read an answer for so long is let go.
const PATIENCE: Duration = Duration::from_secs(10);
/// If all places are taken, whoever moved nothing for so long makes room.
const IDLE: Duration = Duration::from_secs(1);
/// How often somebody looks for those who are silent.
const TICK: Duration = Duration::from_secs(1);

const FULL: &[u8] = b"490 too many operators at once, try again\n";
const STRANGER: &[u8] = b"590 only root and the server's own user may give orders\n";

/// The socket, and whoever has come.
#[derive(Debug)]
pub(super) struct Control {
    bound: Bound,
    own: Uid,
    guests: Vec<Guest, VISITORS>,
    has_news: bool,
    next_tick: Instant,
}

/// An operator, and what is under way for it.
#[derive(Debug)]
struct Guest {
    visitor: Visitor,
    doing: Doing,
}

impl Control {
    /// Listens at `path`.
    ///
    /// # Errors
    /// There is no socket.
    pub(super) fn open(path: &Path) -> Result<Self, NoSocket> {
        Ok(Control {
            bound: Bound::at(path)?,
            own: geteuid(),
            guests: Vec::new(),
            has_news: false,
            next_tick: Instant::START,
        })
    }

    /// What `poll` is to wait for: the socket, and whoever has come.
    pub(super) fn watched(&self) -> impl Iterator<Item = PollFd<'_>> {
        let listens = PollFd::from_borrowed_fd(self.bound.socket().as_fd(), PollFlags::IN);
        let guests = self.guests.iter().map(|Guest { visitor, .. }| {
            PollFd::from_borrowed_fd(visitor.as_fd(), visitor.interest())
        });
        std::iter::once(listens).chain(guests)
    }

    /// Somebody has said something, or an answer can go on.
    pub(super) fn note_news(&mut self) {
        self.has_news = true;
    }

    /// When the loop is to come back though nobody says anything.
    pub(super) fn due(&mut self, now: Instant) -> Option<Instant> {
        if self.guests.is_empty() {
            return None;
        }
        if self.has_news {
            return Some(now);
        }
        if now >= self.next_tick {
            (self.has_news, self.next_tick) = (true, now + TICK);
        }
        Some(self.next_tick)
    }

    fn let_in(&mut self, now: Instant) {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        for _ in 0..VISITORS {
            let Ok(stream) = accept_with(self.bound.socket(), flags) else { return };
            self.welcome(stream.into(), now);
        }
        // There may be more.
        self.has_news = true;
    }

    fn welcome(&mut self, mut stream: UnixStream, now: Instant) {
        let may =
            socket_peercred(&stream).is_ok_and(|peer| peer.uid.is_root() || peer.uid == self.own);
        if may && self.guests.is_full() {
            self.make_room(now);
        }
        let is_full = self.guests.is_full();
        if !may || is_full {
            // A new socket takes so few bytes at once.
            let _ = stream.write(if may { FULL } else { STRANGER });
            return;
        }
        let guest = Guest { visitor: Visitor::new(stream, now), doing: Doing::Nothing };
        let _ = self.guests.push(guest);
    }

    /// Whoever moved nothing for longest makes room for somebody else.
    fn make_room(&mut self, now: Instant) {
        let idle = self.guests.iter().enumerate().filter(|(_, guest)| guest.waits_for_operator());
        let idle = idle.min_by_key(|(_, guest)| guest.visitor.moved);
        let idle = idle.filter(|(_, guest)| now.saturating_since(guest.visitor.moved) >= IDLE);
        if let Some((index, _)) = idle {
            self.guests.swap_remove(index);
        }
    }
}

impl Guest {
    /// Nothing goes on unless the operator says or reads something.
    fn waits_for_operator(&self) -> bool {
        !matches!(self.doing, Doing::Reloading(_))
    }

    fn is_over(&self, now: Instant) -> bool {
        let longest = if self.visitor.is_unread() { PATIENCE } else { SILENCE };
        let silent = now.saturating_since(self.visitor.moved);
        let has_left = self.visitor.is_over() && matches!(self.doing, Doing::Nothing);
        self.visitor.is_broken() || has_left || self.waits_for_operator() && silent >= longest
    }
}
