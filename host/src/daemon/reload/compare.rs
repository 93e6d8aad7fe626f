//! The accounts of a file that was read against those that the server has: who goes, who comes, who
//! is an admin. A few at a time, for the loop goes on meanwhile.

use std::fmt::Write;

use heapless::String;
use smolchat_core::chat::AddAccountError;
use smolchat_core::dialect::lines::LineWriter;
use smolchat_core::operator::Order;
use smolchat_core::protocol::NAME_MAX;
use smolchat_core::server::Server;
use smolchat_core::time::Instant;

use super::super::credentials::{Account, Accounts};
use super::super::environment::HostEnvironment;
use super::super::outcome::{Outcome, TOLD};
use super::{Counts, Reloads, Stage};

/// Accounts that are compared in one turn of the loop.
const COMPARED: usize = 256;
/// Orders that are given in one turn of the loop: each may tell everybody something.
const CHANGED: usize = 8;

/// Room for work in one turn.
pub(super) struct Turn {
    compared: usize,
    changed: usize,
}

impl Reloads {
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

    pub(super) fn count(
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

    pub(super) fn remove(
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

    pub(super) fn add(
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

    pub(super) fn mark(
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

    fn refuse(&mut self, name: &str, why: &str) {
        self.counts.refused += 1;
        self.outcome.is_done = false;
        if self.counts.refused <= TOLD {
            let comma = if self.counts.refused > 1 { ", " } else { "" };
            let _ = write!(self.outcome.summary, "{comma}{name} ({why})");
        }
    }
}

impl Turn {
    pub(super) fn new() -> Self {
        Turn { compared: COMPARED, changed: CHANGED }
    }

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
