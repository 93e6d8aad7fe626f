//! What was promised to whom, who is blocked, who is owed a broadcast: everything that is checked
//! when something is heard. Users are numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use smolchat_core::chat::{RELAXED_ACK_TIMEOUT, RETRY};
use smolchat_core::store::Durability;

use super::expiry::Expiry;
use super::files::Holding;
use super::history::Newest;
use super::keys::Keys;
use super::plan::Plan;
use super::secrets::Secret;
use crate::ledger::{Fate, Ledger, Sent};

/// How long a relaxed server may take to store what nobody acknowledges, in milliseconds: its
/// grace, and a tick of its clock.
const STORING: u64 = RELAXED_ACK_TIMEOUT.as_millis() + 50;
/// When at the latest it has asked a store again that refused, in milliseconds: its pause, and a
/// tick of its clock.
pub(super) const STORING_AGAIN: u64 = RETRY.as_millis() + 50;

/// When something was said, and when the reply to it was heard: in between it was accepted.
#[derive(Clone, Copy, Debug)]
struct Accepted {
    asked: u64,
    heard: u64,
}

impl Accepted {
    /// Whether a relaxed server that lost its power at `now` may have lost it. It had no time to
    /// store it, or its store refused something meanwhile, last at `refused`, and was not asked
    /// again since.
    fn may_be_lost(self, now: u64, refused: Option<u64>) -> bool {
        let asked_again = |refused| refused < self.asked || refused + STORING_AGAIN < now;
        self.heard + STORING >= now || refused.is_some_and(|refused| !asked_again(refused))
    }
}

/// Who is owed a broadcast, and who has it.
#[derive(Debug, Default)]
struct Broadcast {
    from: usize,
    asked: u64,
    /// How many the server promised it to; none before that is heard, or where a loss of power may
    /// have taken it.
    recipients: Option<(usize, Accepted)>,
    /// The number that the server gave it, once that is heard.
    id: Option<u64>,
    arrived: BTreeSet<usize>,
}

/// Everything that is checked.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) ledger: Ledger,
    durability: Durability,
    /// By the number that the server gave.
    numbered: HashMap<u64, Sent>,
    /// Promised, and gone with the power all the same if it goes soon.
    unsure: BTreeMap<u64, Accepted>,
    broadcasts: BTreeMap<usize, Broadcast>,
    /// A block that was confirmed: from the number on that the next message had then.
    pub(super) blocks: BTreeMap<(usize, usize), u64>,
    /// A block that may stand: until when at most, once it was certainly taken back.
    pub(super) possible_blocks: BTreeMap<(usize, usize), Option<u64>>,
    /// Who is certain to have an account.
    pub(super) registered: Vec<bool>,
    /// What each knows of its password.
    pub(super) secrets: Vec<Secret>,
    /// Which keys open whose account.
    pub(super) keys: Vec<Keys>,
    /// Which files each may hold.
    pub(super) holdings: Vec<Holding>,
    /// In which of the server's lives each asked to be let in last.
    pub(super) entered: Vec<Option<u64>>,
    /// In which of the server's lives each was let in last.
    pub(super) let_in: Vec<Option<u64>>,
    /// How many of the attacker's accounts may be online beside people.
    others: usize,
    /// Who acknowledges by `ack`.
    acknowledges: Vec<bool>,
    /// Called delivered, where only the receiver's stack has acknowledged it: to be checked against
    /// what that has.
    claims: Vec<Sent>,
    next_broadcast: usize,
    /// The newest broadcast, as far as its sender knows.
    pub(super) newest: Newest,
    /// The last broadcast that each heard from each.
    heard: BTreeMap<(usize, usize), usize>,
    broadcast_numbers: BTreeSet<(usize, u64)>,
    pub(super) expiry: Expiry,
    pub(super) accepted: u64,
    pub(super) refused: u64,
}

