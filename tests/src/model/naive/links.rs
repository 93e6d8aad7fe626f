//! A connection as the model sees it: its state, its requests, its waiting lines, and the bytes in
//! flight.

use std::collections::VecDeque;

use smolchat_core::dialect::lines::LINE_MAX;
use smolchat_core::protocol::{CloseReason, Reply};
use smolchat_core::server::Settings;
use smolchat_core::time::Duration;

use super::sources::Source;
use super::{Ask, Millis, Place, User};
use crate::model::ask::Sought;

/// How long a leaving connection has for its last lines.
const LAST_LINES: Duration = Duration::from_secs(5);

/// How long before the end a session is warned.
pub(super) fn warning(settings: &Settings) -> Duration {
    match settings.timeout.as_millis() / 4 {
        0..1_000 => Duration::from_millis(0),
        part => Duration::from_millis(part.min(60_000)),
    }
}

/// How long before its end a stranger is warned.
pub(super) fn login_warning(settings: &Settings) -> Duration {
    match settings.login_deadline.as_millis() / 4 {
        0..1_000 => Duration::from_millis(0),
        part => Duration::from_millis(part.min(10_000)),
    }
}

/// Typing keeps a stranger no longer than this.
const LONGEST_LOGIN: Millis = 600_000;

/// How long an older connection may take for a sign of life.
const CLAIM: Duration = Duration::from_secs(3);

/// What a connection is at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Stranger,
    Online(User),
    Leaving,
}

/// Bytes that the client wrote and the server has not read.
#[derive(Debug)]
pub(in crate::model) enum Input {
    /// A line, and the tag of its text.
    Line(Ask, u64),
    /// It writes nothing more.
    End,
}

/// An answer with lines to come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    WhoElse,
    Since(Millis),
    Blocks,
    /// The next broadcast, the first that is later than the request, and how many were told.
    History(u64, u64, usize),
    /// `keys`: the next row, and how many were told.
    Keys(usize, usize),
    /// `files`: the next row, how many holders had come at the request, and how many were told.
    Files(usize, u64, usize),
    /// `searchfile`: holders in `row` who came before `from` were told, and those who came from
    /// `end` on are not.
    Search {
        sought: Sought,
        row: usize,
        from: u64,
        end: u64,
    },
    /// `user list`: the next row, how many were told, and the first letters.
    Accounts(usize, usize, &'static str),
    /// `bans`: the next row, and how many were told.
    Bans(usize, usize),
    Help(usize),
    HelpOnBlock,
    Status(usize),
    Introduced {
        peer: Place,
        user: User,
        token: u8,
    },
}

/// An introduction that the called side has not heard of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Introduction {
    pub(super) caller: Place,
    pub(super) token: u8,
    pub(super) before: u64,
}

/// One connection.
#[derive(Debug)]
pub(in crate::model) struct Link {
    /// Connections are counted, so that the oldest is known.
    pub(super) number: u64,
    /// Its address, its source, and the source's row.
    pub(super) host: &'static str,
    pub(super) source: Source,
    pub(super) row: usize,
    pub(super) state: State,
    pub(super) since: Millis,
    pub(super) greeting: Option<Reply<'static>>,
    pub(super) answer: Option<Answer>,
    /// A line of the answer is out.
    pub(super) is_answer_begun: bool,
    pub(super) close_reason: Option<CloseReason>,
    pub(super) overdue: bool,
    /// The next line waits for the OK to one before it.
    pub(super) waits: bool,
    /// It was warned that it ends, and the warning is still to be told.
    pub(super) warned: bool,
    /// How long it was there when it said last, as a stranger, that a person types.
    pub(super) typed: Option<Millis>,
    pub(super) idle: bool,
    /// The connection whose session it claims.
    pub(super) claims: Option<Place>,
    /// How long it was there before it claimed a session.
    pub(super) waited: Millis,
    /// Its claim was refused, and its login is to hear that.
    pub(super) refused: bool,
    /// Its peer is to give a sign of life.
    pub(super) probe: bool,
    /// Its peer gave a sign of life, and its user is to hear of the claim.
    pub(super) alive: bool,
    pub(super) acknowledges: bool,
    pub(super) receipts: bool,
    /// Logins and logouts before this one were told, or passed over.
    pub(super) heard: usize,
    /// The port and how many addresses.
    pub(super) listening: Option<(u16, usize)>,
    pub(super) introductions: VecDeque<Introduction>,
    pub(in crate::model) inbox: VecDeque<Input>,
    capacity: usize,
    pub(super) in_flight: usize,
    /// Bytes ever written.
    pub(super) written: usize,
    fresh: String,
}

