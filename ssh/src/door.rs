//! The door: as many sessions as memory was lent for, and who gets one when none is left. Whoever
//! is no user of the chat is a stranger here. Knows no packet.

use core::cmp::Reverse;
use core::fmt;

use smolchat_core::arena::{Arena, end_of_slice};
use smolchat_core::carrier::{Attempt, End, Ready, Verdict};
use smolchat_core::time::Instant;
use smolchat_core::transport::Transport;

use crate::channel::Channel;
use crate::guard::Limits;
use crate::host_key::HostKey;
use crate::place::Place;
use crate::place_list::PlaceList;
use crate::round::{Progress, Round};
use crate::session::Session;
use crate::shell::Terminal;
use crate::sizes::{Sizes, TooSmall};

/// What a newcomer without a place is told in clear, before the close. SSH lets a server send lines
/// before its version (RFC 4253, 4.2).
pub const FULL_LINE: &[u8] = b"smolchat: all places for SSH are taken, try again later\r\n";

/// What a newcomer is told in clear whose address an operator keeps out.
pub const BANNED_LINE: &[u8] = b"smolchat: you are banned from this server\r\n";

/// Why no door can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorError {
    /// There is no source of chance.
    NoEntropy,
    /// A buffer is shorter than a session needs.
    TooSmall,
}

/// A newcomer gets no place: users of the chat hold all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// A place for a newcomer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The number of the session, below [`Door::len`].
    pub session: usize,
    /// The place was a stranger's, whose connection must now be closed.
    pub evicted: bool,
}

/// The memory of a [`Door`].
#[derive(Debug)]
pub struct DoorMemory<'s> {
    sizes: Sizes,
    places: &'s mut [Place<'s>],
    buffers: &'s mut [u8],
    terminals: &'s mut [Terminal<'s>],
    free: &'s mut [u32],
    strangers: &'s mut [u32],
}

impl<'s> DoorMemory<'s> {
    /// Cuts memory for `count` sessions from `arena`.
    pub fn from_arena(count: usize, sizes: &Sizes, arena: &mut impl Arena<'s>) -> Self {
        let terminals = arena.slice(count);
        for at in 0..count {
            let terminal = Place::terminal(sizes, arena);
            // An arena that only counts has no place for it.
            if let Some(place) = terminals.get_mut(at) {
                *place = terminal;
            }
        }
        DoorMemory {
            sizes: *sizes,
            terminals,
            places: arena.slice(count),
            buffers: arena.slice(count * sizes.total()),
            free: arena.slice(count),
            strangers: arena.slice(count),
        }
    }

    /// The end of that memory, in bytes, if it begins at `from`.
    pub const fn end(count: usize, sizes: &Sizes, from: usize) -> usize {
        let (mut end, mut at) = (end_of_slice::<Terminal<'static>>(from, count), 0);
        while at < count {
            end = sizes.terminal.end(end);
            at += 1;
        }
        end = end_of_slice::<Place<'static>>(end, count);
        end = end_of_slice::<u8>(end, count * sizes.total());
        // Free places, and those of strangers.
        end = end_of_slice::<u32>(end, count);
        end_of_slice::<u32>(end, count)
    }
}

/// All sessions of a server, and what they have in common.
#[derive(Debug)]
pub struct Door<'s> {
    places: &'s mut [Place<'s>],
    /// Places that nobody has.
    free: PlaceList<'s>,
    /// Places of strangers, oldest first.
    strangers: PlaceList<'s>,
    host_key: HostKey,
    limits: Limits,
    steps: u32,
}

