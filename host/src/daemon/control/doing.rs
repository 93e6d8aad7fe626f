//! What is under way for an operator between two turns of the loop.

use smolchat_core::server::Told;

/// What is under way for an operator.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doing {
    Nothing,
    /// An answer of several lines.
    Telling(Told),
    /// The accounts are read again, for this request.
    Reloading(u32),
    /// What came of it is told, from this line on.
    Outcome(usize),
}
