//! Doubly linked lists of ids over one shared storage: an id leaves its list in constant time,
//! wherever it stands.

use super::{NONE, reachable};
use core::iter::successors;

/// Storage for one id of [`Links`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinkSlot {
    next: u16,
    /// The id itself while it is in no list; a listed id never precedes itself.
    prev: u16,
}

impl LinkSlot {
    /// A slot to lend.
    #[cfg(test)]
    pub(crate) const fn new() -> Self {
        LinkSlot { next: 0, prev: 0 }
    }
}

/// The ends of one list; its links are in [`Links`]. A copy has the ends and not the ids: change
/// only one of the copies.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct List {
    head: u16,
    tail: u16,
    len: u16,
}

impl List {
    /// The first id.
    pub(crate) fn front(&self) -> Option<usize> {
        (!self.is_empty()).then_some(usize::from(self.head))
    }

    /// The last id.
    pub(crate) fn back(&self) -> Option<usize> {
        (!self.is_empty()).then_some(usize::from(self.tail))
    }

    /// How many ids are in the list.
    pub(crate) fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// Whether the list holds no id.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// The links of any number of [`List`]s. An id is a position in the lent slots, and is in at most
/// one list at a time.
#[derive(Debug)]
pub(crate) struct Links<'a> {
    slots: &'a mut [LinkSlot],
}

impl<'a> Links<'a> {
    /// Links for as many ids as there are slots, none in a list.
    pub(crate) fn new(slots: &'a mut [LinkSlot]) -> Self {
        let slots = reachable(slots);
        for (id, slot) in slots.iter_mut().enumerate() {
            slot.prev = id as u16;
        }
        Links { slots }
    }

    /// Appends `id`. Nothing happens if it is in a list already or has no slot.
    pub(crate) fn push_back(&mut self, list: &mut List, id: usize) {
        let fits = id < self.slots.len() && !self.listed(id);
        debug_assert!(fits, "id {id} has no slot or is in a list");
        if !fits {
            return;
        }
        let prev = if list.is_empty() { NONE } else { list.tail };
        self.slots[id] = LinkSlot { next: NONE, prev };
        self.join(list, prev, id as u16);
        list.tail = id as u16;
        list.len += 1;
    }

    /// Puts `id` behind `after`, or at the front if `after` is `None`. `after` must be in `list`.
    /// Nothing happens if `id` is in a list already or has no slot.
    pub(crate) fn insert_after(&mut self, list: &mut List, after: Option<usize>, id: usize) {
        let next = after.map_or(list.front(), |after| self.next(after));
        let Some(next) = next else { return self.push_back(list, id) };
        let fits = id < self.slots.len() && !self.listed(id);
        debug_assert!(fits, "id {id} has no slot or is in a list");
        if !fits {
            return;
        }
        let prev = after.map_or(NONE, |after| after as u16);
        self.slots[id] = LinkSlot { next: next as u16, prev };
        self.slots[next].prev = id as u16;
        self.join(list, prev, id as u16);
        list.len += 1;
    }

    /// Takes `id` out of `list`. Nothing happens if it is in no list.
    pub(crate) fn remove(&mut self, list: &mut List, id: usize) {
        let removable = self.listed(id) && !list.is_empty();
        debug_assert!(removable, "id {id} is not in the list");
        if !removable {
            return;
        }
        let LinkSlot { next, prev } = self.slots[id];
        self.join(list, prev, next);
        match self.slots.get_mut(usize::from(next)) {
            Some(slot) => slot.prev = prev,
            None => list.tail = prev,
        }
        self.slots[id].prev = id as u16;
        list.len -= 1;
    }

    /// The id after `id` in its list.
    pub(crate) fn next(&self, id: usize) -> Option<usize> {
        let listed = self.listed(id);
        let next = self.slots.get(id).map_or(NONE, |slot| slot.next);
        (listed && next != NONE).then_some(usize::from(next))
    }

    /// The id before `id` in its list.
    pub(crate) fn prev(&self, id: usize) -> Option<usize> {
        let prev = self.slots.get(id).map_or(NONE, |slot| slot.prev);
        (self.listed(id) && prev != NONE).then_some(usize::from(prev))
    }

