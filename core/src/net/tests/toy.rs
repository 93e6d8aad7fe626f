//! A carrier for the tests. Each byte on the wire is another than the plain one. A peer logs in by
//! a line "name password", which is answered by "yes" or "no", and has the chat behind "yes". A
//! plain "\0" of the peer is the session's end.

use std::collections::VecDeque;

use embedded_io::{ErrorKind, ErrorType, Write};

use crate::carrier::{Attempt, Carrier, Carriers, End, Opening, Over, Proof, Ready, Verdict, Wait};
use crate::time::{Duration, Instant};
use crate::transport::Transport;

/// Plain bytes that a session takes.
const SENDING: usize = 600;
/// Bytes that a session moves in one turn.
const TURN: usize = 100;
/// Time from a connection to its "yes".
pub(super) const LOGIN: Duration = Duration::from_secs(10);

/// The bytes as they are on the wire, or back.
pub(super) fn disguised(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ 0xa5).collect()
}

#[derive(Default)]
pub(super) struct Session {
    opened: Instant,
    is_open: bool,
    is_shut: bool,
    is_settled: bool,
    user: Option<u16>,
    received: VecDeque<u8>,
    sending: VecDeque<u8>,
    /// Bytes on the wire that the peer's TCP lacks.
    below: usize,
    has_ended: bool,
}

/// So many sessions, by the numbers of their connections.
pub(super) struct Toy {
    pub(super) places: usize,
    /// Turns of all sessions in one round, and those that are left in this one.
    pub(super) turns: usize,
    left: usize,
    sessions: Vec<(usize, Session)>,
}

impl Toy {
    pub(super) fn new(places: usize) -> Self {
        let turns = usize::MAX;
        Toy { places, turns, left: turns, sessions: Vec::new() }
    }

    fn find(&self, connection: usize) -> Option<&Session> {
        self.sessions.iter().find(|(other, _)| *other == connection).map(|(_, session)| session)
    }

    fn find_mut(&mut self, connection: usize) -> Option<&mut Session> {
        let mut sessions = self.sessions.iter_mut();
        sessions.find(|(other, _)| *other == connection).map(|(_, session)| session)
    }
}

impl Carriers for Toy {
    type Session<'a> = &'a mut Session;

    fn carries(&self, carrier: Carrier) -> bool {
        carrier == Carrier::Ssh
    }

    fn has(&self, connection: usize) -> bool {
        self.find(connection).is_some()
    }

    fn begin_round(&mut self) {
        self.left = self.turns;
    }

    fn open(&mut self, now: Instant, connection: usize, _: u64) -> Opening {
        let taken = self.sessions.iter().filter(|(_, session)| !session.is_shut).count();
        let mut opening = Opening::Open;
        if taken >= self.places {
            let mut sessions = self.sessions.iter_mut();
            let Some((other, session)) =
                sessions.find(|(_, session)| !session.is_shut && !session.is_settled)
            else {
                return Opening::Full;
            };
            session.is_shut = true;
            opening = Opening::InPlaceOf(*other);
        }
        self.sessions.push((connection, Session { opened: now, ..Session::default() }));
        opening
    }

