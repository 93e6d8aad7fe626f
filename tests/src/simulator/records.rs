//! What was promised to whom, who is blocked, who is owed a broadcast: everything that is checked when something is heard.
//! Touches the ledger. Users are numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use smolchat_core::store::Durability;

use crate::ledger::{Fate, Ledger, Sent};

/// Who is owed a broadcast, and who has it.
#[derive(Debug, Default)]
struct Broadcast {
    /// How many the server promised it to; none while the reply is not heard, or where a loss of power may have taken it.
    recipients: Option<usize>,
    arrived: BTreeSet<usize>,
}

/// Everything that is checked.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) ledger: Ledger,
    durability: Durability,
    /// By the number that the server gave.
    numbered: HashMap<u64, Sent>,
    /// Promised, and gone with the power all the same.
    unsure: BTreeSet<u64>,
    broadcasts: BTreeMap<usize, Broadcast>,
    /// A block that was confirmed: from the number on that the next message had then.
    blocks: BTreeMap<(usize, usize), u64>,
    next_broadcast: usize,
    /// The last broadcast that each heard from each.
    heard: BTreeMap<(usize, usize), usize>,
    broadcast_numbers: BTreeSet<(usize, u64)>,
    pub(super) accepted: u64,
    pub(super) refused: u64,
}

impl Records {
    pub(super) fn new(users: usize, durability: Durability) -> Self {
        Records {
            ledger: Ledger::new(users),
            durability,
            numbered: HashMap::new(),
            unsure: BTreeSet::new(),
            broadcasts: BTreeMap::new(),
            blocks: BTreeMap::new(),
            next_broadcast: 0,
            heard: BTreeMap::new(),
            broadcast_numbers: BTreeSet::new(),
            accepted: 0,
            refused: 0,
        }
    }

    /// `250` or `251`, from a server that `lives`, or from one whose power went while the reply was on its way.
    pub(super) fn accepted(
        &mut self,
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
            self.unsure.insert(id);
        }
        self.ledger.answer(sent, Fate::Promised)
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

    /// `* delivered`
    pub(super) fn delivered(&mut self, id: u64) -> Result<(), String> {
        self.unsure.remove(&id);
        match self.numbered.get(&id) {
            Some(sent) => self.ledger.delivered(*sent, id),
            None => Ok(()),
        }
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

    fn check_block(&self, to: usize, id: u64, from: usize) -> Result<(), String> {
        match self.blocks.get(&(to, from)) {
            Some(since) if *since <= id => {
                Err(format!("{to} has blocked {from} before number {id}, which came all the same"))
            }
            _ => Ok(()),
        }
    }

    /// The block was confirmed when the next message was to have this number.
    pub(super) fn blocked(&mut self, blocker: usize, blocked: usize, next: u64) {
        self.blocks.entry((blocker, blocked)).or_insert(next);
    }

    /// The block is to be taken back: from now on nothing is certain.
    pub(super) fn unblocking(&mut self, blocker: usize, blocked: usize) {
        self.blocks.remove(&(blocker, blocked));
    }

    /// A broadcast is sent: its own name.
    pub(super) fn broadcasting(&mut self) -> usize {
        self.next_broadcast += 1;
        self.broadcasts.insert(self.next_broadcast, Broadcast::default());
        self.next_broadcast
    }

    /// The server tells how many it promised the broadcast to.
    pub(super) fn broadcast_accepted(&mut self, name: usize, recipients: usize, lives: bool) {
        if !lives && self.durability == Durability::Relaxed {
            return;
        }
        if let Some(broadcast) = self.broadcasts.get_mut(&name) {
            broadcast.recipients = Some(recipients);
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

    /// The power is gone: what was promised only as long as it stays is not promised any more.
    pub(super) fn power_lost(&mut self) {
        for id in std::mem::take(&mut self.unsure) {
            if let Some(sent) = self.numbered.get(&id) {
                self.ledger.withdraw(*sent);
            }
        }
        if self.durability == Durability::Relaxed {
            for broadcast in self.broadcasts.values_mut() {
                broadcast.recipients = None;
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
            let arrived = broadcast.arrived.len();
            if broadcast.recipients.is_some_and(|promised| promised != arrived) {
                return Err(format!("broadcast {name} reached {arrived}: {broadcast:?}"));
            }
        }
        Ok(())
    }
}
