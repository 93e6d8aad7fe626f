//! Online: answers and events are shown.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use smolchat_core::protocol::{Event, MessageId, Reply, Request};
use smolchat_words::without_password;

use super::hearing::Answer;
use super::{Action, Session};
use crate::client::progress::Progress;
use crate::client::render::{self, first_words};
use crate::client::requests::{Pending, Sent};
use crate::client::said::{Channel, OwnMessage, Said};
use crate::client::shown::Shown;
use crate::client::words::{self, ToAll};

/// A user hears no more often than this of one address that gives the password.
const ATTEMPT: Duration = Duration::from_secs(60);
/// Users who wrote to this user and are offered as receivers.
const WRITERS: usize = 32;

impl Session {
    /// The reply to a message or a broadcast.
    pub(super) fn handle_message_answer(
        &mut self,
        now: Instant,
        sent: Option<Sent>,
        answer: Answer<'_>,
    ) {
        let Some(sent) = sent else { return };
        let reply = answer.reply;
        if self.is_to_wait(now, &sent, reply) {
            return self.hold(now, sent, reply);
        }
        let Sent { pending: Pending::Message(message), line, is_late, .. } = sent else { return };
        self.tell_message_answer(now, (&line, is_late), message, answer);
    }

    fn tell_message_answer(
        &mut self,
        now: Instant,
        (line, is_late): (&str, bool),
        message: OwnMessage,
        answer: Answer<'_>,
    ) {
        let reply = answer.reply;
        if answer.code / 100 == 2 {
            self.tell_refused();
        }
        match (reply, message.to.as_deref()) {
            (Some(Reply::Stored { .. }), Some(to)) if self.is_known_absent(to) => {}
            (Some(Reply::Stored { .. }), Some(to)) => self.say(render::stored(to)),
            (Some(Reply::BroadcastSent { recipients, .. }), None)
                if is_late && self.config.is_interactive =>
            {
                // The others come back, too, each in its own time.
                self.note(render::reached(&message.text, recipients));
            }
            (Some(Reply::BroadcastSent { recipients: 0, .. }), None) if is_late => {
                self.say(render::reached(&message.text, 0));
            }
            (Some(Reply::BroadcastSent { recipients: 0, .. }), None) => {
                self.say("nobody else is online to receive it");
            }
            _ if answer.code / 100 != 2 => self.refuse_message((line, is_late), &message, answer),
            _ => self.show_reply((line, is_late), answer),
        }
        if let (Some(id), None) = (broadcast_number(reply), &message.to) {
            self.note_broadcast(id);
        }
        let Some(id) = reply.and_then(|reply| reply.accepted()) else { return };
        if let Some(to) = message.to.as_deref() {
            self.names.learn(to);
        }
        let is_stored = matches!(reply, Some(Reply::Stored { .. }));
        let is_told = !message.to.as_deref().is_some_and(|to| self.is_known_absent(to));
        self.note_taken(now, &message, is_stored);
        let accepted = self.receipts.handle_accepted(now, id, message, is_stored, is_told);
        self.actions.extend(accepted.map(|receipt| Action::Show(Shown::Accepted(receipt))));
    }

    /// The reply to a command.
    pub(super) fn handle_command_answer(&mut self, sent: Option<Sent>, answer: Answer<'_>) {
        let reply = answer.reply;
        if let Some(
            Reply::UsersOnline { users }
            | Reply::UsersSince { users }
            | Reply::UsersBlocked { users },
        ) = reply
        {
            users.split(", ").for_each(|user| self.names.learn(user));
        }
        self.note_blocks(reply);
        let (line, is_late) = sent.as_ref().map_or(("", false), |sent| (&*sent.line, sent.is_late));
        self.show_reply((line, is_late), answer);
        self.tell_of_private(reply);
        if let Some(Pending::StartPrivate(user)) = sent.map(|sent| sent.pending) {
            self.handle_private_answer(&user, matches!(reply, Some(Reply::Introduced { .. })));
        }
    }

