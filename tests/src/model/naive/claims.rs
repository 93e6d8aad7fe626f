//! A right password for a user who is online: the older connection is asked for a sign of life.

use smolchat_core::protocol::{CloseReason, Reply};

use super::{Event, Millis, Naive, Place, User, event_line};

impl Naive {
    /// The login of `user` waits for a sign of life of `holder`, as the only one. Answers its reply
    /// if it does not wait.
    pub(super) fn begin_claim<'a>(
        &mut self,
        now: Millis,
        place: Place,
        holder: Place,
        (user, name): (User, &'a str),
    ) -> Option<Reply<'a>> {
        if std::mem::take(&mut self.link(place).refused) {
            let link = self.link(place);
            link.since = link.since.saturating_sub(link.waited);
            return Some(Reply::AlreadyOnline { user: name });
        }
        if self.claimant(holder).is_some() {
            return Some(Reply::AlreadyOnline { user: name });
        }
        if let Some(seconds) = self.take_login(now, user) {
            return Some(Reply::LoginWait { seconds });
        }
        let link = self.link(place);
        // A claim gives no further time to log in: what is over is remembered in tenths of a
        // second.
        link.waited = (now - link.since).div_ceil(100) * 100;
        (link.claims, link.since) = (Some(holder), now);
        self.link(holder).probe = true;
        None
    }

    fn claimant(&self, holder: Place) -> Option<Place> {
        let found = self.links.iter().find(|(_, link)| link.claims == Some(holder));
        found.map(|(&place, _)| place)
    }

    /// The peer of `place` is there.
    pub(in crate::model) fn handle_sign_of_life(&mut self, place: Place) {
        self.link(place).alive = self.claimant(place).is_some();
    }

    /// The line that tells of an attempt.
    pub(super) fn attempt_line(&self, place: Place) -> Option<String> {
        let link = &self.links[&place];
        let is_next = link.alive && link.answer.is_none() && link.greeting.is_none();
        let newcomer = self.claimant(place).filter(|_| is_next)?;
        let from = self.links[&newcomer].host.parse().expect("an address");
        Some(event_line(&Event::Attempt { from }))
    }

    /// The newcomer is refused.
    pub(super) fn refuse_claim(&mut self, holder: Place) {
        self.link(holder).alive = false;
        if let Some(newcomer) = self.claimant(holder) {
            let link = self.link(newcomer);
            (link.claims, link.refused) = (None, true);
        }
    }

    /// The time of a claim is over.
    pub(super) fn decide_claim(&mut self, now: Millis, newcomer: Place, holder: Place) {
        if self.links[&holder].alive {
            self.refuse_claim(holder);
        } else {
            self.link(newcomer).claims = None;
            self.end_session(now, holder);
            self.dismiss(now, holder, CloseReason::Superseded);
        }
    }

    /// The connection leaves, and is in no claim any more.
    pub(super) fn end_claim(&mut self, place: Place) {
        if let Some(newcomer) = self.claimant(place) {
            self.link(newcomer).claims = None;
        }
        if let Some(holder) = self.link(place).claims.take() {
            self.link(holder).alive = false;
        }
        let link = self.link(place);
        (link.alive, link.refused) = (false, false);
    }
}
