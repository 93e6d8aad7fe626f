//! What breaks, and when it stops breaking: the server's power, its store, its clock, the links.

use super::life::Life;
use super::person::Phase;
use super::plan::Weather;
use super::talk::Season;
use super::world::World;

impl World {
    /// The power goes now (then true), or with one of the next operations of the flash; or a commit
    /// fails; or the server's clock jumps.
    pub(super) fn fail(&mut self, life: &mut Life<'_>) -> bool {
        if self.season != Season::Storm || self.now < self.failure_at {
            return false;
        }
        self.draw_failure();
        match self.chance.below(8) {
            0 => {
                let leap = self.chance.below(100_000) as u64;
                self.ahead += leap;
                self.records.expiry.leap(leap);
            }
            1 => {
                self.summary.power_cuts += 1;
                return true;
            }
            2 => {
                self.summary.failed_commits += 1;
                life.fail_commit();
            }
            _ => {
                self.summary.power_cuts += 1;
                let operations = self.chance.below(60) as u64;
                life.flash().cut_power_after(operations);
            }
        }
        false
    }

    fn draw_failure(&mut self) {
        self.failure_at = self.now + 1_000 * self.chance.below(2 * self.plan.failures) as u64;
    }

    /// For a while there is no server.
    pub(super) fn be_without_server(&mut self, millis: u64) -> Result<(), String> {
        let back = self.now + self.chance.below(60_000) as u64;
        // A host's clock may be set back or forth meanwhile.
        let ahead = self.ahead as i64 + self.chance.below(200_000) as i64 - 100_000;
        let before = std::mem::replace(&mut self.ahead, ahead.max(0) as u64);
        self.records.expiry.leap(self.ahead.saturating_sub(before));
        self.attacker.wait_until(back);
        while self.now < back {
            self.advance(Some(back), millis);
            self.step(None)?;
        }
        self.note("a server");
        self.draw_failure();
        Ok(())
    }

    pub(super) fn change_weather(&mut self) {
        self.weather_at = self.now + 5_000 + self.chance.below(60_000) as u64;
        if self.season != Season::Storm {
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
    pub(super) fn heal(&mut self) {
        self.season = Season::Healing;
        self.note("all is healed");
        self.attacker.end(self.now);
        self.operator.relent(self.now);
        for person in &mut self.people {
            (person.weather, person.cut_until, person.stalls_until) = (Weather::FINE, 0, 0);
            if let Phase::Away(back) = &mut person.phase {
                *back = self.now + self.chance.below(10_000) as u64;
            }
        }
    }

    /// The server holds nothing. That it works is to be seen.
    pub(super) fn begin_trial(&mut self) {
        self.season = Season::Trial;
        self.note("everybody tries");
    }
}