    /// A private conversation goes on after a block. Somebody who blocks may not want that.
    fn tell_of_private(&mut self, reply: Option<Reply<'_>>) {
        if let Some(Reply::Blocked { user } | Reply::BlockedAlready { user }) = reply
            && self.config.is_interactive
            && self.conversations.peers().any(|peer| peer == user)
        {
            let user = crate::client::sanitize::name(user);
            let text = format!("your private conversation with {user} goes on");
            self.note(format!("{text}; /stopprivate {user} ends it"));
        }
    }

    /// Asks whom this user blocks, before the server can introduce anybody: an earlier run may have
    /// blocked them, and the links of this one are to know it.
    pub(super) fn ask_for_blocks(&mut self) {
        if self.has_peers() && !self.config.is_sending {
            self.request(&Request::Blocks, Pending::Blocks);
        }
    }

    pub(super) fn note_blocks(&mut self, reply: Option<Reply<'_>>) {
        match reply {
            Some(Reply::Blocked { user } | Reply::BlockedAlready { user }) => {
                self.blocked.insert(user.to_owned());
                self.actions.push_back(Action::Refuse(user.to_owned()));
            }
            Some(Reply::Unblocked { user }) => {
                self.blocked.remove(user);
                self.actions.push_back(Action::Admit(user.to_owned()));
            }
            Some(Reply::UsersBlocked { users }) => {
                let users = users.split(", ").filter(|user| !user.is_empty());
                let blocked: BTreeSet<_> = users.map(str::to_owned).collect();
                let before = std::mem::replace(&mut self.blocked, blocked);
                // An earlier run has blocked them, or what was in force is not any more.
                let admitted = before.difference(&self.blocked).cloned().map(Action::Admit);
                let refused = self.blocked.difference(&before).cloned().map(Action::Refuse);
                self.actions.extend(admitted.chain(refused));
            }
            _ => {}
        }
    }

    /// `line` is the request. A person reads plain words. A script reads the protocol's, and behind
    /// them who and why. A refusal that is late names the request, and so does a broadcast that
    /// did not reach everybody.
    pub(super) fn show_reply(&mut self, (line, is_late): (&str, bool), answer: Answer<'_>) {
        if let Some(mut shown) = self.worded(line, answer) {
            self.has_refused |= shown.is_refusal();
            let is_about_text = answer.reply.and_then(|reply| reply.accepted()).is_some();
            if is_late && (shown.is_refusal() || is_about_text) {
                let word = if shown.is_refusal() { "not done" } else { "that was" };
                let request = first_words(without_password(line));
                shown.explain(&format!("{word}: {request}"), self.config.is_interactive);
            }
            self.show(shown);
        }
    }

    pub(super) fn worded(&self, line: &str, answer: Answer<'_>) -> Option<Shown> {
        let text = render::reply(answer.reply, answer.text)?;
        let is_refusal = answer.code / 100 != 2;
        let text = text.trim_end();
        let me = &self.config.user;
        let explained = |reply| words::explained(reply, line, me, self.names.iter(), self.to_all());
        let why = answer.reply.and_then(explained);
        let in_words = || answer.reply.and_then(|reply| words::answered(reply, text));
        let (text, why) = match self.config.is_interactive {
            true => (why.or_else(in_words).unwrap_or_else(|| text.to_owned()), None),
            false => (text.to_owned(), why),
        };
        let command = line.split(' ').next().unwrap_or_default().to_owned();
        Some(Shown::Reply { code: answer.code, command, text, why, is_refusal })
    }

    /// What says something to everybody here.
    pub(super) fn to_all(&self) -> ToAll {
        match (self.config.is_sending, self.config.is_interactive) {
            (true, _) => ToAll::Sending,
            (false, true) => ToAll::Person,
            (false, false) => ToAll::Script,
        }
    }

    /// What the user hears of the reply to a login: a person in words that name who and why, a
    /// script in the protocol's, with who and why behind.
    pub(super) fn told(&self, reply: Reply<'_>, text: &str) -> String {
        let name = &self.config.user;
        if let Reply::Banned { seconds } = reply {
            return render::banned(seconds);
        }
        let shown = render::reply(Some(reply), text).unwrap_or(text);
        match words::locked(reply, name) {
            Some(why) if self.config.is_interactive => why,
            Some(why) => format!("{shown} ({why})"),
            None => shown.to_owned(),
        }
    }

