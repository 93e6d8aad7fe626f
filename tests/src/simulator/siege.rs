//! The attacker's turn, and what must hold whatever it does. It ends nobody's session, gets no
//! frame that is for others, and makes no more accounts than a source may.

use std::rc::Rc;

use super::life::Life;
use super::person::Phase;
use super::world::World;

impl World {
    /// The attacker's turn. Whether the server goes on.
    ///
    /// # Errors
    /// What the attacker did harmed somebody.
    pub(super) fn besiege(&mut self, life: &mut Life<'_>) -> Result<bool, String> {
        if self.attacker.due(self.now).is_none_or(|due| due > self.now) {
            return Ok(true);
        }
        let plan = Rc::clone(&self.plan);
        let users = self.people[..plan.people].iter();
        let absent = users.filter(|person| matches!(person.phase, Phase::Away(_)));
        let absent: Vec<_> = absent.map(|person| person.number).collect();
        let frames = self.attacker.act(self.now, &absent, plan.people);
        if frames.is_empty() {
            return Ok(true);
        }
        let before = life.online(&plan);
        self.note("the attacker's turn");
        for frame in frames {
            self.trace(&frame);
            life.receive(frame);
        }
        if !self.settle(life)? {
            return Ok(false);
        }
        let after = life.online(&plan);
        if let Some(user) = before.iter().find(|user| !after.contains(user)) {
            return Err(format!("the attacker ended the session of {user}"));
        }
        match self.attacker.stolen.take() {
            Some(what) => Err(what),
            None => Ok(true),
        }
    }
}