impl Records {
    pub(super) fn new(plan: &Plan) -> Self {
        let users = &plan.habits[..plan.people];
        Records {
            ledger: Ledger::new(plan.people),
            durability: plan.settings.durability,
            registered: users.iter().map(|habits| !habits.registers).collect(),
            secrets: vec![Secret::default(); plan.people],
            keys: vec![Keys::default(); plan.people],
            holdings: vec![Holding::default(); plan.people],
            acknowledges: users.iter().map(|habits| habits.acknowledges).collect(),
            claims: Vec::new(),
            entered: vec![None; plan.people],
            let_in: vec![None; plan.people],
            others: plan.threat.accounts.len(),
            possible_blocks: BTreeMap::new(),
            numbered: HashMap::new(),
            unsure: BTreeMap::new(),
            broadcasts: BTreeMap::new(),
            blocks: BTreeMap::new(),
            next_broadcast: 0,
            newest: Newest::default(),
            heard: BTreeMap::new(),
            broadcast_numbers: BTreeSet::new(),
            expiry: Expiry::new(plan.settings.mail_expires.as_millis()),
            accepted: 0,
            refused: 0,
        }
    }

    /// `250` or `251`, from a server that `lives`, or from one whose power went while the reply was
    /// on its way.
    pub(super) fn accepted(
        &mut self,
        asked: u64,
        heard: u64,
        sent: Sent,
        id: u64,
        is_online: bool,
        lives: bool,
    ) -> Result<(), String> {
        self.accepted += 1;
        if self.numbered.insert(id, sent).is_some() {
            return Err(format!("number {id} was given twice, the second time to {sent:?}"));
        }
        if is_online && self.durability == Durability::Relaxed {
            if !lives {
                return Ok(());
            }
            self.unsure.insert(id, Accepted { asked, heard });
        }
        match self.expiry.may_be_gone(sent.to, id) {
            // Its OK came later than its end.
            true => Ok(()),
            false => self.ledger.answer(sent, Fate::Promised),
        }
    }

    /// A delivery was not fetched in time. If it is not gone `for_good`, it may come all the same.
    pub(super) fn expired(
        &mut self,
        now: u64,
        to: usize,
        id: u64,
        for_good: bool,
    ) -> Result<(), String> {
        self.unsure.remove(&id);
        if let Some(sent) = self.numbered.get(&id) {
            self.ledger.withdraw(*sent);
        }
        self.expiry.end(now, to, id, for_good)
    }

    /// `* expired`
    pub(super) fn told_expired(&self, id: u64) -> Result<(), String> {
        match self.expiry.has_ended(id) {
            true => Ok(()),
            false => Err(format!("{id} is called expired, and is not")),
        }
    }

    /// Any other reply to a message.
    pub(super) fn refused(&mut self, sent: Sent) -> Result<(), String> {
        self.refused += 1;
        self.ledger.answer(sent, Fate::Refused)
    }

    /// `* stored`
    pub(super) fn stored(&mut self, id: u64) {
        self.unsure.remove(&id);
    }

    /// `* delivered`, from the server that runs now, or late from one that is gone. That one may
    /// have forgotten with its power what it had told, and its successor called the text expired.
    pub(super) fn delivered(&mut self, id: u64, is_current: bool) -> Result<(), String> {
        self.unsure.remove(&id);
        match self.numbered.get(&id) {
            Some(sent) if is_current && self.expiry.is_gone(sent.to, id) => {
                Err(format!("{sent:?} expired, and is called delivered"))
            }
            Some(sent) if self.acknowledges[sent.to] => self.ledger.delivered(*sent, id),
            Some(sent) => {
                self.claims.push(*sent);
                self.ledger.answer(*sent, Fate::Promised)
            }
            None => Ok(()),
        }
    }

    /// What was called delivered because a stack has it, since the last call.
    pub(super) fn take_claims(&mut self) -> Vec<Sent> {
        std::mem::take(&mut self.claims)
    }

    /// A message arrives.
    pub(super) fn message(
        &mut self,
        to: usize,
        id: u64,
        from: usize,
        text: &str,
    ) -> Result<(), String> {
        self.check_block(to, id, from)?;
        self.ledger.arrive(to, id, from, text)
    }

    /// A broadcast is sent: its own name.
    pub(super) fn broadcasting(&mut self, from: usize, asked: u64) -> usize {
        self.next_broadcast += 1;
        self.newest = Newest::Unknown;
        let broadcast = Broadcast { from, asked, ..Broadcast::default() };
        self.broadcasts.insert(self.next_broadcast, broadcast);
        self.next_broadcast
    }

