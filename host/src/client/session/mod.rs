//! The client's side of a chat as values: lines and typed commands in, actions out. Owns all that
//! is known of the chat, on however many connections it takes. Sans-IO: it opens nothing and reads
//! no clock; `client::driver` carries its actions out.

mod acknowledging;
mod action;
mod arrival;
mod calling;
mod config;
mod deadlines;
mod ending;
mod entering;
mod files;
mod hearing;
mod history;
mod keys;
mod leaving;
mod meeting;
mod password;
mod pressure;
mod private;
mod reconnecting;
mod refusing;
mod saying;
mod sending;
mod silence;
mod talking;
#[cfg(test)]
mod tests;
mod trusting;
mod turning;
mod typing;

use std::collections::{BTreeSet, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

pub(crate) use action::{Action, Ask};
use arrival::Arrival;
pub(crate) use calling::{Caller, FailedLogin};
pub(crate) use config::SessionConfig;
pub(crate) use entering::NOT_OURS;
use files::FileWork;
pub(crate) use meeting::Meeting;
use password::Change;
use pressure::Pressure;
use reconnecting::Reconnecting;
use refusing::Refused;
pub(crate) use sending::SSH_BYTES;
use silence::Silence;
use trusting::Trusting;

use super::conversations::Conversations;
use super::exit::Ending;
use super::inbox::Inbox;
use super::names::Names;
use super::outbox::Outbox;
use super::past::Past;
use super::receipts::Receipts;
use super::recipient::Recipient;
use super::requests::Requests;
use super::retry::Backoff;
use super::said::Channel;
use super::shown::Shown;

/// A server greets at once.
const GREETING_TIMEOUT: Duration = Duration::from_secs(15);

/// A person who waits longer than this to be online sees that something is done.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// How far the session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The user is asked who it is. There is no connection yet.
    Asking,
    /// Connected. The greeting must come by this moment.
    Greeting(Instant),
    /// Registering or logging in.
    Entering,
    /// Logged in.
    Online,
    /// `logout` is on its way. Its reply must come by this moment.
    Leaving(Instant),
    /// There is no connection. The next attempt is at this moment.
    Waiting(Instant),
    /// An attempt is under way.
    Connecting,
    /// Nothing more is said.
    Over,
}

/// The state of a run, from its first connection to its end.
#[derive(Debug)]
pub(crate) struct Session {
    config: SessionConfig,
    names: Names,
    phase: Phase,
    requests: Requests,
    /// The keys that were told last.
    keys: Vec<[u8; 32]>,
    outbox: Outbox,
    /// What waits for room at the server.
    pressure: Pressure,
    /// Messages that were refused just now.
    refused: Option<Refused>,
    inbox: Inbox,
    /// A person was just logged in, and is not told yet what waited.
    arrival: Option<Arrival>,
    past: Past,
    receipts: Receipts,
    conversations: Conversations,
    files: FileWork,
    /// What is known of peers' keys beside what is kept.
    trusting: Trusting,
    /// No more commands come. The session leaves when everything is sent and no call is under way,
    /// and at this moment at the latest.
    leave_by: Option<Instant>,
    /// A signal asked for the end, with this ending.
    interrupted: Option<Ending>,
    /// The user is active in private. The server hears of it at this moment.
    activity_at: Option<Instant>,
    announced: Instant,
    online_since: Instant,
    /// The login succeeded once, so the password is right.
    has_been_online: bool,
    /// The server must answer the login by this moment.
    entered_by: Option<Instant>,
    /// Somebody who waits for the first login is told at this moment what the client does.
    sign_at: Option<Instant>,
    /// The user is being asked for a name or a password, for a login.
    is_asking: bool,
    /// As whom the server was called over SSH; `None` where lines go over plain TCP.
    called: Option<Caller>,
    /// SSH has let the user in, on this connection.
    is_let_in: bool,
    /// What has answered on this connection, if it has not greeted.
    found: Option<String>,
    /// The user is being asked for another password.
    change: Option<Change>,
    /// The password may have become this one: the reply was lost.
    other_password: Option<String>,
    /// The user gave a wrong name or password in this run.
    has_erred: bool,
    /// Passwords that the server refused by SSH, without a word why.
    refusals: u32,
    /// Who last gave this user's password elsewhere, and when that was told.
    attempt: Option<(IpAddr, Instant)>,
    /// When the server was last told that a person types.
    active_at: Option<Instant>,
    /// The loss of the connection behind which there was none for long.
    away_since: Option<Instant>,
    /// This machine's addresses, as peers may find it.
    own: Vec<IpAddr>,
    /// To whom plain text goes.
    recipient: Recipient,
    /// To whom it went last who is known to be somebody.
    confirmed: Recipient,
    /// Users who wrote to this user, the last one first.
    writers: Vec<(String, Channel)>,
    /// Users whom this user blocks, as far as the server has told.
    blocked: BTreeSet<String>,
    is_presence_shown: bool,
    /// When it was last kept what was seen of the room.
    kept_at: Instant,
    /// How many messages were sent in this run.
    sent: u64,
    /// A line of so many messages that it has to be typed again.
    asked_about: Option<String>,
    /// The user knows that a name before a text makes it no message to this user alone.
    has_told_of_receivers: bool,
    /// A command of a script was refused, so it does not end with success.
    has_refused: bool,
    /// A script has said all. It does not end with success if receipts that it asked for lack.
    has_said_all: bool,
    backoff: Backoff,
    /// Whether the server owes an answer, and since when.
    silence: Silence,
    /// Moments are of this call.
    now: Instant,
    /// From a lost connection to the next login.
    reconnecting: Option<Reconnecting>,
    actions: VecDeque<Action>,
}

