//! Files that clients hold, and who holds them: a row for each file, and a row for each holder of
//! it. What differs in id, size or name is another file, so nobody gives a file of others a size or
//! a name. A file is here while somebody holds it, and nothing of it outlives its holders'
//! sessions.
//! Each user has a share of both tables, so that nobody fills them for all.
//! Knows no line, no block and no content.

mod holders;

pub(super) use holders::{HolderRow, Holding, Stamp};

use super::id::ConnectionId;
use super::mailboxes::Usage;
use super::pieces::{Chunk, Pieces};
use super::share::{self, NoMore};
use super::users::hash_words;
use crate::protocol::TEXT_MAX;
use crate::table::{Index, Key, LinkSlot, Links, List, PoolSlot};
use holders::Holders;

/// The pieces that a file's name takes at least, and the average for which there is room.
pub(super) const PIECES: usize = 2;

/// One file, or a free row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FileRow {
    pub(super) id: [u8; 32],
    /// In bytes.
    pub(super) size: u64,
    /// A keyed hash of its name, by which it is looked for.
    pub(super) name_hash: u32,
    /// The first piece of its name.
    first: Option<Key>,
    /// Its holders, in the order in which they came. The first one is who the file counts for.
    holders: List,
    /// Bytes of its name; 0 in a free row.
    len: u8,
}

/// What a file is known by: all three.
#[derive(Clone, Copy, Debug)]
pub struct FileKey<'a> {
    /// Its id.
    pub id: &'a [u8; 32],
    /// In bytes.
    pub size: u64,
    /// Its name.
    pub name: &'a str,
}

/// Why a user holds no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HoldError {
    /// The table of files is full.
    Files,
    /// The table of holders is full.
    Holders,
    /// The user's share of one of them is used up: so many files.
    Share(usize),
}

/// The lent memory of [`Files`].
pub(super) struct FilesMemory<'s> {
    pub(super) rows: &'s mut [FileRow],
    pub(super) links: &'s mut [LinkSlot],
    pub(super) keys: &'s mut [u32],
    pub(super) names: &'s mut [PoolSlot<Chunk>],
    pub(super) holders: &'s mut [HolderRow],
    pub(super) holder_links: &'s mut [LinkSlot],
    pub(super) pairs: &'s mut [u32],
    pub(super) holdings: &'s mut [Holding],
}

/// All files and their holders.
#[derive(Debug)]
pub(super) struct Files<'s> {
    rows: &'s mut [FileRow],
    links: Links<'s>,
    /// The rows without a file.
    spare: List,
    /// The rows by the ids, sizes and names of their files.
    keys: Index<'s>,
    names: Pieces<'s>,
    /// Pieces that are free, as [`units`] counts them.
    free: usize,
    holders: Holders<'s>,
    seed: u64,
}

impl<'s> Files<'s> {
    pub(super) fn new(memory: FilesMemory<'s>, seed: u64) -> Self {
        let (mut links, mut spare) = (Links::new(memory.links), List::default());
        (0..memory.rows.len()).for_each(|row| links.push_back(&mut spare, row));
        let names = Pieces::new(memory.names);
        let FilesMemory { holders, holder_links, pairs, holdings, .. } = memory;
        Files {
            rows: memory.rows,
            links,
            spare,
            keys: Index::new(memory.keys),
            free: names.capacity(),
            names,
            holders: Holders::new(holders, holder_links, pairs, holdings),
            seed,
        }
    }

    /// How many files there are, and how many fit if their names are short.
    pub(super) fn used(&self) -> Usage {
        Usage { used: self.rows.len() - self.spare.len(), of: self.rows.len() }
    }

    /// How many holders there are, and how many fit.
    pub(super) fn holders_used(&self) -> Usage {
        self.holders.used()
    }

    /// The row of this very file.
    pub(super) fn find(&self, file: FileKey<'_>) -> Option<usize> {
        let name_hash = self.short_hash(file.name.as_bytes());
        let hash = hash_key(self.seed, file.id, file.size, name_hash);
        let found = self.keys.find(hash, |row| self.is_in(row as usize, file));
        found.map(|row| row as usize)
    }

