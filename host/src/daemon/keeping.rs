//! What the environment does about the accounts while the server runs: it has the file read again,
//! takes users out of it, and hands the control socket and reloads to the loop.
//! Runs inside the loop, so nothing here allocates.

use std::fmt;

use rustix::io::Errno;
use smolchat_core::net::{Counted, Counters};
use smolchat_core::protocol::{SECRET_MAX, Secret};
use smolchat_core::server::Server;
use smolchat_core::store::{Entry, IsLive, Store, StoreError};
use smolchat_core::time::Instant;
use smolchat_secret::{Hash, KEY_BYTES};

use super::credentials::{AppendError, CredentialsFile, Replacement, forget_keys};
use super::environment::HostEnvironment;
use super::keeper::Reading;
use super::log::{EventKind, Field};

/// How often a file is prepared again that somebody changes at that very moment.
const TRIES: usize = 3;

impl HostEnvironment {
    /// Does what operators have asked for. Answers whether there is more to do at once.
    pub(super) fn attend_to(
        &mut self,
        now: Instant,
        server: &mut Server<'_>,
        counters: &Counters,
    ) -> bool {
        let mut has_more = false;
        if !self.reloads.is_idle() {
            let mut reloads = std::mem::take(&mut self.reloads);
            has_more = reloads.go_on(now, server, self);
            let is_over = reloads.is_idle();
            self.reloads = reloads;
            if is_over {
                self.end_reload();
            }
        }
        if let Some(mut control) = self.control.take() {
            has_more |= control.attend(
                now,
                server,
                &mut Counted { environment: self, counters: *counters },
            );
            self.control = Some(control);
        }
        has_more || !self.reloads.is_waiting()
    }

    /// Asks for the accounts to be read again. The number tells when that is done.
    pub(super) fn request_reload(&mut self, may_forget: bool) -> u32 {
        self.reloads.ask(may_forget)
    }

    /// Somebody has asked by a signal, so the log is to tell what comes of it.
    pub(super) fn reload_by_signal(&mut self) {
        self.is_reload_told = false;
        self.request_reload(false);
    }

    fn end_reload(&mut self) {
        if let Some(control) = &mut self.control {
            control.note_news();
        }
        if std::mem::replace(&mut self.is_reload_told, true) {
            return;
        }
        let mut line = 0;
        loop {
            let mut writer = smolchat_core::dialect::lines::LineWriter::new();
            let is_last = self.reloads.outcome(line, &mut writer);
            let text = writer.as_str().get(4..).unwrap_or_default();
            self.log.warn(format_args!("SIGHUP: {text}"));
            line += 1;
            if is_last {
                return;
            }
        }
    }

    /// Has the thread read the file.
    pub(super) fn begin_reading(&mut self, spent: Option<Box<Reading>>) {
        if let Some(file) = &mut self.credentials {
            file.watch();
        }
        self.keeper.read(spent);
    }

    /// What the thread has read.
    pub(super) fn take_reading(&mut self) -> Option<Box<Reading>> {
        self.keeper.take_reading()
    }

    /// What was read is needed no more.
    pub(super) fn give_back(&self, reading: Box<Reading>) {
        self.keeper.give_back(reading);
    }

    /// Whether an account may have been written into the file since it was read.
    pub(super) fn has_touched(&self, name: &str) -> bool {
        let touched = self.credentials.as_ref().map(|file| file.has_touched(name));
        touched.is_some_and(|touched| touched != Some(false))
    }

    /// Whether so many were that nobody knows which.
    pub(super) fn has_lost_track(&self) -> bool {
        self.credentials.as_ref().is_some_and(|file| file.has_touched("").is_none())
    }

    /// From now on these keys let in whom the file says.
    pub(super) fn exchange_keys(&mut self, keys: &mut Vec<(String, [u8; KEY_BYTES])>) {
        std::mem::swap(&mut self.keys, keys);
    }

    /// Keeps an account that is new, or one whose password was changed so often since the start.
    pub(super) fn keep_account(
        &mut self,
        user: &str,
        secret: Secret<'_>,
        change: u16,
    ) -> Result<(), StoreError> {
        let mut text = heapless::String::<SECRET_MAX>::new();
        let written = match secret {
            Secret::Password(password) => text.push_str(password).is_ok(),
            Secret::Hash(hash) => Hash::unpack(hash)
                .is_some_and(|hash| fmt::write(&mut text, format_args!("{hash}")).is_ok()),
        };
        let file = self.credentials.as_mut().filter(|_| written);
        let kept = file.map(|file| match change {
            0 => file.append(user, &text),
            _ => file.change(user, &text),
        });
        self.refused = kept.and_then(Result::err);
        match kept {
            Some(Ok(())) => {
                self.is_refusal_told = false;
                return Ok(());
            }
            // Another name than this one may be kept.
            Some(Err(error @ AppendError::NameTaken)) => {
                self.tell_refused(user, &error);
                return Err(StoreError::NameTaken);
            }
            Some(Err(error @ (AppendError::NameGone | AppendError::NoLine))) => {
                self.tell_refused(user, &error);
            }
            Some(Err(error)) => {
                self.tell_refusal(user, &error);
                if error == AppendError::Full {
                    return Err(StoreError::Full);
                }
            }
            None => self.tell_refused(user, &"nothing can be added to the file since the start"),
        }
        Err(StoreError::Failed)
    }

