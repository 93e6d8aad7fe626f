//! The clock, and what happens when: frames arrive, people act, the weather changes, the power goes and comes back.
//! Touches every other file of this room.

use bumpalo::Bump;

use super::life::{Flash, Life};
use super::link::Mishaps;
use super::person::{Person, Phase};
use super::plan::{Plan, Weather};
use super::records::Records;
use super::sabotage::Sabotage;
use super::talk::Scene;
use crate::chance::Chance;

/// How long a healed world may take to come to rest, in milliseconds.
const HEALING: u64 = 3_600_000;
/// Steps between two looks for leaks.
const LEAKS: u64 = 64;

/// What happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Virtual milliseconds.
    pub millis: u64,
    /// Events.
    pub steps: u64,
    /// Messages with an OK.
    pub accepted: u64,
    /// Messages that were refused.
    pub refused: u64,
    /// Messages that arrived, each once.
    pub arrived: u64,
    /// Messages that arrived again and were known.
    pub repeated: u64,
    /// Times that the power went.
    pub power_cuts: u64,
    /// Times that somebody's link went dead for a while.
    pub partitions: u64,
    /// Frames on all links.
    pub frames: u64,
    /// Of these, those that something happened to.
    pub mishaps: u64,
    /// Entries that the store took, and bytes and erases that this cost it.
    pub stored: u64,
    /// Bytes written to the flash.
    pub bytes: u64,
    /// Pages erased.
    pub erased: u64,
    /// A number that is the same where all of it happened the same way.
    pub trace: u64,
}

impl Summary {
    /// Adds another life to this one.
    pub fn add(&mut self, other: &Summary) {
        self.millis += other.millis;
        self.steps += other.steps;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.arrived += other.arrived;
        self.repeated += other.repeated;
        self.power_cuts += other.power_cuts;
        self.partitions += other.partitions;
        self.frames += other.frames;
        self.mishaps += other.mishaps;
        self.stored += other.stored;
        self.bytes += other.bytes;
        self.erased += other.erased;
        self.trace = self.trace.rotate_left(1) ^ other.trace;
    }
}

/// The world around the server.
struct World {
    now: u64,
    /// What the server's clock is ahead.
    ahead: u64,
    plan: Plan,
    sabotage: Sabotage,
    chance: Chance,
    people: Vec<Person>,
    records: Records,
    /// When the weather changes, and when the power goes.
    weather_at: u64,
    failure_at: u64,
    is_calm: bool,
    mishaps: Mishaps,
    summary: Summary,
}

/// Lives through `millis` of what belongs to `seed`, and through the healing after.
///
/// # Errors
/// What was violated, and when.
pub fn simulate(seed: u64, millis: u64, sabotage: Sabotage) -> Result<Summary, String> {
    let mut world = World::new(seed, sabotage);
    let lived = world.live(millis);
    let World { now, plan, summary, .. } = world;
    match lived {
        Ok(()) => Ok(summary),
        Err(what) => Err(format!(
            "seed {seed}, step {}, after {}.{:03} s: {what}\n{plan:?}",
            summary.steps,
            now / 1000,
            now % 1000
        )),
    }
}

impl World {
    fn new(seed: u64, sabotage: Sabotage) -> Self {
        let mut chance = Chance::new(seed);
        let plan = Plan::draw(&mut chance);
        let people = (0..plan.people).map(|number| Person::new(number, chance.number())).collect();
        World {
            now: 0,
            ahead: chance.below(1_000_000_000) as u64,
            records: Records::new(plan.people, plan.settings.durability),
            weather_at: 0,
            failure_at: 1_000 * chance.below(2 * plan.failures) as u64,
            plan,
            sabotage,
            chance,
            people,
            is_calm: false,
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
            let life = Life::start(&memory, &self.plan, flash, self.sabotage, clock, seed)?;
            let mut life = self.run(life, millis)?;
            self.count(&life);
            if self.is_calm && life.is_drained() && self.now > millis {
                return self.end(&life);
            }
            life.flash().restart();
            flash = life.end();
            self.be_without_power(millis)?;
        }
    }

