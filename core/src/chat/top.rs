//! Who takes most of each table.
//! Knows no line.

use core::ops::Range;

use super::Chat;
use super::id::UserId;

/// How many users are told of each table.
const PLACES: usize = 3;

/// A table that users share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// Texts that wait for others.
    Texts,
    /// Their pieces.
    Pieces,
    /// Deliveries of their texts.
    Deliveries,
    /// Deliveries in their mailboxes.
    Mail,
    /// Blocks that they have set.
    Blocks,
    /// Keys that they have added.
    Keys,
    /// Files of which they hold something.
    Files,
    /// Pieces of the history.
    History,
}

impl Table {
    /// All of them.
    pub(crate) const ALL: [Table; 8] = [
        Table::Texts,
        Table::Pieces,
        Table::Deliveries,
        Table::Mail,
        Table::Blocks,
        Table::Keys,
        Table::Files,
        Table::History,
    ];

    /// The table's name, as `status` calls it where it tells of it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Table::Texts => "messages-waiting",
            Table::Pieces => "message-pieces",
            Table::Deliveries => "deliveries",
            Table::Mail => "mailbox",
            Table::Blocks => "blocks",
            Table::Keys => "keys",
            Table::Files => "file-holders",
            Table::History => "history-pieces",
        }
    }
}

/// The users who take most of a table, the first of them in front, by their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Most([u16; PLACES]);

/// No user has this row: the operator has one behind all users.
const NO_ROW: u16 = u16::MAX;

impl Most {
    /// Nobody was looked at.
    pub(crate) const NOBODY: Most = Most([NO_ROW; PLACES]);

    /// Who takes most.
    pub(crate) fn first(self) -> Option<UserId> {
        Some(UserId(self.0[0])).filter(|user| user.0 != NO_ROW)
    }

    /// The others.
    pub(crate) fn behind_first(self) -> Self {
        let mut others = Self::NOBODY;
        others.0[..PLACES - 1].copy_from_slice(&self.0[1..]);
        others
    }
}

impl Chat<'_> {
    /// Looks for the users who take most of a table among these rows, and puts them beside those
    /// who were found before.
    pub(crate) fn look_for_most(&self, table: Table, most: &mut Most, rows: Range<usize>) {
        let count = |row: u16| match row {
            NO_ROW => 0,
            row => self.taken(table, UserId(row)),
        };
        let mut counts = most.0.map(count);
        for user in rows.filter_map(|row| self.users.nth(row)) {
            let count = self.taken(table, user);
            if let Some(place) = counts.iter().position(|most| *most < count) {
                counts[place..].rotate_right(1);
                most.0[place..].rotate_right(1);
                (counts[place], most.0[place]) = (count, user.0);
            }
        }
    }

    /// How much of a table a user takes; nothing if nobody has the row any more.
    pub(crate) fn taken(&self, table: Table, user: UserId) -> u32 {
        let held = self.mailboxes.held(user);
        match table {
            Table::Texts => held.texts,
            Table::Pieces => held.chunks,
            Table::Deliveries => held.deliveries,
            Table::Mail => self.mailboxes.len(user) as u32,
            Table::Blocks => self.blocks.count(user),
            Table::Keys => self.keys.count(user),
            Table::Files => {
                self.users[user].session.map_or(0, |connection| self.files.count(connection))
            }
            Table::History => self.history.count(user),
        }
    }
}
