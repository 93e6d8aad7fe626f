//! The private conversations: users being called, users connected, and lines typed while a
//! connection is being built. Knows no socket. Sans-IO: links are numbers, effects are a list to
//! carry out.

mod calls;
mod incoming;
mod lines;
mod liveness;
mod outgoing;
mod parting;
mod talk;
mod words;

use std::collections::BTreeMap;
use std::time::Instant;

use super::peer::LinkId;
use super::said::OwnMessage;
use super::shown::Shown;
use calls::Call;
use incoming::Incoming;
use liveness::Liveness;
use outgoing::Outgoing;
use parting::Partings;
use words::{not_connected, refused, told};

/// Lines typed while a connection is being built.
const WAITING_MAX: usize = 1024;
/// Links with one user: ours, theirs, and perhaps dead ones that nobody has noticed.
const LINKS_MAX: usize = 4;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Tell the user.
    Show(Shown),
    /// Say this line to the peer.
    Say(LinkId, String),
    /// End the link, once what was said on it is out.
    Finish(LinkId),
    /// Cut the link.
    Close(LinkId),
    /// The peer has shown these.
    Delivered(Vec<OwnMessage>),
}

/// Typed while a connection was being built.
#[derive(Debug)]
enum Waiting {
    Text(OwnMessage),
    Stop,
}

/// Everything between this user and one other. Both may have connected to each other at once; then
/// every link is heard, and the newest is spoken on.
#[derive(Debug, Default)]
struct Conversation {
    call: Option<Call>,
    links: Vec<LinkId>,
    waiting: Vec<Waiting>,
    outgoing: Outgoing,
    incoming: Incoming,
    liveness: Liveness,
}

/// All conversations, by the peer's name.
#[derive(Debug, Default)]
pub(crate) struct Conversations {
    /// Tells the numbers of this run from those of others.
    run: u64,
    with: BTreeMap<String, Conversation>,
    partings: Partings,
}

impl Conversations {
    /// None yet. `run` is a random number.
    pub(crate) fn new(run: u64) -> Self {
        Conversations { run, ..Conversations::default() }
    }

    /// A link with `user` stands, its peer proven.
    pub(crate) fn handle_connected(
        &mut self,
        now: Instant,
        link: LinkId,
        user: &str,
        by_us: bool,
    ) -> Vec<Effect> {
        let run = self.run;
        let conversation = self.with.entry(user.to_owned()).or_default();
        let mut effects = Vec::new();
        if by_us && conversation.call.is_some() {
            effects.push(words::connected(user));
        } else if conversation.links.is_empty() {
            effects.push(told(format!("{user} started a private conversation")));
        }
        conversation.links.push(link);
        if conversation.links.len() > LINKS_MAX {
            effects.push(Effect::Close(conversation.links.remove(0)));
        }
        if by_us {
            conversation.call = None;
        }
        effects.extend(conversation.begin(now, run, link));
        effects.extend(self.say_what_waited(now, user));
        effects
    }

    /// `private` was typed.
    pub(crate) fn say(&mut self, now: Instant, user: &str, message: OwnMessage) -> Vec<Effect> {
        self.say_or_wait(now, user, Waiting::Text(message))
    }

    /// `stopprivate` was typed.
    pub(crate) fn stop(&mut self, now: Instant, user: &str) -> Vec<Effect> {
        self.say_or_wait(now, user, Waiting::Stop)
    }

    /// A link is gone.
    pub(crate) fn handle_closed(&mut self, now: Instant, link: LinkId) -> Vec<Effect> {
        if let Some(user) = self.partings.user_of(link).map(str::to_owned) {
            self.partings.take(|one| one.link == link);
            return self.settle(&user);
        }
        let Some(user) = self.user_of(link) else { return Vec::new() };
        let run = self.run;
        let Some(conversation) = self.with.get_mut(&user) else { return Vec::new() };
        conversation.links.retain(|&other| other != link);
        if let Some(&link) = conversation.links.last() {
            // What the peer has not acknowledged may have gone with the link.
            return conversation.resume(now, run, link);
        }
        let mut effects = vec![told(format!("{user} is gone, the private conversation ended"))];
        effects.extend(self.settle(&user));
        effects
    }

    /// A peer does not read, and the last line was not sent.
    pub(crate) fn handle_stalled(&mut self, link: LinkId) -> Vec<Effect> {
        let Some(user) = self.user_of(link) else { return Vec::new() };
        // Its numbers would have a gap from here on.
        vec![refused(format!("{user} does not read, the conversation is cut")), Effect::Close(link)]
    }

