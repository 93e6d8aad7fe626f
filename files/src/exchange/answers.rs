//! What peers answer to what a download has asked: what they hold, the list, and what does not
//! come.

use super::load::{Load, Stage};
use super::{Exchange, LinkId, Notice, map_of};
use crate::Moment;
use crate::content::ContentId;
use crate::list::ChunkList;
use crate::plan::Refusal;
use crate::record::Why;
use crate::shape::Shape;

impl Exchange {
    pub(super) fn got_held(&mut self, now: Moment, link: LinkId, id: ContentId, body: &[u8]) {
        self.answer_questions(now, link, id, body);
        let Some(load) = self.loads.get_mut(&id) else { return };
        load.asked.remove(&link);
        let Some(map) = map_of(load.shape.count(), body) else { return self.close(now, link) };
        let Some(there) = self.links.get_mut(&link) else { return };
        if let Some(known) = there.maps.get_mut(&id) {
            *known = Some(map);
            self.join(now, id, link);
        }
    }

    pub(super) fn got_have(&mut self, now: Moment, link: LinkId, id: ContentId, index: u32) {
        let Some(there) = self.links.get_mut(&link) else { return };
        let Some(Some(map)) = there.maps.get_mut(&id) else { return };
        if index >= map.count() {
            return self.close(now, link);
        }
        map.insert(index);
        let plan = self.loads.get_mut(&id).and_then(Load::plan);
        if plan.is_some_and(|plan| !plan.has(link, index)) {
            self.join(now, id, link);
        }
    }

    pub(super) fn got_list(
        &mut self,
        now: Moment,
        link: LinkId,
        id: ContentId,
        shape: Shape,
        body: &[u8],
    ) {
        let Some(load) = self.loads.get_mut(&id) else { return };
        let Stage::Listless { asked: Some((asked, _)) } = load.stage else { return };
        if asked != link {
            return;
        }
        let list = ChunkList::checked(id, load.shape, body);
        match list.ok().filter(|list| list.shape() == shape) {
            Some(list) => self.has_list(list),
            None => {
                let user = self.links[&link].user.clone();
                self.ban(now, id, &user);
            }
        }
    }

    pub(super) fn got_no_list(&mut self, now: Moment, link: LinkId, id: ContentId) {
        let Some(there) = self.links.get(&link) else { return };
        if let Some(load) = self.loads.get_mut(&id)
            && load.has_no_list(now, link)
        {
            load.set_idle(&there.user);
        }
    }

    pub(super) fn got_no_chunk(
        &mut self,
        now: Moment,
        link: LinkId,
        id: ContentId,
        index: u32,
        why: Why,
    ) {
        let Some(user) = self.links.get(&link).map(|link| link.user.clone()) else { return };
        let Some(load) = self.loads.get_mut(&id) else { return };
        let only = load.only;
        let Some(plan) = load.plan() else { return };
        match why {
            Why::Busy => plan.refused(now, link, index, Refusal::Busy),
            Why::Gone => plan.refused(now, link, index, Refusal::NotThis),
            Why::Changed => plan.leave(link),
            Why::Cancelled => return,
        }
        if only == Some(index) && why != Why::Busy {
            self.tell(Notice::NoChunk { id, user, index });
        }
    }
}
