//! The last things that happened, told where something is violated.

use std::collections::VecDeque;
use std::fmt;

/// How many of them are kept.
const KEPT: usize = 80;

/// The last things that happened.
#[derive(Debug, Default)]
pub(super) struct Diary {
    entries: VecDeque<(u64, String)>,
}

impl Diary {
    /// Something happened.
    pub(super) fn note(&mut self, now: u64, what: String) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back((now, what));
    }
}

impl fmt::Display for Diary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (now, what) in &self.entries {
            writeln!(f, "{:8}.{:03} {what:.100}", now / 1000, now % 1000)?;
        }
        Ok(())
    }
}
