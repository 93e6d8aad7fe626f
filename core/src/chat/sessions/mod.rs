//! The connections and whose they are: strangers, users online, and connections that are leaving.

use core::net::{IpAddr, Ipv4Addr};
use core::ops::{Index, IndexMut};

use super::claims::Claim;
use super::id::{ConnectionId, UserId};
use super::strangers::Strangers;
use crate::environment::Remote;
use crate::protocol::{Addresses, MessageId, Token};
use crate::table::{LinkSlot, Links, List};
use crate::time::Instant;

/// Where a client listens for its peers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// The TCP port.
    pub port: u16,
    /// The ed25519 key by which peers know it.
    pub key: [u8; 32],
    /// Addresses beside the address that the server sees.
    pub addresses: Addresses,
}

/// A caller's introduction that its peer has not heard of yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Introduction {
    /// The called side.
    pub peer: ConnectionId,
    /// The token that both sides prove to each other.
    pub token: Token,
    /// The number of the next message when it was made, which is its place among the messages.
    pub before: MessageId,
}

/// The state of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nobody.
    #[default]
    Free,
    /// Connected, not logged in.
    Stranger,
    /// A user's session.
    Online(UserId),
    /// It hears its last lines, and nothing more is read from it.
    Leaving,
}

/// One connection's part in the chat.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) state: State,
    /// Where it comes from.
    pub from: Remote,
    /// The row of its source, while it is a stranger's.
    pub(super) source: u16,
    /// When the state began; for a user's session, also when the user last gave a command.
    pub since: Instant,
    /// Whether messages are kept until the client itself acknowledges them, and not only its TCP.
    pub acknowledges: bool,
    /// Whether the user was warned that the session ends for want of a command, or the stranger
    /// that its time to log in ends.
    pub(super) is_warned: bool,
    /// For a stranger, how long it was there when its client told last that a person types, in
    /// tenths of a second; `None` if it never did.
    pub(super) typed: Option<u16>,
    /// Whether the user hears what becomes of its messages.
    pub receipts: bool,
    /// The first login or logout that this session has not heard of.
    pub heard: u64,
    /// Where its client listens for peers.
    pub listening: Option<Listening>,
    pub(super) claim: Claim,
    pub(super) introduction: Option<Introduction>,
    pub(super) callers: List,
    /// Where the account begins that is to have another secret, while the product hashes that.
    #[cfg(feature = "operator")]
    pub(super) meant: Option<MessageId>,
}

impl Default for Session {
    fn default() -> Self {
        Session {
            state: State::Free,
            from: Remote::from(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            source: 0,
            since: Instant::START,
            acknowledges: false,
            is_warned: false,
            typed: None,
            receipts: false,
            heard: 0,
            listening: None,
            claim: Claim::Nothing,
            introduction: None,
            callers: List::default(),
            #[cfg(feature = "operator")]
            meant: None,
        }
    }
}

impl Session {
    /// The state of the connection.
    pub(super) fn state(&self) -> State {
        self.state
    }

    /// The row of its source, while it is a stranger's.
    pub(super) fn source(&self) -> u16 {
        self.source
    }

    /// Whose session it is.
    pub(super) fn user(&self) -> Option<UserId> {
        match self.state {
            State::Online(user) => Some(user),
            _ => None,
        }
    }
}

/// All connections.
#[derive(Debug)]
pub(super) struct Sessions<'s> {
    slots: &'s mut [Session],
    links: Links<'s>,
    strangers: Strangers<'s>,
    online: List,
    leaving: List,
    pub(super) caller_links: Links<'s>,
}

impl<'s> Sessions<'s> {
    pub(super) fn new(
        slots: &'s mut [Session],
        links: &'s mut [LinkSlot],
        caller_links: &'s mut [LinkSlot],
        strangers: Strangers<'s>,
    ) -> Self {
        Sessions {
            slots,
            links: Links::new(links),
            strangers,
            online: List::default(),
            leaving: List::default(),
            caller_links: Links::new(caller_links),
        }
    }

    /// Strangers and users online, who count against the capacity.
    pub(super) fn present(&self) -> usize {
        self.strangers.len() + self.online.len()
    }

    /// All connections, leaving ones included.
    pub(super) fn connected(&self) -> usize {
        self.present() + self.leaving.len()
    }

    /// How many users are online.
    pub(super) fn online_count(&self) -> usize {
        self.online.len()
    }

    /// The connections of the users online.
    pub(super) fn online(&self) -> impl Iterator<Item = ConnectionId> {
        self.links.iter(&self.online).map(|index| ConnectionId(index as u16))
    }

    /// One of the users online, as long as there is one.
    pub(super) fn first_online(&self) -> Option<ConnectionId> {
        self.online.front().map(|index| ConnectionId(index as u16))
    }

    /// The connection of the next user online, behind `connection`.
    pub(super) fn next_online(&self, connection: ConnectionId) -> Option<ConnectionId> {
        self.links.next(connection.index()).map(|index| ConnectionId(index as u16))
    }

    /// The stranger that goes first if one must go: the oldest of the source with most strangers.
    pub(super) fn next_stranger(&self) -> Option<ConnectionId> {
        self.strangers.next_to_go().map(|index| ConnectionId(index as u16))
    }

    /// Whether the source in `row` has any strangers.
    pub(super) fn has_strangers(&self, row: usize) -> bool {
        self.strangers.has(row)
    }

    /// Adds a new connection, whose source is in row `source`.
    pub(super) fn connect(
        &mut self,
        connection: ConnectionId,
        from: Remote,
        source: u16,
        now: Instant,
    ) {
        debug_assert_eq!(self[connection].state, State::Free);
        self[connection] =
            Session { from, source, since: now, state: State::Stranger, ..Session::default() };
        self.strangers.push(source.into(), connection.index(), &mut self.links);
    }

    /// Turns a stranger into a user, who hears of logins and logouts from `heard` on.
    pub(super) fn go_online(
        &mut self,
        connection: ConnectionId,
        user: UserId,
        now: Instant,
        heard: u64,
    ) {
        self.unlist(connection);
        self.links.push_back(&mut self.online, connection.index());
        let session = &mut self[connection];
        (session.state, session.since, session.heard) = (State::Online(user), now, heard);
        session.is_warned = false;
    }

    /// Lets the connection hear its last lines.
    pub(super) fn leave(&mut self, connection: ConnectionId, now: Instant) {
        self.unlist(connection);
        self.links.push_back(&mut self.leaving, connection.index());
        let session = &mut self[connection];
        (session.state, session.since) = (State::Leaving, now);
    }

    /// Forgets a connection that is gone.
    pub(super) fn disconnect(&mut self, connection: ConnectionId) {
        self.unlist(connection);
        self[connection].state = State::Free;
    }

    fn unlist(&mut self, connection: ConnectionId) {
        let session = &self.slots[connection.index()];
        let list = match session.state {
            State::Free => return,
            State::Stranger => {
                let source = session.source.into();
                return self.strangers.remove(source, connection.index(), &mut self.links);
            }
            State::Online(_) => &mut self.online,
            State::Leaving => &mut self.leaving,
        };
        self.links.remove(list, connection.index());
    }
}

impl Index<ConnectionId> for Sessions<'_> {
    type Output = Session;

    fn index(&self, connection: ConnectionId) -> &Session {
        &self.slots[connection.index()]
    }
}

impl IndexMut<ConnectionId> for Sessions<'_> {
    fn index_mut(&mut self, connection: ConnectionId) -> &mut Session {
        &mut self.slots[connection.index()]
    }
}

#[cfg(test)]
mod tests;
