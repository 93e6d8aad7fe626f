//! Who holds files: a row for each holder of each file. A holder is found by the file and its
//! session, in the order of the file's holders, and among all that its session holds.
//! Knows no file but its row.

use super::HoldError;
use crate::chat::id::ConnectionId;
use crate::chat::mailboxes::Usage;
use crate::chat::share::{self, NoMore};
use crate::table::pairs::{mix, pack};
use crate::table::{Index, LinkSlot, Links, List};

/// Counts the holders that ever came. It begins again after 2³², so it is compared with near ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::chat) struct Stamp(u32);

impl Stamp {
    /// Whether whoever has it came before whoever has `other`.
    pub(in crate::chat) fn is_before(self, other: Stamp) -> bool {
        (self.0.wrapping_sub(other.0) as i32) < 0
    }
}

/// One holder of one file, or a free row.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::chat) struct HolderRow {
    pub(super) stamp: Stamp,
    file: u16,
    pub(super) connection: ConnectionId,
    /// The row of another file that the session holds; its own row if there is none.
    next_own: u16,
    /// How much of the file, in 255ths; 0 in a free row.
    pub(super) share: u8,
}

/// What one session holds.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::chat) struct Holding {
    /// Pieces of the names of the files that count for it.
    pub(super) units: u16,
    /// Rows of holders.
    count: u16,
    /// The last of them that was added.
    last: u16,
}

#[cfg(feature = "operator")]
impl Holding {
    pub(super) fn count(&self) -> u16 {
        self.count
    }
}

/// All holders.
#[derive(Debug)]
pub(super) struct Holders<'s> {
    rows: &'s mut [HolderRow],
    /// Of each file's holders, and of the free rows.
    links: Links<'s>,
    spare: List,
    /// The rows by their files and sessions.
    pairs: Index<'s>,
    holdings: &'s mut [Holding],
    next: Stamp,
}

impl<'s> Holders<'s> {
    pub(super) fn new(
        rows: &'s mut [HolderRow],
        links: &'s mut [LinkSlot],
        pairs: &'s mut [u32],
        holdings: &'s mut [Holding],
    ) -> Self {
        let (mut links, mut spare) = (Links::new(links), List::default());
        (0..rows.len()).for_each(|row| links.push_back(&mut spare, row));
        let (pairs, next) = (Index::new(pairs), Stamp::default());
        Holders { rows, links, spare, pairs, holdings, next }
    }

    pub(super) fn used(&self) -> Usage {
        Usage { used: self.rows.len() - self.spare.len(), of: self.rows.len() }
    }

    pub(super) fn of(&self, connection: ConnectionId) -> &Holding {
        &self.holdings[connection.index()]
    }

    pub(super) fn of_mut(&mut self, connection: ConnectionId) -> &mut Holding {
        &mut self.holdings[connection.index()]
    }

    pub(super) fn get(&self, at: usize) -> &HolderRow {
        &self.rows[at]
    }

    /// Whether this holder of this file is still in its row.
    pub(super) fn is_at(&self, at: usize, file: usize, stamp: Stamp) -> bool {
        let is_it =
            |row: &HolderRow| row.share > 0 && row.stamp == stamp && usize::from(row.file) == file;
        self.rows.get(at).is_some_and(is_it)
    }

    pub(super) fn next(&self, at: usize) -> Option<usize> {
        self.links.next(at)
    }

    pub(super) fn iter(&self, holders: &List) -> impl Iterator<Item = usize> {
        self.links.iter(holders)
    }

    pub(super) fn next_stamp(&self) -> Stamp {
        self.next
    }

    /// The row of the session's part in the file.
    pub(super) fn find(&self, file: usize, connection: ConnectionId) -> Option<usize> {
        let pair = pack(file as u16, connection.0);
        let found = self.pairs.find(mix(pair), |row| self.rows[row as usize].pair() == pair);
        found.map(|row| row as usize)
    }

    /// Of all that the session holds, what stands behind the row `before`, or first: the file and
    /// its row here.
    pub(super) fn own_behind(
        &self,
        connection: ConnectionId,
        before: Option<usize>,
    ) -> Option<(usize, usize)> {
        let holding = self.of(connection);
        let at: usize = match before {
            None => Some(holding.last.into()).filter(|_| holding.count > 0),
            // The last of the chain names itself.
            Some(before) => Some(self.rows[before].next_own.into()).filter(|next| *next != before),
        }?;
        Some((usize::from(self.rows[at].file), at))
    }

    /// Whether the session may hold one file more.
    pub(super) fn check(&self, connection: ConnectionId) -> Result<(), HoldError> {
        let (held, free) = (self.of(connection).count.into(), self.spare.len());
        share::may_take(held, 1, free).map_err(|no| match no {
            NoMore::Full => HoldError::Holders,
            NoMore::Share => HoldError::Share(share::limit(held, free)),
        })
    }

    pub(super) fn set_share(&mut self, at: usize, share: u8) {
        self.rows[at].share = share;
    }

    /// Adds a holder behind the others of its file. The caller has asked [`check`](Self::check).
    pub(super) fn insert(
        &mut self,
        holders: &mut List,
        file: usize,
        connection: ConnectionId,
        share: u8,
    ) {
        let Some(at) = self.spare.front() else { return };
        let holding = &mut self.holdings[connection.index()];
        let next_own = if holding.count > 0 { holding.last } else { at as u16 };
        (holding.count, holding.last) = (holding.count + 1, at as u16);
        let row = HolderRow { stamp: self.next, file: file as u16, connection, next_own, share };
        self.rows[at] = row;
        self.next = Stamp(self.next.0.wrapping_add(1));
        self.links.remove(&mut self.spare, at);
        self.links.push_back(holders, at);
        let inserted = self.pairs.insert(mix(row.pair()), at as u32);
        debug_assert!(inserted.is_ok(), "the index has room for every row");
    }

    /// Takes a holder away, which stands behind the row `before` in all that its session holds, or
    /// first.
    pub(super) fn remove(&mut self, holders: &mut List, at: usize, before: Option<usize>) {
        self.unlink_own(at, before);
        let pair = self.rows[at].pair();
        let rows = &self.rows;
        self.pairs.remove(
            mix(pair),
            |row| row as usize == at,
            |row| mix(rows[row as usize].pair()),
        );
        self.rows[at] = HolderRow::default();
        self.links.remove(holders, at);
        self.links.push_back(&mut self.spare, at);
    }

    /// Takes the row out of the chain of its session.
    fn unlink_own(&mut self, at: usize, before: Option<usize>) {
        let HolderRow { connection, next_own, .. } = self.rows[at];
        let holding = &mut self.holdings[connection.index()];
        holding.count -= 1;
        let is_last = usize::from(next_own) == at;
        match before {
            None => holding.last = next_own,
            Some(before) if is_last => self.rows[before].next_own = before as u16,
            Some(before) => self.rows[before].next_own = next_own,
        }
    }
}

impl HolderRow {
    fn pair(&self) -> u32 {
        pack(self.file, self.connection.0)
    }
}
