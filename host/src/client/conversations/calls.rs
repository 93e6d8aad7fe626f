//! Users who are being called: from `startprivate` until a link stands, or cannot.

use std::time::{Duration, Instant};

use smolchat_peer::Unreachable;

use super::words::{connected, refused};
use super::{Conversation, Conversations, Effect};

/// Longer than a connection to every address of a peer can take.
const CALL_TIMEOUT: Duration = Duration::from_secs(40);

/// Our `startprivate`, until it has succeeded or failed.
#[derive(Debug)]
pub(super) struct Call {
    since: Instant,
    /// The server made the introduction and its event is to come.
    is_introduced: bool,
}

impl Call {
    /// When it is given up.
    pub(super) fn ends_at(&self) -> Instant {
        self.since + CALL_TIMEOUT
    }
}

impl Conversations {
    /// `startprivate` was typed. `Err` is the answer when the server need not be asked.
    pub(crate) fn start(&mut self, now: Instant, user: &str) -> Result<(), String> {
        let conversation = self.with.entry(user.to_owned()).or_default();
        if !conversation.links.is_empty() {
            return Err(format!("{user} is connected already"));
        }
        if conversation.call.is_some() {
            return Err(format!("{user} is being connected already"));
        }
        conversation.call = Some(Call { since: now, is_introduced: false });
        Ok(())
    }

    /// The server answered `startprivate`.
    pub(crate) fn handle_answer(
        &mut self,
        now: Instant,
        user: &str,
        is_introduced: bool,
    ) -> Vec<Effect> {
        if !is_introduced {
            return self.end_call(now, user);
        }
        if let Some(call) = self.call(user) {
            call.is_introduced = true;
        }
        Vec::new()
    }

    /// The server introduced `user`. True if it was for us to connect.
    pub(crate) fn handle_introduction(&mut self, user: &str) -> bool {
        self.call(user).is_some_and(|call| std::mem::take(&mut call.is_introduced))
    }

    /// Nobody at the peer's addresses is the peer.
    pub(crate) fn handle_unreachable(
        &mut self,
        now: Instant,
        user: &str,
        why: &str,
    ) -> Vec<Effect> {
        let is_connected = self.with.get(user).is_some_and(|one| !one.links.is_empty());
        let text = match is_connected {
            true => connected(user),
            false => refused(format!("Cannot connect to {user}, {why}")),
        };
        let told = self.call(user).map(|_| text);
        let mut effects: Vec<_> = told.into_iter().collect();
        effects.extend(self.end_call(now, user));
        effects
    }

    /// Ends a call that succeeded or failed; the lines that waited for it go out or are answered.
    pub(crate) fn end_call(&mut self, now: Instant, user: &str) -> Vec<Effect> {
        if let Some(conversation) = self.with.get_mut(user) {
            conversation.call = None;
        }
        self.say_what_waited(now, user)
    }

    /// Whether a connection is being built.
    pub(crate) fn is_calling(&self) -> bool {
        self.with.values().any(|conversation| conversation.call.is_some())
    }

    pub(super) fn give_up_calls(&mut self, now: Instant) -> Vec<Effect> {
        let over = |(user, conversation): (&String, &Conversation)| {
            let call = conversation.call.as_ref();
            call.is_some_and(|call| now >= call.ends_at()).then(|| user.clone())
        };
        let over: Vec<_> = self.with.iter().filter_map(over).collect();
        let mut give_up =
            |user| self.handle_unreachable(now, user, &Unreachable::NoAnswer.to_string());
        over.iter().flat_map(|user| give_up(user)).collect()
    }

    fn call(&mut self, user: &str) -> Option<&mut Call> {
        self.with.get_mut(user)?.call.as_mut()
    }
}
