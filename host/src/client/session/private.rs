//! Private conversations: their requests to the server and to the peers' connections.

use std::time::{Duration, Instant};

use smolchat_peer::Kind;
use smolchat_words::near_name;

use super::{Action, Phase, Session};
use crate::client::conversations::Effect;
use crate::client::peer::{LinkId, PeerEvent};
use crate::client::progress::Progress;
use crate::client::recipient::{PRIVATE, Recipient};
use crate::client::render;
use crate::client::said::OwnMessage;
use crate::client::sanitize::name;
use crate::client::shown::Shown;
use crate::client::words;

/// The server hears of private talk no more often than this. Short, since a server's inactivity
/// time may be short.
const ACTIVITY_GAP: Duration = Duration::from_secs(1);

impl Session {
    /// Something happened on a link with a peer.
    pub(crate) fn handle_peer(&mut self, now: Instant, event: &PeerEvent) {
        self.now = now;
        if self.phase == Phase::Over {
            return;
        }
        if let PeerEvent::Unreachable { user, kind, why } = event {
            let why = self.why_unreachable(user, *why);
            match kind {
                Kind::Talk => {
                    let effects = self.conversations.handle_unreachable(now, user, &why);
                    self.carry_out(effects);
                }
                Kind::Files => self.not_introduced(user.clone(), why),
            }
        }
        let conversations = &mut self.conversations;
        let effects = match event {
            PeerEvent::Connected { link, user, by_us, .. } => {
                conversations.handle_connected(now, *link, user, *by_us)
            }
            PeerEvent::Lines { link, lines } => {
                let line = |line: &String| conversations.handle_line(now, *link, line);
                lines.iter().flat_map(line).collect()
            }
            PeerEvent::Closed { link } => conversations.handle_closed(now, *link),
            PeerEvent::Stalled { link } => conversations.handle_stalled(*link),
            PeerEvent::Serving { .. } | PeerEvent::Unreachable { .. } => Vec::new(),
        };
        self.carry_out(effects);
        match event {
            PeerEvent::Connected { user, key, by_us, .. } => {
                self.note_proven(user, *key, Kind::Talk, *by_us);
            }
            PeerEvent::Serving { user, key, by_us } => {
                self.note_proven(user, *key, Kind::Files, *by_us);
            }
            _ => {}
        }
        if let Some(prompt) = self.leave_ended_conversation() {
            self.actions.push_back(Action::FallBack(prompt));
        }
    }

    /// The number of the last text that was heard on this link.
    pub(crate) fn heard_from(&self, link: LinkId) -> u64 {
        self.conversations.heard(link)
    }

    /// What was heard on this link up to this number is on its way to the user's eyes.
    pub(crate) fn handle_private_shown(&mut self, link: LinkId, up_to: u64) {
        if self.phase != Phase::Over {
            let effects = self.conversations.handle_shown(link, up_to);
            self.carry_out(effects);
        }
    }

    /// Plain text that went into a conversation goes to the same user through the server when the
    /// conversation has ended. It never goes to all: what was meant for one user stays with that
    /// user. The new prompt, if this is so.
    pub(super) fn leave_ended_conversation(&mut self) -> Option<String> {
        let Recipient::Private(user) = &self.recipient else { return None };
        if self.conversations.peers().any(|peer| peer == user) {
            return None;
        }
        self.recipient = Recipient::User(user.clone());
        self.confirmed.clone_from(&self.recipient);
        self.note(format!("{} through the server", self.recipient.told()));
        Some(self.recipient.prompt())
    }

    /// What goes nowhere does not look as if it was said.
    pub(super) fn say_private_as_person(&mut self, now: Instant, user: &str, text: &str) {
        if self.conversations.takes(user) {
            let number = self.show_sent(Recipient::Private(user.to_owned()), text);
            return self.say_numbered(now, user, text, number);
        }
        self.show(Shown::Typed(format!("/private {user} {text}")));
        let refusal = self.without_conversation(user);
        self.answer(Shown::Refused(refusal));
    }

