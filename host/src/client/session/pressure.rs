//! Back-pressure: a mailbox or a server that has no room for the next of many messages is asked
//! again. So a long paste is not refused line by line. A person's messages go out one at a time, so
//! none overtakes the one that waits.

use std::time::{Duration, Instant};

use smolchat_core::protocol::Reply;
use smolchat_words::without_password;

use super::{Phase, Session};
use crate::client::requests::{Pending, Sent};
use crate::client::said::OwnMessage;
use crate::client::sanitize::name;
use crate::client::shown::Shown;

/// A mailbox that took a message so long ago is being filled by this client, and somebody reads it.
const RECENT: Duration = Duration::from_secs(5);
/// For so long nothing may be taken before the lines are refused after all.
const PATIENCE: Duration = Duration::from_secs(30);
/// Before the first try. Each further one comes after twice the time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// A message that waits so soon after another is of the same paste: its person knows.
const SAME_PASTE: Duration = Duration::from_secs(2);

/// A message that was refused for lack of room, and when it is sent again.
#[derive(Debug, Default)]
pub(super) struct Pressure {
    held: Option<Sent>,
    at: Option<Instant>,
    pause: Duration,
    /// Nothing was taken since this refusal.
    since: Option<Instant>,
    /// Until then nobody is told again that messages wait.
    told_until: Option<Instant>,
    taken_at: Option<Instant>,
    /// The last message was stored for this user, who is offline and so reads nothing.
    absent: Option<String>,
}

impl Pressure {
    /// Whether a message waits for room.
    pub(super) fn is_holding(&self) -> bool {
        self.held.is_some()
    }

    /// When the next try is due.
    pub(super) fn poll_at(&self) -> Option<Instant> {
        self.at
    }

    /// The message that waits, as it will be sent.
    pub(super) fn message(&self) -> Option<&str> {
        self.held.as_ref().map(|sent| &*sent.line)
    }

    /// What waits; nothing does after this.
    pub(super) fn take_held(&mut self) -> Option<Sent> {
        (self.at, self.since) = (None, None);
        self.held.take()
    }

    fn is_told(&self, now: Instant) -> bool {
        self.told_until.is_some_and(|until| now < until)
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

    /// Keeps a refused message until its next try.
    pub(super) fn hold(&mut self, now: Instant, sent: Sent, reply: Option<Reply<'_>>) {
        if !self.pressure.is_told(now) {
            let whose = match reply {
                Some(Reply::MailboxFull { user }) => format!("{}'s mailbox", name(user)),
                _ => "the server".to_owned(),
            };
            let text = "is full; your lines wait until some are read, Ctrl-C gives them up";
            self.note(format!("{whose} {text}"));
        }
        let pressure = &mut self.pressure;
        pressure.since = pressure.since.or(Some(now));
        pressure.told_until = Some(now + SAME_PASTE);
        pressure.pause = (pressure.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        pressure.at = Some(now + pressure.pause);
        pressure.held = Some(Sent { may_be_there: false, ..sent });
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
        pressure.pause = Duration::ZERO;
        if pressure.is_told(now) {
            pressure.told_until = Some(now + SAME_PASTE);
        }
        pressure.absent = message.to.clone().filter(|_| is_stored);
    }

    /// Sends the message again that waits, if that is due.
    pub(super) fn handle_pressure_timeout(&mut self, now: Instant) {
        if self.phase != Phase::Online || self.pressure.at.is_none_or(|at| now < at) {
            return;
        }
        self.pressure.at = None;
        if let Some(sent) = self.pressure.held.take() {
            self.send(sent);
        }
    }

    /// The user gives up what waits for room. Whether anything did.
    pub(super) fn drop_waiting(&mut self) -> bool {
        let Some(held) = self.pressure.take_held() else { return false };
        let rest = std::iter::from_fn(|| self.outbox.pop());
        let waiting: Vec<_> = std::iter::once(held).chain(rest).collect();
        for sent in waiting {
            let text = format!("not sent: {}", without_password(&sent.line));
            self.show(Shown::Refused(text));
        }
        true
    }
}
