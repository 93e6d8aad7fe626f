//! The accounts of the naive chat: in which row each stands, and what is left of one that was
//! removed.

use smolchat_core::protocol::{MessageId, Reply};
use smolchat_core::store::StoreError;

use super::{Account, Naive, User, reply_line};

impl Naive {
    /// The accounts that were not removed.
    pub(in crate::model) fn living(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(|account| !account.is_gone)
    }

    /// The row of the next account, if one more fits: one that was never used, or one of an account
    /// that is gone and of whose words none waits.
    pub(super) fn next_row(&self) -> Option<User> {
        let is_idle = |user: User| self.texts.values().all(|said| said.from != user);
        match self.accounts.len() < self.shape.capacities.users {
            true => Some(self.accounts.len()),
            false => {
                (0..self.accounts.len()).find(|&user| self.accounts[user].is_gone && is_idle(user))
            }
        }
    }

    /// Adds an account.
    pub(in crate::model) fn add_account(&mut self, name: &str) -> User {
        let account = Account { name: name.to_owned(), ..Account::default() };
        let user = self.next_row().expect("a row is free");
        match user == self.accounts.len() {
            true => self.accounts.push(account),
            false => {
                self.accounts[user] = account;
                self.reused.push(user);
                // Nobody hears of the row's earlier user any more.
                let last = self.presence.iter().rposition(|came| came.user == user);
                self.floor = self.floor.max(last.map_or(0, |last| last + 1));
            }
        }
        user
    }

    /// Writes an account down, which takes its time, and adds it.
    pub(super) fn store(&mut self, name: &str) -> Result<(), StoreError> {
        self.stored += 1;
        match self.refuses {
            Some(refusal) => Err(refusal),
            None => {
                self.add_account(name);
                Ok(())
            }
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<User> {
        self.accounts.iter().position(|account| account.name == name && !account.is_gone)
    }

    /// The user may give orders from now on, or may not; false if there is no such user.
    pub(in crate::model) fn set_admin(&mut self, name: &str, is_admin: bool) -> bool {
        let user = self.find(name);
        user.map(|user| self.accounts[user].is_admin = is_admin).is_some()
    }

    /// Nobody fetches the user's mail any more.
    pub(super) fn lose_mail(&mut self, user: User) {
        let ids: Vec<u64> =
            self.accounts[user].mailbox.iter().map(|delivery| delivery.id).collect();
        for id in ids {
            self.expire(user, id);
        }
    }

    /// The account is gone, and nothing is left of it but what its user said.
    pub(super) fn forget_account(&mut self, user: User) {
        // Its last logout is passed over by those whom its user blocked.
        let online: Vec<_> = self.accounts.iter().filter_map(|account| account.session).collect();
        for place in online {
            self.pass_over(place);
        }
        self.blocks.retain(|&(blocker, whom)| blocker != user && whom != user);
        self.history.retain(|_, past| past.from() != user);
        for row in &mut self.keys {
            row.take_if(|(owner, _)| *owner == user);
        }
        for (&id, said) in &mut self.texts {
            if said.stored_for.take_if(|to| *to == user).is_some() && said.ok_outstanding.is_some()
            {
                said.ok_outstanding = Some(reply_line(&Reply::Accepted { id: MessageId(id) }));
            }
        }
        let account = &mut self.accounts[user];
        *account = Account {
            name: std::mem::take(&mut account.name),
            promised: std::mem::take(&mut account.promised),
            expired: std::mem::take(&mut account.expired),
            is_gone: true,
            ..Account::default()
        };
    }
}