    /// Why nothing goes to `user` in private, and what to do about it.
    pub(super) fn without_conversation(&self, user: &str) -> String {
        if user == self.config.user {
            return "that is you".to_owned();
        }
        let near = near_name(user, self.conversations.peers());
        let user = name(user);
        let begins = format!("; /startprivate {user} begins it");
        render::not_connected(&user) + &near.map_or(begins, |near| words::hint(Some(near)))
    }

    pub(super) fn say_private(&mut self, now: Instant, user: &str, text: &str) {
        self.say_numbered(now, user, text, 0);
    }

    /// Says a text that is shown with this number.
    fn say_numbered(&mut self, now: Instant, user: &str, text: &str, number: u64) {
        let to = Some(format!("{user}{PRIVATE}"));
        let message = OwnMessage { to, text: text.to_owned(), number };
        let effects = self.conversations.say(now, user, message);
        if effects.iter().any(|effect| matches!(effect, Effect::Say(..)))
            && self.activity_at.is_none()
        {
            self.activity_at = Some(now.max(self.announced + ACTIVITY_GAP));
        }
        self.answer_with(self.hinting(effects, user));
    }

    /// A conversation that is not there may be another one, but for a slip.
    fn hinting(&self, mut effects: Vec<Effect>, user: &str) -> Vec<Effect> {
        let missing = render::not_connected(user);
        for effect in &mut effects {
            if let Effect::Show(Shown::Refused(text)) = effect
                && *text == missing
            {
                text.push_str(&words::hint(near_name(user, self.conversations.peers())));
            }
        }
        effects
    }

    pub(super) fn stop_private(&mut self, now: Instant, user: &str) {
        let effects = self.conversations.stop(now, user);
        self.answer_with(self.hinting(effects, user));
        let prompt = self.leave_ended_conversation().map(Action::Prompt);
        self.actions.extend(prompt);
    }

    /// The reply to `startprivate`.
    pub(super) fn handle_private_answer(&mut self, user: &str, is_introduced: bool) {
        let effects = self.conversations.handle_answer(self.now, user, is_introduced);
        self.carry_out(effects);
    }

    pub(super) fn handle_private_timeout(&mut self, now: Instant) {
        if self.phase == Phase::Over {
            return;
        }
        let effects = self.conversations.handle_timeout(now);
        self.carry_out(effects);
        if self.phase == Phase::Online && self.activity_at.is_some_and(|at| now >= at) {
            self.activity_at = None;
            self.announce(now);
        }
    }

    /// The effects of a typed line, its answer in the order of what was typed.
    fn answer_with(&mut self, effects: Vec<Effect>) {
        let (shown, done) =
            effects.into_iter().partition(|effect| matches!(effect, Effect::Show(_)));
        self.carry_out(done);
        for effect in shown {
            if let Effect::Show(shown) = effect {
                self.answer(shown);
            }
        }
    }

    /// Before the end: what was said in private and not acknowledged is told.
    pub(super) fn give_up_private(&mut self) {
        let effects = self.conversations.give_up();
        self.carry_out(effects);
    }

    pub(super) fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Show(shown) => {
                    if let Shown::Said(said) = &shown {
                        self.note_writer(&said.from.clone(), said.channel);
                    }
                    self.has_refused |= matches!(shown, Shown::Refused(_));
                    self.actions.push_back(Action::Show(shown));
                }
                Effect::Say(link, line) => self.actions.push_back(Action::Say(link, line)),
                Effect::Finish(link) => self.actions.push_back(Action::Finish(link)),
                Effect::Close(link) => self.actions.push_back(Action::Close(link)),
                Effect::Delivered(messages) => {
                    let lines = self.receipts.told_at_once(messages, Progress::Delivered);
                    self.actions.extend(lines.into_iter().map(Action::Show));
                }
            }
        }
    }
}
