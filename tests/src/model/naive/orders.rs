//! What an operator's order does to the naive chat, and its answer.

use smolchat_core::protocol::CloseReason;
use smolchat_core::store::StoreError;

use super::output::Step;
use super::refusals::{is_alike, may_be_chosen, not_stored};
use super::sources::Source;
use super::{Account, Answer, Millis, Naive, OPERATOR, Place, Reply, User, reply_line};
use crate::model::ask::{Word, text};
use crate::model::order::{NETWORKS, Order, Whom};

/// Whom a ban keeps out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    User(User),
    Network(usize),
}

/// A ban, for good without a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ban {
    target: Target,
    until: Option<Millis>,
}

impl Ban {
    fn is_over(&self, now: Millis) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// The seconds that are left of it.
    fn left(&self, now: Millis) -> Option<u32> {
        self.until.map(|until| (until - now).div_ceil(1000) as u32)
    }

    pub(super) fn reply(self, now: Millis) -> Reply<'static> {
        match self.left(now) {
            Some(seconds) => Reply::Banned { seconds },
            None => Reply::BannedForGood,
        }
    }
}

/// What is answered to an order.
pub(super) enum Told {
    Line(String),
    Items(Answer),
}

impl From<Reply<'_>> for Told {
    fn from(reply: Reply<'_>) -> Self {
        Told::Line(reply_line(&reply))
    }
}

impl Naive {
    /// Does an order of the console, and answers all lines.
    pub(in crate::model) fn order_of_console(
        &mut self,
        now: Millis,
        order: &Order,
        tag: u64,
    ) -> Vec<String> {
        let mut next = match self.order(now, None, order, tag) {
            Told::Line(line) => return vec![line],
            Told::Items(answer) => Some(answer),
        };
        let mut lines = Vec::new();
        while let Some(answer) = next {
            let (line, then) = self.order_line(now, answer).expect("an order has an answer");
            lines.push(line);
            next = then;
        }
        lines
    }

    /// Does an order of whoever is online at `place`, if that is an admin.
    pub(super) fn order_of_user(&mut self, now: Millis, place: Place, order: &Order, tag: u64) {
        if !self.user_of(place).is_some_and(|user| self.accounts[user].is_admin) {
            return self.reply(place, &Reply::NotAdmin);
        }
        // Others get their turn behind an order.
        self.stored += 1;
        match self.order(now, Some(place), order, tag) {
            Told::Line(line) => self.link(place).write(&line),
            Told::Items(answer) => self.link(place).answer = Some(answer),
        }
    }

    fn order(&mut self, now: Millis, by: Option<Place>, order: &Order, tag: u64) -> Told {
        match order {
            Order::Add { name, word } => self.give_account(by, name, *word).into(),
            Order::ChangePassword { name, word } => self.give_secret(by, name, *word).into(),
            Order::Remove { name } => self.remove(now, by, name).into(),
            Order::Users { prefix } => Told::Items(Answer::Accounts(0, 0, prefix)),
            Order::Kick { name } => self.kick(now, by, name).into(),
            Order::Ban { whom, seconds } => self.ban(now, by, whom, *seconds).into(),
            Order::Unban { whom } => self.unban(now, whom).into(),
            Order::Bans => Told::Items(Answer::Bans(0, 0)),
            Order::Say { length } => self.say(now, text(tag, *length)).into(),
            Order::Unknown => Reply::UnknownOrder.into(),
            Order::Arguments => Reply::WrongOrder { form: "kick <name>" }.into(),
        }
    }

