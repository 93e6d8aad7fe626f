//! The private conversations: users being called, users connected, and lines typed while a
//! connection is being built. Knows no socket. Sans-IO: connections are numbers, effects are a list
//! to carry out.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::peer::LinkId;
use super::render;
use super::said::{Channel, Said};
use super::shown::Shown;

/// Longer than a connection to every address of a peer can take.
const CALL_TIMEOUT: Duration = Duration::from_secs(40);
/// Lines typed while a connection is being built.
const WAITING_MAX: usize = 1024;
/// Connections with one user: ours, theirs, and perhaps dead ones that nobody has noticed.
const LINKS_MAX: usize = 4;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Tell the user.
    Show(Shown),
    /// Say it to the peer.
    Say(LinkId, String),
    /// Tell the peer that the conversation is over, and close.
    Stop(LinkId),
    /// Close.
    Close(LinkId),
}

/// Typed while a connection was being built.
#[derive(Debug)]
enum Waiting {
    Text(String),
    Stop,
}

/// Our `startprivate`, until it has succeeded or failed.
#[derive(Debug)]
struct Call {
    since: Instant,
    /// The server made the introduction and its event is to come.
    is_introduced: bool,
}

/// Everything between this user and one other. Both may have connected to each other at once; then
/// every connection is heard, and the newest is spoken on.
#[derive(Debug, Default)]
struct Conversation {
    call: Option<Call>,
    links: Vec<LinkId>,
    waiting: Vec<Waiting>,
}

/// All conversations, by the peer's name.
#[derive(Debug, Default)]
pub(crate) struct Conversations(BTreeMap<String, Conversation>);