    /// Tells the operator of the first account that cannot be kept, and of the others where
    /// somebody asked for it.
    fn tell_refusal(&mut self, user: &str, error: &AppendError) {
        if std::mem::replace(&mut self.is_refusal_told, true) {
            return self.tell_refused(user, error);
        }
        let advice = "people who register or change a password are refused until the file takes them; look at the disk and the file";
        self.log.event(
            EventKind::AccountNotKept,
            &[(Field::User, &user), (Field::Reason, error), (Field::Advice, &advice)],
        );
    }

    fn tell_refused(&mut self, user: &str, why: &dyn fmt::Display) {
        self.log.event(EventKind::AccountRefused, &[(Field::User, &user), (Field::Reason, &why)]);
    }

    /// Puts a key into the file that lets its owner in, too. Waits for the disk.
    ///
    /// # Errors
    /// The file is as it was.
    pub(super) fn keep_key(&mut self, name: &str, key: &str) -> Result<(), AppendError> {
        let new = self.prepare(name, Some(key))?;
        self.put_in_place(new.as_ref())
    }

    /// Takes the lines of somebody out of the file whom the server does not know. Answers whether
    /// there were any. Waits for the disk.
    ///
    /// # Errors
    /// The file is as it was.
    pub(super) fn take_out(&mut self, name: &str) -> Result<bool, AppendError> {
        let new = self.prepare(name, None)?;
        self.put_in_place(new.as_ref())?;
        Ok(new.is_some())
    }

    /// Somebody's account is gone: first in the store, so that after a crash nothing of it comes
    /// back, and then in the file. A file that will not be written is noticed before both. Keys
    /// that the file had for it let in nobody who takes its name.
    pub(super) fn remove_account(
        &mut self,
        user: &str,
        entry: &Entry<'_>,
        is_live: IsLive<'_>,
    ) -> Result<(), StoreError> {
        let new = match self.is_reloading {
            true => None,
            false => self.prepare_removal(user).map_err(|error| self.refuse(user, &error))?,
        };
        if let Some(log) = &mut self.store {
            log.append(entry, is_live)?;
        }
        if let Some(file) = self.credentials.as_mut().filter(|_| !self.is_reloading) {
            file.touch(user);
        }
        forget_keys(&mut self.keys, user);
        self.reloads.forget(user);
        self.put_removal_in_place(user, new.as_ref());
        Ok(())
    }

    /// A file without this account that can take the place of the old one.
    fn prepare_removal(&mut self, user: &str) -> Result<Option<Replacement>, AppendError> {
        let new = self.prepare(user, None)?;
        if let (Some(file), Some(new)) = (&mut self.credentials, &new) {
            file.check(new)?;
        }
        Ok(new)
    }

    /// Puts the file without this account in place. The store says already that it is gone, so the
    /// account is gone in any case. Somebody who changes the file meanwhile costs another try.
    fn put_removal_in_place(&mut self, user: &str, new: Option<&Replacement>) {
        let mut put = self.put_in_place(new);
        for _ in 0..TRIES {
            if put != Err(AppendError::Changed) {
                break;
            }
            let again = self.prepare(user, None);
            put = again.and_then(|new| self.put_in_place(new.as_ref()));
        }
        if let Err(error) = put {
            self.log.warn(format_args!(
                "credentials file: {user} is removed, and its line stays: {error}; take it out"
            ));
        }
    }

    fn prepare(&self, name: &str, key: Option<&str>) -> Result<Option<Replacement>, AppendError> {
        if self.credentials.is_none() {
            return Err(Errno::ROFS.into());
        }
        Ok(self.keeper.prepare(name, key)?)
    }

    fn put_in_place(&mut self, new: Option<&Replacement>) -> Result<(), AppendError> {
        match (&mut self.credentials, new) {
            (Some(file), Some(new)) => CredentialsFile::replace(file, new),
            _ => Ok(()),
        }
    }

    fn refuse(&mut self, user: &str, error: &AppendError) -> StoreError {
        self.log.warn(format_args!("credentials file: cannot take out {user}: {error}"));
        StoreError::Failed
    }
}

#[cfg(test)]
mod tests;
