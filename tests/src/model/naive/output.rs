//! The naive chat's next line for each connection: greeting, answer, events in the order in which
//! they happened, goodbye.

use smolchat_core::dialect::lines::parse_token;
use smolchat_core::protocol::{CloseReason, REQUESTS, RequestForm};
use smolchat_core::store::Durability;

use super::refusals::block_form;
use super::{
    Answer, Event, Flow, MessageId, Millis, Naive, OPERATOR, Place, Reply, State, User, event_line,
    reply_line,
};
use crate::model::ask::address;

/// What the current line tells, and so what to do once it is written.
enum Written {
    Greeting,
    Answer(Option<Answer>),
    Presence(usize),
    Introduction,
    Notification(User),
    Message(User),
    Goodbye,
}

/// The line of an answer, and how the answer goes on.
pub(super) type Step = Option<(String, Option<Answer>)>;

impl Naive {
    /// Writes what the connection is to hear, as far as there is room.
    pub(in crate::model) fn poll_output(&mut self, now: Millis, place: Place) -> Flow {
        if self.links[&place].overdue {
            return Flow::Abort;
        }
        if std::mem::take(&mut self.link(place).probe) {
            return Flow::Probe;
        }
        if let Some(line) = self.attempt_line(place)
            && line.len() < self.links[&place].room()
        {
            self.link(place).write(&line);
            self.refuse_claim(place);
        }
        self.warn(now, place);
        while let Some((line, written)) = self.next_line(now, place) {
            if line.len() + 1 > self.links[&place].room() {
                // A stranger who must make room for others and does not read is cut off.
                return match self.links[&place].close_reason {
                    Some(CloseReason::MakingRoom) => Flow::Abort,
                    _ => Flow::Open,
                };
            }
            self.link(place).write(&line);
            self.note_written(place, written);
        }
        match self.links[&place].state {
            State::Leaving => Flow::Close,
            _ => Flow::Open,
        }
    }

    /// Tells of the end of a session.
    fn warn(&mut self, now: Millis, place: Place) {
        let (link, settings) = (&self.links[&place], &self.shape.settings);
        if !link.idle || link.answer.is_some() || link.greeting.is_some() {
            return;
        }
        let end = match link.state {
            State::Online(_) => link.since + settings.timeout.as_millis(),
            State::Stranger if link.claims.is_none() => link.login_end(settings),
            _ => 0,
        };
        let left = end.saturating_sub(now).div_ceil(1000) as u32;
        if link.warned && left > 0 {
            let line = event_line(&Event::Idle { seconds: left });
            if line.len() >= link.room() {
                return;
            }
            self.link(place).write(&line);
        }
        self.link(place).idle = false;
    }

    fn next_line(&mut self, now: Millis, place: Place) -> Option<(String, Written)> {
        let link = &self.links[&place];
        if let Some(greeting) = &link.greeting {
            return Some((reply_line(greeting), Written::Greeting));
        }
        if let Some(answer) = link.answer {
            match self.answer_line(now, place, answer) {
                Some((line, next)) => return Some((line, Written::Answer(next))),
                None => self.link(place).answer = None,
            }
        }
        if let Some(user) = self.user_of(place) {
            return self.next_event(now, place, user);
        }
        let (code, text) = self.links[&place].close_reason?.form();
        Some((event_line(&Event::Bye { code, text }), Written::Goodbye))
    }

    fn next_event(&mut self, now: Millis, place: Place, user: User) -> Option<(String, Written)> {
        if let Some(line) = self.notification(user) {
            return Some((line, Written::Notification(user)));
        }
        let said = self.unsent(user);
        let call = self.links[&place].introductions.front().copied();
        let call = call.filter(|call| said.is_none_or(|id| call.before <= id));
        let before = call.map(|call| call.before).or(said);
        if let Some((line, heard)) = self.next_presence(place, before) {
            return Some((line, Written::Presence(heard)));
        }
        if let Some(call) = call {
            let caller = self.user_of(call.caller)?;
            return Some((
                self.private_line(call.caller, caller, call.token),
                Written::Introduction,
            ));
        }
        let said = &self.texts[&said?];
        let id = MessageId(self.unsent(user)?);
        let (age, text) = (((now - said.at) / 1000) as u32, said.text.as_str());
        if said.from == OPERATOR {
            let line = event_line(&Event::Say { id, age, text });
            return Some((line, Written::Message(user)));
        }
        let from = self.accounts[said.from].name.as_str();
        let line = match said.broadcast {
            true => event_line(&Event::Broadcast { id, from, age, text }),
            false => event_line(&Event::Message { id, from, age, text }),
        };
        Some((line, Written::Message(user)))
    }