    /// Calls that came to nothing in time are given up, peers that are silent are asked, and links
    /// of stopped conversations are ended.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Vec<Effect> {
        let mut effects = self.give_up_calls(now);
        effects.extend(self.look_after(now));
        for parting in self.partings.take(|one| now >= one.until) {
            effects.push(Effect::Finish(parting.link));
            effects.extend(self.settle(&parting.user));
        }
        effects
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        let each = |conversation: &Conversation| {
            let call = conversation.call.as_ref().map(Call::ends_at);
            [call, conversation.liveness.poll_at()].into_iter().flatten().min()
        };
        self.with.values().filter_map(each).chain(self.partings.poll_at()).min()
    }

    /// The users with whom a link stands.
    pub(crate) fn peers(&self) -> impl Iterator<Item = &str> + Clone {
        let connected = self.with.iter().filter(|(_, conversation)| !conversation.links.is_empty());
        connected.map(|(user, _)| user.as_str())
    }

    /// Whether what is said to `user` goes out, now or when the link stands.
    pub(crate) fn takes(&self, user: &str) -> bool {
        let takes = |all: &Conversation| !all.links.is_empty() || all.call.is_some();
        self.with.get(user).is_some_and(takes)
    }

    /// Whether an acknowledgement is awaited.
    pub(crate) fn is_waiting(&self) -> bool {
        self.with.values().any(|conversation| conversation.outgoing.is_waiting())
    }

    /// Nothing more comes. What was not acknowledged is told.
    pub(crate) fn give_up(&mut self) -> Vec<Effect> {
        let lost = |(user, conversation): (&String, &mut Conversation)| {
            let told = |message: OwnMessage| words::unacknowledged(user, &message.text);
            conversation.outgoing.take_all().into_iter().map(told).collect::<Vec<_>>()
        };
        self.with.iter_mut().flat_map(lost).collect()
    }

    fn user_of(&self, link: LinkId) -> Option<String> {
        let (user, _) =
            self.with.iter().find(|(_, conversation)| conversation.links.contains(&link))?;
        Some(user.clone())
    }

    fn take_links(&mut self, user: &str) -> Vec<LinkId> {
        let conversation = self.with.get_mut(user);
        conversation.map(|one| std::mem::take(&mut one.links)).unwrap_or_default()
    }

    /// If no link with the user is left, what was not acknowledged never will be.
    fn settle(&mut self, user: &str) -> Vec<Effect> {
        let Some(conversation) = self.with.get_mut(user) else { return Vec::new() };
        if !conversation.links.is_empty() || self.partings.is_with(user) {
            return Vec::new();
        }
        conversation.liveness = Liveness::default();
        let told = |message: OwnMessage| words::unacknowledged(user, &message.text);
        conversation.outgoing.take_all().into_iter().map(told).collect()
    }

    /// The links of a stopped conversation stay until what was said on them is acknowledged.
    fn part(&mut self, now: Instant, user: &str) {
        for link in self.take_links(user) {
            self.partings.push(now, link, user);
        }
    }

    fn say_what_waited(&mut self, now: Instant, user: &str) -> Vec<Effect> {
        let Some(conversation) = self.with.get_mut(user) else { return Vec::new() };
        let waiting = std::mem::take(&mut conversation.waiting);
        let is_open = !conversation.links.is_empty();
        let said = |line| match line {
            Waiting::Text(message) if !is_open => vec![words::unsent(user, &message.text)],
            line => self.say_or_wait(now, user, line),
        };
        waiting.into_iter().flat_map(said).collect()
    }

    fn say_or_wait(&mut self, now: Instant, user: &str, line: Waiting) -> Vec<Effect> {
        let Some(conversation) = self.with.get_mut(user) else { return vec![not_connected(user)] };
        match (conversation.links.last(), line) {
            (Some(&link), Waiting::Text(message)) => {
                let Some(line) = conversation.outgoing.say(message) else {
                    return vec![refused(format!("{user} does not read, this was not sent"))];
                };
                conversation.liveness.handle_said(now);
                vec![Effect::Say(link, line)]
            }
            (Some(_), Waiting::Stop) => self.stop_links(now, user),
            (None, _) if conversation.call.is_none() => vec![not_connected(user)],
            (None, _) if conversation.waiting.len() >= WAITING_MAX => {
                vec![refused(format!("{user} is still being connected, this was not sent"))]
            }
            (None, line) => {
                conversation.waiting.push(line);
                Vec::new()
            }
        }
    }
}

#[cfg(test)]
mod tests;
