//! SSH as a carrier for the driver: which session of the door each connection has. Knows no packet
//! and no user.

use smolchat_core::arena::{Arena, end_of_slice};
use smolchat_core::carrier::{
    Attempt, Carrier, Carriers, End, Opening, Over, Ready, Verdict, Wait,
};
use smolchat_core::time::Instant;
use smolchat_core::transport::Transport;

use crate::channel::Channel;
use crate::door::{BANNED_LINE, Door, DoorError, DoorMemory, FULL_LINE, Full, Opened};
use crate::guard::Limits;
use crate::host_key::HostKey;
use crate::round::Progress;
use crate::sizes::Sizes;

/// What a connection has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Link {
    /// It is not carried.
    #[default]
    Plain,
    /// No session: it is to end.
    Shut,
    /// The session of this number.
    Session(u16),
}

/// The memory of SSH: a door, and a row for each connection and each session.
#[derive(Debug)]
pub struct SshMemory<'s> {
    door: DoorMemory<'s>,
    links: &'s mut [Link],
    connections: &'s mut [u16],
}

impl<'s> SshMemory<'s> {
    /// Cuts memory for `sessions` sessions among `places` connections from `arena`.
    pub fn from_arena(
        places: usize,
        sessions: usize,
        sizes: &Sizes,
        arena: &mut impl Arena<'s>,
    ) -> Self {
        SshMemory {
            door: DoorMemory::from_arena(sessions, sizes, arena),
            links: arena.slice(places),
            connections: arena.slice(sessions),
        }
    }

    /// The end of that memory, in bytes, if it begins at `from`. A board's compiler computes it.
    pub const fn end(places: usize, sessions: usize, sizes: &Sizes, from: usize) -> usize {
        let end = DoorMemory::end(sessions, sizes, from);
        let end = end_of_slice::<Link>(end, places);
        end_of_slice::<u16>(end, sessions)
    }
}

/// SSH as a carrier.
#[derive(Debug)]
pub struct Ssh<'s> {
    /// `None` if nothing is carried.
    door: Option<Door<'s>>,
    /// What each connection has.
    links: &'s mut [Link],
    /// The connection of each session.
    connections: &'s mut [u16],
}

impl<'s> Ssh<'s> {
    /// The carrier in lent memory, with the server's key.
    ///
    /// # Errors
    /// [`DoorError`] says why the door stays shut.
    pub fn new(lent: SshMemory<'s>, host_key: HostKey, limits: Limits) -> Result<Self, DoorError> {
        let SshMemory { door, links, connections } = lent;
        Ok(Ssh { door: Some(Door::new(door, host_key, limits)?), links, connections })
    }

    /// A carrier that carries nothing.
    pub fn closed() -> Self {
        Ssh { door: None, links: &mut [], connections: &mut [] }
    }

    /// The number of the connection's session.
    fn number(&self, connection: usize) -> Option<usize> {
        match self.links.get(connection) {
            Some(Link::Session(session)) => Some(usize::from(*session)),
            _ => None,
        }
    }

    fn link(&mut self, connection: usize, link: Link) {
        if let Some(place) = self.links.get_mut(connection) {
            *place = link;
        }
    }
}

impl<'s> Carriers for Ssh<'s> {
    type Session<'a>
        = Channel<'a, 's>
    where
        Self: 'a;

    fn carries(&self, carrier: Carrier) -> bool {
        carrier == Carrier::Ssh && self.door.is_some()
    }

    #[inline]
    fn has(&self, connection: usize) -> bool {
        self.links.get(connection).is_some_and(|link| *link != Link::Plain)
    }

    fn begin_round(&mut self) {
        if let Some(door) = &mut self.door {
            door.begin_round();
        }
    }

    fn open(&mut self, now: Instant, connection: usize, source: u64) -> Opening {
        let opened = self.door.as_mut().ok_or(Full).and_then(|door| door.open(now, source));
        let Ok(Opened { session, evicted }) = opened else { return Opening::Full };
        let before = core::mem::replace(&mut self.connections[session], connection as u16);
        self.link(connection, Link::Session(session as u16));
        if !evicted {
            return Opening::Open;
        }
        self.link(before.into(), Link::Shut);
        Opening::InPlaceOf(before.into())
    }

    fn refuse(&mut self, connection: usize, why: End) -> &'static [u8] {
        self.link(connection, Link::Shut);
        match why {
            End::Banned => BANNED_LINE,
            _ => FULL_LINE,
        }
    }

    fn close(&mut self, connection: usize) {
        if let (Some(session), Some(door)) = (self.number(connection), &mut self.door) {
            door.close(session);
        }
        self.link(connection, Link::Plain);
    }

    fn progress<T: Transport>(
        &mut self,
        now: Instant,
        connection: usize,
        below: &mut T,
        login: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Wait, Over> {
        let (Some(session), Some(door)) = (self.number(connection), &mut self.door) else {
            return Ok(Wait::News);
        };
        match door.progress(now, session, below, login) {
            Ok(Progress::Again) => Ok(Wait::Turn),
            Ok(Progress::Rest) => Ok(door.poll_at(now, session).map_or(Wait::News, Wait::Until)),
            Err(end) => {
                door.close(session);
                self.link(connection, Link::Shut);
                Err(Over(end))
            }
        }
    }

    fn session(&mut self, connection: usize) -> Option<Channel<'_, 's>> {
        match self.links.get(connection)? {
            Link::Plain => None,
            Link::Shut => Some(Channel::Shut),
            Link::Session(session) => {
                let channel = self.door.as_mut()?.channel((*session).into());
                Some(channel.unwrap_or(Channel::Shut))
            }
        }
    }

    fn is_sending(&self, connection: usize) -> bool {
        let door = self.door.as_ref().zip(self.number(connection));
        door.is_some_and(|(door, session)| door.is_sending(session))
    }

    fn ready(&self, connection: usize) -> Option<Ready> {
        self.door.as_ref()?.ready(self.number(connection)?)
    }

    fn settle(&mut self, connection: usize) {
        if let (Some(session), Some(door)) = (self.number(connection), &mut self.door) {
            door.settle(session);
        }
    }
}