    /// An event that is only to be shown.
    pub(super) fn handle_news(&mut self, event: Event<'_>) {
        match event {
            Event::Message { id, from, age, text } => {
                self.show_message(id, Channel::Direct, from, age, text)
            }
            Event::Broadcast { id, from, age, text } => {
                self.show_message(id, Channel::All, from, age, text)
            }
            Event::Say { id, age, text } => self.show_announced(id, age, text),
            Event::Login { user } => self.show_presence(user, true),
            Event::Logout { user } => self.show_presence(user, false),
            Event::Missed { count } => self.note(render::missed(count)),
            Event::Attempt { from } => self.tell_attempt(from),
            Event::Idle { seconds } => {
                // What is typed behind the warning is told at once.
                self.active_at = None;
                self.note(render::idle(seconds));
            }
            Event::Stored { id } => self.handle_receipt(id, Progress::Stored),
            Event::Delivered { id } => self.handle_receipt(id, Progress::Delivered),
            Event::Expired { id } => self.handle_receipt(id, Progress::Expired),
            Event::Private { .. } | Event::Bye { .. } => {}
        }
    }

    fn handle_receipt(&mut self, id: MessageId, state: Progress) {
        if self.receipts.handle_receipt(id, state) {
            self.refuse(render::LOST);
        }
    }

    /// Whoever tries again and again is told of once in a minute.
    fn tell_attempt(&mut self, from: IpAddr) {
        let is_told = |(other, at): (IpAddr, Instant)| other == from && self.now < at + ATTEMPT;
        if !self.attempt.is_some_and(is_told) {
            self.attempt = Some((from, self.now));
            self.note(render::attempt(from));
        }
    }

    fn show_presence(&mut self, user: &str, is_online: bool) {
        self.names.learn(user);
        if !self.is_presence_shown || self.config.is_sending {
            return;
        }
        self.show(Shown::Presence { user: user.to_owned(), is_online });
    }

    fn show_message(&mut self, id: MessageId, channel: Channel, from: &str, age: u32, text: &str) {
        if self.config.is_sending {
            return;
        }
        self.names.learn(from);
        let said = Said { from: from.to_owned(), channel, text: text.to_owned(), age };
        let said = self.hold_mail(id, said);
        if let Some(said) = said.filter(|_| self.inbox.handle_message(id)) {
            self.tell_said(id, said);
        }
    }

    /// What the server's operator says, once.
    fn show_announced(&mut self, id: MessageId, age: u32, text: &str) {
        if self.inbox.handle_message(id) && !self.config.is_sending {
            self.note(render::announced(age, text));
        }
    }

    /// The reply to the client's own `whoelse`: who is here, and where the user finds help.
    pub(super) fn handle_greeting_answer(&mut self, reply: Option<Reply<'_>>) {
        let Some(Reply::UsersOnline { users }) = reply else { return self.greet(Vec::new()) };
        users.split(", ").for_each(|user| self.names.learn(user));
        let me = crate::client::sanitize::name(&self.config.user);
        let here = if users.is_empty() { "nobody else".to_owned() } else { users.to_owned() };
        let text = format!("you are {me} on {}; online: {here}", self.config.place);
        let help = "type to talk to all, /to NAME to talk to one user, /help for more";
        let lines = [text, help.to_owned()].into_iter().chain(self.kept_files());
        self.greet(lines.collect());
    }

    /// Somebody wrote to this user, or to all.
    pub(super) fn note_writer(&mut self, from: &str, channel: Channel) {
        if channel == Channel::All {
            return;
        }
        self.writers.retain(|(user, _)| user != from);
        self.writers.insert(0, (from.to_owned(), channel));
        self.writers.truncate(WRITERS);
    }
}

/// The number of a broadcast, also of one that reached nobody: it is in the history.
fn broadcast_number(reply: Option<Reply<'_>>) -> Option<MessageId> {
    match reply? {
        Reply::BroadcastSent { id, .. }
        | Reply::BroadcastBlocked { id, .. }
        | Reply::BroadcastPartly { id, .. }
        | Reply::BroadcastPartlyBlocked { id, .. } => Some(id),
        _ => None,
    }
}
