//! What waits for whom: a queue for every account, texts with a count, and what is full.
//! Touches the accounts. Counts are taken anew each time, nothing is kept that could be summed.

use smolchat_core::store::Durability;
use smolchat_core::wire::{Event, MessageId};

use super::{Millis, Naive, Place, Reply, User, reply_line};

/// Bytes in a piece of a stored text.
const PIECE: usize = 36;

/// A text that somebody still needs.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) from: User,
    pub(super) broadcast: bool,
    pub(super) at: Millis,
    pub(super) text: String,
    needed_by: usize,
    /// Its sender is to be told, or was told that it is stored.
    noted: bool,
}

/// A text on its way to one receiver.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) id: u64,
    /// Where it ends in the connection's output, once this session has sent it.
    pub(super) sent_until: Option<usize>,
}

impl Naive {
    pub(super) fn mailbox_quota(&self) -> usize {
        (self.shape.capacities.texts / 8).clamp(1, 1024)
    }

    pub(super) fn sender_quota(&self) -> usize {
        (self.shape.capacities.texts / 4).max(1)
    }

    /// How many texts are kept.
    pub(in crate::model) fn texts(&self) -> usize {
        self.texts.len()
    }

    /// How many messages wait for the user.
    pub(in crate::model) fn waiting_for(&self, user: User) -> usize {
        self.accounts[user].mailbox.len()
    }

    pub(super) fn mailbox_is_full(&self, user: User) -> bool {
        self.waiting_for(user) >= self.mailbox_quota()
    }

    /// The reply where there is no room for a text of `from` to so many.
    pub(super) fn no_room(&self, from: User, length: usize, recipients: usize) -> Option<String> {
        let capacities = &self.shape.capacities;
        let limit = self.sender_quota();
        if self.texts.values().filter(|said| said.from == from).count() >= limit {
            return Some(reply_line(&Reply::SenderQuota { limit: limit as u32 }));
        }
        let pieces = |length: usize| length.div_ceil(PIECE);
        let used: usize = self.texts.values().map(|said| pieces(said.text.len())).sum();
        let on_their_way: usize = self.accounts.iter().map(|account| account.mailbox.len()).sum();
        let fits = self.texts.len() < capacities.texts
            && used + pieces(length) <= capacities.chunks
            && on_their_way + recipients <= capacities.deliveries;
        (!fits).then(|| reply_line(&Reply::MessagesFull))
    }

    /// Accepts a text for all of `to`, who have room.
    pub(super) fn accept(
        &mut self,
        now: Millis,
        from: User,
        broadcast: bool,
        text: String,
        to: &[User],
    ) -> MessageId {
        let id = self.next_id;
        self.next_id += 1;
        if !to.is_empty() {
            let said = Said { from, broadcast, at: now, text, needed_by: to.len(), noted: false };
            self.texts.insert(id, said);
            self.note_stored(id);
        }
        for &user in to {
            self.accounts[user].mailbox.push_back(Delivery { id, sent_until: None });
            self.accounts[user].promised.push(id);
        }
        MessageId(id)
    }

    /// The first message that the user's session has not sent.
    pub(super) fn unsent(&self, user: User) -> Option<u64> {
        let mailbox = &self.accounts[user].mailbox;
        mailbox.iter().find(|delivery| delivery.sent_until.is_none()).map(|delivery| delivery.id)
    }

    /// [`unsent`](Self::unsent) was written, and ends at byte `until`.
    pub(super) fn mark_sent(&mut self, user: User, until: usize) {
        let mailbox = &mut self.accounts[user].mailbox;
        if let Some(delivery) = mailbox.iter_mut().find(|delivery| delivery.sent_until.is_none()) {
            delivery.sent_until = Some(until);
        }
    }

    /// The client's TCP has acknowledged all but what is in flight.
    pub(super) fn release_acknowledged(&mut self, place: Place) {
        let link = &self.links[&place];
        let until = link.written - link.in_flight;
        if let Some(user) = self.user_of(place)
            && !self.links[&place].acknowledges
        {
            self.release_while(user, |delivery| delivery.sent_until.is_some_and(|at| at <= until));
        }
    }

    /// The user has every message up to `id` that was sent.
    pub(super) fn release_to_id(&mut self, user: User, id: u64) {
        self.release_while(user, |delivery| delivery.sent_until.is_some() && delivery.id <= id);
    }

    fn release_while(&mut self, user: User, has: impl Fn(&Delivery) -> bool) {
        let (account, mut delivered) = (&mut self.accounts[user], Vec::new());
        while let Some(delivery) = account.mailbox.pop_front_if(|delivery| has(delivery)) {
            let said = self.texts.get_mut(&delivery.id).expect("a text stays while it is needed");
            said.needed_by -= 1;
            delivered.push((delivery.id, said.needed_by == 0));
        }
        for (id, by_all) in delivered {
            if by_all { self.note_delivered(id) } else { self.note_stored(id) }
        }
    }

    /// A strict server has stored what it accepted; its sender hears of it once.
    fn note_stored(&mut self, id: u64) {
        let strict = self.shape.settings.durability == Durability::Strict;
        let Some(said) = self.texts.get_mut(&id) else { return };
        let sender = &mut self.accounts[said.from];
        if strict && sender.listens && !said.noted {
            said.noted = true;
            sender.receipts.push_back(id);
        }
    }

    /// Everybody has the text: it is gone, but for its number where its sender is to hear of that.
    fn note_delivered(&mut self, id: u64) {
        let Some(said) = self.texts.get_mut(&id) else { return };
        let sender = &mut self.accounts[said.from];
        if !sender.listens {
            self.texts.remove(&id);
            return;
        }
        said.text.clear();
        if !sender.receipts.contains(&id) {
            sender.receipts.push_back(id);
        }
    }

    /// From now on the user is told.
    pub(super) fn begin_receipts(&mut self, user: User) {
        self.accounts[user].listens = true;
    }

    /// The user is not there to be told.
    pub(super) fn end_receipts(&mut self, user: User) {
        self.accounts[user].listens = false;
        for id in std::mem::take(&mut self.accounts[user].receipts) {
            self.end_receipt(id, false);
        }
    }

    /// What the user is told next.
    pub(super) fn receipt(&self, user: User) -> Option<Event<'static>> {
        let &id = self.accounts[user].receipts.front()?;
        let (by_all, id) = (self.texts[&id].needed_by == 0, MessageId(id));
        Some(if by_all { Event::Delivered { id } } else { Event::Stored { id } })
    }

    /// It was told.
    pub(super) fn told_receipt(&mut self, user: User) {
        if let Some(id) = self.accounts[user].receipts.pop_front() {
            self.end_receipt(id, true);
        }
    }

    fn end_receipt(&mut self, id: u64, told: bool) {
        if let Some(said) = self.texts.get_mut(&id) {
            said.noted = told;
            if said.needed_by == 0 {
                self.texts.remove(&id);
            }
        }
    }
}