impl Session {
    /// Not connected. The first actions say what is needed: the user, or a connection.
    pub(crate) fn new(now: Instant, config: SessionConfig) -> Self {
        let mut session = Session {
            receipts: Receipts::new(config.receipts),
            backoff: Backoff::new(config.seed),
            conversations: Conversations::new(config.seed),
            is_presence_shown: !config.hides_presence,
            config,
            names: Names::default(),
            phase: Phase::Asking,
            requests: Requests::default(),
            outbox: Outbox::default(),
            pressure: Pressure::default(),
            refused: None,
            inbox: Inbox::default(),
            arrival: None,
            past: Past::default(),
            files: FileWork::default(),
            trusting: Trusting::default(),
            leave_by: None,
            interrupted: None,
            activity_at: None,
            announced: now,
            online_since: now,
            has_been_online: false,
            entered_by: None,
            sign_at: None,
            is_asking: false,
            called: None,
            is_let_in: false,
            found: None,
            change: None,
            other_password: None,
            has_erred: false,
            refusals: 0,
            attempt: None,
            active_at: None,
            away_since: None,
            own: Vec::new(),
            recipient: Recipient::default(),
            confirmed: Recipient::default(),
            writers: Vec::new(),
            blocked: BTreeSet::new(),
            kept_at: now,
            sent: 0,
            asked_about: None,
            has_told_of_receivers: false,
            has_refused: false,
            keys: Vec::new(),
            has_said_all: false,
            silence: Silence::default(),
            now,
            reconnecting: None,
            actions: VecDeque::new(),
        };
        session.start();
        session
    }

    /// The next thing to do.
    pub(crate) fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// A line came from the server. After the last one of a burst, call
    /// [`handle_burst_end`](Self::handle_burst_end).
    pub(crate) fn handle_line(&mut self, now: Instant, line: &str) {
        self.now = now;
        match self.phase {
            Phase::Over | Phase::Asking | Phase::Waiting(_) | Phase::Connecting => {}
            Phase::Greeting(_) => self.handle_greeting(now, line),
            _ if line.starts_with("* ") => self.handle_event_line(now, line),
            _ => self.handle_reply_line(now, line),
        }
    }

    /// Whether the client is only to say something.
    pub(crate) fn is_sending(&self) -> bool {
        self.config.is_sending
    }

    fn show(&mut self, shown: Shown) {
        self.actions.push_back(Action::Show(shown));
    }

    fn say(&mut self, text: impl Into<String>) {
        self.show(Shown::Answer(text.into()));
    }

    fn refuse(&mut self, text: impl Into<String>) {
        self.show(Shown::Refused(text.into()));
    }

    fn note(&mut self, text: impl Into<String>) {
        self.show(Shown::Note(text.into()));
    }
}
