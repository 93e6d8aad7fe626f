//! A reload, step by step: it is begun, read, compared and ended. Each step is one turn of the
//! loop.

use std::fmt::Write;

use heapless::String;
use smolchat_core::server::Server;
use smolchat_core::time::Instant;

use super::super::credentials::Accounts;
use super::super::environment::HostEnvironment;
use super::super::outcome::{Outcome, SUMMARY};
use super::compare::Turn;
use super::{Counts, Reloads, Stage};

impl Reloads {
    /// Goes on by a little. Answers whether there is more to do at once.
    pub(in crate::daemon) fn go_on(
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

    pub(super) fn end(&mut self, environment: &mut HostEnvironment) {
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

    pub(super) fn fail(&mut self, why: std::fmt::Arguments<'_>, environment: &HostEnvironment) {
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
