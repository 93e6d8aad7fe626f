//! Back-pressure: a mailbox or a server that has no room for the next of many messages is asked
//! again, in their order. So a long paste is not refused line by line.

use std::time::{Duration, Instant};

use smolchat_core::protocol::Reply;
use smolchat_words::without_password;

use super::sending::WINDOW;
use super::{Phase, Session};
use crate::client::receipts::OwnMessage;
use crate::client::requests::{Pending, Sent};
use crate::client::sanitize::name;
use crate::client::shown::Shown;

/// A mailbox that took a message so long ago is being filled by this client, and somebody reads it.
const RECENT: Duration = Duration::from_secs(5);
/// For so long nothing may be taken before the lines are refused after all.
const PATIENCE: Duration = Duration::from_secs(30);
/// Before the first try. Each further one comes after twice the time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// So long after a refusal one message at a time is on its way, so that none overtakes another.
const SLOW: Duration = Duration::from_secs(2);
/// The same while more of this user's messages than these have reached nobody.
const UNREAD: usize = 16;

/// Messages that were refused for lack of room, and when the first of them is sent again.
#[derive(Debug, Default)]
pub(super) struct Pressure {
    held: Vec<Sent>,
    at: Option<Instant>,
    pause: Duration,
    /// Nothing was taken since this refusal.
    since: Option<Instant>,
    slow_until: Option<Instant>,
    /// The message on its way was refused before.
    is_retry: bool,
    taken_at: Option<Instant>,
    /// The last message was stored for this user, who is offline and so reads nothing.
    absent: Option<String>,
}

impl Pressure {
    /// Whether the message on its way is older than all that wait.
    pub(super) fn is_retry(&self) -> bool {
        self.is_retry
    }

    /// Whether messages wait for room.
    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// When the next try is due.
    pub(super) fn poll_at(&self) -> Option<Instant> {
        self.at
    }

    /// Waiting messages, as they will be sent.
    pub(super) fn messages(&self) -> impl Iterator<Item = &str> {
        self.held.iter().map(|sent| &*sent.line)
    }

    /// All that waits; nothing does after this.
    pub(super) fn take_held(&mut self) -> Vec<Sent> {
        (self.at, self.since, self.is_retry) = (None, None, false);
        std::mem::take(&mut self.held)
    }

    /// Whether one message at a time is on its way.
    pub(super) fn is_slow(&self, now: Instant) -> bool {
        self.slow_until.is_some_and(|until| now < until)
    }

    /// Whether there may soon be room for a message that was refused.
    fn expects_room(&self, now: Instant, message: &OwnMessage) -> bool {
        let is_recent = self.taken_at.is_some_and(|at| now < at + RECENT);
        let is_patient = self.since.is_none_or(|since| now < since + PATIENCE);
        let is_absent = self.absent.is_some() && self.absent == message.to;
        !is_absent && is_patient && (is_recent || self.since.is_some())
    }
}

impl Session {
    /// Requests that may be on their way before the next one has to wait.
    pub(super) fn window(&self) -> usize {
        let is_slow = self.pressure.is_slow(self.now) || self.receipts.unread() > UNREAD;
        if self.config.is_interactive && is_slow { 1 } else { WINDOW }
    }

    /// Whether everything that was typed is on its way.
    pub(super) fn is_all_sent(&self) -> bool {
        self.outbox.is_empty() && !self.pressure.is_holding()
    }

    /// Whether a refused message of a person is to be sent again.
    pub(super) fn is_to_wait(&self, now: Instant, sent: &Sent, reply: Option<Reply<'_>>) -> bool {
        let is_full = matches!(
            reply,
            Some(Reply::MailboxFull { .. } | Reply::MessagesFull | Reply::SenderShare)
        );
        let Pending::Message(message) = &sent.pending else { return false };
        self.config.is_interactive && is_full && self.pressure.expects_room(now, message)
    }

    /// Keeps a refused message, behind those that were refused before it.
    pub(super) fn hold(&mut self, now: Instant, sent: Sent, reply: Option<Reply<'_>>) {
        if !self.pressure.is_slow(now) && !self.pressure.is_holding() {
            let whose = match reply {
                Some(Reply::MailboxFull { user }) => format!("{}'s mailbox", name(user)),
                _ => "the server".to_owned(),
            };
            let text = "is full; your lines wait until some are read, Ctrl-C gives them up";
            self.note(format!("{whose} {text}"));
        }
        let pressure = &mut self.pressure;
        pressure.since = pressure.since.or(Some(now));
        pressure.slow_until = Some(now + SLOW);
        // One that was sent again is older than all that wait.
        let is_oldest = std::mem::take(&mut pressure.is_retry);
        let place = if is_oldest { 0 } else { pressure.held.len() };
        pressure.held.insert(place, sent);
    }

    /// Whether the last message was stored for this user, too, so that a tick is enough for the
    /// next one.
    pub(super) fn is_known_absent(&self, user: &str) -> bool {
        self.receipts.has_ticks() && self.pressure.absent.as_deref() == Some(user)
    }

    /// The server took a message, for a user who is there or not.
    pub(super) fn note_taken(&mut self, now: Instant, message: &OwnMessage, is_stored: bool) {
        let pressure = &mut self.pressure;
        (pressure.taken_at, pressure.since) = (Some(now), None);
        (pressure.pause, pressure.is_retry) = (Duration::ZERO, false);
        if pressure.is_slow(now) {
            pressure.slow_until = Some(now + SLOW);
        }
        pressure.absent = message.to.clone().filter(|_| is_stored);
    }

    /// A message was answered. Once none is on its way, the first that waits is sent again after a
    /// pause, or at once if there was room.
    pub(super) fn go_on(&mut self, now: Instant) {
        let is_idle = self.requests.messages().next().is_none();
        let pressure = &mut self.pressure;
        if !pressure.is_holding() || !is_idle || pressure.at.is_some() {
            return;
        }
        let pause = pressure.pause;
        pressure.pause = (pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        let has_room = pressure.since.is_none();
        pressure.at = Some(if has_room { now } else { now + pause.max(FIRST_PAUSE) });
        self.handle_pressure_timeout(now);
    }

    /// Sends the first message again that waits, if that is due.
    pub(super) fn handle_pressure_timeout(&mut self, now: Instant) {
        let is_due = self.pressure.at.is_some_and(|at| now >= at);
        if self.phase != Phase::Online || !is_due || self.pressure.held.is_empty() {
            return;
        }
        (self.pressure.at, self.pressure.is_retry) = (None, true);
        self.pressure.slow_until = Some(now + SLOW);
        let sent = self.pressure.held.remove(0);
        self.send(sent);
    }

    /// Nothing was taken for long: what waits goes out, and is refused.
    pub(super) fn give_up_waiting(&mut self) {
        let held = self.pressure.take_held();
        (self.pressure.slow_until, self.pressure.taken_at) = (None, None);
        self.outbox.push_unanswered(held);
    }

    /// The user gives up what waits for room. Whether anything did.
    pub(super) fn drop_waiting(&mut self) -> bool {
        if !self.pressure.is_holding() {
            return false;
        }
        let mut waiting = self.pressure.take_held();
        while let Some(sent) = self.outbox.pop() {
            waiting.push(sent);
        }
        for sent in waiting {
            let text = format!("not sent: {}", without_password(&sent.line));
            self.show(Shown::Refused(text));
        }
        true
    }
}
