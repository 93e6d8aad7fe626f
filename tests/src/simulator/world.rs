//! The clock, and what happens when: frames arrive, people act, the server runs until its power
//! goes. What breaks is in `faults`.

use std::rc::Rc;

use bumpalo::Bump;

use super::attack::{Attacker, Means, is_attackers};
use super::diary::Diary;
use super::door::SSH_PORT;
use super::life::{Expired, Flash, Life};
use super::link::Mishaps;
use super::operator::Operator;
use super::person::{Person, Phase};
use super::plan::Plan;
use super::records::Records;
use super::sabotage::Sabotage;
use super::segment::Segment;
use super::summary::Summary;
use super::talk::{Season, number};
use crate::chance::Chance;

/// How long a healed world may take to come to rest, in milliseconds.
const HEALING: u64 = 3_600_000;
/// Bytes of a frame before anything that depends on what its packet holds.
const HEADERS: usize = 40;
/// Steps between two looks for leaks.
const LEAKS: u64 = 64;

/// The world around the server.
pub(super) struct World {
    pub(super) now: u64,
    /// What the server's clock is ahead.
    pub(super) ahead: u64,
    pub(super) plan: Rc<Plan>,
    pub(super) sabotage: Sabotage,
    pub(super) chance: Chance,
    pub(super) people: Vec<Person>,
    pub(super) records: Records,
    pub(super) diary: Diary,
    /// When the weather changes, and when something of the server's fails.
    pub(super) weather_at: u64,
    pub(super) failure_at: u64,
    pub(super) season: Season,
    /// Which of the server's lives it is.
    pub(super) life: u64,
    /// When the store refused something last.
    refused_at: Option<u64>,
    /// A host on the segment that means harm, if there is one.
    pub(super) attacker: Attacker,
    pub(super) operator: Operator,
    pub(super) mishaps: Mishaps,
    pub(super) summary: Summary,
}

/// Lives through `millis` of what belongs to `seed`, and through the healing after.
///
/// # Errors
/// What was violated, and when, and what happened last.
pub fn simulate(seed: u64, millis: u64, sabotage: Sabotage) -> Result<Summary, String> {
    let mut world = World::new(seed, sabotage);
    let lived = world.live(millis);
    let World { now, plan, summary, diary, .. } = world;
    match lived {
        Ok(()) => Ok(summary),
        Err(what) => Err(format!(
            "seed {seed}, step {}, after {}.{:03} s: {what}\n{plan:?}\n{diary}",
            summary.steps,
            now / 1000,
            now % 1000
        )),
    }
}

impl World {
    fn new(seed: u64, sabotage: Sabotage) -> Self {
        let mut chance = Chance::new(seed);
        let means = Means::draw(!seed);
        let plan = Rc::new(Plan::draw(&mut chance, means.threat()));
        let habits = plan.habits.iter().enumerate();
        let people = habits.map(|(number, habits)| Person::new(number, *habits, chance.number()));
        World {
            now: 0,
            attacker: Attacker::new(means, plan.people),
            operator: Operator::new(seed),
            people: people.collect(),
            ahead: chance.below(1_000_000_000) as u64,
            records: Records::new(&plan),
            diary: Diary::default(),
            weather_at: 0,
            failure_at: 1_000 * chance.below(2 * plan.failures) as u64,
            plan,
            sabotage,
            chance,
            season: Season::Storm,
            life: 0,
            refused_at: None,
            mishaps: Mishaps::default(),
            summary: Summary::default(),
        }
    }

    fn live(&mut self, millis: u64) -> Result<(), String> {
        let seed = self.chance.number();
        let mut flash = Flash::new(self.plan.medium, self.plan.pages, seed);
        loop {
            let memory = Bump::new();
            let (seed, clock) = (self.chance.number(), self.now + self.ahead);
            self.records.expiry.begin_life();
            let life = Life::start(&memory, &self.plan, flash, self.sabotage, clock, seed)?;
            let (mut life, is_over) = self.run(life, millis)?;
            self.count(&life);
            if is_over {
                self.summary.healing = self.now.saturating_sub(millis);
                life.check_end(&self.plan)?;
                return self.records.check_end(self.plan.people);
            }
            life.flash().restart();
            flash = life.end();
            self.life += 1;
            self.be_without_server(millis)?;
        }
    }

