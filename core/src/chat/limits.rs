//! How often a source and a user may do something: the defaults, in one place.

use super::budget::Rate;

/// The budgets. Messages have none, because the room that they take holds them back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Limits {
    /// Wrong names and passwords that one source may try before it has to wait, longer each time; 0
    /// means no limit.
    pub guesses: u8,
    /// Accounts that one source may create.
    pub registrations: Rate,
    /// Sessions that one user may begin. All others hear of each.
    pub logins: Rate,
    /// Blocks that one user may set and remove, and introductions that it may ask for.
    pub changes: Rate,
}

impl Limits {
    /// The defaults: a class of thirty behind one address registers at once, and then one each ten
    /// minutes. A person never waits.
    pub const USUAL: Limits =
        Limits { registrations: Rate::at_once_and_hourly(30, 6), ..Limits::new(10, 30, 20) };

    /// Wrong passwords and registrations an hour of one source, and logins and changes a minute of
    /// one user. 0 means no limit, for each.
    pub const fn new(guesses: u8, registrations_per_hour: u16, changes_per_minute: u16) -> Self {
        Limits {
            guesses,
            registrations: Rate::hourly(registrations_per_hour),
            logins: Rate::minutely(changes_per_minute),
            changes: Rate::minutely(changes_per_minute),
        }
    }
}
