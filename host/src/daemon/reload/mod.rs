//! The accounts file, read again while the server runs. A thread reads it. The loop compares it
//! with the accounts that the server has, a few at a time, and makes them the same. A malformed
//! line changes nothing. Here is who asked, how far it is and what comes of it; [`compare`] has the
//! work.
//! Knows no file.

mod compare;

use std::fmt::Write;

use heapless::String;
use smolchat_core::dialect::lines::LineWriter;
use smolchat_core::server::Server;
use smolchat_core::time::Instant;

use super::credentials::Accounts;
use super::environment::HostEnvironment;
use super::keeper::Reading;
use super::keeping::forget_keys;
use super::outcome::{Outcome, SUMMARY};
use compare::Turn;

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

    /// Goes on by a little. Answers whether there is more to do at once.
    pub(super) fn go_on(
        &mut self,
        now: Instant,
        server: &mut Server<'_>,
        environment: &mut HostEnvironment,
    ) -> bool {
        let mut turn = Turn::new();
        match self.stage {
            Stage::Idle if self.asked == self.done => return false,
            Stage::Idle => self.begin(environment),
            Stage::Reading => return self.take(environment),
            Stage::Counting(row) => self.count(row, &mut turn, server, environment),
            Stage::Removing(row) => self.remove(row, &mut turn, now, server, environment),
            Stage::Adding(index) => self.add(index, &mut turn, server, environment),
            Stage::Marking(row) => self.mark(row, &mut turn, server, environment),
        }
        self.stage != Stage::Reading
    }

    fn begin(&mut self, environment: &mut HostEnvironment) {
        self.covered = self.asked;
        self.is_stale = false;
        self.counts = Counts::default();
        self.stage = Stage::Reading;
        environment.begin_reading(self.reading.take());
    }

    fn take(&mut self, environment: &mut HostEnvironment) -> bool {
        let Some(reading) = environment.take_reading() else { return false };
        if std::mem::take(&mut self.is_stale) {
            environment.begin_reading(Some(reading));
            return false;
        }
        let blocks = reading.as_ref().as_ref().ok().map(Accounts::blocks);
        self.reading = Some(reading);
        match blocks {
            Some(blocks) if blocks <= environment.hash_blocks => self.stage = Stage::Counting(0),
            Some(_) => self.fail(
                format_args!(
                    "a hash in the file takes more memory than this server has set aside: start it again"
                ),
                environment,
            ),
            None => self.finish(),
        }
        true
    }

    fn end(&mut self, environment: &mut HostEnvironment) {
        if environment.has_lost_track() {
            // So many accounts are new or changed that it is to be read again.
            self.stage = Stage::Idle;
            self.asked = self.asked.wrapping_add(1);
            return;
        }
        if let Some(Ok(accounts)) = self.reading.as_deref_mut() {
            environment.exchange_keys(&mut accounts.keys);
            std::mem::swap(&mut self.told, &mut accounts.told);
        }
        let Counts { added, changed, removed, refused, .. } = self.counts;
        let mut summary = String::<SUMMARY>::new();
        let _ = write!(summary, "reloaded: {added} added, {changed} changed, {removed} removed");
        if refused > 0 {
            let _ = write!(summary, "; {refused} not taken: {}", self.outcome.summary);
        }
        self.outcome.is_done = refused == 0;
        self.outcome.summary = summary;
        self.outcome.has_more = true;
        self.give_back(environment);
        self.finish();
    }

    /// Passwords need not lie around twice.
    fn give_back(&mut self, environment: &HostEnvironment) {
        if let Some(reading) = self.reading.take() {
            environment.give_back(reading);
        }
    }

    fn fail(&mut self, why: std::fmt::Arguments<'_>, environment: &HostEnvironment) {
        self.outcome = Outcome::default();
        let _ = self.outcome.summary.write_fmt(why);
        self.give_back(environment);
        self.finish();
    }

    fn finish(&mut self) {
        self.stage = Stage::Idle;
        self.done = self.covered;
        self.may_forget &= self.asked != self.done;
    }
}