    /// A server runs until its power goes, or until all is over (then true).
    fn run<'s>(&mut self, mut life: Life<'s>, millis: u64) -> Result<(Life<'s>, bool), String> {
        loop {
            let clock = life.until.map(|until| until.saturating_sub(self.ahead));
            let due = [clock, self.attacker.due(self.now), self.operator.due(self.season)];
            self.advance(due.into_iter().flatten().min(), millis);
            if self.now > millis + HEALING {
                self.records.check_end(self.plan.people)?;
                let (season, held) = (self.season, life.held());
                return Err(format!("what was healed does not come to rest: {season:?}, {held}"));
            }
            if self.is_at_rest(&life) {
                match self.season {
                    Season::Storm => {}
                    Season::Healing => self.begin_trial(),
                    Season::Trial => return Ok((life, true)),
                }
            }
            let is_cut = self.fail(&mut life);
            let ends = is_cut || !self.step(Some(&mut life))?;
            if ends || !self.besiege(&mut life)? || !self.govern(&mut life)? {
                self.note(if life.flash().is_gone() || is_cut { "no power" } else { "no commit" });
                self.records.power_lost(self.now, self.refused_at);
                return Ok((life, false));
            }
            self.check_kept_out(&life)?;
            if self.summary.steps.is_multiple_of(LEAKS) {
                life.check_leaks(&self.plan)?;
            }
        }
    }

    /// To the next moment at which something happens.
    pub(super) fn advance(&mut self, server: Option<u64>, millis: u64) {
        let people = self.people.iter().flat_map(|person| {
            let back = match person.phase {
                Phase::Away(back) => back,
                _ => person.acts_at,
            };
            [person.due, person.to_server.due(), person.from_server.due(), Some(back)]
        });
        let next = people.chain([server, Some(self.weather_at)]).flatten().min();
        self.now = next.unwrap_or(self.now).max(self.now);
        self.summary.steps += 1;
        self.summary.millis = self.now;
        if self.now > millis && self.season == Season::Storm {
            self.heal();
        }
    }

    /// Everything that is due at this moment happens. Whether the server goes on.
    pub(super) fn step(&mut self, mut life: Option<&mut Life<'_>>) -> Result<bool, String> {
        if self.now >= self.weather_at {
            self.change_weather();
        }
        let next_id = life.as_ref().map(|life| life.server.chat().next_id().0);
        if let Some(next) = next_id {
            self.records.expiry.note_next(self.now, next);
        }
        for number in 0..self.people.len() {
            self.attend(number, next_id)?;
        }
        let mut arriving = Vec::new();
        for person in &mut self.people {
            arriving.extend(person.to_server.arrive(self.now));
        }
        let Some(life) = &mut life else { return Ok(true) };
        let clock = self.now + self.ahead;
        if arriving.is_empty() && life.until.is_none_or(|until| until > clock) {
            return Ok(true);
        }
        for frame in arriving {
            self.trace(&frame);
            life.receive(frame);
        }
        self.settle(life)
    }

    /// The server does all that it has to do at this moment. Whether it goes on.
    pub(super) fn settle(&mut self, life: &mut Life<'_>) -> Result<bool, String> {
        let (clock, plan) = (self.now + self.ahead, Rc::clone(&self.plan));
        let goes_on = life.settle(clock, &plan, |frame| self.carry(frame));
        if life.take_refused() {
            self.refused_at = Some(self.now);
        }
        for Expired { to, id, for_good } in life.take_expired() {
            self.summary.expired += 1;
            self.diary.note(self.now, format!("{id} expires for {to}"));
            if is_attackers(&to) {
                self.records.expiry.end_elsewhere(id);
            } else {
                self.records.expired(self.now, number(&to)?, id, for_good)?;
            }
        }
        goes_on
    }

    pub(super) fn is_owing(&self) -> bool {
        (0..self.plan.people).any(|user| self.records.ledger.owed(user) > 0)
    }

    /// Whether all is healed, everybody is done, all that was promised has arrived, and nobody is
    /// there.
    fn is_at_rest(&self, life: &Life<'_>) -> bool {
        self.season != Season::Storm
            && life.server.connections() == 0
            && life.is_drained()
            && !self.operator.may_keep_out()
            && self.people.iter().all(|person| person.has_finished(self.season))
            && !self.is_owing()
    }

    /// Makes what happened part of the trace.
    pub(super) fn trace(&mut self, frame: &[u8]) {
        let is_carried = Segment::parse(frame)
            .is_some_and(|segment| [segment.from.port, segment.to.port].contains(&SSH_PORT));
        // Of what SSH carries only the length is the same again.
        let shown = if is_carried { HEADERS } else { 80 };
        let mut trace = self.summary.trace ^ self.now ^ (frame.len() as u64) << 32;
        for byte in frame.iter().take(shown) {
            trace = (trace ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.summary.trace = trace;
    }

    /// Something happened that is no line.
    pub(super) fn note(&mut self, what: &str) {
        self.diary.note(self.now, what.to_owned());
    }

    fn count(&mut self, life: &Life<'_>) {
        let figures = life.figures();
        let Mishaps { carried, lost, doubled, overtaken, spoiled } = self.mishaps;
        let summary = &mut self.summary;
        summary.stored += u64::from(figures.appended);
        summary.bytes += figures.bytes;
        summary.erased += u64::from(figures.erased);
        summary.forged = self.attacker.sent;
        summary.waited = summary.waited.max(life.waits.longest.0);
        (summary.frames, summary.mishaps) = (carried, lost + doubled + overtaken + spoiled);
        (summary.accepted, summary.refused) = (self.records.accepted, self.records.refused);
        summary.arrived = self.records.ledger.arrived as u64;
        summary.repeated = self.records.ledger.repeated as u64;
    }
}
