//! The accounts file, read again while the server runs. A thread reads it. The loop compares it
//! with the accounts that the server has, a few at a time, and makes them the same. A malformed
//! line changes nothing. Here is who asked, how far it is and what comes of it. `steps` goes on by
//! a little, and `compare` has the work.
//! Knows no file.

mod compare;
mod steps;

use smolchat_core::dialect::lines::LineWriter;

use super::credentials::forget_keys;
use super::keeper::Reading;
use super::outcome::Outcome;

/// Reloads: the one that is under way, and what came of the last one.
#[derive(Debug, Default)]
pub(super) struct Reloads {
    /// How many were asked for.
    asked: u32,
    /// The last one that the one under way answers.
    covered: u32,
    /// The last one that was answered.
    done: u32,
    /// More users may be removed than stay.
    may_forget: bool,
    stage: Stage,
    reading: Option<Box<Reading>>,
    /// Somebody was removed while the thread reads: nobody knows whether it reads of that user.
    is_stale: bool,
    counts: Counts,
    outcome: Outcome,
    /// What was to be told of the last file beside its accounts.
    told: Vec<std::string::String>,
}

/// How far a reload is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Idle,
    /// The thread reads.
    Reading,
    /// Users are counted whom the file does not have, from this row on.
    Counting(usize),
    /// They are removed.
    Removing(usize),
    /// The file's accounts are compared, from this one on.
    Adding(usize),
    /// Admins are told apart, from this row on.
    Marking(usize),
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    users: usize,
    missing: usize,
    added: usize,
    changed: usize,
    removed: usize,
    refused: usize,
}

impl Reloads {
    /// Asks for a reload. Its number tells later whether it is done.
    pub(super) fn ask(&mut self, may_forget: bool) -> u32 {
        self.asked = self.asked.wrapping_add(1);
        self.may_forget |= may_forget;
        self.asked
    }

    /// Whether nothing is under way, and nothing was asked for.
    pub(super) fn is_idle(&self) -> bool {
        self.stage == Stage::Idle && self.asked == self.done
    }

    /// Whether there is nothing to do before the thread has read the file.
    pub(super) fn is_waiting(&self) -> bool {
        self.is_idle() || self.stage == Stage::Reading
    }

    /// A user was removed. What was read of its keys and rights is not for whoever takes its name.
    pub(super) fn forget(&mut self, user: &str) {
        self.is_stale |= self.stage == Stage::Reading;
        if let Some(Ok(accounts)) = self.reading.as_deref_mut() {
            forget_keys(&mut accounts.keys, user);
            accounts.admins.retain(|admin| admin != user);
        }
    }

    /// Whether this one is over.
    pub(super) fn is_done(&self, ticket: u32) -> bool {
        self.done.wrapping_sub(ticket) as i32 >= 0
    }

    /// Writes a line of what came of the last one. Answers whether it is the last line.
    pub(super) fn outcome(&self, line: usize, writer: &mut LineWriter) -> bool {
        let Some(Err(faults)) = self.reading.as_deref() else {
            return self.outcome.write(line, &self.told, writer);
        };
        let mut lines = faults.lines().skip(line).peekable();
        let text = lines.next().unwrap_or_default();
        let is_last = lines.peek().is_none();
        writer.push_str(if is_last { "590 " } else { "590-" });
        writer.push_str(text);
        is_last
    }
}
