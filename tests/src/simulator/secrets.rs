//! Which password opens whose account, as far as its user can know. A change that was confirmed is
//! certain, whatever breaks. One without a reply may still come, until its session is over.
//! Knows no line.

use smolchat_core::protocol::Reply;

use super::person::Person;
use super::talk::{Scene, name};

/// What a user knows of its password. Passwords are numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Secret {
    /// The last one that opened the account, or was confirmed.
    certain: u32,
    /// The one to which it was changed without a reply.
    possible: Option<u32>,
    /// The one that was tried at the last login.
    tried: u32,
    /// A wrong one was tried since the last login.
    pub(super) has_slipped: bool,
}

/// The password of that number.
pub(super) fn word(user: usize, number: u32) -> String {
    match number {
        0 => name(user),
        _ => format!("{}-{number}", name(user)),
    }
}

impl Secret {
    /// The password for the next login: mostly the right one. An old one must not open, so
    /// sometimes it `tests_old`.
    pub(super) fn for_login(&mut self, tests_old: bool) -> u32 {
        self.tried = match self.possible {
            Some(possible) if self.tried == self.certain => possible,
            None if tests_old && self.certain > 0 => self.certain - 1,
            _ => self.certain,
        };
        self.tried
    }

    /// It is to be changed: from and to which one. `None` if it is not certain now.
    pub(super) fn begin_change(&mut self) -> Option<(u32, u32)> {
        if self.possible.is_some() {
            return None;
        }
        self.possible = Some(self.certain + 1);
        Some((self.certain, self.certain + 1))
    }

    /// The login succeeded, so every earlier session is over.
    fn opened(&mut self) -> Result<(), String> {
        if self.tried != self.certain && Some(self.tried) != self.possible {
            return Err(format!("password {} opens beside {self:?}", self.tried));
        }
        (self.certain, self.possible, self.has_slipped) = (self.tried, None, false);
        Ok(())
    }

    /// The login was refused because the password was wrong.
    fn was_wrong(&mut self) -> Result<(), String> {
        self.has_slipped = true;
        match self.possible {
            None if self.tried == self.certain => Err(format!("the right password: {self:?}")),
            _ => Ok(()),
        }
    }
}

impl Person {
    /// What the reply to a login says of the password.
    ///
    /// # Errors
    /// It cannot be.
    pub(super) fn check_secret(
        &self,
        scene: &mut Scene<'_>,
        reply: &Reply<'_>,
    ) -> Result<(), String> {
        let secret = &mut scene.records.secrets[self.number];
        match reply {
            Reply::Welcome => secret.opened(),
            Reply::InvalidCredentials => secret.was_wrong(),
            // It may have been the third wrong one.
            Reply::Locked { .. } => {
                secret.has_slipped |= secret.tried != secret.certain || secret.possible.is_some();
                Ok(())
            }
            _ => Ok(()),
        }
        .map_err(|what| format!("u{}: {what}", self.number))
    }

    /// The reply to a change of the password.
    ///
    /// # Errors
    /// It cannot be.
    pub(super) fn hear_changed(
        &self,
        scene: &mut Scene<'_>,
        reply: &Reply<'_>,
        line: &str,
    ) -> Result<(), String> {
        let secret = &mut scene.records.secrets[self.number];
        let new = secret.possible.take();
        match reply {
            Reply::PasswordChanged => secret.certain = new.unwrap_or(secret.certain),
            Reply::PasswordWait { .. } | Reply::PasswordNotStored | Reply::StoreFull => {}
            _ => return Err(format!("a change of {secret:?} was answered by {line}")),
        }
        Ok(())
    }
}
