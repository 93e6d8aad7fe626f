//! A queue in which each id stands at most once: work to do soon, however often it is asked for.

use super::{NONE, reachable};

/// Storage for one id of a [`UniqueQueue`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct QueueSlot {
    next: u16,
    queued: bool,
}

impl QueueSlot {
    /// A slot to lend.
    pub(crate) const fn new() -> Self {
        QueueSlot { next: 0, queued: false }
    }
}

/// Ids, first in first out, each at most once; ids are positions in the lent slots, so the queue is
/// never full.
#[derive(Debug)]
pub(crate) struct UniqueQueue<'a> {
    slots: &'a mut [QueueSlot],
    head: u16,
    tail: u16,
    len: usize,
}

impl<'a> UniqueQueue<'a> {
    /// An empty queue for as many ids as there are slots.
    pub(crate) fn new(slots: &'a mut [QueueSlot]) -> Self {
        slots.fill(QueueSlot::new());
        UniqueQueue { slots: reachable(slots), head: NONE, tail: NONE, len: 0 }
    }

    /// Appends `id`. False if it stands in the queue already; it keeps its place. An id without a
    /// slot is not taken.
    pub(crate) fn push(&mut self, id: usize) -> bool {
        debug_assert!(id < self.slots.len(), "id {id} has no slot");
        match self.slots.get_mut(id) {
            Some(slot) if !slot.queued => *slot = QueueSlot { next: NONE, queued: true },
            _ => return false,
        }
        self.append(id as u16);
        true
    }

    /// Takes the id that has waited longest.
    pub(crate) fn pop(&mut self) -> Option<usize> {
        let id = usize::from(self.head);
        let slot = self.slots.get_mut(id)?;
        slot.queued = false;
        self.head = slot.next;
        self.len -= 1;
        Some(id)
    }

    /// Whether `id` stands in the queue.
    #[cfg(test)]
    pub(crate) fn contains(&self, id: usize) -> bool {
        self.slots.get(id).is_some_and(|slot| slot.queued)
    }

    /// How many ids stand in the queue.
    #[cfg(any(test, feature = "smoltcp"))]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether the queue holds no id.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn append(&mut self, id: u16) {
        if self.is_empty() {
            self.head = id;
        } else {
            self.slots[usize::from(self.tail)].next = id;
        }
        self.tail = id;
        self.len += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_fits_once_and_again_after_it_left() {
        let mut slots = [QueueSlot::default(); 3];
        let mut queue = UniqueQueue::new(&mut slots);
        assert!(queue.push(2));
        assert!(queue.push(0));
        assert!(queue.push(1));
        assert!(!queue.push(2));
        assert_eq!(queue.len(), 3);
        assert_eq!(queue.pop(), Some(2));
        assert!(queue.push(2));
        let rest: Vec<_> = core::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(rest, [0, 1, 2]);
    }

    #[test]
    fn an_emptied_queue_starts_over() {
        let mut slots = [QueueSlot::new(); 2];
        let mut queue = UniqueQueue::new(&mut slots);
        for id in [0, 1, 1, 0] {
            assert_eq!((queue.is_empty(), queue.pop()), (true, None));
            assert!(queue.push(id));
            assert!(queue.contains(id) && !queue.contains(1 - id));
            assert_eq!(queue.pop(), Some(id));
            assert!(!queue.contains(id));
        }
    }

    #[test]
    fn slots_are_cleared_before_use() {
        let mut slots = [QueueSlot::new(); 1];
        UniqueQueue::new(&mut slots).push(0);
        let mut queue = UniqueQueue::new(&mut slots);
        assert!(!queue.contains(0));
        assert!(queue.push(0));
    }

    #[test]
    fn the_last_of_all_possible_ids_can_stand_in_the_queue() {
        let mut slots = vec![QueueSlot::new(); super::super::MAX_IDS + 1];
        let mut queue = UniqueQueue::new(&mut slots);
        assert!(queue.push(65_534));
        assert!(!queue.contains(65_535));
        assert_eq!((queue.pop(), queue.pop()), (Some(65_534), None));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "has no slot")]
    fn debug_builds_report_an_id_without_a_slot() {
        UniqueQueue::new(&mut []).push(0);
    }
}