    fn is_in(&self, row: usize, file: FileKey<'_>) -> bool {
        let FileRow { id, size, first, len, .. } = &self.rows[row];
        let name = file.name.as_bytes().chunks(Chunk::SIZE);
        id == file.id && *size == file.size && self.names.iter(*first, (*len).into()).eq(name)
    }

    /// The file in `row`, if there is one.
    pub(super) fn get(&self, row: usize) -> Option<&FileRow> {
        self.rows.get(row).filter(|file| file.len > 0)
    }

    /// The name of the file in `row`, put together in `buffer`.
    pub(super) fn name<'b>(&self, row: usize, buffer: &'b mut [u8; TEXT_MAX]) -> &'b str {
        let FileRow { first, len, .. } = self.rows[row];
        self.names.read(first, len.into(), buffer)
    }

    /// A keyed hash of a name or an id, for whoever remembers what is looked for. So rarely that
    /// nobody sees it, two have the same.
    pub(super) fn short_hash(&self, bytes: &[u8]) -> u32 {
        hash_words(self.seed, bytes, 0) as u32
    }

    /// Adds a file that is not here, with its first holder, who has all of it. Its name was
    /// checked, and is not empty.
    ///
    /// # Errors
    /// Nothing changes; [`HoldError`] says why.
    pub(super) fn insert(
        &mut self,
        new: FileKey<'_>,
        holder: ConnectionId,
    ) -> Result<(), HoldError> {
        let units = units(new.name.len());
        let held = self.holders.of(holder).units.into();
        let row = self.spare.front().ok_or(HoldError::Files)?;
        share::may_take(held, units, self.free).map_err(|no| match no {
            NoMore::Full => HoldError::Files,
            NoMore::Share => HoldError::Share(share::limit(held, self.free) / PIECES),
        })?;
        self.holders.check(holder)?;
        let name_hash = self.short_hash(new.name.as_bytes());
        let hash = hash_key(self.seed, new.id, new.size, name_hash);
        self.keys.insert(hash, row as u32).map_err(|_| HoldError::Files)?;
        self.links.remove(&mut self.spare, row);
        self.rows[row] = FileRow {
            id: *new.id,
            size: new.size,
            name_hash,
            first: self.names.insert(new.name),
            holders: List::default(),
            len: new.name.len() as u8,
        };
        self.free -= units;
        self.add_holder(row, holder, u8::MAX);
        Ok(())
    }

    /// The user on `holder` has `share` of the file in `row`.
    ///
    /// # Errors
    /// Nothing changes; [`HoldError`] says why.
    pub(super) fn hold(
        &mut self,
        row: usize,
        holder: ConnectionId,
        share: u8,
    ) -> Result<(), HoldError> {
        if let Some(at) = self.holders.find(row, holder) {
            self.holders.set_share(at, share);
            return Ok(());
        }
        self.holders.check(holder)?;
        self.add_holder(row, holder, share);
        Ok(())
    }

    fn add_holder(&mut self, row: usize, holder: ConnectionId, share: u8) {
        let file = &mut self.rows[row];
        if file.holders.is_empty() {
            self.holders.of_mut(holder).units += units(file.len.into()) as u16;
        }
        self.holders.insert(&mut file.holders, row, holder, share);
    }

    /// Of how many files the user on `holder` has something.
    #[cfg(feature = "operator")]
    pub(super) fn count(&self, holder: ConnectionId) -> u32 {
        self.holders.of(holder).count().into()
    }

    /// Whether the user on `holder` has some of the file in `row`.
    pub(super) fn is_held_by(&self, row: usize, holder: ConnectionId) -> bool {
        self.holders.find(row, holder).is_some()
    }

    /// The user on `holder` has none of the files with this id; `false` if it had none. The last
    /// holder of a file takes it along. This walks once over all that the user holds.
    pub(super) fn withdraw(&mut self, id: &[u8; 32], holder: ConnectionId) -> bool {
        let (mut before, mut is_done) = (None, false);
        while let Some((row, at)) = self.holders.own_behind(holder, before) {
            if self.rows[row].id == *id {
                self.remove_holder(row, at, before);
                is_done = true;
            } else {
                before = Some(at);
            }
        }
        is_done
    }

    /// The session on `holder` is over.
    pub(super) fn forget(&mut self, holder: ConnectionId) {
        while let Some((row, at)) = self.holders.own_behind(holder, None) {
            self.remove_holder(row, at, None);
        }
    }

    /// Takes a holder away, which stands behind `before` in all that its session holds. If the file
    /// counted for it, it counts for the next one.
    fn remove_holder(&mut self, row: usize, at: usize, before: Option<usize>) {
        let file = &mut self.rows[row];
        let holder = self.holders.get(at).connection;
        let is_first = file.holders.front() == Some(at);
        self.holders.remove(&mut file.holders, at, before);
        if !is_first {
            return;
        }
        let units = units(file.len.into()) as u16;
        self.holders.of_mut(holder).units -= units;
        match file.holders.front() {
            Some(next) => {
                let next = self.holders.get(next).connection;
                self.holders.of_mut(next).units += units;
            }
            None => self.remove(row),
        }
    }

    /// Takes away a file that nobody holds.
    fn remove(&mut self, row: usize) {
        let Files { rows, keys, seed, .. } = self;
        let hash_of = |row: u32| {
            let FileRow { id, size, name_hash, .. } = &rows[row as usize];
            hash_key(*seed, id, *size, *name_hash)
        };
        keys.remove(hash_of(row as u32), |other| other as usize == row, hash_of);
        let FileRow { first, len, .. } = core::mem::take(&mut self.rows[row]);
        self.names.remove(first);
        self.free += units(len.into());
        self.links.push_back(&mut self.spare, row);
    }
}

