//! How somebody comes in: logins, and accounts that are registered.

use smolchat_core::store::StoreError;

use super::refusals::{is_alike, may_be_chosen};
use super::sources::Tried;
use super::{Came, Millis, Naive, Place, Reply, State, User};
use crate::model::ask::Word;

impl Naive {
    pub(super) fn login(&mut self, now: Millis, place: Place, name: &str, word: Word) -> bool {
        let reply = self.try_login(now, place, name, word);
        if let Some(reply) = &reply {
            self.reply(place, reply);
        }
        reply.is_some()
    }

    /// The reply to a login; none if it waits.
    fn try_login<'a>(
        &mut self,
        now: Millis,
        place: Place,
        name: &'a str,
        word: Word,
    ) -> Option<Reply<'a>> {
        let user = self.find(name);
        if let Some(seconds) = self.guess_wait(now, place, user) {
            self.refused[0] += 1;
            return Some(Reply::GuessWait { seconds });
        }
        let Some(user) = user else {
            self.add_wrong(now, place, None);
            return Some(Reply::InvalidUsername);
        };
        match self.try_password(now, place, user, word) {
            Tried::Right(slips) => self.forgive(place, slips),
            Tried::Wrong(reply) => {
                self.add_wrong(now, place, Some(user));
                return Some(reply);
            }
            Tried::Locked(seconds) => return Some(Reply::Locked { seconds }),
            Tried::Unknown => return Some(Reply::ChecksFull),
        }
        if let Some(ban) = self.ban_of_user(now, user) {
            return Some(ban.reply(now));
        }
        if let Some(holder) = self.accounts[user].session {
            return self.begin_claim(now, place, holder, (user, name));
        }
        if let Some(seconds) = self.take_login(now, user) {
            return Some(Reply::LoginWait { seconds });
        }
        self.begin_session(now, place, user);
        Some(Reply::Welcome)
    }

    /// Counts a login of the user; the seconds to wait if there were too many.
    pub(super) fn take_login(&mut self, now: Millis, user: User) -> Option<u32> {
        let rate = self.shape.settings.limits.logins;
        if let Some(seconds) = self.accounts[user].logins.wait(rate, now) {
            self.refused[2] += 1;
            return Some(seconds);
        }
        self.accounts[user].logins.take(rate, now);
        None
    }

    fn begin_session(&mut self, now: Millis, place: Place, user: User) {
        self.accounts[user].session = Some(place);
        self.presence.push(Came { user, login: true, before: self.next_id });
        let heard = self.presence.len();
        let link = self.link(place);
        (link.state, link.since, link.heard) = (State::Online(user), now, heard);
        link.warned = false;
        let receipts = link.receipts;
        self.count_strangers();
        if receipts {
            self.begin_receipts(user);
        }
    }

    pub(super) fn register(&mut self, now: Millis, place: Place, name: &str, long: bool) {
        let rate = self.shape.settings.limits.registrations;
        let row = self.links[&place].row;
        let made = self.rows[row].accounts;
        let free = self.shape.capacities.users - self.living().count();
        let reply = if !self.shape.settings.registration {
            Reply::RegistrationOff
        } else if !may_be_chosen(name) {
            Reply::BadName
        } else if long {
            Reply::BadPassword
        } else if self.living().any(|other| is_alike(&other.name, name)) {
            Reply::NameTaken
        } else if self.next_row().is_none() {
            Reply::AccountsFull
        } else if rate.period() > 0 && made >= ((free + made) / 4).max(1) {
            self.refused[1] += 1;
            Reply::RegistrationShare
        } else if let Some(seconds) = self.rows[row].registrations.wait(rate, now) {
            self.refused[1] += 1;
            Reply::RegistrationWait { seconds }
        } else if self.is_busy {
            Reply::ChecksFull
        } else {
            match self.store(name) {
                Ok(()) => {
                    self.rows[row].registrations.take(rate, now);
                    self.rows[row].accounts += 1;
                    Reply::Registered { user: name }
                }
                Err(StoreError::Full) => Reply::StoreFull,
                Err(StoreError::NameTaken) => Reply::NameTaken,
                Err(StoreError::Failed) => Reply::StoreFailed,
            }
        };
        self.reply(place, &reply);
    }
    /// The password that opens an account, or that one of this name would be made with.
    pub(in crate::model) fn word_of(&self, name: &str) -> Word {
        self.find(name).map(|user| self.accounts[user].word).unwrap_or_default()
    }

    pub(super) fn change_password(
        &mut self,
        now: Millis,
        place: Place,
        user: User,
        old: Word,
        new: Word,
    ) {
        let reply = self.try_change(now, place, user, old, new);
        self.reply(place, &reply);
    }

    fn try_change(
        &mut self,
        now: Millis,
        place: Place,
        user: User,
        old: Word,
        new: Word,
    ) -> Reply<'static> {
        if new == Word::Long {
            return Reply::BadPassword;
        }
        if let Some(seconds) = self.guess_wait(now, place, Some(user)) {
            self.refused[0] += 1;
            return Reply::GuessWait { seconds };
        }
        match self.try_password(now, place, user, old) {
            Tried::Right(slips) => self.forgive(place, slips),
            Tried::Wrong(reply) => {
                self.add_wrong(now, place, Some(user));
                return reply;
            }
            Tried::Locked(seconds) => return Reply::Locked { seconds },
            Tried::Unknown => return Reply::ChecksFull,
        }
        if let Some(seconds) = self.change_wait(now, user) {
            return Reply::PasswordWait { seconds };
        }
        let (rate, row) = (self.shape.settings.limits.registrations, self.links[&place].row);
        if let Some(seconds) = self.rows[row].registrations.wait(rate, now) {
            self.refused[1] += 1;
            return Reply::PasswordWait { seconds };
        }
        if old == new {
            self.take_change(now, user);
            return Reply::PasswordChanged;
        }
        // It takes its time.
        self.stored += 1;
        match self.refuses {
            Some(StoreError::Full) => Reply::StoreFull,
            Some(StoreError::Failed | StoreError::NameTaken) => Reply::PasswordNotStored,
            None => {
                self.accounts[user].word = new;
                self.take_change(now, user);
                self.rows[row].registrations.take(rate, now);
                Reply::PasswordChanged
            }
        }
    }
}