    /// The user of that name, whom the operator may keep out.
    fn other(&self, by: Option<Place>, name: &str) -> Result<User, Reply<'static>> {
        let user = self.find(name).ok_or(Reply::NoSuchUser)?;
        match by.and_then(|place| self.user_of(place)) == Some(user) {
            true => Err(Reply::NotYourself),
            false => Ok(user),
        }
    }

    fn give_account<'a>(&mut self, by: Option<Place>, name: &'a str, word: Word) -> Reply<'a> {
        if !may_be_chosen(name) {
            Reply::BadName
        } else if self.living().any(|other| is_alike(&other.name, name)) {
            Reply::NameTaken
        } else if self.next_row().is_none() {
            Reply::AccountsFull
        } else if word == Word::Long {
            Reply::BadPassword
        } else if by.is_some() && self.is_busy {
            Reply::ChecksFull
        } else if let Some(refusal) = self.refuses {
            not_stored(refusal)
        } else {
            let user = self.add_account(name);
            self.accounts[user].word = word;
            Reply::AccountAdded { user: name }
        }
    }

    fn give_secret<'a>(&mut self, by: Option<Place>, name: &'a str, word: Word) -> Reply<'a> {
        let Some(user) = self.find(name) else { return Reply::NoSuchUser };
        if word == Word::Long {
            return Reply::BadPassword;
        }
        if by.is_some() && self.is_busy {
            return Reply::ChecksFull;
        }
        if let Some(refusal) = self.refuses {
            return not_stored(refusal);
        }
        let account = &mut self.accounts[user];
        (account.word, account.lock) = (word, Default::default());
        Reply::SecretSet { user: name }
    }

    fn remove<'a>(&mut self, now: Millis, by: Option<Place>, name: &'a str) -> Reply<'a> {
        let user = match self.other(by, name) {
            Ok(user) => user,
            Err(reply) => return reply,
        };
        match self.refuses {
            Some(StoreError::Failed) if self.accounts[user].is_given => return Reply::AccountStays,
            Some(refusal) => return not_stored(refusal),
            None => {}
        }
        self.waste();
        self.lose_mail(user);
        if let Some(place) = self.accounts[user].session {
            self.end_session(now, place);
            self.dismiss(now, place, CloseReason::Removed);
        }
        self.forget_account(user);
        self.bans.iter_mut().for_each(|row| {
            row.take_if(|ban| ban.target == Target::User(user));
        });
        Reply::AccountRemoved { user: name }
    }

    fn kick<'a>(&mut self, now: Millis, by: Option<Place>, name: &'a str) -> Reply<'a> {
        match self.other(by, name).map(|user| self.accounts[user].session) {
            Ok(Some(place)) => {
                self.throw_out(now, place, CloseReason::Kicked);
                Reply::Kicked { user: name }
            }
            Ok(None) => Reply::PeerOffline { user: name },
            Err(reply) => reply,
        }
    }

    fn throw_out(&mut self, now: Millis, place: Place, reason: CloseReason) {
        self.end_session(now, place);
        self.dismiss(now, place, reason);
    }

    fn target(&self, whom: &Whom) -> Result<Target, Reply<'static>> {
        match whom {
            Whom::User(name) => self.find(name).map(Target::User).ok_or(Reply::NoSuchUser),
            Whom::Network(number) => Ok(Target::Network(*number)),
        }
    }

    fn ban(
        &mut self,
        now: Millis,
        by: Option<Place>,
        whom: &Whom,
        seconds: Option<u64>,
    ) -> Reply<'static> {
        let target = self.target(whom);
        if by.is_some_and(|place| self.is_own(place, target.as_ref().ok())) {
            return Reply::NotYourself;
        }
        if self.bans.is_empty() {
            return Reply::BansOff;
        }
        let target = match target {
            Ok(target) => target,
            Err(reply) => return reply,
        };
        let is_same = |row: &Option<Ban>| row.is_some_and(|ban| ban.target == target);
        let is_free = |row: &Option<Ban>| row.is_none_or(|ban| ban.is_over(now));
        let same = self.bans.iter().position(is_same);
        let Some(row) = same.or_else(|| self.bans.iter().position(is_free)) else {
            return Reply::BansFull;
        };
        if let Some(refusal) = self.refusal() {
            return not_stored(refusal);
        }
        let until = seconds.map(|seconds| now + 1000 * seconds);
        self.bans[row] = Some(Ban { target, until });
        let sources = match target {
            Target::User(user) => {
                if let Some(place) = self.accounts[user].session {
                    self.throw_out(now, place, CloseReason::Banned);
                }
                return Reply::BanSet;
            }
            Target::Network(number) => NETWORKS[number].2,
        };
        let places: Vec<Place> = self.links.keys().copied().collect();
        for place in places {
            let link = &self.links[&place];
            if link.state != super::State::Leaving && sources.contains(&link.source) {
                self.throw_out(now, place, CloseReason::Banned);
            }
        }
        Reply::BanSet
    }

    /// Whether whoever is online at `place` would keep itself out.
    fn is_own(&self, place: Place, target: Option<&Target>) -> bool {
        match target {
            Some(Target::User(user)) => self.user_of(place) == Some(*user),
            Some(Target::Network(number)) => {
                NETWORKS[*number].2.contains(&self.links[&place].source)
            }
            None => false,
        }
    }

    fn unban(&mut self, now: Millis, whom: &Whom) -> Reply<'static> {
        if self.bans.is_empty() {
            return Reply::BansOff;
        }
        let target = match self.target(whom) {
            Ok(target) => target,
            Err(reply) => return reply,
        };
        let stands = |row: &Option<Ban>| row.is_some_and(|b| b.target == target && !b.is_over(now));
        let Some(row) = self.bans.iter().position(stands) else { return Reply::NoSuchBan };
        if let Some(refusal) = self.refusal() {
            return not_stored(refusal);
        }
        self.bans[row] = None;
        Reply::BanEnded
    }

    /// The longest of the bans that meet somebody.
    fn longest(&self, now: Millis, is_met: impl Fn(Target) -> bool) -> Option<Ban> {
        let bans = self.bans.iter().flatten();
        let met = bans.filter(|ban| !ban.is_over(now) && is_met(ban.target));
        met.max_by_key(|ban| ban.until.unwrap_or(Millis::MAX)).copied()
    }

    /// The ban that keeps a user out.
    pub(super) fn ban_of_user(&self, now: Millis, user: User) -> Option<Ban> {
        self.longest(now, |target| target == Target::User(user))
    }

    /// The ban that keeps out whoever comes from there.
    pub(super) fn ban_of_source(&self, now: Millis, source: Source) -> Option<Ban> {
        self.longest(now, |target| {
            matches!(target, Target::Network(number) if NETWORKS[number].2.contains(&source))
        })
    }

    /// Whom the bans keep out that are not over.
    pub(in crate::model) fn banned(&self, now: Millis) -> Vec<Whom> {
        let stand = self.bans.iter().flatten().filter(|ban| !ban.is_over(now));
        stand.map(|ban| self.whom(ban.target)).collect()
    }

    fn whom(&self, target: Target) -> Whom {
        match target {
            Target::User(user) => Whom::User(self.accounts[user].name.clone()),
            Target::Network(number) => Whom::Network(number),
        }
    }

    /// Everybody online hears it.
    fn say(&mut self, now: Millis, text: String) -> Reply<'static> {
        let online: Vec<User> =
            (0..self.accounts.len()).filter(|&user| self.is_online(user)).collect();
        if let Some(line) = self.no_room_for_all(OPERATOR, text.len(), online.len()) {
            let is_reserved = line == reply_line(&Reply::AbsentFull);
            return if is_reserved { Reply::AbsentFull } else { Reply::MessagesFull };
        }
        let to = self.reached(OPERATOR, online.len(), &online);
        match to.is_empty() {
            true => self.waste(),
            false => _ = self.accept(now, OPERATOR, true, text, &to, false),
        }
        let (listeners, full) = (to.len() as u32, (online.len() - to.len()) as u32);
        match full {
            0 => Reply::Said { listeners },
            full => Reply::SaidToSome { listeners, full },
        }
    }

    /// The next line of an order's answer, and how it goes on.
    pub(super) fn order_line(&self, now: Millis, answer: Answer) -> Step {
        match answer {
            Answer::Accounts(row, told, prefix) => {
                let mut rows = self.accounts.iter().enumerate().skip(row);
                let is_listed = |(_, account): &(usize, &Account)| {
                    !account.is_gone && account.name.starts_with(prefix)
                };
                Some(match rows.find(is_listed) {
                    Some((at, _)) => {
                        let next = Answer::Accounts(at + 1, told + 1, prefix);
                        (format!("287-{}", self.account_text(now, at)), Some(next))
                    }
                    None => (format!("287 {}", tally(told, "user")), None),
                })
            }
            Answer::Bans(row, told) => {
                let mut rows = self.bans.iter().enumerate().skip(row);
                let next = rows.find_map(|(at, ban)| {
                    let ban = ban.filter(|ban| !ban.is_over(now))?;
                    let left = ban.left(now).map_or("for good".into(), |left| left.to_string());
                    Some((at, format!("288-{} {left}", self.whom(ban.target).text())))
                });
                Some(match next {
                    Some((at, line)) => (line, Some(Answer::Bans(at + 1, told + 1))),
                    None => (format!("288 {}", tally(told, "ban")), None),
                })
            }
            _ => None,
        }
    }

    fn account_text(&self, now: Millis, user: User) -> String {
        let account = &self.accounts[user];
        let marks = [
            (self.is_online(user), " online"),
            (!self.is_online(user), " offline"),
            (account.is_given, " given"),
            (!account.is_given, " registered"),
            (account.lock.is_shut(now), " locked"),
            (self.ban_of_user(now, user).is_some(), " banned"),
            (account.is_admin, " admin"),
        ];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        format!("{}{marks}", account.name)
    }
}

fn tally(count: usize, of: &str) -> String {
    format!("{count} {of}{}", if count == 1 { "" } else { "s" })
}
