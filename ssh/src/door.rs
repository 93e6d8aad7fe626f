//! The door: as many sessions as memory was lent for, and who gets one when none is left.
//! Knows no packet.

use core::cmp::Reverse;
use core::fmt;

use smolchat_core::arena::Arena;
use smolchat_core::time::Instant;
use smolchat_core::transport::Transport;

use crate::end::End;
use crate::guard::Limits;
use crate::host_key::HostKey;
use crate::login::{Attempt, Verdict};
use crate::round::{Progress, Round};
use crate::session::Session;
use crate::sizes::{Sizes, TooSmall};

/// What a newcomer without a place is told in clear, before the close. SSH lets a server send lines
/// before its version (RFC 4253, 4.2).
pub const FULL_LINE: &[u8] = b"smolchat: all places for SSH are taken, try again later\r\n";

/// Why no door can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorError {
    /// There is no source of chance.
    NoEntropy,
    /// A buffer is shorter than a session needs.
    TooSmall,
}

/// A newcomer gets no place: peers with the chat hold all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// A place for a newcomer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The number of the session, below [`Door::len`].
    pub session: usize,
    /// The place was that of a peer without the chat, whose connection must now be closed.
    pub evicted: bool,
}

/// One place.
#[derive(Debug, Default)]
struct Place<'s> {
    session: Session<'s>,
    /// What a peer's source is to the caller, and when it came; `None` if the place is free.
    taken: Option<(u32, Instant)>,
}

/// All sessions of a server, and what they have in common.
#[derive(Debug)]
pub struct Door<'s> {
    places: &'s mut [Place<'s>],
    host_key: HostKey,
    limits: Limits,
    steps: u32,
}

impl<'s> Door<'s> {
    /// A door for `count` sessions, with all memory from `arena`. The host key's seed was good
    /// entropy; here the other source of chance is tried, which the sessions draw from.
    pub fn new(
        arena: &mut impl Arena<'s>,
        count: usize,
        sizes: &Sizes,
        host_key: HostKey,
        limits: Limits,
    ) -> Result<Self, DoorError> {
        getrandom::fill(&mut [0; 32]).map_err(|_| DoorError::NoEntropy)?;
        sizes.check()?;
        let places: &'s mut [Place<'s>] = arena.slice(count);
        let memory = arena.slice(count * sizes.total());
        for (place, memory) in places.iter_mut().zip(memory.chunks_exact_mut(sizes.total())) {
            place.session = Session::new(memory, sizes)?;
        }
        Ok(Door { places, host_key, limits, steps: limits.steps })
    }

    /// Places, free or not.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no place at all.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// What peers compare.
    pub fn host_key(&self) -> &HostKey {
        &self.host_key
    }

    /// A round of the caller's loop begins, with its steps.
    pub fn begin_round(&mut self) {
        self.steps = self.limits.steps;
    }

    /// A place for a newcomer from `source`, a number that the caller has for an address. If all
    /// places are taken, a peer without the chat makes room: the oldest of the source with the most
    /// such peers. The newcomer counts for its own source, so a source cannot take what others
    /// hold. Looks at all places, and is called once for a connection.
    pub fn open(&mut self, now: Instant, source: u32) -> Result<Opened, Full> {
        let free = self.places.iter().position(|place| place.taken.is_none());
        let session = free.or_else(|| self.gives_way(source)).ok_or(Full)?;
        let place = &mut self.places[session];
        place.taken = Some((source, now));
        place.session.open(now);
        Ok(Opened { session, evicted: free.is_none() })
    }

    /// The connection of this session is over. Its place is free.
    pub fn close(&mut self, session: usize) {
        if let Some(place) = self.places.get_mut(session) {
            place.session.close();
            place.taken = None;
        }
    }

    /// [`Session::progress`] of one session.
    pub fn progress<T: Transport>(
        &mut self,
        now: Instant,
        session: usize,
        below: &mut T,
        login: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Progress, End> {
        let Door { places, host_key, limits, steps } = self;
        let place = places.get_mut(session).ok_or(End::Closed)?;
        place.session.progress(&mut Round { now, host_key, limits, steps }, below, login)
    }

    /// When [`progress`](Self::progress) must be called for a session even without news.
    pub fn poll_at(&self, now: Instant, session: usize) -> Option<Instant> {
        self.places.get(session)?.session.poll_at(now, &self.limits)
    }

    /// One session, which the server reads from and writes to; `None` if there is no such place.
    pub fn session(&mut self, session: usize) -> Option<&mut Session<'s>> {
        self.places.get_mut(session).map(|place| &mut place.session)
    }

    /// Peers without the chat: where, from which source, since when.
    fn strangers(&self) -> impl Iterator<Item = (usize, u32, Instant)> {
        let places = self.places.iter().enumerate();
        places.filter(|(_, place)| place.session.asked().is_none()).filter_map(|(at, place)| {
            let (source, since) = place.taken?;
            Some((at, source, since))
        })
    }

    /// Peers without the chat from this source.
    fn count(&self, source: u32) -> usize {
        self.strangers().filter(|(_, of, _)| *of == source).count()
    }

    /// The place of the stranger that makes room for one more of `newcomer`.
    fn gives_way(&self, newcomer: u32) -> Option<usize> {
        let rank = |&(_, source, since): &(usize, u32, Instant)| {
            (Reverse(self.count(source) + usize::from(source == newcomer)), since)
        };
        self.strangers().min_by_key(rank).map(|(at, ..)| at)
    }
}

impl From<TooSmall> for DoorError {
    fn from(_: TooSmall) -> Self {
        DoorError::TooSmall
    }
}

impl fmt::Display for DoorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DoorError::NoEntropy => f.write_str("there is no source of chance"),
            DoorError::TooSmall => TooSmall.fmt(f),
        }
    }
}

impl core::error::Error for DoorError {}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("all places for SSH are taken")
    }
}

impl core::error::Error for Full {}
