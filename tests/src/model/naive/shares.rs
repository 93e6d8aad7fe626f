//! Each user's share of the shared tables, and the reserve for users who are online and read.
//! Everything is counted again each time; no sums are kept.

use super::{Naive, Reply, User, reply_line};

/// Bytes in a piece of a stored text.
const PIECE: usize = 36;

/// Why a user gets no more of a thing.
enum No {
    Full,
    Share,
}

/// A user who has some of a thing may have a third of what is then left for the others.
fn take(has: usize, more: usize, left: usize) -> Result<(), No> {
    match left.checked_sub(more) {
        None => Err(No::Full),
        Some(rest) if has > 0 && 3 * (has + more) > rest => Err(No::Share),
        Some(_) => Ok(()),
    }
}

/// How much somebody may have who takes one after the other.
fn most(mut has: usize, mut left: usize) -> usize {
    while take(has, 1, left).is_ok() {
        (has, left) = (has + 1, left - 1);
    }
    has
}

impl Naive {
    fn mailbox_quota(&self) -> usize {
        (self.shape.capacities.texts / 2).clamp(1, 1024)
    }

    /// How many texts of the user's there are.
    fn texts_of(&self, user: User) -> usize {
        self.texts.values().filter(|said| said.from == user).count()
    }

    fn pieces(&self, of: impl Fn(User) -> bool) -> usize {
        let texts = self.texts.values().filter(|said| of(said.from));
        texts.map(|said| said.text.len().div_ceil(PIECE)).sum()
    }

    fn deliveries(&self, of: impl Fn(User) -> bool) -> usize {
        let ids = self.accounts.iter().flat_map(|account| &account.mailbox);
        ids.filter(|delivery| of(self.texts[&delivery.id].from)).count()
    }

    /// Whether the user is there and has next to nothing waiting.
    fn reads(&self, user: User) -> bool {
        self.is_online(user) && self.waiting_for(user) < (self.mailbox_quota() / 8).max(2)
    }

    /// Whether `to`'s mailbox has room for one more of `from`'s. Its last eighth is for senders who
    /// have nothing there.
    pub(super) fn mailbox_takes(&self, from: User, to: User) -> bool {
        let mailbox = &self.accounts[to].mailbox;
        let of_sender = mailbox.iter().filter(|delivery| self.texts[&delivery.id].from == from);
        let (of_sender, quota) = (of_sender.count(), self.mailbox_quota());
        let left = quota - mailbox.len();
        let is_kept = left <= (quota / 8).max(1);
        take(of_sender, 1, left).is_ok() && (of_sender == 0 || !is_kept)
    }

    /// The reply where there is no room for a text of `from` to `to`, whose mailbox takes it.
    pub(super) fn no_room(&self, from: User, to: User, length: usize) -> Option<String> {
        self.refusal_of_room(from, length, 1, self.reads(to))
    }

    /// The reply if there is no room for a text of `from` to this many online users.
    pub(super) fn no_room_for_all(&self, from: User, length: usize, most: usize) -> Option<String> {
        self.refusal_of_room(from, length, most, true)
    }

    fn refusal_of_room(
        &self,
        from: User,
        length: usize,
        recipients: usize,
        read: bool,
    ) -> Option<String> {
        let capacities = &self.shape.capacities;
        let mine = |user| user == from;
        let things = [
            (self.texts_of(from), self.texts.len(), capacities.texts, 1),
            (self.pieces(mine), self.pieces(|_| true), capacities.chunks, length.div_ceil(PIECE)),
            (self.deliveries(mine), self.deliveries(|_| true), capacities.deliveries, recipients),
        ];
        things.into_iter().find_map(|(has, used, all, more)| {
            let kept = if read { 0 } else { all / 8 };
            match take(has, more, (all - used).saturating_sub(kept)) {
                Ok(()) => None,
                Err(No::Share) => Some(reply_line(&Reply::SenderShare)),
                Err(No::Full) if used + more <= all => Some(reply_line(&Reply::AbsentFull)),
                Err(No::Full) => Some(reply_line(&Reply::MessagesFull)),
            }
        })
    }

    /// Those of `to`, all online, who get a broadcast of `from` for at most this many users.
    pub(super) fn reached(&self, from: User, most: usize, to: &[User]) -> Vec<User> {
        let all = self.shape.capacities.deliveries;
        let is_for_all = self.deliveries(|_| true) + most + all / 8 <= all;
        let gets = |&&to: &&User| self.mailbox_takes(from, to) && (is_for_all || self.reads(to));
        to.iter().filter(gets).copied().collect()
    }

    /// The reply where the user may not set one more block.
    pub(super) fn no_block(&self, user: User) -> Option<Reply<'static>> {
        let has = self.blocks.iter().filter(|(blocker, _)| *blocker == user).count();
        let left = self.shape.capacities.blocks - self.blocks.len();
        match take(has, 1, left) {
            Ok(()) => None,
            Err(No::Full) => Some(Reply::BlocksFull),
            Err(No::Share) => Some(Reply::BlockQuota { limit: has as u32 }),
        }
    }

    /// The reply if the user may not have one key more, of which nobody has more than `most`.
    pub(super) fn no_key(&self, user: User, most: usize) -> Option<Reply<'static>> {
        let has = self.keys_of(user).len();
        match take(has, 1, self.shape.capacities.keys - self.keys()) {
            _ if has >= most => Some(Reply::KeyQuota { limit: most as u32 }),
            Ok(()) => None,
            Err(No::Full) => Some(Reply::KeysFull),
            Err(No::Share) => Some(Reply::KeyQuota { limit: has as u32 }),
        }
    }

    /// The reply if a user who has so many pieces of the names of files may not have so many more.
    pub(super) fn no_file(
        &self,
        has: usize,
        more: usize,
        left: usize,
    ) -> Result<(), Reply<'static>> {
        take(has, more, left).map_err(|no| match no {
            No::Full => Reply::FilesFull,
            No::Share => Reply::FileShare { limit: most(has, left) as u32 / 2 },
        })
    }

    /// The reply if a user who holds so many files may not hold one more.
    pub(super) fn no_holder(&self, has: usize, left: usize) -> Result<(), Reply<'static>> {
        take(has, 1, left).map_err(|no| match no {
            No::Full => Reply::HoldersFull,
            No::Share => Reply::FileShare { limit: most(has, left) as u32 },
        })
    }

    /// What `status` tells `user` of all this.
    pub(super) fn shares(&self, user: User) -> [String; 6] {
        let (capacities, quota) = (&self.shape.capacities, self.mailbox_quota());
        let has = self.texts_of(user);
        let may_have = most(has, capacities.texts - self.texts.len());
        let all = |_| true;
        [
            format!("messages-waiting {} of {}", self.texts.len(), capacities.texts),
            format!("message-pieces {} of {}", self.pieces(all), capacities.chunks),
            format!("deliveries {} of {}", self.deliveries(all), capacities.deliveries),
            format!("your-messages-waiting {has} of {may_have}"),
            format!("mailbox-quota {quota}"),
            format!("mailbox-share {}", most(0, quota)),
        ]
    }
}