    /// The ids of `list` from front to back; borrows the links alone.
    pub(crate) fn iter<'l>(&'l self, list: &List) -> impl Iterator<Item = usize> + use<'l, 'a> {
        successors(list.front(), |id| self.next(*id))
    }

    fn listed(&self, id: usize) -> bool {
        let slot = self.slots.get(id);
        slot.is_some_and(|slot| usize::from(slot.prev) != id)
    }

    /// Lets `next` follow `prev`, or lead the list if nothing precedes it.
    fn join(&mut self, list: &mut List, prev: u16, next: u16) {
        match self.slots.get_mut(usize::from(prev)) {
            Some(slot) => slot.next = next,
            None => list.head = next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(links: &Links<'_>, list: &List) -> Vec<usize> {
        links.iter(list).collect()
    }

    #[test]
    fn every_id_fits_and_fits_again_after_it_left() {
        let mut slots = [LinkSlot::default(); 3];
        let mut links = Links::new(&mut slots);
        let mut list = List::default();
        for id in [1, 0, 2] {
            links.push_back(&mut list, id);
        }
        assert_eq!((ids(&links, &list), list.len()), (vec![1, 0, 2], 3));
        links.remove(&mut list, 0);
        links.push_back(&mut list, 0);
        assert_eq!((ids(&links, &list), list.len()), (vec![1, 2, 0], 3));
        assert_eq!((list.front(), list.back()), (Some(1), Some(0)));
    }

    #[test]
    fn an_id_goes_in_behind_any_other_and_is_found_from_both_ends() {
        let mut slots = [LinkSlot::default(); 4];
        let mut links = Links::new(&mut slots);
        let mut list = List::default();
        links.insert_after(&mut list, None, 2);
        links.insert_after(&mut list, None, 0);
        links.insert_after(&mut list, Some(0), 3);
        links.insert_after(&mut list, Some(2), 1);
        assert_eq!((ids(&links, &list), list.len()), (vec![0, 3, 2, 1], 4));
        let back = successors(list.back(), |id| links.prev(*id));
        assert_eq!(Vec::from_iter(back), [1, 2, 3, 0]);
        links.remove(&mut list, 3);
        assert_eq!((links.prev(2), links.prev(0), links.prev(3)), (Some(0), None, None));
    }

    #[test]
    fn an_id_in_no_list_has_no_next() {
        let mut slots = [LinkSlot::new(); 2];
        let mut links = Links::new(&mut slots);
        let mut list = List::default();
        links.push_back(&mut list, 0);
        links.push_back(&mut list, 1);
        assert_eq!((links.next(0), links.next(1), links.next(2)), (Some(1), None, None));
        links.remove(&mut list, 0);
        assert_eq!(links.next(0), None);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "is in a list")]
    fn debug_builds_report_an_id_in_two_lists() {
        let mut slots = [LinkSlot::new(); 1];
        let mut links = Links::new(&mut slots);
        links.push_back(&mut List::default(), 0);
        links.push_back(&mut List::default(), 0);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "has no slot")]
    fn debug_builds_report_an_id_without_a_slot() {
        let mut slots = [LinkSlot::new(); 2];
        Links::new(&mut slots).push_back(&mut List::default(), 2);
    }

    proptest! {
        #[test]
        fn lists_over_shared_links_behave_like_vectors(
            steps in prop::collection::vec((0usize..6, 0usize..3), 0..100),
        ) {
            let mut slots = [LinkSlot::new(); 6];
            let mut links = Links::new(&mut slots);
            let mut lists = [List::default(); 3];
            let mut models: [Vec<usize>; 3] = Default::default();
            for (id, to) in steps {
                if let Some(from) = models.iter().position(|model| model.contains(&id)) {
                    links.remove(&mut lists[from], id);
                    models[from].retain(|&other| other != id);
                } else {
                    links.push_back(&mut lists[to], id);
                    models[to].push(id);
                }
                for (list, model) in lists.iter().zip(&models) {
                    prop_assert_eq!(&ids(&links, list), model);
                    prop_assert_eq!((list.front(), list.back()), (model.first().copied(), model.last().copied()));
                    prop_assert_eq!((list.len(), list.is_empty()), (model.len(), model.is_empty()));
                }
            }
        }
    }
}
