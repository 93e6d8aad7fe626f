//! The part of relay for connections that are carried: their carrier moves bytes before the server
//! reads and after it wrote. A driver of plain connections has no code for this. Knows no carrier's
//! protocol.

use super::driver::Driver;
use super::round::Round;
use super::transport::TcpTransport;
use crate::carrier::{Attempt, Carried, Carrier, Carriers, End, Opening, Over, Ready, Wait};
use crate::chat::{Source, State};
use crate::dialect::LINE_MAX;
use crate::environment::Environment;
use crate::server::ConnectionId;
use crate::time::Duration;
use crate::transport::Transport;

/// Room with which a server goes on writing: the longest line, with its end.
const ROOM: usize = LINE_MAX + 2;

impl<'s, C: Carriers> Driver<'s, C> {
    /// The connection's transport, as it is carried.
    pub(super) fn transport(&mut self, id: usize) -> Carried<TcpTransport<'_, 's>, C::Session<'_>> {
        match self.carriers.session(id) {
            Some(session) => Carried::Over(session),
            None => Carried::Plain(TcpTransport::new(self.slots[id].socket())),
        }
    }

    /// A connection that the server was told of gets its session. If there is none, it hears so in
    /// clear, and also if the server is full or its address is banned: it would hear that only
    /// after a handshake.
    #[inline]
    pub(super) fn begin_carrying<E: Environment>(
        &mut self,
        round: &mut Round<'_, '_, E>,
        id: usize,
        carrier: Carrier,
    ) {
        if self.carriers.carries(carrier) {
            self.open_session(round, id);
        }
    }

    fn open_session<E: Environment>(&mut self, round: &mut Round<'_, '_, E>, id: usize) {
        let now = round.now;
        let source = Source::of(self.slots[id].tuple.peer.into()).number();
        let is_welcome = round.server.chat().state(ConnectionId(id as u16)) == State::Stranger;
        let opening = if is_welcome { self.carriers.open(now, id, source) } else { Opening::Full };
        match opening {
            Opening::Open => {}
            Opening::InPlaceOf(evicted) => hang_up(round, evicted, End::MakingRoom),
            Opening::Full => {
                let why = why_refused(round, id);
                // A new connection's buffer is empty. If it is too short, there is no more to say.
                _ = self.slots[id].socket().send_slice(self.carriers.refuse(id, why));
                hang_up(round, id, why);
            }
        }
    }

    /// What came goes up to the session. A peer that has logged in by its carrier enters the chat
    /// before the server reads anything of it.
    #[inline]
    pub(super) fn carry_in<E: Environment>(&mut self, round: &mut Round<'_, '_, E>, id: usize) {
        if self.carriers.has(id) {
            self.move_bytes(round, id);
            self.let_in(round, id);
        }
    }

    /// What the server wrote goes down to the socket. If the server can go on at once, it does so
    /// in the next round.
    #[inline]
    pub(super) fn carry_out<E: Environment>(&mut self, round: &mut Round<'_, '_, E>, id: usize) {
        if self.carriers.has(id) {
            // The peer may have made its last request before the login.
            self.let_in(round, id);
            let before = self.standing(id);
            self.move_bytes(round, id);
            let after = self.standing(id);
            if after.0 > before.0 || (after.1 && !before.1) {
                self.input.push(id);
            }
        }
    }

    /// Bytes for the server, and whether it has room to write.
    fn standing(&mut self, id: usize) -> (usize, bool) {
        let transport = self.transport(id);
        (transport.received(), transport.room() >= ROOM)
    }

    fn move_bytes<E: Environment>(&mut self, round: &mut Round<'_, '_, E>, id: usize) {
        let Round { now, server, environment } = round;
        let connection = ConnectionId(id as u16);
        let mut below = TcpTransport::new(self.slots[id].socket());
        let mut login =
            |attempt: Attempt<'_>| server.handle_attempt(*now, connection, &attempt, *environment);
        match self.carriers.progress(*now, id, &mut below, &mut login) {
            Ok(Wait::News) => {}
            // A moment in the past would repeat the round although nothing has changed.
            Ok(Wait::Until(due)) => {
                self.timers.arm_earlier(id, due.max(*now + Duration::from_millis(1)));
            }
            // The carrier has no turns left in this round, so it comes back in the next.
            Ok(Wait::Turn) => drop(self.input.push(id)),
            Err(Over(end)) => hang_up(round, id, end),
        }
    }

    fn let_in<E: Environment>(&mut self, round: &mut Round<'_, '_, E>, id: usize) {
        let Some(Ready { user }) = self.carriers.ready(id) else { return };
        let Round { now, server, environment } = round;
        let connection = ConnectionId(id as u16);
        if let Some(user) = user {
            server.handle_proven(*now, connection, user, &mut self.transport(id), *environment);
        }
        if server.chat().user_of(connection).is_some() {
            self.carriers.settle(id);
        }
    }
}

/// Why a connection gets no session.
fn why_refused<E: Environment>(round: &Round<'_, '_, E>, id: usize) -> End {
    #[cfg(feature = "operator")]
    if round.server.chat().ban_of(ConnectionId(id as u16), round.now).is_some() {
        return End::Banned;
    }
    let _ = (round, id);
    End::Full
}

/// The connection ends without a word.
fn hang_up<E: Environment>(round: &mut Round<'_, '_, E>, id: usize, end: End) {
    let Round { now, server, environment } = round;
    server.handle_hang_up(*now, ConnectionId(id as u16), end, *environment);
}
