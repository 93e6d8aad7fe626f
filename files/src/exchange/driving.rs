//! What a download asks for as time passes: holders are called, the list and chunks are wanted, and
//! whoever says nothing is waited for no longer.

use super::load::{Load, Stage};
use super::loading::name_number;
use super::{Action, Exchange, Notice};
use crate::Moment;
use crate::content::ContentId;
use crate::record::Record;

impl Exchange {
    /// Everything that can be asked for this download now.
    pub(super) fn drive_load(&mut self, now: Moment, id: ContentId) {
        self.pass_over(now, id);
        self.ask_list(now, id);
        self.call_holders(now, id);
        self.wait_no_longer(now, id);
        if let Some(since) = self.loads.get_mut(&id).and_then(|load| load.stalled(now)) {
            self.tell(Notice::Stalled { id, since });
        }
        let Some(plan) = self.loads.get_mut(&id).and_then(Load::plan) else { return };
        while let Some(ask) = plan.next(now) {
            self.actions.push_back(Action::want(ask.holder, id, ask.index));
        }
        if let Some(since) = plan.stalled(now) {
            self.tell(Notice::Stalled { id, since });
        }
    }

    /// Whoever says nothing loses its place to one who was not asked yet.
    fn pass_over(&mut self, now: Moment, id: ContentId) {
        let Some(load) = self.loads.get_mut(&id) else { return };
        for link in load.silent(now) {
            if let Some(there) = self.links.get(&link) {
                load.set_idle(&there.user);
            }
        }
    }

    fn wait_no_longer(&mut self, now: Moment, id: ContentId) {
        let Some(plan) = self.loads.get_mut(&id).and_then(Load::plan) else { return };
        let overdue = plan.overdue(now);
        for ask in overdue.cancelled {
            self.cancel(id, ask.holder, ask.index);
        }
        // Who lets so much time pass is called anew, if anybody is there.
        for link in overdue.given_up {
            self.close(now, link);
        }
    }

    fn call_holders(&mut self, now: Moment, id: ContentId) {
        let Some(load) = self.loads.get(&id) else { return };
        if matches!(&load.stage, Stage::Loading(plan) if plan.is_done()) {
            return;
        }
        let is_busy = |user: &str| self.is_linked(user) || self.calling.contains_key(user);
        let calls: Vec<_> =
            load.to_call(now, is_busy).map(|(user, share)| (user.to_owned(), share)).collect();
        for (user, share) in calls {
            self.call(now, &user);
            if let Some(plan) = self.loads.get_mut(&id).and_then(Load::plan) {
                plan.expect(now, name_number(&user), share);
            }
        }
    }

    pub(super) fn forget_expected(&mut self, user: &str) {
        for load in self.loads.values_mut() {
            if let Some(plan) = load.plan() {
                plan.forget_expected(name_number(user));
            }
        }
    }

    fn ask_list(&mut self, now: Moment, id: ContentId) {
        let Some(load) = self.loads.get_mut(&id) else { return };
        let links: Vec<_> = self
            .links
            .iter()
            .filter(|(_, link)| link.maps.contains_key(&id) && !load.banned.contains(&link.user))
            .map(|(link, _)| *link)
            .collect();
        if let Some(late) = load.late_list(now)
            && let Some(there) = self.links.get(&late)
        {
            load.set_idle(&there.user);
        }
        if let Some(link) = load.list_question(now, &links) {
            self.send(link, Record::AskList { id });
        }
    }
}