impl Link {
    pub(super) fn new(
        number: u64,
        now: Millis,
        capacity: usize,
        (host, source, row): (&'static str, Source, usize),
    ) -> Self {
        Link {
            number,
            host,
            source,
            row,
            state: State::Stranger,
            since: now,
            greeting: Some(Reply::Greeting),
            answer: None,
            is_answer_begun: false,
            close_reason: None,
            overdue: false,
            waits: false,
            warned: false,
            typed: None,
            idle: false,
            claims: None,
            waited: 0,
            refused: false,
            probe: false,
            alive: false,
            acknowledges: false,
            receipts: false,
            heard: 0,
            listening: None,
            introductions: VecDeque::new(),
            inbox: VecDeque::new(),
            capacity,
            in_flight: 0,
            written: 0,
            fresh: String::new(),
        }
    }

    /// Bytes that may still be written.
    pub(super) fn room(&self) -> usize {
        self.capacity - self.in_flight
    }

    /// Whether there is a line that the server could read and answer.
    pub(super) fn has_readable_line(&self) -> bool {
        self.may_read() && self.room() > LINE_MAX && !self.inbox.is_empty()
    }

    pub(super) fn may_read(&self) -> bool {
        self.greeting.is_none() && self.answer.is_none() && self.state != State::Leaving
    }

    pub(super) fn write(&mut self, line: &str) {
        self.in_flight += line.len() + 1;
        self.written += line.len() + 1;
        self.fresh.push_str(line);
        self.fresh.push('\n');
    }

    /// The client has read so many bytes.
    pub(in crate::model) fn read(&mut self, count: usize) {
        self.in_flight -= count;
    }

    /// Grows with every line written, and shrinks with every line read.
    pub(in crate::model) fn progress(&self) -> (usize, usize) {
        (self.written, self.inbox.len())
    }

    /// The bytes written since the last call.
    pub(in crate::model) fn take_fresh(&mut self) -> String {
        std::mem::take(&mut self.fresh)
    }

    /// When a stranger must have logged in.
    pub(super) fn login_end(&self, settings: &Settings) -> Millis {
        let deadline = settings.login_deadline.as_millis();
        let most = LONGEST_LOGIN.saturating_sub(deadline);
        self.since + deadline + self.typed.unwrap_or(0).min(most)
    }

    pub(super) fn due(&self, settings: &Settings) -> Option<Millis> {
        let patience = match self.state {
            _ if self.overdue => return None,
            State::Stranger if self.claims.is_some() => CLAIM,
            State::Stranger if self.typed.is_none() || self.warned => {
                return Some(self.login_end(settings));
            }
            State::Stranger => {
                return Some(self.login_end(settings) - login_warning(settings).as_millis());
            }
            State::Online(_) if settings.timeout.as_millis() == 0 => return None,
            State::Online(_) if self.warned => settings.timeout,
            State::Online(_) => {
                let warning = warning(settings).as_millis();
                Duration::from_millis(settings.timeout.as_millis() - warning)
            }
            State::Leaving => LAST_LINES,
        };
        Some(self.since + patience.as_millis())
    }
}
