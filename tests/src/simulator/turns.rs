//! One person's turn, and the frames between it and the server.

use super::person::{Person, Phase};
use super::sabotage::Sabotage;
use super::talk::{Asked, Scene, Season};
use super::world::World;

impl World {
    /// A frame of the server's sets out to whom it is for.
    pub(super) fn carry(&mut self, frame: Vec<u8>) {
        self.trace(&frame);
        self.attacker.receive(self.now, &frame);
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
    pub(super) fn attend(&mut self, number: usize, next_id: Option<u64>) -> Result<(), String> {
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
        let (mut scene, people) = self.scene(next_id);
        let person = &mut people[number];
        person.hear_all(&mut scene)?;
        person.come_or_go(&mut scene)?;
        if acts {
            person.act(&mut scene)?;
            let pause = if scene.is_calm() { 5_000 } else { scene.pause };
            person.acts_at = now + (pause / 8 + scene.chance.below(pause)) as u64;
        }
        person.poll(now);
        // Whoever is said to have something has it at least in its stack.
        for sent in scene.records.take_claims() {
            people[sent.to].read_out(&mut scene)?;
            if !scene.records.ledger.has_arrived(sent) {
                return Err(format!("{sent:?} is called delivered, and is not there"));
            }
        }
        let World { chance, mishaps, people, attacker, .. } = self;
        let person = &mut people[number];
        for frame in person.cable.outgoing.drain(..) {
            if number < self.plan.people {
                attacker.overhear(number, &frame);
            }
            if now >= person.cut_until {
                person.to_server.send(now, frame, &person.weather, chance, mishaps);
            }
        }
        Ok(())
    }

    /// What the world is like, and those who are in it.
    fn scene(&mut self, next_id: Option<u64>) -> (Scene<'_>, &mut [Person]) {
        let is_trying = |asked: &Asked| matches!(asked, Asked::Message { is_trial: true, .. });
        let may_try = self.season == Season::Trial
            && !self.is_owing()
            && !self.people.iter().any(|person| person.asked.iter().any(is_trying));
        let scene = Scene {
            now: self.now,
            people: self.plan.people,
            pause: self.plan.pause,
            records: &mut self.records,
            chance: &mut self.chance,
            life: self.life,
            next_id,
            season: self.season,
            may_try,
            diary: &mut self.diary,
            without_acknowledgements: self.sabotage == Sabotage::LostAcknowledgement,
            without_withdrawals: self.sabotage == Sabotage::LostWithdrawal,
            opens_history: self.sabotage == Sabotage::OpenHistory,
        };
        (scene, &mut self.people)
    }
}
