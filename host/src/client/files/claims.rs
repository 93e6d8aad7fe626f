//! One content, and what its holders tell of its size. A content has one size, so whoever tells
//! another one lies or errs. Nobody can tell who does before the chunks have come: so one size is
//! tried after the other, the one that most holders tell first. Knows no thread.

use std::collections::BTreeSet;

use smolchat_files::{ChunkList, ContentId, Shape};

use super::listing::Found;
use crate::client::transfer::command::{Holder, Offer};

/// What is told of one content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claims {
    /// The size that counts now.
    offer: Offer,
    /// Everything that is told, one for each size: of most holders first.
    found: Vec<Found>,
    /// Sizes that were tried, with the one that counts now.
    tried: BTreeSet<u64>,
    /// Who has sent what is not of this content.
    liars: BTreeSet<String>,
}

impl Claims {
    /// The answer to a search: one for each content. Of sizes that as many holders tell, the one
    /// that was told first is tried first.
    pub(crate) fn of(found: Vec<Found>) -> Vec<Self> {
        let mut all: Vec<Vec<Found>> = Vec::new();
        for found in found {
            match all.iter_mut().find(|group| group[0].offer.id == found.offer.id) {
                Some(group) => group.push(found),
                None => all.push(vec![found]),
            }
        }
        all.into_iter().map(Self::of_one).collect()
    }

    fn of_one(mut found: Vec<Found>) -> Self {
        // What cannot be is tried last.
        found.sort_by_key(|found| (!is_possible(&found.offer), usize::MAX - found.holders.len()));
        let offer = found[0].offer.clone();
        let tried = BTreeSet::from([offer.size]);
        Claims { offer, found, tried, liars: BTreeSet::new() }
    }

    /// The file with the size that counts now.
    pub(crate) fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Who tells this size, but for liars.
    pub(crate) fn holders(&self) -> Vec<Holder> {
        let found = self.found.iter().find(|found| found.offer.size == self.offer.size);
        found.map_or_else(Vec::new, |found| self.believed(found))
    }

    /// What others tell, and is not known to be a lie.
    pub(crate) fn others(&self) -> impl Iterator<Item = (&Offer, Vec<Holder>)> {
        let others = self.found.iter().filter(|found| found.offer.size != self.offer.size);
        let others = others.map(|found| (&found.offer, self.believed(found)));
        others.filter(|(_, holders)| !holders.is_empty())
    }

    /// Whether somebody has sent what is not of this content.
    pub(crate) fn has_liars(&self) -> bool {
        !self.liars.is_empty()
    }

    /// The size that counts from now on, if anybody tells it.
    pub(crate) fn prefer(&mut self, size: u64) -> bool {
        let Some(found) = self.found.iter().find(|found| found.offer.size == size) else {
            return false;
        };
        self.offer = found.offer.clone();
        self.tried.insert(size);
        true
    }

    /// The size that this user tells counts from now on.
    pub(crate) fn prefer_of(&mut self, user: &str) -> bool {
        let is_holder = |found: &&Found| found.holders.iter().any(|holder| holder.user == user);
        let size = self.found.iter().find(is_holder).map(|found| found.offer.size);
        size.is_some_and(|size| self.prefer(size))
    }

    /// This user has sent what is not of the content.
    pub(crate) fn note_liar(&mut self, user: &str) {
        self.liars.insert(user.to_owned());
    }

    /// The server has told anew who holds what.
    pub(crate) fn update(&mut self, found: Vec<Found>) {
        self.found = found;
        self.found.sort_by_key(|found| usize::MAX - found.holders.len());
    }

    /// Turns to another size, one that was not tried yet before the others. Whether it was not;
    /// `None` if nobody who may be right tells another one.
    pub(crate) fn turn(&mut self) -> Option<bool> {
        let is_new = |offer: &Offer| !self.tried.contains(&offer.size);
        let offer = self.others().map(|(offer, _)| offer).find(|offer| is_new(offer));
        let offer = offer.or_else(|| self.others().next().map(|(offer, _)| offer)).cloned()?;
        self.offer = offer;
        Some(self.tried.insert(self.offer.size))
    }