impl Conversations {
    /// `startprivate` was typed. `Err` is the answer when the server need not be asked.
    pub(crate) fn start(&mut self, now: Instant, user: &str) -> Result<(), String> {
        let conversation = self.0.entry(user.to_owned()).or_default();
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
    pub(crate) fn handle_answer(&mut self, user: &str, is_introduced: bool) -> Vec<Effect> {
        if !is_introduced {
            return self.end_call(user);
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

    /// None of the peer's addresses answered.
    pub(crate) fn handle_unreachable(&mut self, user: &str) -> Vec<Effect> {
        let is_connected =
            self.0.get(user).is_some_and(|conversation| !conversation.links.is_empty());
        let text = if is_connected {
            connected(user)
        } else {
            refused(format!("Cannot connect to {user}, none of the addresses answers"))
        };
        let mut effects = match self.call(user) {
            Some(_) => vec![text],
            None => Vec::new(),
        };
        effects.extend(self.end_call(user));
        effects
    }

    /// A connection with `user` stands, its peer proven.
    pub(crate) fn handle_connected(
        &mut self,
        link: LinkId,
        user: &str,
        by_us: bool,
    ) -> Vec<Effect> {
        let conversation = self.0.entry(user.to_owned()).or_default();
        let mut effects = Vec::new();
        if by_us && conversation.call.is_some() {
            effects.push(connected(user));
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
        effects.extend(self.say_what_waited(user));
        effects
    }

    /// `private` was typed.
    pub(crate) fn say(&mut self, user: &str, text: &str) -> Vec<Effect> {
        self.say_or_wait(user, Waiting::Text(text.to_owned()))
    }

    /// `stopprivate` was typed.
    pub(crate) fn stop(&mut self, user: &str) -> Vec<Effect> {
        self.say_or_wait(user, Waiting::Stop)
    }

    /// A line came from a peer.
    pub(crate) fn handle_line(&mut self, link: LinkId, line: &str) -> Vec<Effect> {
        let Some(user) = self.user_of(link) else { return Vec::new() };
        if let Some(text) = line.strip_prefix("text ") {
            let text = text.to_owned();
            let said = Said { from: user, channel: Channel::Private, text, age: 0 };
            return vec![Effect::Show(Shown::Said(said))];
        }
        if line != "stop" {
            return Vec::new();
        }
        let mut effects = vec![told(format!("{user} stopped private conversation"))];
        effects.extend(self.take_links(&user).into_iter().map(Effect::Close));
        effects
    }

    /// A peer's connection is gone.
    pub(crate) fn handle_closed(&mut self, link: LinkId) -> Vec<Effect> {
        let Some(user) = self.user_of(link) else { return Vec::new() };
        let Some(conversation) = self.0.get_mut(&user) else { return Vec::new() };
        conversation.links.retain(|&other| other != link);
        if conversation.links.is_empty() {
            vec![told(format!("{user} is gone, the private conversation ended"))]
        } else {
            Vec::new()
        }
    }

    /// A peer does not read, and the last line was not sent.
    pub(crate) fn handle_stalled(&mut self, link: LinkId) -> Vec<Effect> {
        let user = self.user_of(link);
        user.map(|user| refused(format!("{user} does not read, the last line was not sent")))
            .into_iter()
            .collect()
    }

    /// Calls that came to nothing in time are given up.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Vec<Effect> {
        let is_over = |call: &Call| now >= call.since + CALL_TIMEOUT;
        let over = |(user, conversation): (&String, &Conversation)| {
            conversation.call.as_ref().is_some_and(is_over).then(|| user.clone())
        };
        let over: Vec<_> = self.0.iter().filter_map(over).collect();
        over.iter().flat_map(|user| self.handle_unreachable(user)).collect()
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        self.0
            .values()
            .filter_map(|conversation| Some(conversation.call.as_ref()?.since + CALL_TIMEOUT))
            .min()
    }

    /// The users with whom a connection stands.
    pub(crate) fn peers(&self) -> impl Iterator<Item = &str> + Clone {
        let connected = self.0.iter().filter(|(_, conversation)| !conversation.links.is_empty());
        connected.map(|(user, _)| user.as_str())
    }

    /// Whether what is said to `user` goes out, now or when the connection stands.
    pub(crate) fn takes(&self, user: &str) -> bool {
        let takes = |all: &Conversation| !all.links.is_empty() || all.call.is_some();
        self.0.get(user).is_some_and(takes)
    }

    /// Whether a connection is being built.
    pub(crate) fn is_calling(&self) -> bool {
        self.0.values().any(|conversation| conversation.call.is_some())
    }

    fn call(&mut self, user: &str) -> Option<&mut Call> {
        self.0.get_mut(user)?.call.as_mut()
    }

    fn user_of(&self, link: LinkId) -> Option<String> {
        let (user, _) =
            self.0.iter().find(|(_, conversation)| conversation.links.contains(&link))?;
        Some(user.clone())
    }

    fn take_links(&mut self, user: &str) -> Vec<LinkId> {
        self.0
            .get_mut(user)
            .map(|conversation| std::mem::take(&mut conversation.links))
            .unwrap_or_default()
    }

    /// Ends a call that succeeded or failed; the lines that waited for it go out or are answered.
    fn end_call(&mut self, user: &str) -> Vec<Effect> {
        if let Some(conversation) = self.0.get_mut(user) {
            conversation.call = None;
        }
        self.say_what_waited(user)
    }

    fn say_what_waited(&mut self, user: &str) -> Vec<Effect> {
        let Some(conversation) = self.0.get_mut(user) else { return Vec::new() };
        let waiting = std::mem::take(&mut conversation.waiting);
        let is_open = !conversation.links.is_empty();
        let said = |line| match line {
            Waiting::Text(text) if !is_open => vec![unsent(user, &text)],
            line => self.say_or_wait(user, line),
        };
        waiting.into_iter().flat_map(said).collect()
    }

    fn say_or_wait(&mut self, user: &str, line: Waiting) -> Vec<Effect> {
        let Some(conversation) = self.0.get_mut(user) else { return vec![not_connected(user)] };
        match (conversation.links.last(), line) {
            (Some(&link), Waiting::Text(text)) => vec![Effect::Say(link, text)],
            (Some(_), Waiting::Stop) => {
                let mut effects: Vec<_> =
                    self.take_links(user).into_iter().map(Effect::Stop).collect();
                effects.push(told(format!("You stopped private conversation with {user}")));
                effects
            }
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

fn connected(user: &str) -> Effect {
    told(format!("Connect to {user} successfully."))
}

fn not_connected(user: &str) -> Effect {
    refused(render::not_connected(user))
}

/// It looked as if it was on its way, so it is named.
fn unsent(user: &str, text: &str) -> Effect {
    let text = render::first_words(text);
    refused(format!("{} (not sent: {text})", render::not_connected(user)))
}

fn told(text: String) -> Effect {
    Effect::Show(Shown::Answer(text))
}

fn refused(text: String) -> Effect {
    Effect::Show(Shown::Refused(text))
}

#[cfg(test)]
mod tests;
