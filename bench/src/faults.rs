//! What went wrong while a crowd talked, counted.
//! Knows no connection.

use std::fmt;
use std::iter::Sum;

/// What went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Messages that the server would not have, or not for everybody.
    pub(crate) refused: u64,
    /// Messages on their way; lost, where they still are at the end.
    pub(crate) undelivered: u64,
    /// Messages without an answer, where the language has one.
    pub(crate) unanswered: u64,
    /// Messages that came twice, out of order, or from a crowd that had left.
    pub(crate) disordered: u64,
    /// Connections that broke before the welcome, and were opened again.
    pub(crate) resets: u64,
}

impl Faults {
    /// All of them.
    pub(crate) fn count(self) -> u64 {
        let Faults { refused, undelivered, unanswered, disordered, resets } = self;
        refused + undelivered + unanswered + disordered + resets
    }
}

impl Sum for Faults {
    fn sum<I: Iterator<Item = Faults>>(all: I) -> Self {
        all.fold(Faults::default(), |sum, one| Faults {
            refused: sum.refused + one.refused,
            undelivered: sum.undelivered + one.undelivered,
            unanswered: sum.unanswered + one.unanswered,
            disordered: sum.disordered + one.disordered,
            resets: sum.resets + one.resets,
        })
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Faults { refused, undelivered, unanswered, disordered, resets } = self;
        write!(
            f,
            "{refused} refused, {undelivered} lost, {unanswered} unanswered, {disordered} out of order, {resets} connections reset"
        )
    }
}
