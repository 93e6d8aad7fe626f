//! From a lost connection back to being online: the pauses, the tries, and when it is given up.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::{Action, GREETING_TIMEOUT, Phase, Session, Silence};
use smolchat_core::protocol::{Reply, Request};

use crate::client::exit::Ending;
use crate::client::requests::Pending;

/// A user who was online for this long begins with short pauses again. If not, the server loses
/// every client.
const STEADY: Duration = Duration::from_secs(60);

/// How long a later connection may take, for each address. The kernel asks twice in this time, and
/// a server that has just returned is asked again soon.
const NEXT_CONNECT: Duration = Duration::from_millis(1200);

/// The server hears no more often than this that somebody types.
const ACTIVITY: Duration = Duration::from_secs(60);
/// A refusal that passes does not pass at once.
const REFUSED_PAUSE: Duration = Duration::from_secs(2);
/// So long somebody waits who only wants to say something and is online already.
const TURN: Duration = Duration::from_secs(20);
/// Before the first try of such a turn. Each further one comes after twice the time.
const TURN_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_TURN_PAUSE: Duration = Duration::from_secs(4);
/// Longer than anybody keeps a client that waits for a key.
const SLEEP: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// The session's knowledge while it has no connection that is logged in.
#[derive(Debug)]
pub(super) struct Reconnecting {
    ends_at: Option<Instant>,
    /// How the run ends when it is given up.
    ending: Ending,
    /// The refusal that the user was told of last.
    told: Option<u16>,
    /// What answers in the server's place, as the user was told last.
    found: String,
    is_kept_told: bool,
    /// What is told if it is given up.
    text: String,
    /// Pauses that somebody took who waits for a turn.
    pauses: u32,
}

impl Reconnecting {
    fn new(ends_at: Option<Instant>, ending: Ending) -> Self {
        let text = "the server did not come back".to_owned();
        Reconnecting {
            ends_at,
            ending,
            told: None,
            found: String::new(),
            is_kept_told: false,
            text,
            pauses: 0,
        }
    }

    /// When it is given up.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        self.ends_at
    }

    /// Whether the user was not told of this just before.
    pub(super) fn is_first(&mut self, found: &str) -> bool {
        let is_first = self.found != found;
        found.clone_into(&mut self.found);
        is_first
    }

    /// What the user hears when a line is typed, for the first line only.
    pub(super) fn first_kept_line(&mut self) -> Option<&'static str> {
        (!std::mem::replace(&mut self.is_kept_told, true)).then_some("kept until connected again")
    }
}

impl Session {
    /// The connection was lost while the user was online, or leaving. A client that leaves comes
    /// back only to send the rest, and not if somebody waits for the end: a person at the terminal,
    /// or the sender of a signal.
    pub(super) fn lose(&mut self, now: Instant, why: &str, ending: Ending) {
        let is_leaving = self.phase != Phase::Online || self.leave_by.is_some();
        let is_awaited = self.config.is_interactive || self.interrupted.is_some();
        self.files.handle_disconnect();
        if self.config.reconnect == Some(Duration::ZERO) {
            return self.exit_with(why, ending);
        }
        self.keep_unanswered();
        if is_leaving && (is_awaited || self.outbox.is_empty() && !self.waits_for_files()) {
            return self.exit_with(why, ending);
        }
        if is_leaving {
            self.leave_by = Some(now);
        }
        self.note(format!("{why}, connecting again"));
        let ends_at = self.config.reconnect.map(|timeout| now + timeout);
        self.reconnecting = Some(Reconnecting::new(ends_at, ending));
        if self.away_since.is_none() || now >= self.online_since + STEADY {
            self.away_since = Some(now);
            self.backoff.reset();
        }
        self.try_later(now);
    }

    /// Connected. `own` are this machine's addresses, at which peers may find it, the likeliest
    /// first.
    pub(crate) fn handle_connected(&mut self, now: Instant, own: Vec<IpAddr>) {
        if self.phase == Phase::Connecting {
            self.phase = Phase::Greeting(now + GREETING_TIMEOUT);
            (self.is_let_in, self.found) = (false, None);
            self.own = own;
        }
    }

