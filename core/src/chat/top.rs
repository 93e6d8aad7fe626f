//! Who takes most of each table.
//! Knows no line.

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

impl Chat<'_> {
    /// The users who take most of a table, the first of them in front. Looks at every account.
    pub(crate) fn top(&self, table: Table) -> [Option<(UserId, u32)>; PLACES] {
        let mut top = [None; PLACES];
        for user in (0..self.users.rows()).filter_map(|row| self.users.nth(row)) {
            let count = self.taken(table, user);
            let is_behind =
                |place: &Option<(UserId, u32)>| place.is_none_or(|(_, most)| most < count);
            if count > 0
                && let Some(place) = top.iter().position(is_behind)
            {
                top[place..].rotate_right(1);
                top[place] = Some((user, count));
            }
        }
        top
    }

    fn taken(&self, table: Table, user: UserId) -> u32 {
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
