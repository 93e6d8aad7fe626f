//! A host on the segment that means harm: what a seed has it do, and when. It has a generator of
//! its own, so that nothing else happens otherwise for its sake. What must hold whatever it does is
//! in `siege`.
//!
//! | file | holds |
//! |---|---|
//! | `forger`, `claims` | frames in others' names; claims of their addresses |
//! | `crowd`, `mischief` | connections of its own; what it says on them |

mod claims;
mod crowd;
mod forger;
mod mischief;

use crowd::Crowd;
use forger::{Forger, Forgery};
use mischief::Mischief;

use super::plan::Threat;
use crate::chance::Chance;

/// The attacker.
pub(super) struct Attacker {
    chance: Chance,
    forgeries: Vec<Forgery>,
    forger: Forger,
    crowd: Crowd,
    /// How long it pauses at most between two forgeries, in milliseconds.
    pause: usize,
    /// When it forges something again.
    forges_at: u64,
    /// When the harm begins that comes next, or has begun, and when it ends.
    spell: (u64, u64),
    is_over: bool,
    /// Frames that it sent.
    pub(super) sent: u64,
    /// What came to it that is for somebody else.
    pub(super) stolen: Option<String>,
}

/// What a seed has the attacker do: in every other seed nothing, else half of all there is.
#[derive(Clone, Debug)]
pub(super) struct Means {
    forgeries: Vec<Forgery>,
    mischiefs: Vec<Mischief>,
    chance: Chance,
}

impl Means {
    pub(super) fn draw(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let is_there = chance.once_in(2);
        let mut half = |is_there: bool| is_there && chance.once_in(2);
        let forgeries = Forgery::ALL.into_iter().filter(|_| half(is_there)).collect();
        let mischiefs = Mischief::ALL.into_iter().filter(|_| half(is_there)).collect::<Vec<_>>();
        let mut crowd = Vec::new();
        for mischief in mischiefs {
            // One user of each kind: what is left of a table for people follows from how many share
            // it.
            let most = if mischief.is_users() { 1 } else { 3 };
            crowd.extend((0..=chance.below(most)).map(|_| mischief));
        }
        Means { forgeries, mischiefs: crowd, chance }
    }

    /// What of it the server has to have room for.
    pub(super) fn threat(&self) -> Threat {
        let numbered = self.mischiefs.iter().enumerate();
        let users = numbered.filter(|(_, mischief)| mischief.is_users());
        let accounts = users.map(|(number, _)| mischief::account(number)).collect();
        let is_registering = self.mischiefs.contains(&Mischief::Accounts);
        Threat { accounts, names: if is_registering { mischief::NAMES } else { 0 } }
    }
}

impl Attacker {
    pub(super) fn new(means: Means, people: usize) -> Self {
        let Means { forgeries, mischiefs, mut chance } = means;
        let crowd = Crowd::new(&mischiefs, &mut chance);
        let pause = [10, 100, 2_000][chance.below(3)];
        let forger = Forger::new(people);
        let is_over = forgeries.is_empty() && mischiefs.is_empty();
        let spell = (0, 0);
        let (forges_at, sent, stolen) = (0, 0, None);
        let mut attacker = Attacker {
            chance,
            forgeries,
            forger,
            crowd,
            pause,
            forges_at,
            spell,
            is_over,
            sent,
            stolen,
        };
        attacker.draw_spell(0);
        attacker
    }

    /// When it does something again.
    pub(super) fn due(&self, now: u64) -> Option<u64> {
        let is_active = self.is_active(now);
        let forges = Some(self.forges_at).filter(|_| is_active && !self.forgeries.is_empty());
        let begins = Some(self.spell.0).filter(|begin| !self.is_over && *begin > now);
        let ends = Some(self.spell.1).filter(|_| is_active);
        [forges, begins, ends, self.crowd.due(is_active)].into_iter().flatten().min()
    }

    fn is_active(&self, now: u64) -> bool {
        !self.is_over && self.spell.0 <= now && now <= self.spell.1
    }

    /// A frame of somebody's to the server.
    pub(super) fn overhear(&mut self, number: usize, frame: &[u8]) {
        if !self.forgeries.is_empty() {
            self.forger.overhear(number, frame);
        }
    }

    /// A frame of the server's.
    pub(super) fn receive(&mut self, now: u64, frame: &[u8]) {
        self.crowd.receive(now, frame);
        if !self.forgeries.is_empty() {
            let stolen = self.forger.receive(now, frame);
            self.stolen = self.stolen.take().or(stolen);
        }
    }

    /// What it sends now. `absent` are people who are not there.
    pub(super) fn act(&mut self, now: u64, absent: &[usize], people: usize) -> Vec<Vec<u8>> {
        if !self.is_over && now >= self.spell.1 {
            self.draw_spell(now);
        }
        let is_active = self.is_active(now);
        let mut frames = self.crowd.act(now, is_active, absent, people, &mut self.chance);
        if is_active && self.forges_at <= now && !self.forgeries.is_empty() {
            let forgery = self.forgeries[self.chance.below(self.forgeries.len())];
            frames.extend(self.forger.forge(now, forgery, &mut self.chance));
            self.forges_at = now + 1 + self.chance.below(self.pause) as u64;
        }
        self.sent += frames.len() as u64;
        frames
    }

    /// After some quiet it does harm for a while.
    fn draw_spell(&mut self, now: u64) {
        let begin = now + self.chance.below(400_000) as u64;
        let end = begin + 1_000 + self.chance.below(30_000) as u64;
        self.spell = (begin, end);
        self.forges_at = self.forges_at.max(begin);
    }

    /// There is no server before `back`.
    pub(super) fn wait_until(&mut self, back: u64) {
        self.crowd.forget();
        if self.spell.1 < back {
            self.draw_spell(back);
        }
        self.spell.0 = self.spell.0.max(back);
    }

    /// From now on it does no harm.
    pub(super) fn end(&mut self, now: u64) {
        self.is_over = true;
        self.crowd.end(now);
    }
}

/// Whether an account of that name is the attacker's.
pub(super) fn is_attackers(name: &str) -> bool {
    name.starts_with(['v', 'm'])
}