    fn refuse(&mut self, connection: usize, why: End) -> &'static [u8] {
        self.sessions.push((connection, Session { is_shut: true, ..Session::default() }));
        if why == End::Full { b"no toys left\n" } else { b"no toys for you\n" }
    }

    fn close(&mut self, connection: usize) {
        self.sessions.retain(|(other, _)| *other != connection);
    }

    fn progress<T: Transport>(
        &mut self,
        now: Instant,
        connection: usize,
        below: &mut T,
        login: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Wait, Over> {
        let is_out_of_turns = self.left == 0;
        let Some(session) = self.find_mut(connection) else { return Ok(Wait::News) };
        if session.is_shut {
            return Ok(Wait::News);
        }
        if is_out_of_turns && below.received() > 0 {
            return Ok(Wait::Turn);
        }
        let has_news = below.received() > 0;
        let outcome = session.progress(now, below, login);
        session.is_shut |= outcome.is_err();
        self.left -= usize::from(has_news);
        outcome
    }

    fn session(&mut self, connection: usize) -> Option<&mut Session> {
        self.find_mut(connection)
    }

    fn is_sending(&self, connection: usize) -> bool {
        self.find(connection).is_some_and(|session| !session.is_shut && !session.sending.is_empty())
    }

    fn ready(&self, connection: usize) -> Option<Ready> {
        let session = self.find(connection)?;
        let is_ready = session.is_open && !session.is_shut && !session.is_settled;
        is_ready.then_some(Ready { user: session.user })
    }

    fn settle(&mut self, connection: usize) {
        if let Some(session) = self.find_mut(connection) {
            session.is_settled = true;
        }
    }
}

impl Session {
    fn progress<T: Transport>(
        &mut self,
        now: Instant,
        below: &mut T,
        login: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Wait, Over> {
        if !self.is_open && now >= self.opened + LOGIN {
            return Err(Over(End::LoginTimeout));
        }
        let mut bytes = [0; TURN];
        let seen = below.peek(&mut bytes);
        below.consume(seen);
        self.has_ended |= below.has_ended() && below.received() == 0;
        let bytes = disguised(&bytes[..seen]);
        if bytes.contains(&0) {
            return Err(Over(End::Protocol));
        }
        self.received.extend(bytes);
        if !self.is_open {
            self.log_in(login)?;
        }
        let count = self.sending.len().min(TURN).min(below.room());
        let bytes: Vec<u8> = self.sending.drain(..count).collect();
        below.write_all(&disguised(&bytes)).map_err(|_| Over(End::Closed))?;
        self.below = below.unacknowledged();
        Ok(match self.is_open {
            _ if below.received() > 0 || (count > 0 && !self.sending.is_empty()) => Wait::Turn,
            true => Wait::News,
            false => Wait::Until(self.opened + LOGIN),
        })
    }

    fn log_in(&mut self, login: &mut impl FnMut(Attempt<'_>) -> Verdict) -> Result<(), Over> {
        let Some(end) = self.received.iter().position(|byte| *byte == b'\n') else {
            return Ok(());
        };
        let line = String::from_utf8(self.received.drain(..=end).collect()).unwrap();
        let proof = |word| if word == "-" { Proof::Nothing } else { Proof::Password(word) };
        let (name, word) = line.trim_end().split_once(' ').unwrap();
        let verdict = login(Attempt { name, proof: proof(word) });
        self.user = match verdict {
            Verdict::Admit(user) => Some(user),
            _ => None,
        };
        self.is_open = matches!(verdict, Verdict::Admit(_) | Verdict::Guest);
        self.sending.extend(if self.is_open { "yes\n" } else { "no\n" }.as_bytes());
        if verdict == Verdict::End { Err(Over(End::Dismissed)) } else { Ok(()) }
    }
}

impl ErrorType for Session {
    type Error = ErrorKind;
}

impl Write for Session {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let count = bytes.len().min(self.room());
        self.sending.extend(&bytes[..count]);
        if count == 0 { Err(ErrorKind::WriteZero) } else { Ok(count) }
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl Transport for Session {
    fn received(&self) -> usize {
        if self.is_open { self.received.len() } else { 0 }
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.received());
        buffer.iter_mut().zip(&self.received).for_each(|(to, from)| *to = *from);
        count
    }

    fn consume(&mut self, count: usize) {
        self.received.drain(..count);
    }

    fn has_ended(&self) -> bool {
        self.has_ended || self.is_shut
    }

    fn room(&self) -> usize {
        if self.is_open && !self.is_shut { SENDING - self.sending.len() } else { 0 }
    }

    fn unacknowledged(&self) -> usize {
        self.sending.len() + self.below
    }
}
