//! What a person is told of the last broadcasts: each was said by the user it names, is told once
//! and in order, and is of nobody whom the person blocks. What is missing was never promised.

use smolchat_core::dialect::lines::parse_history;

use super::attack::is_attackers;
use super::talk::{Scene, number};

/// What was told so far of one answer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Past {
    last: u64,
    count: usize,
}

impl Past {
    /// A line that is not the last.
    ///
    /// # Errors
    /// It cannot be.
    pub(super) fn hear(
        &mut self,
        reader: usize,
        line: &str,
        scene: &Scene<'_>,
    ) -> Result<(), String> {
        let Some((id, from, _, text)) = parse_history(line) else {
            return Err(format!("no broadcast: {line}"));
        };
        if id.0 <= self.last {
            return Err(format!("{line} comes behind {}", self.last));
        }
        (self.last, self.count) = (id.0, self.count + 1);
        match is_attackers(from) {
            true => Ok(()),
            false => scene.records.remembered(reader, id.0, number(from)?, text),
        }
    }

    /// The last line.
    ///
    /// # Errors
    /// It counts others than were told.
    pub(super) fn end(self, line: &str) -> Result<(), String> {
        match line == format!("{} broadcasts", self.count) {
            true => Ok(()),
            false => Err(format!("{line} behind {} of them", self.count)),
        }
    }
}
