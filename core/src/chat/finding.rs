//! How files and their holders are told: an answer stands at one holder and goes on from there. It
//! tells nobody of a user who blocks the caller, nor of the caller itself, nor of holders who came
//! after the request.
//! Knows no line.

use super::Chat;
use super::files::Stamp;
use super::id::UserId;
use crate::protocol::TEXT_MAX;

/// Rows of files and of holders that one step looks at. A block is looked up for each holder.
pub(super) const LOOKS: usize = 512;

/// Where an answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    /// Holders from this one on came after the request.
    end: Stamp,
    /// The stamp of the holder.
    stamp: Stamp,
    /// The row of the file.
    file: u16,
    /// The row of the holder, who may have gone since.
    holder: u16,
    /// How far the file is.
    within: Within,
    /// The answer is about the files of one id.
    is_by_id: bool,
    /// Something was told.
    is_told: bool,
}

/// How far an answer is within a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// It stands before the first holder.
    Begin,
    /// It stands at the holder.
    At,
    /// It stands behind the last holder.
    End,
}

impl Stand {
    /// At the beginning of all files.
    fn new(end: Stamp) -> Self {
        let (stamp, within) = (Stamp::default(), Within::Begin);
        Stand { end, stamp, file: 0, holder: 0, within, is_by_id: false, is_told: false }
    }

    fn row(&self) -> usize {
        self.file.into()
    }

    /// At the beginning of the next file.
    fn next_file(&mut self) {
        (self.file, self.within) = (self.file + 1, Within::Begin);
    }

    /// At this holder, or behind the last one.
    fn set(&mut self, holder: Option<(usize, Stamp)>) {
        match holder.filter(|(_, stamp)| stamp.is_before(self.end)) {
            Some((at, stamp)) => {
                (self.holder, self.stamp, self.within) = (at as u16, stamp, Within::At);
            }
            None => self.within = Within::End,
        }
    }
}

/// How far a list of files is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listing {
    stand: Stand,
    /// Holders of the file where it stands that were counted.
    counted: u16,
    /// Files that were told.
    told: u16,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    stand: Stand,
    /// A keyed hash of the id or the name.
    key: u32,
}

/// One step of a list of files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Listed<'a> {
    /// The next file. The answer stands behind it.
    File {
        /// Its id.
        id: &'a [u8; 32],
        /// In bytes.
        size: u64,
        /// How many others hold it.
        holders: u16,
        /// Its name.
        name: &'a str,
    },
    /// All are told: so many.
    Over(u16),
    /// The step looked at so many that others get their turn first.
    Later,
}

/// One step of a search.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// The next holder. The answer stands behind it.
    Holder {
        /// The file's id.
        id: &'a [u8; 32],
        /// In bytes.
        size: u64,
        /// How much of it the holder has, in 255ths.
        share: u8,
        /// Who it is.
        user: &'a str,
        /// The file's name.
        name: &'a str,
    },
    /// All are told, and whether there were any.
    Over(bool),
    /// The step looked at so many that others get their turn first.
    Later,
}

impl Chat<'_> {
    /// Begins a list of all files.
    pub(crate) fn begin_listing(&self) -> Listing {
        Listing { stand: Stand::new(self.files.next_stamp()), counted: 0, told: 0 }
    }

    /// The next file that others hold, as far as `listener` may hear of them. Its name is put
    /// together in `buffer`.
    pub(crate) fn list<'b>(
        &'b self,
        listener: UserId,
        listing: &mut Listing,
        buffer: &'b mut [u8; TEXT_MAX],
    ) -> Listed<'b> {
        let Listing { stand, counted, told } = listing;
        for _ in 0..LOOKS {
            let row = stand.row();
            if row >= self.files.used().of {
                return Listed::Over(*told);
            }
            if let Some((user, _)) = self.holder_at(stand) {
                *counted += u16::from(user.is_some_and(|user| self.hears_of(listener, user)));
                stand.set(self.files.next_holder(stand.holder.into()));
                continue;
            }
            stand.next_file();
            let holders = core::mem::take(counted);
            if let Some(file) = self.files.get(row).filter(|_| holders > 0) {
                *told += 1;
                let name = self.files.name(row, buffer);
                return Listed::File { id: &file.id, size: file.size, holders, name };
            }
        }
        Listed::Later
    }

    /// Begins to look for a file of this name.
    pub(crate) fn begin_search(&self, name: &str) -> Search {
        let stand = Stand::new(self.files.next_stamp());
        Search { stand, key: self.files.short_hash(name.as_bytes()) }
    }

    /// Begins to look for the holders of the files with this id.
    pub(crate) fn begin_search_by_id(&self, id: &[u8; 32]) -> Search {
        let stand = Stand { is_by_id: true, ..Stand::new(self.files.next_stamp()) };
        Search { stand, key: self.files.short_hash(id) }
    }

    /// The next holder that `listener` may hear of. The file's name is put together in `buffer`.
    pub(crate) fn search<'b>(
        &'b self,
        listener: UserId,
        search: &mut Search,
        buffer: &'b mut [u8; TEXT_MAX],
    ) -> Found<'b> {
        let Search { stand, key } = search;
        for _ in 0..LOOKS {
            let row = stand.row();
            if row >= self.files.used().of {
                return Found::Over(stand.is_told);
            }
            // Another file may have come into the row meanwhile.
            let file = self.files.get(row).filter(|file| match stand.is_by_id {
                true => self.files.short_hash(&file.id) == *key,
                false => file.name_hash == *key,
            });
            let holder = file.and_then(|_| self.holder_at(stand));
            let Some((user, share)) = holder else {
                stand.next_file();
                continue;
            };
            stand.set(self.files.next_holder(stand.holder.into()));
            let user = user.filter(|&user| self.hears_of(listener, user));
            if let Some((file, user)) = file.zip(user) {
                stand.is_told = true;
                let (user, name) = (self.name(user), self.files.name(row, buffer));
                return Found::Holder { id: &file.id, size: file.size, share, user, name };
            }
        }
        Found::Later
    }

    /// Moves to the holder at which an answer stands, or the first one behind it, and answers who
    /// that is and how much it has. `None` if the answer stands behind the last one.
    fn holder_at(&self, stand: &mut Stand) -> Option<(Option<UserId>, u8)> {
        let (row, at) = (stand.row(), stand.holder.into());
        match stand.within {
            Within::Begin => stand.set(self.files.first_holder(row)),
            Within::At => stand.set(self.files.holder_at_or_behind(row, at, stand.stamp)),
            Within::End => {}
        }
        (stand.within == Within::At).then(|| {
            let (connection, share) = self.files.holder(stand.holder.into());
            (self.user_of(connection), share)
        })
    }
}

#[cfg(test)]
mod tests;
