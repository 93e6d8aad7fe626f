//! Private conversations: their requests to the server and to the peers' connections.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use smolchat_core::protocol::Token;
use smolchat_words::near_name;

use super::{Action, Phase, Session};
use crate::client::addresses::is_of_peer;
use crate::client::conversations::Effect;
use crate::client::peer::PeerEvent;
use crate::client::recipient::Recipient;
use crate::client::render;
use crate::client::sanitize::name;
use crate::client::shown::Shown;
use crate::client::words;

/// The server hears of private talk no more often than this. Short, since a server's inactivity
/// time may be short.
const ACTIVITY_GAP: Duration = Duration::from_secs(1);

impl Session {
    /// Something happened on a peer's connection.
    pub(crate) fn handle_peer(&mut self, event: &PeerEvent) {
        if self.phase == Phase::Over {
            return;
        }
        let effects = match event {
            PeerEvent::Connected { link, user, by_us } => {
                self.conversations.handle_connected(*link, user, *by_us)
            }
            PeerEvent::Unreachable { user } => self.conversations.handle_unreachable(user),
            PeerEvent::Lines { link, lines } => {
                lines.iter().flat_map(|line| self.conversations.handle_line(*link, line)).collect()
            }
            PeerEvent::Closed { link } => self.conversations.handle_closed(*link),
            PeerEvent::Stalled { link } => self.conversations.handle_stalled(*link),
        };
        self.carry_out(effects);
        if let Some(prompt) = self.leave_ended_conversation() {
            self.actions.push_back(Action::FallBack(prompt));
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
            self.show_sent(Recipient::Private(user.to_owned()), text);
            return self.say_private(now, user, text);
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
        let effects = self.conversations.say(user, text);
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

    pub(super) fn stop_private(&mut self, user: &str) {
        let effects = self.conversations.stop(user);
        self.answer_with(self.hinting(effects, user));
        let prompt = self.leave_ended_conversation().map(Action::Prompt);
        self.actions.extend(prompt);
    }

    /// The reply to `startprivate`.
    pub(super) fn handle_private_answer(&mut self, user: &str, is_introduced: bool) {
        let effects = self.conversations.handle_answer(user, is_introduced);
        self.carry_out(effects);
    }

    /// The server introduces a peer. The caller connects. Either side expects the token, because
    /// both may have called.
    pub(super) fn handle_introduction(
        &mut self,
        user: &str,
        token: Token,
        addresses: &[SocketAddr],
    ) {
        self.names.learn(user);
        self.actions.push_back(Action::Expect(user.to_owned(), token));
        let user = user.to_owned();
        if self.conversations.handle_introduction(&user) {
            let addresses = self.callable(addresses);
            self.actions.push_back(Action::Dial(user, token, addresses));
        } else if self.files.handle_introduction(&user) {
            let addresses = self.callable(addresses);
            self.actions.push_back(Action::DialForFiles(user, token, addresses));
        }
    }

    /// Those at which a peer can be. Anybody may announce anything, and this machine's own port is
    /// nobody else's.
    fn callable(&self, addresses: &[SocketAddr]) -> Vec<SocketAddr> {
        let is_local = self.own.iter().any(IpAddr::is_loopback);
        let is_own = |address: &SocketAddr| {
            self.config.peer_port == Some(address.port())
                && self.own.contains(&address.ip().to_canonical())
        };
        let may_be = |address: &&SocketAddr| is_of_peer(address, is_local) && !is_own(address);
        addresses.iter().filter(may_be).copied().collect()
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

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Show(Shown::Said(said)) = &effect {
                self.note_writer(&said.from.clone(), said.channel);
            }
            self.actions.push_back(match effect {
                Effect::Show(shown) => Action::Show(shown),
                Effect::Say(link, text) => Action::Say(link, text),
                Effect::Stop(link) => Action::Stop(link),
                Effect::Close(link) => Action::Close(link),
            });
        }
    }
}
