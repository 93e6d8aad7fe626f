//! An operator at the console, who throws people out, keeps some of them out for good, and lets
//! them in again. Whoever is thrown out is gone at once. Whoever is kept out never comes in,
//! whatever breaks meanwhile.

use std::collections::BTreeMap;

use smolchat_core::dialect::lines::{ReplyLine, parse_reply};
use smolchat_core::operator::{Order, Whom};
use smolchat_core::protocol::Reply;

use super::life::Life;
use super::plan::Plan;
use super::talk::{Season, name};
use super::world::World;
use crate::chance::Chance;

/// How many can be kept out at once.
pub(super) const BANS: usize = 2;
/// How long the operator pauses at most, in milliseconds.
const PAUSE: usize = 120_000;
/// The same once all is healed: a store that is full may refuse to let somebody in again.
const PAUSE_AT_THE_END: usize = 2_000;

/// What the operator wants of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    ThrowOut,
    KeepOut,
    LetIn,
}

/// The operator, and what is known of whom it keeps out.
#[derive(Debug)]
pub(super) struct Operator {
    /// Its own: what else a seed draws does not depend on it.
    chance: Chance,
    acts_at: u64,
    /// Who may be kept out, and whether it is certain: a commit that ended well has followed.
    bans: BTreeMap<usize, bool>,
}

impl Operator {
    pub(super) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed.rotate_left(32));
        let acts_at = chance.below(PAUSE) as u64;
        Operator { chance, acts_at, bans: BTreeMap::new() }
    }

    /// When it gives its next order.
    pub(super) fn due(&self, season: Season) -> Option<u64> {
        (season == Season::Storm || self.may_keep_out()).then_some(self.acts_at)
    }

    /// Whether anybody may be kept out.
    pub(super) fn may_keep_out(&self) -> bool {
        !self.bans.is_empty()
    }

    /// All is healed: everybody is to be let in again.
    pub(super) fn relent(&mut self, now: u64) {
        self.acts_at = now;
    }

    /// What it wants now, and of whom.
    fn decide(&mut self, season: Season, plan: &Plan) -> (Wish, usize) {
        if season != Season::Storm {
            return (Wish::LetIn, self.bans.keys().next().copied().unwrap_or_default());
        }
        let user = self.chance.below(plan.people);
        match (self.bans.contains_key(&user), self.chance.once_in(8) && plan.ends_bans()) {
            (true, _) => (Wish::LetIn, user),
            (false, true) => (Wish::KeepOut, user),
            (false, false) => (Wish::ThrowOut, user),
        }
    }

    /// What the answer to an order says of the bans, `is_kept` if the server goes on behind it.
    ///
    /// # Errors
    /// It cannot be the answer.
    fn learn(
        &mut self,
        (wish, user): (Wish, usize),
        reply: Reply<'_>,
        is_kept: bool,
    ) -> Result<(), String> {
        match (wish, reply) {
            (Wish::KeepOut, Reply::BanSet) => _ = self.bans.insert(user, is_kept),
            (Wish::LetIn, Reply::BanEnded) if is_kept => _ = self.bans.remove(&user),
            (Wish::LetIn, Reply::BanEnded) => _ = self.bans.insert(user, false),
            (Wish::LetIn, Reply::NoSuchBan) if self.bans.get(&user) == Some(&false) => {
                self.bans.remove(&user);
            }
            (Wish::KeepOut, Reply::BansFull) if self.bans.len() >= BANS => {}
            (Wish::KeepOut | Wish::LetIn, Reply::StoreFull | Reply::NotStored) => {}
            (Wish::ThrowOut, Reply::Kicked { .. } | Reply::PeerOffline { .. }) => {}
            _ => return Err(format!("{wish:?} u{user}: {}, {:?}", reply.code(), self.bans)),
        }
        Ok(())
    }
}

impl World {
    /// The operator's turn. Whether the server goes on.
    ///
    /// # Errors
    /// An order is not done, or one that was done is undone.
    pub(super) fn govern(&mut self, life: &mut Life<'_>) -> Result<bool, String> {
        if self.operator.due(self.season).is_none_or(|due| due > self.now) {
            return Ok(true);
        }
        let is_storm = self.season == Season::Storm;
        let pause = if is_storm { PAUSE } else { PAUSE_AT_THE_END };
        self.operator.acts_at = self.now + 1 + self.operator.chance.below(pause) as u64;
        let (wish, user) = self.operator.decide(self.season, &self.plan);
        let name = name(user);
        let order = match wish {
            Wish::ThrowOut => Order::Kick { name: &name },
            Wish::KeepOut => Order::Ban { whom: Whom::User(&name), span: None },
            Wish::LetIn => Order::Unban { whom: Whom::User(&name) },
        };
        let was_online = life.is_online(&name);
        let answer = life.order(self.now + self.ahead, order);
        self.note(&format!("the operator: {order:?}: {answer}"));
        let reply = ReplyLine::parse(&answer).and_then(parse_reply);
        let reply = reply.ok_or_else(|| format!("no reply: {answer}"))?;
        let is_out = matches!(reply, Reply::Kicked { .. } | Reply::BanSet);
        if is_out && life.is_online(&name) || was_online && wish == Wish::ThrowOut && !is_out {
            return Err(format!("{name} is online, {answer}"));
        }
        self.summary.orders += u64::from(is_out || reply == Reply::BanEnded);
        let goes_on = self.settle(life)?;
        match reply {
            Reply::NoSuchUser if !self.records.registered[user] => {}
            reply => self.operator.learn((wish, user), reply, goes_on)?,
        }
        Ok(goes_on)
    }

    /// Nobody is online who is certain to be kept out.
    ///
    /// # Errors
    /// Who is.
    pub(super) fn check_kept_out(&self, life: &Life<'_>) -> Result<(), String> {
        let mut certain = self.operator.bans.iter().filter(|(_, is_certain)| **is_certain);
        match certain.find(|(user, _)| life.is_online(&name(**user))) {
            Some((user, _)) => Err(format!("u{user} is kept out for good, and is online")),
            None => Ok(()),
        }
    }
}