    fn believed(&self, found: &Found) -> Vec<Holder> {
        let all = found.holders.iter().filter(|holder| !self.liars.contains(&holder.user));
        all.cloned().collect()
    }
}

/// Whether any file of this size can have this content.
fn is_possible(offer: &Offer) -> bool {
    match Shape::of(offer.size) {
        Ok(shape) if shape.count() == 0 => {
            ChunkList::checked(ContentId(offer.id), shape, &[]).is_ok()
        }
        shape => shape.is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::files::WHOLE;

    /// Files of one name: the id, the size, who tells so.
    fn claims(told: &[(u8, u64, &[&str])]) -> Vec<Claims> {
        let holder = |user: &&str| Holder { user: (*user).to_owned(), share: WHOLE };
        let found = |(id, size, users): &(u8, u64, &[&str])| Found {
            offer: Offer { id: [*id; 32], size: *size, name: "film".into() },
            holders: users.iter().map(holder).collect(),
        };
        Claims::of(told.iter().map(found).collect())
    }

    fn names(holders: &[Holder]) -> Vec<&str> {
        holders.iter().map(|holder| holder.user.as_str()).collect()
    }

    #[test]
    fn the_size_that_most_holders_tell_is_tried_first_and_then_the_one_told_first() {
        let all = claims(&[(1, 9, &["vader"]), (2, 5, &["leia"]), (1, 7, &["yoda", "luke"])]);
        assert_eq!(all.iter().map(|one| one.offer().size).collect::<Vec<_>>(), [7, 5]);
        assert_eq!(names(&all[0].holders()), ["yoda", "luke"]);
        let others: Vec<_> = all[0].others().map(|(offer, _)| offer.size).collect();
        assert_eq!(others, [9]);
        let tied = claims(&[(1, 9, &["vader"]), (1, 7, &["yoda"])]);
        assert_eq!(tied[0].offer().size, 9);
    }

    #[test]
    fn a_size_that_cannot_be_is_tried_last() {
        for size in [0, 8 << 40] {
            let all = claims(&[(1, size, &["vader", "maul"]), (1, 7, &["yoda"])]);
            assert_eq!(all[0].offer().size, 7, "{size}");
        }
    }

    #[test]
    fn each_size_is_turned_to_once_before_one_comes_again() {
        let mut all = claims(&[(1, 9, &["vader"]), (1, 7, &["yoda"]), (1, 8, &["maul"])]);
        let mut turn = || {
            let is_new = all[0].turn();
            (all[0].offer().size, is_new)
        };
        let turns = [turn(), turn(), turn()];
        assert_eq!(turns, [(7, Some(true)), (8, Some(true)), (9, Some(false))]);
    }

    #[test]
    fn liars_have_no_word_about_any_size() {
        let mut all = claims(&[(1, 9, &["vader", "maul"]), (1, 7, &["yoda", "vader"])]);
        all[0].note_liar("vader");
        assert_eq!(names(&all[0].holders()), ["maul"]);
        assert_eq!(all[0].turn(), Some(true));
        assert_eq!(names(&all[0].holders()), ["yoda"]);
        all[0].note_liar("maul");
        assert_eq!(all[0].turn(), None, "nobody else is left");
    }

    #[test]
    fn the_server_tells_anew_and_what_was_found_out_stays() {
        let mut all = claims(&[(1, 9, &["vader"])]);
        all[0].note_liar("vader");
        assert_eq!(all[0].turn(), None);
        all[0].update(claims(&[(1, 9, &["vader"]), (1, 7, &["yoda"])]).remove(0).found);
        assert!(all[0].holders().is_empty());
        assert_eq!((all[0].turn(), all[0].offer().size), (Some(true), 7));
    }

    #[test]
    fn a_person_and_a_holder_may_choose() {
        let mut all = claims(&[(1, 9, &["vader"]), (1, 7, &["yoda"])]);
        assert!(all[0].prefer(7) && !all[0].prefer(6));
        assert_eq!(all[0].offer().size, 7);
        assert!(all[0].prefer_of("vader") && !all[0].prefer_of("leia"));
        assert_eq!(all[0].offer().size, 9);
    }
}
