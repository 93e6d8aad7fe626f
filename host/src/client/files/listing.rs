//! What the server tells of files: which there are, and who holds one. Knows no session.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use smolchat_words::{Size, near_name};

use super::units::percent;
use crate::client::sanitize::{name as shown_name, sanitize};
use crate::client::transfer::command::{ContentId, Holder, Offer};
use crate::client::words::counted;

/// So many hexadecimal digits name a file whose id was told.
const SHORT_ID: usize = 8;
/// Files remembered at most, so that a part of an id or a slip of a name is understood.
const KNOWN: usize = 4096;
/// All of a file.
pub(crate) const WHOLE: u8 = 255;

/// An id as hexadecimal digits, as `b3sum` prints it.
pub(crate) fn id_in_words(id: &ContentId) -> String {
    id.iter().fold(String::new(), |mut words, byte| {
        let _ = write!(words, "{byte:02x}");
        words
    })
}

/// The files that were told in this run.
#[derive(Debug, Default)]
pub(crate) struct Listing(BTreeMap<ContentId, String>);

impl Listing {
    /// The server told of a file.
    pub(crate) fn learn(&mut self, offer: &Offer) {
        if self.0.len() < KNOWN {
            self.0.insert(offer.id, offer.name.clone());
        }
    }

    /// What to ask the server for if a person names a file so: the whole id, if `word` is the
    /// beginning of a single one that was told.
    pub(crate) fn asked_for(&self, word: &str) -> String {
        let is_id = word.len() >= SHORT_ID && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let word_in_digits = word.to_ascii_lowercase();
        let mut ids = self.0.keys().map(id_in_words).filter(|id| id.starts_with(&word_in_digits));
        match (ids.next().filter(|_| is_id), ids.next()) {
            (Some(id), None) => id,
            _ => word.to_owned(),
        }
    }

    /// The file and the size of it that a person chooses of several: its id or the beginning of it,
    /// a colon and the size.
    pub(crate) fn chosen(&self, word: &str) -> Option<(String, u64)> {
        let (id, size) = word.rsplit_once(':')?;
        let id = self.asked_for(id);
        let is_id = id.len() == 2 * size_of::<ContentId>();
        Some((id, size.parse().ok()?)).filter(|_| is_id)
    }

    /// What this file is called.
    pub(crate) fn name_of(&self, id: &ContentId) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    /// The name of a file that may be meant by `word`, which none has.
    pub(crate) fn near(&self, word: &str) -> Option<&str> {
        near_name(word, self.0.values().map(String::as_str))
    }

    /// The names of all files that were told.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
}

/// A file that the server told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The file.
    pub(crate) offer: Offer,
    /// Who holds it.
    pub(crate) holders: Holders,
}

/// What was told of a file's holders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Holders {
    /// How many there are.
    Count(u32),
    /// One of them.
    One(Holder),
}

impl Listed {
    /// The file as a line: its size, its name, and how many hold it.
    pub(crate) fn text(&self) -> String {
        let (size, name) = (Size(self.offer.size), sanitize(&self.offer.name));
        match &self.holders {
            Holders::Count(count) => {
                format!("{name}  {size}, {}", counted((*count).into(), "holder"))
            }
            Holders::One(holder) => {
                format!("{name}  {size}, {}", holders_in_words(std::slice::from_ref(holder)))
            }
        }
    }
}

/// A file that was searched for, and who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The file.
    pub(crate) offer: Offer,
    /// Everybody who holds it or parts of it.
    pub(crate) holders: Vec<Holder>,
}

/// The answer to a search, while it comes.
#[derive(Debug, Default)]
pub(crate) struct Lookup(Vec<Found>);

impl Lookup {
    /// A user holds a file. Anybody may tell of a file with another size than it has, so what is
    /// told with one size says nothing of what is told with another.
    pub(crate) fn push(&mut self, offer: Offer, holder: Holder) {
        let is_same =
            |found: &&mut Found| (found.offer.id, found.offer.size) == (offer.id, offer.size);
        match self.0.iter_mut().find(is_same) {
            Some(found) => found.holders.push(holder),
            None => self.0.push(Found { offer, holders: vec![holder] }),
        }
    }