impl<'s> Door<'s> {
    /// A door in lent memory. The host key's seed was good entropy; here the other source of chance
    /// is tried, which the sessions draw from.
    pub fn new(lent: DoorMemory<'s>, host_key: HostKey, limits: Limits) -> Result<Self, DoorError> {
        getrandom::fill(&mut [0; 32]).map_err(|_| DoorError::NoEntropy)?;
        let DoorMemory { sizes, places, buffers, terminals, free, strangers } = lent;
        sizes.check()?;
        let buffers = buffers.chunks_exact_mut(sizes.total());
        let mut terminals = terminals.iter_mut();
        for (place, buffers) in places.iter_mut().zip(buffers) {
            // Where no shell has a terminal, an arena lends no row for it.
            let terminal = terminals.next().map(core::mem::take).unwrap_or_default();
            place.set(Session::new(buffers, &sizes)?, terminal);
        }
        let mut free = PlaceList::new(free);
        (0..places.len()).rev().for_each(|place| free.push(place));
        let most = places.len().min(limits.strangers.into());
        let strangers = PlaceList::new(strangers.get_mut(..most).unwrap_or_default());
        Ok(Door { places, free, strangers, host_key, limits, steps: limits.steps })
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

    /// A place for a newcomer from `source`, a number that the caller has for an address. If no
    /// place is free, or there are as many strangers as the limits allow, a stranger makes room,
    /// of a source with the most strangers. The newcomer counts for its own source, so a source
    /// cannot take what others hold. Among such sources goes whoever has exchanged no keys, before
    /// people who type; then the oldest.
    pub fn open(&mut self, now: Instant, source: u64) -> Result<Opened, Full> {
        let may_take = !self.strangers.is_full();
        let free = if may_take { self.free.pop() } else { None };
        let session = free.or_else(|| self.evict(source)).ok_or(Full)?;
        self.strangers.push(session);
        self.places[session].open(now, source);
        Ok(Opened { session, evicted: free.is_none() })
    }

    /// The connection of this session is over. Its place is free.
    pub fn close(&mut self, session: usize) {
        let Some(place) = self.places.get_mut(session) else { return };
        if place.close() {
            self.strangers.remove(session);
            self.free.push(session);
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
        let Door { places, host_key, limits, steps, .. } = self;
        let place = places.get_mut(session).ok_or(End::Closed)?;
        place.progress(&mut Round { now, host_key, limits, steps }, below, login)
    }

    /// The peer of this session is a user of the chat, so it makes room for nobody.
    pub fn settle(&mut self, session: usize) {
        let Some(place) = self.places.get_mut(session) else { return };
        if !core::mem::replace(&mut place.is_settled, true) {
            self.strangers.remove(session);
        }
    }

    /// A peer that may speak to the server, until it is [settled](Self::settle).
    pub fn ready(&self, session: usize) -> Option<Ready> {
        self.places.get(session)?.ready()
    }

    /// When [`progress`](Self::progress) must be called for a session even without news.
    pub fn poll_at(&self, now: Instant, session: usize) -> Option<Instant> {
        self.places.get(session)?.poll_at(now, &self.limits)
    }

    /// Whether a session has still to hand something to the transport below.
    pub fn is_sending(&self, session: usize) -> bool {
        self.places.get(session).is_some_and(Place::is_sending)
    }

    /// What the server reads from and writes to; `None` if there is no such place.
    pub fn channel(&mut self, session: usize) -> Option<Channel<'_, 's>> {
        self.places.get_mut(session).map(Place::channel)
    }

    /// Takes a place from the stranger that makes room for one more of `newcomer`. The chat has
    /// the same rule for its own strangers, but knows no exchange of keys.
    fn evict(&mut self, newcomer: u64) -> Option<usize> {
        let Door { places, strangers, .. } = self;
        let source = |place: usize| places[place].source;
        let count = |of: Option<u64>| {
            let others = strangers.iter().filter(|place| source(*place) == of).count();
            others + usize::from(of == Some(newcomer))
        };
        // The share goes before silence: otherwise two sources that exchange keys would push out
        // everybody else in the middle of a handshake.
        let rank = |place: &usize| (Reverse(count(source(*place))), places[*place].has_keys());
        // The first of the least: strangers stand in the order in which they came.
        let place = strangers.iter().min_by_key(rank)?;
        strangers.remove(place);
        Some(place)
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
