//! The strangers, by source, and which of them goes if one must go. Sources are ranked by their
//! number of strangers. A stranger that comes or goes moves its source by one rank, so nothing here
//! visits all of anything. Knows no address.

use crate::table::{LinkSlot, Links, List};

/// The connections of strangers of each source, oldest first, and the sources by how many they
/// have.
#[derive(Debug)]
pub(super) struct Strangers<'s> {
    /// The strangers of each source.
    lists: &'s mut [List],
    /// At `n - 1` the sources with `n` strangers, in the order in which they reached that number.
    ranks: &'s mut [List],
    rank_links: Links<'s>,
    /// The most strangers that one source has.
    most: usize,
    count: usize,
}

impl<'s> Strangers<'s> {
    pub(super) fn new(
        lists: &'s mut [List],
        ranks: &'s mut [List],
        rank_links: &'s mut [LinkSlot],
    ) -> Self {
        Strangers { lists, ranks, rank_links: Links::new(rank_links), most: 0, count: 0 }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Whether `source` has any strangers.
    pub(super) fn has(&self, source: usize) -> bool {
        !self.lists[source].is_empty()
    }

    /// The oldest stranger of the source with most strangers. Among several such sources, the
    /// source that has had them longest.
    pub(super) fn next_to_go(&self) -> Option<usize> {
        let source = self.ranks[self.most.checked_sub(1)?].front()?;
        self.lists[source].front()
    }

    /// Adds a stranger; `links` are the connections' links.
    pub(super) fn push(&mut self, source: usize, connection: usize, links: &mut Links<'_>) {
        let before = self.lists[source].len();
        links.push_back(&mut self.lists[source], connection);
        self.count += 1;
        self.rank(source, before, before + 1);
    }

    /// Removes a stranger that logged in or left.
    pub(super) fn remove(&mut self, source: usize, connection: usize, links: &mut Links<'_>) {
        let before = self.lists[source].len();
        links.remove(&mut self.lists[source], connection);
        self.count -= 1;
        self.rank(source, before, before - 1);
    }

    fn rank(&mut self, source: usize, before: usize, after: usize) {
        if let Some(rank) = before.checked_sub(1) {
            self.rank_links.remove(&mut self.ranks[rank], source);
        }
        if let Some(rank) = after.checked_sub(1) {
            self.rank_links.push_back(&mut self.ranks[rank], source);
        }
        if after > self.most || (before == self.most && self.ranks[before - 1].is_empty()) {
            self.most = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SOURCES: usize = 4;
    const PLACES: usize = 9;

    fn with(test: impl FnOnce(&mut Strangers<'_>, &mut Links<'_>)) {
        let (mut lists, mut ranks) = ([List::default(); SOURCES], [List::default(); PLACES]);
        let (mut rank_links, mut links) = ([LinkSlot::new(); SOURCES], [LinkSlot::new(); PLACES]);
        let mut strangers = Strangers::new(&mut lists, &mut ranks, &mut rank_links);
        test(&mut strangers, &mut Links::new(&mut links));
    }

    #[test]
    fn the_source_with_most_gives_its_oldest_and_the_lone_one_stays() {
        with(|strangers, links| {
            strangers.push(0, 0, links);
            for connection in 1..4 {
                strangers.push(1, connection, links);
            }
            assert_eq!(strangers.next_to_go(), Some(1));
            strangers.remove(1, 1, links);
            strangers.remove(1, 3, links);
            assert_eq!(strangers.next_to_go(), Some(0), "as many each: who had them first");
            strangers.remove(0, 0, links);
            assert_eq!((strangers.next_to_go(), strangers.has(0)), (Some(2), false));
            strangers.remove(1, 2, links);
            assert_eq!((strangers.next_to_go(), strangers.len()), (None, 0));
        });
    }

    proptest! {
        #[test]
        fn they_go_as_if_all_were_looked_through(
            steps in prop::collection::vec((0..PLACES, 0..SOURCES), 0..200)
        ) {
            with(|strangers, links| {
                let mut here: Vec<(usize, usize)> = Vec::new();
                let mut since = [0; SOURCES];
                for (step, (connection, source)) in steps.into_iter().enumerate() {
                    let at = here.iter().position(|(other, _)| *other == connection);
                    let source = match at {
                        Some(at) => {
                            let (_, source) = here.remove(at);
                            strangers.remove(source, connection, links);
                            source
                        }
                        None => {
                            here.push((connection, source));
                            strangers.push(source, connection, links);
                            source
                        }
                    };
                    since[source] = step;
                    let held = |source| here.iter().filter(|(_, of)| *of == source).count();
                    let most = (0..SOURCES)
                        .filter(|&source| held(source) > 0)
                        .min_by_key(|&source| (std::cmp::Reverse(held(source)), since[source]));
                    let oldest = here.iter().find(|(_, of)| Some(*of) == most);
                    assert_eq!(strangers.next_to_go(), oldest.map(|(connection, _)| *connection));
                    assert_eq!(strangers.len(), here.len());
                }
            });
        }
    }
}
