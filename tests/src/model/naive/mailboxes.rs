//! What waits for whom: a queue for every account, texts with a count, and what is full. Counts are
//! taken anew each time, nothing is kept that could be summed.

use std::collections::BTreeSet;

use smolchat_core::protocol::{Event, MessageId};
use smolchat_core::store::{Durability, StoreError};

use super::{Account, Millis, Naive, Place, Reply, User, event_line, reply_line};

/// How long the sender of a message to somebody online waits before it is stored.
const STRICT_ACK_TIMEOUT: Millis = 2;
/// When a store that refused is asked again.
const RETRY: Millis = 1_000;

/// A text that somebody still needs.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) from: User,
    pub(super) broadcast: bool,
    pub(super) at: Millis,
    pub(super) text: String,
    needed_by: usize,
    /// The receivers who need it, and for whom it is not stored.
    unstored: BTreeSet<User>,
    /// Nobody got it, so nobody will acknowledge it.
    to_nobody: bool,
    /// The OK to it, while that waits among its sender's receipts.
    pub(super) ok_outstanding: Option<String>,
    /// Whom that OK names, as one who was not there.
    pub(super) stored_for: Option<User>,
    /// Its sender is to be told, or was told that it is stored.
    noted: bool,
    /// Somebody did not fetch it in time.
    expired: bool,
}

/// A text on its way to one receiver.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) id: u64,
    /// Where it ends in the connection's output, once this session has sent it.
    pub(super) sent_until: Option<usize>,
}

impl Naive {
    /// How many texts are kept.
    pub(in crate::model) fn texts(&self) -> usize {
        self.texts.len()
    }

    /// How many messages wait for the user.
    pub(in crate::model) fn waiting_for(&self, user: User) -> usize {
        self.accounts[user].mailbox.len()
    }

    /// Accepts a text for all of `to`, who have room, and for whom it is stored, or is not yet.
    pub(super) fn accept(
        &mut self,
        now: Millis,
        from: User,
        broadcast: bool,
        text: String,
        to: &[User],
        stored: bool,
    ) -> MessageId {
        let id = self.next_id;
        self.next_id += 1;
        let unstored = if stored { BTreeSet::new() } else { to.iter().copied().collect() };
        let said = Said {
            from,
            broadcast,
            at: now,
            text,
            needed_by: to.len(),
            unstored,
            to_nobody: to.is_empty(),
            ok_outstanding: None,
            stored_for: to.first().copied().filter(|&to| !broadcast && !self.is_online(to)),
            noted: false,
            expired: false,
        };
        self.texts.insert(id, said);
        for &user in to {
            self.accounts[user].mailbox.push_back(Delivery { id, sent_until: None });
            self.accounts[user].promised.push(id);
        }
        MessageId(id)
    }

    /// The text just accepted gets its OK: at once, or where somebody has it neither in hand nor in
    /// the store, later.
    pub(super) fn promise(&mut self, place: Place, from: User, id: MessageId, ok: &Reply<'_>) {
        let waits = self.has_ok_outstanding(from);
        let strict = self.is_strict();
        let said = self.texts.get_mut(&id.0).expect("it was just accepted");
        if strict && (waits || !said.unstored.is_empty()) {
            said.ok_outstanding = Some(reply_line(ok));
            self.accounts[from].receipts.push_back(id.0);
            return;
        }
        match said.needed_by {
            0 => drop(self.texts.remove(&id.0)),
            _ => self.note_stored(id.0),
        }
        self.link(place).write(&reply_line(ok));
    }

    /// A text's number is taken, and nobody gets it.
    pub(super) fn waste(&mut self) {
        self.next_id += 1;
    }

    fn is_strict(&self) -> bool {
        self.shape.settings.durability == Durability::Strict
    }

    /// Whether the user has to hear something before any other reply.
    pub(super) fn has_ok_outstanding(&self, user: User) -> bool {
        self.is_strict() && !self.accounts[user].receipts.is_empty()
    }

    /// Whether what is accepted for the user is stored at once.
    pub(super) fn stores_at_once(&self, to: User) -> bool {
        self.is_strict() && (!self.is_online(to) || self.store_refuses)
    }

    /// What the store says to one text more for the user, behind what it does not have yet.
    pub(super) fn keep(&mut self, now: Millis, to: User) -> Result<(), StoreError> {
        self.store_mailbox(now, to)?;
        self.store_refuses = self.refuses.is_some();
        self.refuses.map_or(Ok(()), Err)
    }

    fn unstored(&self, user: User) -> Vec<u64> {
        let ids = self.accounts[user].mailbox.iter().map(|delivery| delivery.id);
        ids.filter(|id| self.texts[id].unstored.contains(&user)).collect()
    }

    /// The store takes what waits for the user and is not stored, or refuses.
    pub(super) fn store_mailbox(&mut self, now: Millis, user: User) -> Result<(), StoreError> {
        let unstored = self.unstored(user);
        if !self.is_strict() || unstored.is_empty() {
            return Ok(());
        }
        self.store_refuses = self.refuses.is_some();
        if let Some(refusal) = self.refuses {
            self.store_retry = now + RETRY;
            return Err(refusal);
        }
        for id in unstored {
            self.texts.get_mut(&id).expect("it waits").unstored.remove(&user);
            self.note_stored(id);
        }
        Ok(())
    }