    /// The next login or logout that the user hears of before message `before`.
    fn next_presence(&mut self, place: Place, before: Option<u64>) -> Option<(String, usize)> {
        let (heard, oldest) = (self.links[&place].heard, self.oldest_presence());
        if heard < oldest {
            let count = (oldest - heard) as u32;
            return Some((event_line(&Event::Missed { count }), oldest));
        }
        self.pass_over(place);
        let next = self.links[&place].heard;
        let came = self.presence.get(next)?;
        if before.is_some_and(|id| came.before > id) {
            return None;
        }
        let user = &self.accounts[came.user].name;
        let line = match came.login {
            true => event_line(&Event::Login { user }),
            false => event_line(&Event::Logout { user }),
        };
        Some((line, next + 1))
    }

    fn oldest_presence(&self) -> usize {
        let kept = 2 * self.shape.capacities.places();
        self.presence.len().saturating_sub(kept).max(self.floor)
    }

    /// Passes over logins and logouts of which the user must not hear.
    pub(super) fn pass_over(&mut self, place: Place) {
        let (heard, end) = (self.links[&place].heard, self.presence.len());
        let Some(user) = self.user_of(place).filter(|_| heard >= self.oldest_presence()) else {
            return;
        };
        let hears_of = |who: User| who != user && !self.blocks.contains(&(who, user));
        let next = (heard..end).find(|&at| hears_of(self.presence[at].user));
        self.link(place).heard = next.unwrap_or(end);
    }

    /// The event that tells of `user` at `place`.
    fn private_line(&self, place: Place, user: User, token: u8) -> String {
        let mut line = format!("* private {} ", self.accounts[user].name);
        line.extend((0..16).map(|_| format!("{token:02x}")));
        if let Some((port, addresses)) = self.links[&place].listening {
            let host = self.links[&place].host;
            line.push_str(&format!(" {}", "07".repeat(32)));
            line.push_str(&match host.contains(':') {
                true => format!(" [{host}]:{port}"),
                false => format!(" {host}:{port}"),
            });
            line.extend((0..addresses).map(|number| format!(" {}:{port}", address(number))));
        }
        if self.links[&place].listening.is_none() {
            line.push_str(" -");
        }
        debug_assert!(parse_token(line.split(' ').nth(3).unwrap_or_default()).is_some());
        line
    }

    fn answer_line(&self, now: Millis, place: Place, answer: Answer) -> Step {
        match answer {
            Answer::WhoElse => {
                let users = self.names(place, |user| self.is_online(user))?;
                Some((reply_line(&Reply::UsersOnline { users: &users }), None))
            }
            Answer::Since(since) => {
                let left_later =
                    |user: User| self.accounts[user].last_logout.is_some_and(|at| at >= since);
                let users = self.names(place, |user| self.is_online(user) || left_later(user))?;
                Some((reply_line(&Reply::UsersSince { users: &users }), None))
            }
            Answer::Blocks => {
                let caller = self.user_of(place)?;
                let blocked = self.blocks.range((caller, 0)..(caller + 1, 0));
                let names: Vec<_> =
                    blocked.map(|&(_, whom)| self.accounts[whom].name.as_str()).collect();
                let users = names.join(", ");
                Some((reply_line(&Reply::UsersBlocked { users: &users }), None))
            }
            Answer::Keys(row, told) => self.keys_line(place, row, told),
            Answer::Files(row, end, told) => self.files_line(place, (row, end, told)),
            Answer::Search { sought, row, from, end } => {
                self.search_line(place, sought, (row, from, end))
            }
            Answer::History(next, end, told) => self.history_line(now, place, (next, end, told)),
            Answer::Help(row) => {
                let next = (row + 1 < REQUESTS.len()).then_some(Answer::Help(row + 1));
                Some((help_line(&REQUESTS[row], next.is_none()), next))
            }
            Answer::Accounts(..) | Answer::Bans(..) => self.order_line(now, answer),
            Answer::HelpOnBlock => Some((help_line(block_form(), true), None)),
            Answer::Status(figure) => {
                let figures = self.figures(now, self.user_of(place)?);
                let next = (figure + 1 < figures.len()).then_some(Answer::Status(figure + 1));
                let mark = if next.is_some() { '-' } else { ' ' };
                Some((format!("213{mark}{}", figures[figure]), next))
            }
            Answer::Introduced { peer, user, token } => {
                let is_there = self.user_of(peer) == Some(user);
                is_there.then(|| (self.private_line(peer, user, token), None))
            }
        }
    }

