//! Downloads: how they begin and end, who is a holder, and what came.

use super::load::{Load, Stage};
use super::{Action, Arrival, Exchange, LinkId, Notice, Progress};
use crate::Moment;
use crate::bitmap::Bitmap;
use crate::content::ContentId;
use crate::list::ChunkList;
use crate::plan::Plan;
use crate::record::Record;
use crate::shape::Shape;

impl Exchange {
    /// Loads this file. Its size comes from the offer: no peer has a word in it. Downloads of other
    /// seeds ask in another order.
    pub fn load(&mut self, id: ContentId, shape: Shape, seed: u64) {
        self.loads.entry(id).or_insert_with(|| Load::new(shape, seed));
        // Nobody needs to send the list of an empty file.
        if let Ok(list) = ChunkList::checked(id, shape, &[]) {
            self.has_list(list);
        }
    }

    /// All of a file is wanted, of which one chunk was.
    pub fn load_all(&mut self, now: Moment, id: ContentId) {
        self.want_only(now, id, None);
    }

    /// Asks for this chunk only, or for all, from now on.
    pub(super) fn want_only(&mut self, now: Moment, id: ContentId, only: Option<u32>) {
        let Some(load) = self.loads.get_mut(&id) else { return };
        if std::mem::replace(&mut load.only, only) == only {
            return;
        }
        let (shape, seed) = (load.shape, load.seed);
        let Some(plan) = load.plan() else { return };
        let asked = plan.all_asked();
        *plan = Plan::new(now, shape, plan.held().clone(), seed, only);
        asked.into_iter().for_each(|ask| self.cancel(id, ask.holder, ask.index));
        for link in self.links.keys().copied().collect::<Vec<_>>() {
            self.join(now, id, link);
        }
        self.drive(now);
    }

    pub(super) fn has_list(&mut self, list: ChunkList) {
        let id = list.id();
        if let Some(load) = self.loads.get_mut(&id)
            && matches!(load.stage, Stage::Listless { .. })
        {
            load.stage = Stage::Preparing;
            self.actions.push_back(Action::Prepare { id, list });
        }
    }

    /// Who holds the file now, and in how many 255ths, by the server's word.
    pub fn holders(&mut self, now: Moment, id: ContentId, holders: &[(String, u8)]) {
        let Some(load) = self.loads.get_mut(&id) else { return };
        load.holders = holders.iter().cloned().collect();
        let users = holders.iter().filter(|(user, _)| !load.banned.contains(user));
        let users: Vec<_> = users.map(|(user, _)| user.clone()).collect();
        for user in users {
            for link in self.links_of(&user).collect::<Vec<_>>() {
                if !self.links[&link].maps.contains_key(&id) {
                    self.ask_held(now, id, link);
                }
            }
        }
        self.drive(now);
    }

    /// What an earlier run has left of the file: the chunks are asked for that it lacks.
    pub fn prepared(&mut self, now: Moment, list: ChunkList, held: Bitmap) {
        let id = list.id();
        let Some(load) = self.loads.get_mut(&id) else { return };
        let only = load.only;
        let mut plan = Plan::new(now, load.shape, held.clone(), load.seed, only);
        for (user, share) in &load.holders {
            if self.calling.contains_key(user) {
                plan.expect(now, name_number(user), *share);
            }
        }
        load.stage = Stage::Loading(Box::new(plan));
        self.give_part(list, held);
        for link in self.links.keys().copied().collect::<Vec<_>>() {
            self.join(now, id, link);
        }
        self.after_chunk(id);
        self.drive(now);
    }

    /// Loads the file no more. What is here is given no more either, unless it is offered.
    pub fn stop(&mut self, id: ContentId) {
        if let Some(mut load) = self.loads.remove(&id) {
            self.forget_questions(id);
            self.withdraw(id);
            if let Some(plan) = load.plan() {
                let asked = plan.all_asked();
                asked.into_iter().for_each(|ask| self.cancel(id, ask.holder, ask.index));
            }
        }
    }

    /// The file is whole and has its name. It is still given.
    pub fn finished(&mut self, id: ContentId) {
        self.loads.remove(&id);
        self.forget_questions(id);
    }

    /// What comes of the file is no longer of interest.
    fn forget_questions(&mut self, id: ContentId) {
        self.links.values_mut().for_each(|link| _ = link.maps.remove(&id));
    }

    /// How far the download is; `None` before anything is asked for.
    pub fn progress(&self, now: Moment, id: ContentId) -> Option<Progress> {
        match &self.loads.get(&id)?.stage {
            Stage::Loading(plan) => Some(Progress {
                done: plan.done_bytes(),
                rate: plan.rate(now),
                holders: plan.busy_holders(),
                left: plan.left(now),
            }),
            _ => None,
        }
    }