    /// The server tells how many it promised the broadcast to.
    pub(super) fn broadcast_accepted(
        &mut self,
        heard: u64,
        name: usize,
        id: Option<u64>,
        recipients: usize,
        lives: bool,
    ) {
        if let Some(broadcast) = self.broadcasts.get_mut(&name) {
            broadcast.id = id;
        }
        if !lives && self.durability == Durability::Relaxed {
            return;
        }
        if let Some(id) = id.filter(|_| lives && name == self.next_broadcast)
            && let Some(broadcast) = self.broadcasts.get(&name)
        {
            self.newest = Newest::Accepted(id, broadcast.from, heard);
        }
        if let Some(broadcast) = self.broadcasts.get_mut(&name) {
            let asked = broadcast.asked;
            broadcast.recipients = Some((recipients, Accepted { asked, heard }));
        }
    }

    /// A broadcast arrives.
    pub(super) fn broadcast(
        &mut self,
        to: usize,
        id: u64,
        from: usize,
        text: &str,
    ) -> Result<(), String> {
        self.check_block(to, id, from)?;
        if !self.broadcast_numbers.insert((to, id)) {
            return Ok(());
        }
        let name = text.strip_prefix("to all ").and_then(|name| name.parse().ok());
        let found = name.and_then(|name| Some((name, self.broadcasts.get_mut(&name)?)));
        let Some((name, broadcast)) = found else {
            return Err(format!("nobody sent the broadcast {text}"));
        };
        if !broadcast.arrived.insert(to) {
            return Err(format!("{to} got broadcast {name} twice, with two numbers"));
        }
        let last = self.heard.insert((from, to), name);
        match last.is_none_or(|last| last < name) {
            true => Ok(()),
            false => Err(format!("broadcast {name} came to {to} behind {last:?}")),
        }
    }

    /// The history tells of a broadcast.
    pub(super) fn remembered(
        &self,
        reader: usize,
        id: u64,
        from: usize,
        text: &str,
    ) -> Result<(), String> {
        let name = text.strip_prefix("to all ").and_then(|name| name.parse().ok());
        let Some(said) = name.and_then(|name: usize| self.broadcasts.get(&name)) else {
            return Err(format!("nobody sent the broadcast {text}"));
        };
        if said.from != from || said.id.is_some_and(|other| other != id) {
            return Err(format!("{text} of {from} with number {id} is {said:?}"));
        }
        match self.blocks.contains_key(&(reader, from)) {
            true => Err(format!("{reader} blocks {from}, and is told {text}")),
            false => Ok(()),
        }
    }

    /// The power is gone: what was promised only as long as it stays is not promised any more. The
    /// store took everything after `refused_at`.
    pub(super) fn power_lost(&mut self, now: u64, refused_at: Option<u64>) {
        self.newest.power_lost(now, refused_at.is_some());
        for (id, accepted) in std::mem::take(&mut self.unsure) {
            let sent = self.numbered.get(&id).filter(|_| accepted.may_be_lost(now, refused_at));
            if let Some(sent) = sent {
                self.ledger.withdraw(*sent);
            }
        }
        if self.durability == Durability::Relaxed {
            for broadcast in self.broadcasts.values_mut() {
                let lost =
                    |(_, accepted): &mut (usize, Accepted)| accepted.may_be_lost(now, refused_at);
                broadcast.recipients.take_if(lost);
            }
        }
    }

    /// Everything has come to rest: all that was promised has arrived.
    pub(super) fn check_end(&self, users: usize) -> Result<(), String> {
        for to in 0..users {
            let owed = self.ledger.owed(to);
            if owed > 0 {
                return Err(format!("{owed} messages that were promised to {to} never came"));
            }
        }
        for (name, broadcast) in &self.broadcasts {
            let ends = self.expiry.ends(broadcast.id, &broadcast.arrived);
            let may_be = |promised| (*ends.start()..=ends.end() + self.others).contains(&promised);
            if broadcast.recipients.is_some_and(|(promised, _)| !may_be(promised)) {
                return Err(format!("broadcast {name} ended {ends:?} times: {broadcast:?}"));
            }
        }
        Ok(())
    }
}