    /// Takes what was found.
    pub(crate) fn take(&mut self) -> Vec<Found> {
        std::mem::take(&mut self.0)
    }

    /// Takes what was found of one content, by size.
    pub(crate) fn take_of(&mut self, id: &ContentId) -> Vec<Found> {
        self.take().into_iter().filter(|found| found.offer.id == *id).collect()
    }
}

/// Who holds a file, in the order in which the server told it: `luke, yoda (50 %)`.
pub(crate) fn holders_in_words(holders: &[Holder]) -> String {
    // Whoever offers one content under two names holds it once.
    let mut told = BTreeSet::new();
    let each = holders.iter().filter(|holder| told.insert(&holder.user));
    let words = each.map(|holder| match (shown_name(&holder.user), holder.share) {
        (user, WHOLE) => user.into_owned(),
        (user, share) => format!("{user} ({} %)", percent(share.into(), WHOLE.into())),
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(id: u8, name: &str) -> Offer {
        Offer { id: [id; 32], size: 7, name: name.to_owned() }
    }

    #[test]
    fn whoever_offers_a_file_under_two_names_is_told_once() {
        let holder = |user: &str, share| Holder { user: user.to_owned(), share };
        let holders = [holder("yoda", WHOLE), holder("hans", 127), holder("yoda", WHOLE)];
        assert_eq!(holders_in_words(&holders), "yoda, hans (49 %)");
    }

    #[test]
    fn a_part_of_an_id_that_was_told_names_its_file() {
        let mut listing = Listing::default();
        listing.learn(&offer(0xab, "film.mkv"));
        let whole = id_in_words(&[0xab; 32]);
        assert_eq!(whole.len(), 64);
        assert_eq!(listing.asked_for("abababab"), whole);
        assert_eq!(listing.asked_for("ABABABAB"), whole);
        assert_eq!(listing.chosen("abababab:7"), Some((whole.clone(), 7)));
        assert_eq!((listing.chosen("abababab"), listing.chosen("abababab:x")), (None, None));
        for other in ["ababab", "acacacac", "film.mkv", "babababa"] {
            assert_eq!(listing.asked_for(other), other);
        }
        let mut close = [0xab; 32];
        close[31] = 0;
        listing.learn(&Offer { id: close, ..offer(0, "other") });
        assert_eq!(listing.asked_for("abababab"), "abababab", "two begin so");
        assert_eq!(listing.chosen("acacacac:7"), None);
        assert_eq!(listing.near("FILM.mkv"), Some("film.mkv"));
    }

    #[test]
    fn holders_of_one_file_are_one_answer() {
        let mut lookup = Lookup::default();
        let holder = |user: &str, share| Holder { user: user.to_owned(), share };
        lookup.push(offer(1, "film"), holder("luke", 255));
        lookup.push(offer(1, "film"), holder("yo\u{200b}da", 127));
        lookup.push(offer(2, "film"), holder("leia", 1));
        let found = lookup.take();
        let told: Vec<_> = found.iter().map(|found| holders_in_words(&found.holders)).collect();
        assert_eq!(told, ["luke, yo\u{fffd}da (49 %)", "leia (0 %)"]);
        assert!(lookup.take().is_empty());
    }

    #[test]
    fn who_tells_of_another_size_holds_another_file() {
        let mut lookup = Lookup::default();
        let holder = |user: &str| Holder { user: user.to_owned(), share: WHOLE };
        lookup.push(Offer { size: 8, ..offer(1, "film") }, holder("vader"));
        lookup.push(offer(1, "film"), holder("luke"));
        lookup.push(offer(1, "the film"), holder("leia"));
        lookup.push(offer(2, "film"), holder("chewie"));
        let told: Vec<_> = lookup.take_of(&[1; 32]);
        let told: Vec<_> = told.iter().map(|found| holders_in_words(&found.holders)).collect();
        assert_eq!(told, ["vader", "luke, leia"]);
        assert!(lookup.take().is_empty());
    }
}