    /// The names that a user is told; nothing where the user has left.
    fn names(&self, place: Place, listed: impl Fn(User) -> bool) -> Option<String> {
        let caller = self.user_of(place)?;
        let names = (0..self.accounts.len())
            .filter(|&user| listed(user) && user != caller)
            .filter(|&user| !self.blocks.contains(&(user, caller)))
            .map(|user| self.accounts[user].name.as_str());
        Some(names.collect::<Vec<_>>().join(", "))
    }

    fn figures(&self, now: Millis, user: User) -> [String; 27] {
        let (capacities, settings) = (&self.shape.capacities, &self.shape.settings);
        let [waiting, pieces, deliveries, own, quota, share] = self.shares(user);
        [
            format!("uptime-seconds {}", now / 1000),
            format!("users {} of {}", self.living().count(), capacities.users),
            format!("online {} of {}", self.online(), capacities.connections),
            format!("connections {} of {}", self.present(), capacities.connections),
            waiting,
            pieces,
            deliveries,
            own,
            format!("messages-accepted {}", self.next_id - 1),
            format!("history {} of {}", self.remembered(), capacities.history),
            "history-gap-before 0".to_owned(),
            quota,
            share,
            format!("blocks {} of {}", self.blocks(), capacities.blocks),
            format!("keys {} of {}", self.keys(), capacities.keys),
            format!("files {} of {}", self.files()[0], capacities.files),
            format!("file-holders {} of {}", self.files()[1], capacities.holders),
            format!("sources {} of {}", self.sources_used(), self.rows.len() - 1),
            format!("sources-sharing {}", self.sharing),
            format!("guesses-refused {}", self.refused[0]),
            format!("registrations-refused {}", self.refused[1]),
            format!("logins-refused {}", self.refused[2]),
            format!("changes-refused {}", self.refused[3]),
            format!("block-seconds {}", settings.block_duration.as_secs()),
            format!("timeout-seconds {}", settings.timeout.as_secs()),
            format!("registration {}", u8::from(settings.registration)),
            match settings.durability {
                Durability::Strict => "durability-strict 1".to_owned(),
                Durability::Relaxed => "durability-relaxed 1".to_owned(),
                Durability::Off => "durability-off 1".to_owned(),
            },
        ]
    }

    /// The line in hand is written.
    fn note_written(&mut self, place: Place, written: Written) {
        let link = self.link(place);
        let end = link.written;
        match written {
            Written::Greeting => link.greeting = None,
            Written::Answer(next) => {
                (link.answer, link.is_answer_begun) = (next, next.is_some());
            }
            Written::Presence(heard) => link.heard = heard,
            Written::Introduction => drop(link.introductions.pop_front()),
            Written::Notification(user) => self.mark_notified(user),
            Written::Message(user) => self.mark_sent(user, end),
            Written::Goodbye => link.close_reason = None,
        }
    }
}

fn help_line(form: &RequestForm, last: bool) -> String {
    format!("214{}{}: {}", if last { ' ' } else { '-' }, form.form, form.help)
}
