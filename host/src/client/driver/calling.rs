//! Calls over SSH: what they are made with, and what becomes of those that come to nothing.

use std::time::Instant;

use smolchat_ssh::BANNED_LINE;
use smolchat_ssh_client::{Call, End, Fingerprint};

use super::Driver;
use crate::client::front::Trust;
use crate::client::keys::{Judgement, Keys, KeysError};
use crate::client::session::{Caller, FailedLogin};
use crate::client::shown::Shown;

/// How the port for lines greets (docs/PROTOCOL.md).
const IN_CLEAR: &str = "220 smolchat";
/// There is no silent way down from SSH.
const IS_IN_CLEAR: &str =
    "what answers is smolchat in clear: SSH mostly has port 2222; --ssh off talks in clear";

/// Somebody may be in between, who shows a key of their own.
const OTHER_FINGERPRINT: &str = "the server's key has another fingerprint than the one you typed: it is not trusted, and \
     nothing was said to it";

/// How a server begins the line that it says in place of its version.
const REFUSAL: &str = "smolchat: ";

impl Driver {
    /// The call on a new connection; `None` where lines go over plain TCP.
    pub(super) fn call(&mut self) -> Result<Option<Call>, KeysError> {
        let Some(keys) = &self.keys else { return Ok(None) };
        let (caller, user, password) = self.session.call();
        let terms = keys.terms(user, password, caller == Caller::Newcomer)?;
        Ok(Some(Call::new(terms)))
    }

    /// Asks for the passphrase of the user's key, if it waits for one.
    pub(super) fn ask_for_passphrase(&mut self, now: Instant, wrong: Option<&str>) -> bool {
        let Some(path) = self.keys.as_ref().and_then(Keys::locked) else { return false };
        self.session.handle_locked_key(now, &path.display().to_string(), wrong);
        true
    }

    /// Somebody gave the passphrase of the user's key. Opening it takes its time, and nothing else
    /// is to be done meanwhile.
    pub(super) fn handle_passphrase(&mut self, now: Instant, passphrase: &str) {
        let Some(keys) = &mut self.keys else { return };
        match keys.unlock(passphrase) {
            Ok(()) => self.session.handle_trusted(now),
            Err(error) => {
                self.ask_for_passphrase(now, Some(&error.to_string()));
            }
        }
    }

    /// A call was over before its login was done.
    pub(super) fn handle_failed_login(&mut self, now: Instant, end: End) {
        let failure = match end {
            End::Untrusted(key) => return self.judge(now, key),
            End::PasswordWanted => FailedLogin::PasswordWanted,
            End::Refused => FailedLogin::Refused,
            End::Closed => FailedLogin::Closed,
            End::NotSsh(line) => not_ssh(line),
            end => FailedLogin::Other(end.to_string()),
        };
        self.session.handle_failed_login(now, failure);
    }

    fn judge(&mut self, now: Instant, key: [u8; 32]) {
        let Some(keys) = &mut self.keys else { return };
        match keys.judge(&key) {
            Ok(Judgement::Trusted) => self.session.handle_trusted(now),
            Ok(Judgement::Ask) => {
                self.asked_about = Some(key);
                self.session.handle_new_key(now, &Fingerprint::of(&key).to_string());
            }
            Ok(Judgement::Refused(text)) => self.session.handle_untrusted(&text, None),
            Ok(Judgement::Changed { text, command }) => {
                self.session.handle_untrusted(&text, Some(command));
            }
            Err(error) => self.session.handle_no_keys(&error.to_string()),
        }
    }

    /// The fingerprint of the key that a person is asked about.
    pub(super) fn asked_fingerprint(&self) -> String {
        self.asked_about.as_ref().map_or_else(String::new, |key| Fingerprint::of(key).to_string())
    }

    /// A person answered whether the key is trusted.
    pub(super) fn handle_trust(&mut self, now: Instant, trust: Trust) {
        let (Some(key), Some(keys)) = (self.asked_about.take(), &mut self.keys) else { return };
        let text = match trust {
            Trust::Yes => None,
            Trust::No => Some("the server's key is not trusted"),
            Trust::OtherFingerprint => Some(OTHER_FINGERPRINT),
        };
        if let Some(text) = text {
            return self.session.handle_untrusted(text, None);
        }
        if let Err(error) = keys.trust(&key) {
            // It is trusted for this run.
            self.front.show(&Shown::Refused(error.to_string()));
        }
        self.session.handle_trusted(now);
    }
}

/// What becomes of a call that was answered without SSH, by this line.
fn not_ssh(line: String) -> FailedLogin {
    let banned = BANNED_LINE.trim_ascii_end();
    match line.strip_prefix(REFUSAL) {
        _ if line.starts_with(IN_CLEAR) => FailedLogin::Other(IS_IN_CLEAR.to_owned()),
        Some(text) if line.as_bytes() == banned => FailedLogin::Banned(text.to_owned()),
        Some(_) => FailedLogin::Full(line),
        None => FailedLogin::Other(End::NotSsh(line).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use smolchat_ssh::FULL_LINE;

    use super::*;

    #[test]
    fn what_a_server_says_in_place_of_ssh_is_told_apart() {
        let heard = |line: &[u8]| not_ssh(String::from_utf8_lossy(line).trim_end().to_owned());
        let banned = FailedLogin::Banned("you are banned from this server".into());
        assert_eq!(heard(BANNED_LINE), banned);
        assert!(matches!(heard(FULL_LINE), FailedLogin::Full(_)));
        assert_eq!(heard(b"220 smolchat ready"), FailedLogin::Other(IS_IN_CLEAR.into()));
        let other = heard(b"220 mail.example");
        assert!(matches!(other, FailedLogin::Other(text) if text.contains("220 mail.example")));
    }
}