    /// The attempt to connect failed, and why.
    pub(crate) fn handle_unreachable(&mut self, now: Instant, why: &str) {
        match (self.phase, &self.reconnecting) {
            (Phase::Connecting, Some(_)) => self.try_later(now),
            (Phase::Connecting, None) => self.exit_with(why, Ending::Unreachable),
            _ => self.handle_probed(now, false),
        }
    }

    /// Somebody types. The server hears of it now and then; one that is away is tried now.
    pub(crate) fn handle_activity(&mut self, now: Instant) {
        self.now = now;
        let is_due = self.active_at.is_none_or(|at| now >= at + ACTIVITY);
        if self.phase == Phase::Online && self.config.is_interactive && is_due {
            self.active_at = Some(now);
            self.request(&Request::Active, Pending::Active);
        }
        if let Phase::Waiting(at) = self.phase {
            self.phase = Phase::Waiting(at.min(now));
        }
    }

    /// A try failed: another one is made after a pause.
    pub(super) fn try_later(&mut self, now: Instant) {
        self.requests.take_unanswered();
        self.silence = Silence::None;
        self.inbox.handle_disconnect();
        // It was not acknowledged, so it comes again.
        self.arrival = None;
        let away = self.away_since.map_or(Duration::ZERO, |since| now - since);
        self.phase = Phase::Waiting(now + self.backoff.next_pause(away));
        self.actions.push_back(Action::Disconnect);
    }

    /// The server refused a try, and may not refuse the next one. The user hears of it once,
    /// however often it happens.
    pub(super) fn handle_refused_attempt(&mut self, now: Instant, code: u16, text: &str) {
        let reconnecting =
            self.reconnecting.get_or_insert_with(|| Reconnecting::new(None, Ending::LoginRefused));
        if reconnecting.told.replace(code) != Some(code) {
            self.note(format!("not yet: {text}; the client tries again by itself"));
        }
        self.try_later(now);
        if let Phase::Waiting(at) = self.phase {
            self.phase = Phase::Waiting(at.max(now + REFUSED_PAUSE));
        }
    }

    /// Somebody who only wants to say something is refused for what passes: another client of this
    /// user says something, too. The turn comes, or the run ends with this refusal.
    pub(super) fn wait_turn(&mut self, now: Instant, reply: Reply<'_>, text: &str) {
        let ending = match reply {
            Reply::ServerFull => Ending::ServerFull,
            Reply::AlreadyOnline { .. } => Ending::OnlineAlready,
            _ => Ending::LoginRefused,
        };
        let longest = self.config.reconnect.unwrap_or(TURN).min(TURN);
        if longest.is_zero() {
            return self.exit_with(text, ending);
        }
        if self.config.adds_key && self.reconnecting.is_none() && !self.has_been_online {
            let seconds = longest.as_secs();
            let key = "or type /addkey there, with your line that begins with ssh-ed25519";
            self.note(format!("{text}; waiting up to {seconds} s for its end, {key}"));
        }
        let new = || Reconnecting::new(Some(now + longest), ending);
        let waiting = self.reconnecting.get_or_insert_with(new);
        if !self.has_been_online {
            let seconds = longest.as_secs();
            waiting.text = format!("{text}; given up after {seconds} s, nothing was sent");
            waiting.ending = ending;
        }
        let pause = (TURN_PAUSE * (1 << waiting.pauses.min(3))).min(LONGEST_TURN_PAUSE);
        waiting.pauses += 1;
        self.try_later(now);
        self.phase = Phase::Waiting(now + pause);
    }

    /// The server logged a person out for not typing. The client stays, and comes back at the next
    /// key.
    pub(super) fn fall_asleep(&mut self, now: Instant, text: &str) {
        self.keep_unanswered();
        self.note(format!("{text}; press a key to come back"));
        self.reconnecting = Some(Reconnecting::new(None, Ending::TimedOut));
        self.try_later(now);
        self.phase = Phase::Waiting(now + SLEEP);
    }

    pub(super) fn handle_reconnecting_timeout(&mut self, now: Instant) {
        match &self.reconnecting {
            Some(Reconnecting { ends_at: Some(at), ending, text, .. }) if now >= *at => {
                let (text, ending) = (text.clone(), *ending);
                self.exit_with(&text, ending);
            }
            Some(_) if matches!(self.phase, Phase::Waiting(at) if now >= at) => {
                self.phase = Phase::Connecting;
                self.actions.push_back(Action::Connect(NEXT_CONNECT));
            }
            _ => {}
        }
    }
}