/// How the holders of a file are walked.
impl Files<'_> {
    /// The first holder of the file in `row`: its row and its stamp.
    pub(super) fn first_holder(&self, row: usize) -> Option<(usize, Stamp)> {
        self.stamped(self.get(row)?.holders.front())
    }

    /// Who holds some of the file in `row`.
    pub(super) fn holders_of(&self, row: usize) -> impl Iterator<Item = ConnectionId> {
        self.holders.iter(&self.rows[row].holders).map(|at| self.holders.get(at).connection)
    }

    /// The holder behind the one in `at`.
    pub(super) fn next_holder(&self, at: usize) -> Option<(usize, Stamp)> {
        self.stamped(self.holders.next(at))
    }

    /// The holder of the file in `row` that was in `at`. If it is gone, the first one behind it;
    /// only then the holders are walked.
    pub(super) fn holder_at_or_behind(
        &self,
        row: usize,
        at: usize,
        stamp: Stamp,
    ) -> Option<(usize, Stamp)> {
        if self.holders.is_at(at, row, stamp) {
            return Some((at, stamp));
        }
        let list = self.get(row)?.holders;
        self.stamped(
            self.holders.iter(&list).find(|&at| stamp.is_before(self.holders.get(at).stamp)),
        )
    }

    /// Who holds how much, in the row of a holder.
    pub(super) fn holder(&self, at: usize) -> (ConnectionId, u8) {
        let HolderRow { connection, share, .. } = *self.holders.get(at);
        (connection, share)
    }

    /// The stamp of whoever comes next.
    pub(super) fn next_stamp(&self) -> Stamp {
        self.holders.next_stamp()
    }

    fn stamped(&self, at: Option<usize>) -> Option<(usize, Stamp)> {
        at.map(|at| (at, self.holders.get(at).stamp))
    }
}

/// A keyed hash of all that a file is known by, so that nobody can offer files that all fall
/// together.
fn hash_key(seed: u64, id: &[u8; 32], size: u64, name_hash: u32) -> u64 {
    let mut bytes = [0; 44];
    bytes[..32].copy_from_slice(id);
    bytes[32..40].copy_from_slice(&size.to_le_bytes());
    bytes[40..].copy_from_slice(&name_hash.to_le_bytes());
    hash_words(seed, &bytes, 0)
}

/// The pieces that a file with a name of `len` bytes takes here. All take at least [`PIECES`], so
/// that one count shares the rows and the pieces.
fn units(len: usize) -> usize {
    Pieces::of(len).max(PIECES)
}

#[cfg(test)]
mod tests;
