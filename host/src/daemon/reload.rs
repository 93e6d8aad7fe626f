//! The accounts file, read again while the server runs. A thread reads it. The loop compares it
//! with the accounts that the server has, a few at a time, and makes them the same. A malformed
//! line changes nothing.
//! Knows no file.

use std::fmt::Write;

use heapless::String;
use smolchat_core::chat::AddAccountError;
use smolchat_core::dialect::lines::LineWriter;
use smolchat_core::operator::Order;
use smolchat_core::protocol::NAME_MAX;
use smolchat_core::server::Server;
use smolchat_core::time::Instant;

use super::credentials::{Account, Accounts};
use super::environment::HostEnvironment;
use super::keeper::Reading;
use super::keeping::forget_keys;
use super::outcome::{Outcome, SUMMARY, TOLD};

/// Accounts that are compared in one turn of the loop.
const COMPARED: usize = 256;
/// Orders that are given in one turn of the loop: each may tell everybody something.
const CHANGED: usize = 8;

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

/// Room for work in one turn.
struct Turn {
    compared: usize,
    changed: usize,
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
        let mut turn = Turn { compared: COMPARED, changed: CHANGED };
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

    fn accounts(&self) -> &Accounts {
        static NONE: Accounts = Accounts::NONE;
        match self.reading.as_deref() {
            Some(Ok(accounts)) => accounts,
            _ => &NONE,
        }
    }

    /// Whether the file has an account, or somebody has made it since.
    fn has(&self, name: &str, environment: &HostEnvironment) -> bool {
        find(self.accounts(), name).is_some() || environment.has_touched(name)
    }

    fn count(
        &mut self,
        mut row: usize,
        turn: &mut Turn,
        server: &Server<'_>,
        environment: &mut HostEnvironment,
    ) {
        while row < server.account_rows() && turn.compares() {
            if let Some(account) = server.account(row) {
                self.counts.users += 1;
                self.counts.missing += usize::from(!self.has(account.name, environment));
            }
            row += 1;
        }
        self.stage = Stage::Counting(row);
        if row < server.account_rows() {
            return;
        }
        let Counts { users, missing, .. } = self.counts;
        if 2 * missing > users && !self.may_forget {
            self.fail(format_args!(
                "the file lacks {missing} of {users} users, so it looks like another one: nothing is changed; smolchatd reload --forget removes them nevertheless"
            ), environment);
        } else {
            self.outcome = Outcome::default();
            self.outcome.is_done = true;
            self.stage = Stage::Removing(0);
        }
    }

    fn remove(
        &mut self,
        mut row: usize,
        turn: &mut Turn,
        now: Instant,
        server: &mut Server<'_>,
        environment: &mut HostEnvironment,
    ) {
        while row < server.account_rows() && turn.compares() {
            let name = server.account(row).and_then(|account| name(account.name));
            if let Some(name) = name.filter(|name| !self.has(name, environment)) {
                let mut answer = LineWriter::new();
                remove(&name, &mut answer, now, server, environment);
                match answer.as_str().split_at_checked(4) {
                    Some((code, _)) if code.starts_with('2') => self.counts.removed += 1,
                    refused => self.refuse(&name, refused.unwrap_or_default().1),
                }
                turn.changed -= 1;
            }
            row += 1;
        }
        self.stage =
            if row < server.account_rows() { Stage::Removing(row) } else { Stage::Adding(0) };
    }

    fn add(
        &mut self,
        mut index: usize,
        turn: &mut Turn,
        server: &mut Server<'_>,
        environment: &HostEnvironment,
    ) {
        let count = self.accounts().list.len();
        while index < count && turn.compares() {
            // It is given back before anything else is done with this reload.
            let Some(reading) = self.reading.take() else { return };
            if let Ok(accounts) = &*reading {
                self.compare(&accounts.list[index], turn, server, environment);
            }
            self.reading = Some(reading);
            index += 1;
        }
        self.stage = if index < count { Stage::Adding(index) } else { Stage::Marking(0) };
    }

    fn compare(
        &mut self,
        account: &Account,
        turn: &mut Turn,
        server: &mut Server<'_>,
        environment: &HostEnvironment,
    ) {
        let name = &*account.name;
        if environment.has_touched(name) {
            return;
        }
        let given = account.with_secret(|secret| match server.has_secret(name, secret) {
            Some(true) => None,
            has => Some((has.is_some(), server.list_secret(name, secret))),
        });
        let Some((is_change, given)) = given else { return };
        turn.changed -= 1;
        match given {
            Err(why) => self.refuse(name, words(why)),
            Ok(()) if is_change => self.counts.changed += 1,
            Ok(()) => self.counts.added += 1,
        }
    }

    fn mark(
        &mut self,
        mut row: usize,
        turn: &mut Turn,
        server: &mut Server<'_>,
        environment: &mut HostEnvironment,
    ) {
        while row < server.account_rows() && turn.compares() {
            let account = server.account(row);
            let account = account.and_then(|it| Some((name(it.name)?, it.is_admin)));
            // Whoever has a name since the file was read is not the one whom the file means.
            if let Some((name, was_admin)) =
                account.filter(|(name, _)| !environment.has_touched(name))
            {
                let is_admin =
                    self.accounts().admins.binary_search_by(|it| (**it).cmp(&name)).is_ok();
                if is_admin != was_admin {
                    server.set_admin(&name, is_admin);
                    self.outcome.note_admin(&name, is_admin);
                }
            }
            row += 1;
        }
        self.stage = Stage::Marking(row);
        if row >= server.account_rows() {
            self.end(environment);
        }
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

    fn refuse(&mut self, name: &str, why: &str) {
        self.counts.refused += 1;
        self.outcome.is_done = false;
        if self.counts.refused <= TOLD {
            let comma = if self.counts.refused > 1 { ", " } else { "" };
            let _ = write!(self.outcome.summary, "{comma}{name} ({why})");
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

impl Turn {
    /// Whether another account may be compared in this turn.
    fn compares(&mut self) -> bool {
        let may = self.compared > 0 && self.changed > 0;
        self.compared = self.compared.saturating_sub(1);
        may
    }
}

/// Removes a user who is not in the file any more: nothing is to be taken out of it.
fn remove(
    name: &str,
    answer: &mut LineWriter,
    now: Instant,
    server: &mut Server<'_>,
    environment: &mut HostEnvironment,
) {
    environment.is_reloading = true;
    let _ = server.operate(now, Order::RemoveUser { name }, environment, answer);
    environment.is_reloading = false;
}

const fn words(why: AddAccountError) -> &'static str {
    match why {
        AddAccountError::Full => "there is no room, see --users",
        AddAccountError::NameTaken => "another name is like it",
        AddAccountError::BadName => "that is no name",
        AddAccountError::BadSecret => "that is no password",
    }
}

fn find<'a>(accounts: &'a Accounts, name: &str) -> Option<&'a Account> {
    let found = accounts.list.binary_search_by(|account| (*account.name).cmp(name));
    found.ok().map(|index| &accounts.list[index])
}

fn name(name: &str) -> Option<String<NAME_MAX>> {
    String::try_from(name).ok()
}
