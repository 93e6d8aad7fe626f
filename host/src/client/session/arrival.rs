//! What comes between a login and the moment at which a person is told what waited: the room's past
//! first, then who is here, and mail to this user alone last, right above the prompt. What is held
//! here was neither shown nor acknowledged, so a lost connection loses none of it.

use std::time::{Duration, Instant};

use smolchat_core::protocol::MessageId;

use super::Session;
use crate::client::said::{Channel, Said};
use crate::client::shown::Shown;
use crate::client::words::counted;

/// Messages held at most: more than the largest mailbox holds.
const HELD: usize = 2048;
/// No message waits longer than this for the room's past.
const LONGEST: Duration = Duration::from_secs(3);

/// A login whose answers have not all come.
#[derive(Debug)]
pub(super) struct Arrival {
    /// The moment of the login.
    since: Instant,
    /// The room's past is known.
    has_past: bool,
    /// Who is here; none before the answer.
    greeting: Option<Vec<String>>,
    /// What was said to this user and to all, in the server's order.
    mail: Vec<(MessageId, Said)>,
    /// So much of it came before the server's next answer. It waited: the server tells what waited
    /// right behind the login. Ages are whole seconds, and cannot tell of the last one.
    waited: Option<usize>,
}

impl Arrival {
    /// A login at `now`. `is_greeted`: this run has told who is here.
    pub(super) fn new(now: Instant, is_greeted: bool) -> Self {
        let greeting = is_greeted.then(Vec::new);
        Arrival { since: now, has_past: false, greeting, mail: Vec::new(), waited: None }
    }

    /// The server answers something. What comes behind may have been said since the login.
    pub(super) fn note_answer(&mut self) {
        self.waited.get_or_insert(self.mail.len());
    }

    /// When it is told, whatever has not come.
    pub(super) fn poll_at(&self) -> Instant {
        self.since + LONGEST
    }

    /// The last of what waited, if it came before any answer.
    fn last_that_waited(&self) -> Option<MessageId> {
        let waited = self.waited.unwrap_or(self.mail.len());
        self.mail[..waited].last().map(|(id, _)| *id)
    }

    /// Whether this was said before the login.
    fn is_from_before(&self, now: Instant, said: &Said) -> bool {
        Duration::from_secs(said.age.into()) > now - self.since
    }
}

impl Session {
    /// Holds a message for as long as the past is not told. Gives it back if nothing is awaited.
    pub(super) fn hold_mail(&mut self, id: MessageId, said: Said) -> Option<Said> {
        let Some(arrival) = &mut self.arrival else { return Some(said) };
        arrival.mail.push((id, said));
        if arrival.mail.len() >= HELD {
            self.tell_arrival();
        }
        None
    }

    /// The room's past is known. Whether it is told later, with the mail.
    pub(super) fn note_past(&mut self) -> bool {
        let Some(arrival) = &mut self.arrival else { return false };
        arrival.has_past = true;
        self.tell_whole_arrival();
        true
    }

    /// Says who is here, behind the room's past.
    pub(super) fn greet(&mut self, lines: Vec<String>) {
        let Some(arrival) = &mut self.arrival else {
            return lines.into_iter().for_each(|line| self.note(line));
        };
        arrival.greeting = Some(lines);
        self.tell_whole_arrival();
    }

    pub(super) fn handle_arrival_timeout(&mut self, now: Instant) {
        if self.arrival.as_ref().is_some_and(|arrival| now >= arrival.poll_at()) {
            self.tell_arrival();
        }
    }

    fn tell_whole_arrival(&mut self) {
        if self.arrival.as_ref().is_some_and(|all| all.has_past && all.greeting.is_some()) {
            self.tell_arrival();
        }
    }

    /// Tells all that has come. What is told again was shown before, by this run.
    fn tell_arrival(&mut self) {
        let Some(mut arrival) = self.arrival.take() else { return };
        let last = arrival.last_that_waited();
        let mut mail = std::mem::take(&mut arrival.mail);
        mail.retain(|(id, _)| self.inbox.handle_message(*id));
        let (direct, to_all): (Vec<_>, Vec<_>) =
            mail.into_iter().partition(|(_, said)| said.channel != Channel::All);
        let is_before = |(id, said): &&(MessageId, Said)| {
            Some(*id) <= last || arrival.is_from_before(self.now, said)
        };
        let waited = direct.iter().take_while(is_before).count();
        if arrival.has_past {
            self.tell_past(to_all, waited > 0);
        } else {
            to_all.into_iter().for_each(|(id, said)| self.tell_said(id, said));
        }
        arrival.greeting.into_iter().flatten().for_each(|line| self.note(line));
        if waited > 0 {
            let messages = counted(waited as u64, "message");
            self.note(format!("{messages} to you while you were away:"));
        }
        direct.into_iter().for_each(|(id, said)| self.tell_said(id, said));
    }

    /// Shows what somebody said.
    pub(super) fn tell_said(&mut self, id: MessageId, said: Said) {
        if said.channel == Channel::All {
            self.note_broadcast(id);
        }
        self.note_writer(&said.from.clone(), said.channel);
        self.show(Shown::Said(said));
    }
}
