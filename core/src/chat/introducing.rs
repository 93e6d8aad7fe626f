//! A user asks to be introduced to another: each side's client hears how to reach the other's.
//! Knows no line.

use core::net::{IpAddr, SocketAddr};

use super::Chat;
use super::budget::Wait;
use super::id::{ConnectionId, UserId};
use super::sessions::{Introduction, Listening};
use crate::environment::Environment;
use crate::protocol::{TOKEN_BYTES, Token, is_of_peer};
use crate::time::Instant;

/// Why two clients are not introduced. The caller then learns no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntroductionRefusal {
    /// No other user has that name.
    InvalidPeer,
    /// The peer blocks the caller.
    Blocked,
    /// The peer is offline.
    Offline,
    /// The peer's client listens nowhere.
    Silent,
    /// The caller's last introduction is still on its way.
    Pending,
    /// The caller made too many changes for now.
    Wait(Wait),
    /// There is no entropy for a token.
    NoEntropy,
}

/// An introduction that was made: what the caller hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Introduced {
    /// The peer's connection.
    pub peer: ConnectionId,
    /// The peer.
    pub user: UserId,
    /// The token that both sides prove to each other.
    pub token: Token,
}

impl Chat<'_> {
    /// Notes where the client on `connection` listens for its peers. The last word counts.
    /// Addresses at which nobody can be are left out.
    pub fn set_listening(&mut self, connection: ConnectionId, mut listening: Listening) {
        listening.addresses.retain(|address| is_of_peer(*address, true));
        self.sessions[connection].listening = Some(listening);
    }

    /// Introduces `user` on `caller` to the user named `name`, who hears of it.
    ///
    /// # Errors
    /// Nothing changes; [`IntroductionRefusal`] says why.
    pub fn introduce(
        &mut self,
        caller: ConnectionId,
        user: UserId,
        name: &str,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<Introduced, IntroductionRefusal> {
        let (called, peer) = self.reachable_peer(user, name)?;
        if self.sessions.is_introducing(caller) {
            return Err(IntroductionRefusal::Pending);
        }
        self.check_change(user, now).map_err(IntroductionRefusal::Wait)?;
        let mut bytes = [0; TOKEN_BYTES];
        environment.entropy(&mut bytes).map_err(|_| IntroductionRefusal::NoEntropy)?;
        let token = Token(bytes);
        let introduction = Introduction { peer, token, before: self.mailboxes.next_id() };
        let begun = self.sessions.introduce(caller, introduction);
        begun.map_err(|_| IntroductionRefusal::Pending)?;
        self.take_change(user, now);
        self.ready.push(peer.index());
        Ok(Introduced { peer, user: called, token })
    }

    /// The peer and its connection, if `user` may know them.
    fn reachable_peer(
        &self,
        user: UserId,
        name: &str,
    ) -> Result<(UserId, ConnectionId), IntroductionRefusal> {
        let peer = self.users.find(name).filter(|&peer| peer != user);
        let peer = peer.ok_or(IntroductionRefusal::InvalidPeer)?;
        if self.blocks.contains(peer, user) {
            return Err(IntroductionRefusal::Blocked);
        }
        let connection = self.users[peer].session.ok_or(IntroductionRefusal::Offline)?;
        if self.sessions[connection].listening.is_none() {
            return Err(IntroductionRefusal::Silent);
        }
        Ok((peer, connection))
    }

    /// The first introduction that the user on `called` has not heard of, and its caller.
    pub(crate) fn next_introduction(
        &self,
        called: ConnectionId,
    ) -> Option<(ConnectionId, Introduction)> {
        self.sessions.next_introduction(called)
    }

    /// The caller's introduction was heard, or never will be.
    pub(crate) fn end_introduction(&mut self, caller: ConnectionId) {
        self.sessions.end_introduction(caller);
    }

    /// The key by which peers know the client on `connection`. None if it does not listen.
    pub(crate) fn peer_key(&self, connection: ConnectionId) -> Option<[u8; 32]> {
        self.sessions[connection].listening.as_ref().map(|listening| listening.key)
    }

    /// Where `peer`'s client may be reached from `listener`'s: at the address that the server sees,
    /// then at those that the client named. None if it does not listen. Two clients that the server
    /// sees at one address may be on one host, and have its loopback in common.
    pub(crate) fn peer_addresses(
        &self,
        peer: ConnectionId,
        listener: ConnectionId,
    ) -> impl Iterator<Item = SocketAddr> {
        let session = &self.sessions[peer];
        let from = self.sessions[listener].from.address.to_canonical();
        let is_same_host = from == session.from.address.to_canonical();
        session.listening.iter().flat_map(move |listening| {
            let ips = core::iter::once(&session.from.address).chain(&listening.addresses);
            let ips = ips.filter(move |ip| is_of_peer(**ip, is_same_host));
            ips.map(move |ip: &IpAddr| SocketAddr::new(*ip, listening.port))
        })
    }
}
