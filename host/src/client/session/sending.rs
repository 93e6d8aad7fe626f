//! Lines to the server, in order. The client's own requests go at once, and the user's lines when
//! there is room. The client's own answers come in their turn.

use smolchat_core::dialect::lines::{LineWriter, emit_request};
use smolchat_core::protocol::Request;
use smolchat_words::without_password;

use super::{Action, Phase, Session};
use crate::client::outbox::{Fate, fate};
use crate::client::requests::{Pending, Sent};
use crate::client::shown::Shown;

/// Requests that wait, here or for their replies, before the next typed line is taken.
pub(super) const WINDOW: usize = 32;
/// Bytes of requests on their way over SSH. A session of a small server keeps 528 bytes of them
/// while it waits for its peer to read. If there were more, the word that the peer has read would
/// stand behind them, and neither side would go on. The rest is left for acknowledgements.
pub(crate) const SSH_BYTES: usize = 384;

impl Session {
    /// Whether the next typed line is wanted.
    pub(crate) fn is_ready_for_input(&self) -> bool {
        self.leave_by.is_none()
            && match self.phase {
                Phase::Online if self.pressure.is_holding() => false,
                Phase::Online => self.outbox.len() + self.requests.waiting() < WINDOW,
                Phase::Over | Phase::Leaving(_) => false,
                _ => self.reconnecting.is_some() && !self.outbox.is_full(),
            }
    }

    /// Sends what the client itself asks, now.
    pub(super) fn request(&mut self, request: &Request<'_>, pending: Pending) {
        self.send(written(request, pending));
    }

    /// Sends what the user typed, behind what was typed before.
    pub(super) fn request_in_turn(&mut self, request: &Request<'_>, pending: Pending) {
        let mut sent = written(request, pending);
        sent.is_late = self.reconnecting.is_some();
        if self.outbox.is_full() {
            return self.give_up("too many lines wait for the server, this one is not kept", sent);
        }
        if self.config.is_interactive
            && let Some(reconnecting) = &mut self.reconnecting
        {
            let told = reconnecting
                .first_kept_line()
                .map(|text| Action::Show(Shown::Note(text.to_owned())));
            self.actions.extend(told);
        }
        self.wait_in_turn(sent);
    }

    /// Shows what the client answers itself: to a person at once, and to a script behind the
    /// answers that the server still owes. While there is no server, at once.
    pub(super) fn answer(&mut self, shown: Shown) {
        self.has_refused |= matches!(shown, Shown::Refused(_));
        if self.config.is_interactive || self.phase != Phase::Online || self.outbox.is_full() {
            return self.show(shown);
        }
        self.wait_in_turn(Sent::new(Pending::LocalAnswer(shown), String::new()));
    }

    /// Sends what waits, as far as there is room.
    pub(super) fn send_waiting(&mut self) {
        while self.phase == Phase::Online
            && !self.pressure.is_holding()
            && self.requests.waiting() < WINDOW
            && let Some(sent) = self.next_waiting()
        {
            self.send(sent);
            self.show_local_answers();
        }
    }

    /// The next line that waits, if it may go. Of a person's messages one at a time is on its way:
    /// it may be refused for lack of room and sent again, and none is to overtake it.
    fn next_waiting(&mut self) -> Option<Sent> {
        let Session { outbox, requests, config, .. } = self;
        let is_first_message = requests.messages().next().is_none();
        outbox.pop_if(|sent| {
            let is_message = matches!(sent.pending, Pending::Message(_));
            let is_in_turn = !config.is_interactive || !is_message || is_first_message;
            is_in_turn && requests.fits(sent, config.request_bytes)
        })
    }

    pub(super) fn show_local_answers(&mut self) {
        while let Some(shown) = self.requests.next_local_answer() {
            self.show(shown);
        }
    }

    /// The connection is lost: each request that was not answered meets its fate.
    pub(super) fn keep_unanswered(&mut self) {
        let mut kept = Vec::new();
        for sent in self.requests.take_unanswered() {
            match fate(&sent.pending) {
                Fate::SentAgain => kept.push(sent),
                Fate::Lost => self.give_up("unanswered", sent),
                Fate::Shown => {
                    if let Pending::LocalAnswer(shown) = sent.pending {
                        self.show(shown);
                    }
                }
                Fate::Forgotten => {}
            }
        }
        // What is held has its reply, so it is older than all that have none.
        kept.splice(..0, self.pressure.take_held());
        kept.iter_mut().for_each(|sent| sent.is_late = true);
        self.outbox.push_unanswered(kept);
    }

    fn give_up(&mut self, why: &str, sent: Sent) {
        self.has_refused = true;
        self.refuse(format!("{why}: {}", without_password(&sent.line)));
        match sent.pending {
            Pending::StartPrivate(user) => self.handle_private_answer(&user, false),
            Pending::ChangePassword { new } => self.lose_password_answer(new),
            _ => {}
        }
    }

    fn wait_in_turn(&mut self, sent: Sent) {
        // There is room: whoever calls this has asked.
        let _ = self.outbox.push(sent);
        self.send_waiting();
    }

    pub(super) fn send(&mut self, mut sent: Sent) {
        sent.may_be_there = true;
        if !sent.line.is_empty() {
            self.actions.push_back(Action::Send(sent.line.clone()));
        }
        self.requests.push(sent);
        self.note_request(self.now);
    }
}

fn written(request: &Request<'_>, pending: Pending) -> Sent {
    let mut line = LineWriter::new();
    emit_request(request, &mut line);
    Sent::new(pending, line.as_str().to_owned())
}
