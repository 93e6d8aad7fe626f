//! What a source and a user may do at most in a time: the defaults, in one place.
//! Touches budgets only.

use super::budget::Rate;

/// The budgets. What is no message has one; messages are held back by the room that they take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Limits {
    /// Wrong names and passwords that one source may try before it has to wait, longer each time; 0 means as many as it likes.
    pub guesses: u8,
    /// Accounts that one source may create.
    pub registrations: Rate,
    /// Sessions that one user may begin: all others hear of each.
    pub logins: Rate,
    /// Blocks that one user may set and take back, and introductions that it may ask for.
    pub changes: Rate,
}

impl Limits {
    /// The usual: a class of thirty behind one address registers at once, and a person never waits.
    pub const USUAL: Limits = Limits::new(10, 30, 20);

    /// So many wrong passwords, registrations an hour from one source, and logins and changes a minute of one user. Each: 0 means as
    /// many as there are.
    pub const fn new(guesses: u8, registrations_per_hour: u16, changes_per_minute: u16) -> Self {
        Limits {
            guesses,
            registrations: Rate::hourly(registrations_per_hour),
            logins: Rate::minutely(changes_per_minute),
            changes: Rate::minutely(changes_per_minute),
        }
    }
}
