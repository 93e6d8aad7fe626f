//! Who is let in, and who is said to come and go.

use smolchat_core::protocol::Reply;

use super::attack::is_attackers;
use super::person::{Person, Phase};
use super::talk::{Scene, number};

impl Person {
    /// The reply to a login. Whoever was let in before in this life of the server's is not locked
    /// out by what strangers guess. A connection that was begun towards an earlier server tells
    /// nothing of this one.
    pub(super) fn hear_login(
        &mut self,
        scene: &mut Scene<'_>,
        is_known: bool,
        reply: Reply<'_>,
    ) -> Result<(), String> {
        self.check_secret(scene, &reply)?;
        let has_slipped = scene.records.secrets[self.number].has_slipped;
        let is_current = self.life == scene.life;
        let was_let_in = is_current && scene.records.let_in[self.number] == Some(self.life);
        match reply {
            Reply::Welcome => {
                self.phase = Phase::Online;
                scene.records.let_in[self.number] = Some(self.life);
                scene.records.holdings[self.number].begin(scene.now);
            }
            Reply::Locked { .. } | Reply::GuessWait { .. } if was_let_in && !has_slipped => {
                let code = reply.code();
                return Err(format!("u{} was let in before, and hears {code}", self.number));
            }
            Reply::InvalidUsername if is_known => {
                return Err(format!("the account of u{} is gone", self.number));
            }
            _ => self.come_back_later(scene),
        }
        Ok(())
    }

    /// Whoever is said to have come or gone has at least asked to be let in.
    pub(super) fn check_presence(&self, scene: &Scene<'_>, user: &str) -> Result<(), String> {
        if !is_attackers(user) && scene.records.entered[number(user)?] < Some(self.life) {
            return Err(format!("{user} is said to have been here, and never came"));
        }
        Ok(())
    }
}
