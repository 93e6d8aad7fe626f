//! The keys that users add to their accounts, in the naive chat.

use smolchat_core::protocol::key_text;

use super::output::Step;
use super::refusals::not_stored;
use super::{Answer, Millis, Naive, Place, Reply, User, reply_line};

/// The most keys of one user.
const MOST: usize = 8;

impl Naive {
    /// The keys of a user.
    pub(super) fn keys_of(&self, user: User) -> Vec<u8> {
        let own = self.keys.iter().flatten().filter(|(owner, _)| *owner == user);
        own.map(|(_, key)| *key).collect()
    }

    /// How many keys there are.
    pub(in crate::model) fn keys(&self) -> usize {
        self.keys.iter().flatten().count()
    }

    pub(super) fn add_key(&mut self, now: Millis, place: Place, user: User, key: u8) {
        let reply = self.try_key(now, user, key);
        self.reply(place, &reply);
    }

    fn try_key(&mut self, now: Millis, user: User, key: u8) -> Reply<'static> {
        if self.keys_of(user).contains(&key) {
            return Reply::KeyAddedAlready;
        }
        if self.keys.is_empty() {
            return Reply::KeysOff;
        }
        if let Some(refusal) = self.no_key(user, MOST) {
            return refusal;
        }
        if let Some(seconds) = self.change_wait(now, user) {
            return Reply::KeyWait { seconds };
        }
        if let Some(refusal) = self.refuses {
            return not_stored(refusal);
        }
        let place = self.keys.iter().position(Option::is_none).expect("there is room");
        self.keys[place] = Some((user, key));
        self.take_change(now, user);
        Reply::KeyAdded
    }

    pub(super) fn remove_key(&mut self, now: Millis, place: Place, user: User, key: u8) {
        let reply = match self.keys.iter().position(|row| *row == Some((user, key))) {
            None => Reply::NoSuchKey,
            Some(row) => match (self.change_wait(now, user), self.refuses) {
                (Some(seconds), _) => Reply::KeyWait { seconds },
                (None, Some(refusal)) => not_stored(refusal),
                (None, None) => {
                    self.keys[row] = None;
                    self.take_change(now, user);
                    Reply::KeyRemoved
                }
            },
        };
        self.reply(place, &reply);
    }

    /// The line that tells the user's keys from that row on.
    pub(super) fn keys_line(&self, place: Place, row: usize, told: usize) -> Step {
        let user = self.user_of(place)?;
        let own = |at: &usize| self.keys[*at].is_some_and(|(owner, _)| owner == user);
        match (row..self.keys.len()).find(own) {
            Some(at) => {
                let (_, key) = self.keys[at]?;
                let line = format!("219-{}", key_text(&[key; 32]).as_str());
                Some((line, Some(Answer::Keys(at + 1, told + 1))))
            }
            None => Some((reply_line(&Reply::Keys { key: &format!("{told} keys") }), None)),
        }
    }
}