    /// A server runs until its power goes, or until all is over.
    fn run<'s>(&mut self, mut life: Life<'s>, millis: u64) -> Result<Life<'s>, String> {
        loop {
            let clock = life.until.map(|until| until.saturating_sub(self.ahead));
            self.advance(clock);
            if self.now > millis && !self.is_calm {
                self.heal();
            }
            if self.is_calm && self.is_over(&life) {
                return Ok(life);
            }
            if self.now > millis + HEALING {
                self.records.check_end(self.plan.people)?;
                return Err("what was healed does not come to rest".to_owned());
            }
            let fails = self.fail(&mut life);
            if fails || !self.step(Some(&mut life))? {
                self.summary.power_cuts += 1;
                self.records.power_lost();
                return Ok(life);
            }
            if self.summary.steps.is_multiple_of(LEAKS) {
                life.check_leaks(&self.plan)?;
            }
        }
    }

    fn be_without_power(&mut self, millis: u64) -> Result<(), String> {
        let back = self.now + self.chance.below(60_000) as u64;
        // A host's clock may be set back or forth meanwhile.
        let ahead = self.ahead as i64 + self.chance.below(200_000) as i64 - 100_000;
        self.ahead = ahead.max(0) as u64;
        while self.now < back {
            self.advance(Some(back));
            if self.now > millis && !self.is_calm {
                self.heal();
            }
            self.step(None)?;
        }
        self.failure_at = self.now + 1_000 * self.chance.below(2 * self.plan.failures) as u64;
        Ok(())
    }

    /// To the next moment at which something happens.
    fn advance(&mut self, server: Option<u64>) {
        let people = self.people.iter().flat_map(|person| {
            let back = match person.phase {
                Phase::Away(back) => Some(back),
                _ => Some(person.acts_at),
            };
            [person.due, person.to_server.due(), person.from_server.due(), back]
        });
        let next = people.chain([server, Some(self.weather_at)]).flatten().min();
        self.now = next.unwrap_or(self.now).max(self.now);
        self.summary.steps += 1;
        self.summary.millis = self.now;
    }

    /// The power goes now (then true), or with one of the next operations of the flash; or the server's clock jumps.
    fn fail(&mut self, life: &mut Life<'_>) -> bool {
        if self.is_calm || self.now < self.failure_at {
            return false;
        }
        self.failure_at = self.now + 1_000 * self.chance.below(2 * self.plan.failures) as u64;
        match self.chance.below(8) {
            0 => self.ahead += self.chance.below(100_000) as u64,
            1 => return true,
            _ => {
                let operations = self.chance.below(60) as u64;
                life.flash().cut_power_after(operations);
            }
        }
        false
    }

    /// Everything that is due at this moment happens. Whether the server's power was there to the end.
    fn step(&mut self, mut life: Option<&mut Life<'_>>) -> Result<bool, String> {
        if self.now >= self.weather_at {
            self.change_weather();
        }
        let next_id = life.as_ref().map(|life| life.server.chat().mailboxes.next_id().0);
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
            self.note(&frame);
            life.cable.incoming.push_back(frame);
        }
        life.settle(clock, |frame| self.carry(frame))
    }

    /// A frame of the server's sets out to whom it is for.
    fn carry(&mut self, frame: Vec<u8>) {
        self.note(&frame);
        let World { people, now, chance, mishaps, .. } = self;
        for person in people {
            let is_for_all = frame.first().is_some_and(|byte| byte & 1 == 1);
            let is_meant = frame.starts_with(&person.mac.0) || is_for_all;
            if is_meant && *now >= person.cut_until {
                person.from_server.send(*now, frame.clone(), &person.weather, chance, mishaps);
            }
        }
    }

    /// One person's turn.
    fn attend(&mut self, number: usize, next_id: Option<u64>) -> Result<(), String> {
        let now = self.now;
        let person = &mut self.people[number];
        let arrived = person.from_server.arrive(now);
        let is_due = person.due.is_some_and(|due| due <= now) || !arrived.is_empty();
        person.cable.incoming.extend(arrived);
        let acts = match person.phase {
            Phase::Away(back) => back <= now,
            _ => person.acts_at <= now,
        };
        if !is_due && !acts {
            return Ok(());
        }
        person.poll(now);
        let mut scene = Scene {
            now,
            people: self.plan.people,
            records: &mut self.records,
            chance: &mut self.chance,
            life: self.summary.power_cuts,
            next_id,
            is_calm: self.is_calm,
            without_acknowledgements: self.sabotage == Sabotage::LostAcknowledgement,
        };
        person.hear_all(&mut scene)?;
        if matches!(person.phase, Phase::Away(back) if back <= now) {
            person.connect(now, scene.life, scene.chance);
        } else if !matches!(person.phase, Phase::Away(_)) && person.is_disconnected() {
            let back = now + 200 + scene.chance.below(10_000) as u64;
            person.hang_up(now, back, false);
        } else if person.has_ended() {
            person.close(now);
        }
        if acts {
            person.act(&mut scene);
            let pause = if scene.is_calm { 5_000 } else { 8_000 };
            person.acts_at = now + 1 + scene.chance.below(pause) as u64 + 1_000;
        }
        person.poll(now);
        let World { chance, mishaps, .. } = self;
        let person = &mut self.people[number];
        for frame in person.cable.outgoing.drain(..) {
            if now >= person.cut_until {
                person.to_server.send(now, frame, &person.weather, chance, mishaps);
            }
        }
        Ok(())
    }

    fn change_weather(&mut self) {
        self.weather_at = self.now + 5_000 + self.chance.below(60_000) as u64;
        if self.is_calm {
            return;
        }
        for person in &mut self.people {
            person.weather = Weather::draw(&mut self.chance);
            if self.chance.once_in(12) {
                person.cut_until = self.now + self.chance.below(90_000) as u64;
                person.to_server.cut();
                person.from_server.cut();
                self.summary.partitions += 1;
            }
        }
    }

    /// From now on nothing fails any more.
    fn heal(&mut self) {
        self.is_calm = true;
        for person in &mut self.people {
            (person.weather, person.cut_until, person.stalls_until) = (Weather::FINE, 0, 0);
        }
    }

    /// Whether all that was promised has arrived, and nobody is there.
    fn is_over(&self, life: &Life<'_>) -> bool {
        let owed = (0..self.plan.people).any(|user| self.records.ledger.owed(user) > 0);
        !owed && life.is_drained() && life.server.connections() == 0
    }

    fn end(&self, life: &Life<'_>) -> Result<(), String> {
        life.check_leaks(&self.plan)?;
        self.records.check_end(self.plan.people)
    }

    /// Makes what happened part of the trace.
    fn note(&mut self, frame: &[u8]) {
        let mut trace = self.summary.trace ^ self.now;
        for byte in frame.iter().take(80) {
            trace = (trace ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.summary.trace = trace;
    }

    fn count(&mut self, life: &Life<'_>) {
        let figures = life.figures();
        let Mishaps { carried, lost, doubled, overtaken, spoiled } = self.mishaps;
        let summary = &mut self.summary;
        summary.stored += u64::from(figures.appended);
        summary.bytes += figures.bytes;
        summary.erased += u64::from(figures.erased);
        (summary.frames, summary.mishaps) = (carried, lost + doubled + overtaken + spoiled);
        (summary.accepted, summary.refused) = (self.records.accepted, self.records.refused);
        summary.arrived = self.records.ledger.arrived as u64;
        summary.repeated = self.records.ledger.repeated as u64;
    }
}
