//! Claims: a right password comes for a user who is online. The older connection is asked for a
//! sign of life, and the newcomer's login waits. Without a sign within [`CLAIM`] the older session
//! ends. One newcomer at a time may claim a session.
//! Knows no line, and not how a peer is asked.

use core::net::IpAddr;

use super::Chat;
use super::id::{ConnectionId, UserId};
use super::login::LoginRefusal;
use crate::time::{Duration, Instant};

/// How long the older connection may take for a sign of life.
pub(crate) const CLAIM: Duration = Duration::from_secs(3);
/// A tenth of a second, in milliseconds.
const TENTH: u64 = 100;

// The life of a claim, on both sides:
//
//   the newcomer, a stranger   the older session   what has happened
//  --------------------------+-------------------+------------------------------------------------
//   Of                       | By                | the older connection is asked
//   Of                       | Alive             | its peer is there, and its user is to be told
//   Refused                  | Nothing           | its user was told: the login is refused
//   Nothing                  | (it has ended)    | the login is done again, and succeeds

/// A connection's part in a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Claim {
    /// It has none.
    #[default]
    Nothing,
    /// It claims the session on `holder`.
    Of {
        /// The older connection.
        holder: ConnectionId,
        /// How long the stranger was there before, in tenths of a second.
        waited: u16,
    },
    /// Its session is claimed by this stranger.
    By(ConnectionId),
    /// The same, and its peer has given a sign of life.
    Alive(ConnectionId),
    /// Its claim was refused, and its login has not heard that yet. Then its time to log in goes
    /// on: a claim gives no further time.
    Refused {
        /// As in [`Of`](Claim::Of).
        waited: u16,
    },
}

impl Chat<'_> {
    /// The user who logs in on `connection` is online on `holder`. Begins a claim, unless another
    /// newcomer has one. A claim counts as a login of the user. Answers how the login goes on.
    pub(super) fn claim(
        &mut self,
        connection: ConnectionId,
        holder: ConnectionId,
        user: UserId,
        now: Instant,
    ) -> LoginRefusal {
        match self.sessions[connection].claim {
            Claim::Of { .. } => return LoginRefusal::Claimed,
            Claim::Refused { waited } => {
                let session = &mut self.sessions[connection];
                let waited = Duration::from_millis(u64::from(waited) * TENTH);
                (session.claim, session.since) = (Claim::Nothing, session.since - waited);
                return LoginRefusal::AlreadyOnline;
            }
            _ => {}
        }
        if self.sessions[holder].claim != Claim::Nothing {
            return LoginRefusal::AlreadyOnline;
        }
        if let Err(wait) = self.take_login(user, now) {
            return LoginRefusal::LoginWait(wait);
        }
        self.sessions[holder].claim = Claim::By(connection);
        let session = &mut self.sessions[connection];
        let waited = now.saturating_since(session.since).as_millis().div_ceil(TENTH);
        let waited = u16::try_from(waited).unwrap_or(u16::MAX);
        (session.claim, session.since) = (Claim::Of { holder, waited }, now);
        LoginRefusal::Claimed
    }

    /// The connection whose session the stranger on `connection` claims.
    pub(crate) fn claimed_by(&self, connection: ConnectionId) -> Option<ConnectionId> {
        match self.sessions[connection].claim {
            Claim::Of { holder, .. } => Some(holder),
            _ => None,
        }
    }

    /// The peer of `holder` gave a sign of life. Answers whether its user is to be told of a claim.
    pub(crate) fn note_sign_of_life(&mut self, holder: ConnectionId) -> bool {
        let Claim::By(newcomer) = self.sessions[holder].claim else { return false };
        self.sessions[holder].claim = Claim::Alive(newcomer);
        true
    }

    /// Whether the peer of `holder` gave a sign of life since its session is claimed.
    pub(crate) fn is_alive(&self, holder: ConnectionId) -> bool {
        matches!(self.sessions[holder].claim, Claim::Alive(_))
    }

    /// The address of the newcomer of whom the user on `holder` is to be told.
    pub(crate) fn attempt(&self, holder: ConnectionId) -> Option<IpAddr> {
        match self.sessions[holder].claim {
            Claim::Alive(newcomer) => Some(self.sessions[newcomer].from.address),
            _ => None,
        }
    }

    /// Refuses the claim of the session on `holder`: its user stays.
    pub(crate) fn refuse_claim(&mut self, holder: ConnectionId) {
        self.settle_claim(holder, true);
    }

    /// `connection` leaves, or its session ends: so does its part in a claim. A newcomer who waited
    /// for it logs in again.
    pub(super) fn end_claim(&mut self, connection: ConnectionId) {
        self.settle_claim(connection, false);
    }

    fn settle_claim(&mut self, connection: ConnectionId, is_refused: bool) {
        match core::mem::take(&mut self.sessions[connection].claim) {
            Claim::Nothing | Claim::Refused { .. } => {}
            Claim::Of { holder, .. } => self.sessions[holder].claim = Claim::Nothing,
            Claim::By(newcomer) | Claim::Alive(newcomer) => {
                let claim = &mut self.sessions[newcomer].claim;
                *claim = match *claim {
                    Claim::Of { waited, .. } if is_refused => Claim::Refused { waited },
                    _ => Claim::Nothing,
                };
                self.ready.push(newcomer.index());
            }
        }
    }
}
