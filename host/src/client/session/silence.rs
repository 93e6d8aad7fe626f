//! A server that does not answer: the user hears of it soon, and a server that has meanwhile
//! started anew is found. A server that only stood still is not left, since it may have taken what
//! it has not answered.

use std::time::{Duration, Instant};

use super::{Action, Phase, Session};
use crate::client::exit::Ending;

/// The user hears of it when an answer takes longer.
const SILENCE: Duration = Duration::from_secs(3);
/// How long a connection that is only a question may take, for each address.
const PROBE: Duration = Duration::from_millis(1200);
/// Between two such questions.
const PAUSE: Duration = Duration::from_millis(300);
/// A server that answers another connection answers this one within this time, or never.
const GRACE: Duration = Duration::from_secs(1);

/// What is known of a server that owes an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Silence {
    /// It owes none.
    #[default]
    None,
    /// It owes one. At this moment the user hears of it.
    Awaited(Instant),
    /// The user knows. It is asked by another connection at this moment.
    Told(Instant),
    /// Another connection is under way.
    Asked,
    /// It answers another connection. At this moment this one is given up.
    Alive(Instant),
}

impl Session {
    /// A line came, or a request went out.
    pub(super) fn note_answer(&mut self, now: Instant) {
        self.silence =
            if self.requests.is_owed() { Silence::Awaited(now + SILENCE) } else { Silence::None };
    }

    /// A request went out. Those before it may be owed an answer already.
    pub(super) fn note_request(&mut self, now: Instant) {
        if self.silence == Silence::None {
            self.note_answer(now);
        }
    }

    /// Whether a connection that was made is to become the session's.
    pub(crate) fn wants_connection(&self) -> bool {
        self.phase == Phase::Connecting
    }

    /// Another connection was tried while this one is silent. `is_alive`: the server took it.
    pub(crate) fn handle_probed(&mut self, now: Instant, is_alive: bool) {
        if self.silence == Silence::Asked {
            self.silence =
                if is_alive { Silence::Alive(now + GRACE) } else { Silence::Told(now + PAUSE) };
        }
    }

    pub(super) fn silence_until(&self) -> Option<Instant> {
        match self.silence {
            Silence::None | Silence::Asked => None,
            Silence::Awaited(at) | Silence::Told(at) | Silence::Alive(at) => Some(at),
        }
    }

    pub(super) fn handle_silence_timeout(&mut self, now: Instant) {
        if self.phase != Phase::Online || self.silence_until().is_none_or(|at| now < at) {
            return;
        }
        match self.silence {
            Silence::Awaited(_) => {
                if self.config.is_interactive {
                    self.note("the server has not answered for 3 seconds");
                }
                self.silence = Silence::Told(now);
                self.handle_silence_timeout(now);
            }
            Silence::Told(_) => {
                self.silence = Silence::Asked;
                self.actions.push_back(Action::Connect(PROBE));
            }
            Silence::Alive(_) => {
                self.actions.push_back(Action::Disconnect);
                self.lose(now, "the server has started anew", Ending::Unreachable);
            }
            Silence::None | Silence::Asked => {}
        }
    }
}
