//! What is said on links: texts and their acknowledgements, signs of life, and the end.

use std::time::Instant;

use super::incoming::Verdict;
use super::lines::PeerLine;
use super::liveness::Due;
use super::words::told;
use super::{Conversation, Conversations, Effect};
use crate::client::peer::LinkId;
use crate::client::said::{Channel, Said};
use crate::client::shown::Shown;

impl Conversations {
    /// A line came from a peer.
    pub(crate) fn handle_line(&mut self, now: Instant, link: LinkId, line: &str) -> Vec<Effect> {
        let is_parting = self.partings.user_of(link).is_some();
        let user = self.partings.user_of(link).map(str::to_owned).or_else(|| self.user_of(link));
        let Some(user) = user else { return Vec::new() };
        let Some(conversation) = self.with.get_mut(&user) else { return Vec::new() };
        let effects = match PeerLine::parse(line) {
            PeerLine::Begin { run, first } => match conversation.incoming.begin(run, first) {
                true => Vec::new(),
                false => vec![Effect::Close(link)],
            },
            PeerLine::Text { id, text } => conversation.hear(link, &user, id, text),
            PeerLine::Acknowledged { id } => {
                let delivered = conversation.outgoing.handle_acknowledged(id);
                if delivered.is_empty() { Vec::new() } else { vec![Effect::Delivered(delivered)] }
            }
            PeerLine::Stop if is_parting => Vec::new(),
            PeerLine::Stop => {
                self.part(now, &user);
                vec![told(format!("{user} stopped private conversation"))]
            }
            PeerLine::Ping => vec![Effect::Say(link, "pong".to_owned())],
            PeerLine::Pong | PeerLine::Unknown => Vec::new(),
            PeerLine::Wrong => vec![Effect::Close(link)],
        };
        self.handle_sign_of_life(now, &user, effects)
    }

    /// Whatever a peer says, it is there. Where nothing more is awaited, a stopped conversation is
    /// over.
    fn handle_sign_of_life(
        &mut self,
        now: Instant,
        user: &str,
        mut effects: Vec<Effect>,
    ) -> Vec<Effect> {
        let Some(conversation) = self.with.get_mut(user) else { return effects };
        let is_waiting = conversation.outgoing.is_waiting();
        conversation.liveness.handle_heard(now, is_waiting && !conversation.links.is_empty());
        if !is_waiting {
            effects.extend(self.finish_settled(user));
        }
        effects
    }

    /// The number up to which a peer's texts were heard on this link's conversation.
    pub(crate) fn heard(&self, link: LinkId) -> u64 {
        let user = self.partings.user_of(link).map(str::to_owned).or_else(|| self.user_of(link));
        let conversation = user.and_then(|user| self.with.get(&user));
        conversation.map_or(0, |conversation| conversation.incoming.heard())
    }

    /// What was heard on this link up to this number was shown.
    pub(crate) fn handle_shown(&mut self, link: LinkId, up_to: u64) -> Vec<Effect> {
        let user = self.partings.user_of(link).map(str::to_owned).or_else(|| self.user_of(link));
        let Some(user) = user else { return Vec::new() };
        let Some(conversation) = self.with.get_mut(&user) else { return Vec::new() };
        let mut effects = Vec::new();
        if let Some(line) = conversation.incoming.acknowledge(up_to) {
            let speaking = conversation.links.last().copied().unwrap_or(link);
            effects.push(Effect::Say(speaking, line));
        }
        effects.extend(self.finish_settled(&user));
        effects
    }

    /// `stopprivate`, while links stand.
    pub(super) fn stop_links(&mut self, now: Instant, user: &str) -> Vec<Effect> {
        let Some(conversation) = self.with.get(user) else { return Vec::new() };
        let stop = |link: &LinkId| Effect::Say(*link, "stop".to_owned());
        let mut effects: Vec<_> = conversation.links.iter().map(stop).collect();
        self.part(now, user);
        effects.push(told(format!("You stopped private conversation with {user}")));
        effects.extend(self.finish_settled(user));
        effects
    }

    /// Ends the links of a stopped conversation if neither side awaits an acknowledgement.
    fn finish_settled(&mut self, user: &str) -> Vec<Effect> {
        let Some(conversation) = self.with.get(user) else { return Vec::new() };
        if conversation.outgoing.is_waiting() || conversation.incoming.is_unshown() {
            return Vec::new();
        }
        let over = self.partings.take(|one| one.user == user);
        over.into_iter().map(|one| Effect::Finish(one.link)).collect()
    }

    /// Peers that are silent are asked, and then given up.
    pub(super) fn look_after(&mut self, now: Instant) -> Vec<Effect> {
        let mut effects = Vec::new();
        let users: Vec<_> = self.with.keys().cloned().collect();
        for user in users {
            let Some(conversation) = self.with.get_mut(&user) else { continue };
            let Some(&link) = conversation.links.last() else { continue };
            match conversation.liveness.poll(now) {
                Some(Due::Ask) => effects.push(Effect::Say(link, "ping".to_owned())),
                Some(Due::Lost) => {
                    effects.push(Effect::Close(link));
                    effects.extend(self.handle_closed(now, link));
                }
                None => {}
            }
        }
        effects
    }
}

impl Conversation {
    /// The first words on a link.
    pub(super) fn begin(&mut self, now: Instant, run: u64, link: LinkId) -> Vec<Effect> {
        if self.outgoing.is_waiting() {
            self.liveness = Default::default();
            self.liveness.handle_said(now);
        }
        self.outgoing.begin(run).map(|line| Effect::Say(link, line)).collect()
    }

    /// The first words on a link again, since another one is gone.
    pub(super) fn resume(&mut self, now: Instant, run: u64, link: LinkId) -> Vec<Effect> {
        if self.outgoing.is_waiting() { self.begin(now, run, link) } else { Vec::new() }
    }

    fn hear(&mut self, link: LinkId, user: &str, id: u64, text: &str) -> Vec<Effect> {
        match self.incoming.judge(id) {
            Verdict::New => {
                let (from, text) = (user.to_owned(), text.to_owned());
                let said = Said { from, channel: Channel::Private, text, age: 0 };
                vec![Effect::Show(Shown::Said(said))]
            }
            Verdict::Known => {
                let again = self.incoming.acknowledge_again();
                again.map(|line| Effect::Say(link, line)).into_iter().collect()
            }
            Verdict::Wrong => vec![Effect::Close(link)],
        }
    }
}