    /// Which chunks are here.
    pub fn held(&self, id: ContentId) -> Option<&Bitmap> {
        self.given.get(&id).map(super::Given::held)
    }

    /// Bytes that came from each user, the most first.
    pub fn from(&self, id: ContentId) -> Vec<(String, u64)> {
        let from = self.loads.get(&id).map(|load| load.from.clone()).unwrap_or_default();
        let mut from: Vec<_> = from.into_iter().collect();
        from.sort_by(|(one, some), (other, more)| more.cmp(some).then(one.cmp(other)));
        from
    }

    /// Some bytes of a chunk came, and maybe not yet all of it.
    pub fn moved(&mut self, now: Moment, link: LinkId, id: ContentId, bytes: u64) {
        if let Some(plan) = self.loads.get_mut(&id).and_then(Load::plan) {
            plan.moved(now, link, bytes);
        }
    }

    /// A chunk that was asked for came, and this is what it is.
    pub fn arrived(
        &mut self,
        now: Moment,
        link: LinkId,
        id: ContentId,
        index: u32,
        arrival: Arrival,
    ) {
        let Some(user) = self.links.get(&link).map(|link| link.user.clone()) else { return };
        match arrival {
            Arrival::Wrong => return self.ban(now, id, &user),
            Arrival::Written => {}
        }
        let Some(load) = self.loads.get_mut(&id) else { return };
        let bytes = load.shape.len_of(index).unwrap_or(0);
        load.has_given(user, bytes);
        let Some(plan) = load.plan() else { return };
        let is_new = !plan.held().has(index);
        let others = plan.arrived(link, index);
        others.into_iter().for_each(|ask| self.cancel(id, ask.holder, ask.index));
        if is_new {
            self.add_held(id, index);
            self.after_chunk(id);
        }
        self.drive(now);
    }

    /// Tells the share at the first chunk and at quarters, and that all is here.
    fn after_chunk(&mut self, id: ContentId) {
        let Some(load) = self.loads.get_mut(&id) else { return };
        let told = load.told_share;
        let Some(plan) = load.plan() else { return };
        let (held, count) = (plan.held().held(), plan.held().count());
        let is_whole = plan.is_done();
        let quarters = |share: u32| share * 4 / 255;
        let share = (held * 255).checked_div(count).unwrap_or(255).max(held.min(1));
        let is_news = share > 0 && (told == 0 || quarters(share) > quarters(told.into()));
        if is_news {
            load.told_share = share as u8;
            self.tell(Notice::Share { id, share: share as u8 });
        }
        if is_whole {
            self.tell(Notice::Whole { id });
        }
    }

    /// A user sent what is not of the file: it is asked for it no more.
    pub(super) fn ban(&mut self, now: Moment, id: ContentId, user: &str) {
        let Some(load) = self.loads.get_mut(&id) else { return };
        if load.banned.insert(user.to_owned()) {
            self.tell(Notice::Wrong { id, user: user.to_owned() });
        }
        for link in self.links_of(user).collect::<Vec<_>>() {
            self.close(now, link);
        }
    }

    pub(super) fn cancel(&mut self, id: ContentId, link: LinkId, index: u32) {
        self.send(link, Record::Cancel { id, index });
    }

    pub(super) fn ask_held(&mut self, now: Moment, id: ContentId, link: LinkId) {
        if let Some(load) = self.loads.get_mut(&id) {
            load.asked.insert(link, now);
        }
        if let Some(there) = self.links.get_mut(&link) {
            there.maps.insert(id, None);
            self.send(link, Record::AskHeld { id });
        }
    }

    /// Makes a peer one who is asked, if it has something. Of several links with one user only one
    /// counts: nothing comes of two hands of the same user.
    pub(super) fn join(&mut self, now: Moment, id: ContentId, link: LinkId) {
        let Some(there) = self.links.get(&link) else { return };
        let Some(Some(map)) = there.maps.get(&id) else { return };
        let twins: Vec<_> = self.links_of(&there.user).filter(|twin| *twin != link).collect();
        let Some(load) = self.loads.get_mut(&id) else { return };
        let is_only = load.only.is_none() || load.holders.contains_key(&there.user);
        if load.banned.contains(&there.user) || !is_only {
            return;
        }
        if let Some(plan) = load.plan() {
            if twins.into_iter().any(|twin| plan.is_holder(twin)) {
                return;
            }
            plan.forget_expected(name_number(&there.user));
            plan.join(now, link, map.clone());
        }
    }
}

/// A number for a user who has no link yet. Two users of one number share what is kept back.
pub(super) fn name_number(user: &str) -> u64 {
    user.bytes().fold(0xcbf2_9ce4_8422_2325, |mixed, byte| {
        (mixed ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}