    /// When the user's mailbox is to be stored.
    pub(super) fn storing_due(&self, user: User) -> Option<Millis> {
        let first = *self.unstored(user).first()?;
        let due = match self.is_online(user) {
            true => self.texts[&first].at + STRICT_ACK_TIMEOUT,
            false => 0,
        };
        self.is_strict().then_some(due.max(self.store_retry))
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

    fn release_while(&mut self, user: User, mut has: impl FnMut(&Delivery) -> bool) {
        let (account, mut delivered) = (&mut self.accounts[user], Vec::new());
        while let Some(delivery) = account.mailbox.pop_front_if(|delivery| has(delivery)) {
            let said = self.texts.get_mut(&delivery.id).expect("a text stays while it is needed");
            said.needed_by -= 1;
            said.unstored.remove(&user);
            delivered.push((delivery.id, said.needed_by == 0));
        }
        for (id, by_all) in delivered {
            if by_all { self.note_delivered(id) } else { self.note_stored(id) }
        }
    }

    /// When mail that waits is looked at, if any does.
    pub(super) fn expiry_due(&self) -> Option<Millis> {
        let expires = self.shape.settings.mail_expires.as_millis() > 0;
        let waits = self.accounts.iter().any(|account| !account.mailbox.is_empty());
        (expires && waits).then_some(self.expiry_at)
    }

    /// What nobody has fetched in time is gone, where it is time to look.
    pub(super) fn expire_mail(&mut self, now: Millis) {
        if self.expiry_due().is_none_or(|due| now < due) {
            return;
        }
        let patience = self.shape.settings.mail_expires.as_millis();
        self.expiry_at = now + (patience / 32).clamp(1_000, 3_600_000);
        for user in 0..self.accounts.len() {
            let ids = self.accounts[user].mailbox.iter().map(|delivery| delivery.id);
            let is_overdue = |id: &u64| now - self.texts[id].at >= patience;
            let overdue: Vec<_> = ids.take_while(is_overdue).collect();
            // A store that has one of them and does not work would bring it back.
            let is_kept = |id: &u64| !self.texts[id].unstored.contains(&user);
            if self.refuses == Some(StoreError::Failed) && overdue.iter().any(is_kept) {
                continue;
            }
            for id in overdue {
                self.expire(user, id);
            }
        }
    }

    /// The first of the user's messages is lost to the user.
    pub(super) fn expire(&mut self, user: User, id: u64) {
        self.texts.get_mut(&id).expect("it waits").expired = true;
        self.accounts[user].expired.insert(id);
        self.release_first(user);
    }

    /// The first of the user's messages waits no more.
    fn release_first(&mut self, user: User) {
        let mut is_first = true;
        let has = |_: &Delivery| std::mem::take(&mut is_first);
        self.release_while(user, has);
    }

    /// Whoever needs the text, the store has it for: its sender hears of it once.
    fn note_stored(&mut self, id: u64) {
        let Some(said) = self.texts.get_mut(&id) else { return };
        // The operator is told nothing.
        let Some(sender) = self.accounts.get_mut(said.from) else { return };
        let is_due = said.unstored.is_empty() && said.ok_outstanding.is_none() && !said.noted;
        if is_due && sender.listens {
            said.noted = true;
            sender.receipts.push_back(id);
        }
    }

    /// Everybody has the text: it is gone, but for its number where its sender is to hear of that.
    fn note_delivered(&mut self, id: u64) {
        let Some(said) = self.texts.get_mut(&id) else { return };
        let sender = self.accounts.get_mut(said.from);
        let hears = |sender: &&mut Account| {
            sender.listens
                || (said.expired && sender.session.is_some())
                || said.ok_outstanding.is_some()
        };
        let Some(sender) = sender.filter(hears) else {
            self.texts.remove(&id);
            return;
        };
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
    pub(super) fn notification(&self, user: User) -> Option<String> {
        let &id = self.accounts[user].receipts.front()?;
        let said = &self.texts[&id];
        if said.ok_outstanding.is_some() {
            return said.ok_outstanding.clone().filter(|_| said.unstored.is_empty());
        }
        let id = MessageId(id);
        Some(event_line(&match said.needed_by {
            0 if said.expired => Event::Expired { id },
            0 => Event::Delivered { id },
            _ => Event::Stored { id },
        }))
    }

    /// It was told.
    pub(super) fn mark_notified(&mut self, user: User) {
        let Some(id) = self.accounts[user].receipts.pop_front() else { return };
        let said = self.texts.get_mut(&id).expect("a text stays while its sender is to be told");
        match (said.ok_outstanding.take(), said.needed_by) {
            (None, _) => self.end_receipt(id, true),
            (Some(_), 0) if said.to_nobody => drop(self.texts.remove(&id)),
            (Some(_), 0) => self.note_delivered(id),
            (Some(_), _) => self.note_stored(id),
        }
    }

    fn end_receipt(&mut self, id: u64, told: bool) {
        if let Some(said) = self.texts.get_mut(&id) {
            (said.noted, said.ok_outstanding) = (told, None);
            if said.needed_by == 0 {
                self.texts.remove(&id);
            }
        }
    }
}
