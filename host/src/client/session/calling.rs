//! The login of SSH, which comes before the first line: whose key is trusted, and who may come in.
//! Knows no key and no file.

use std::time::{Duration, Instant};

use super::{Action, Ask, Phase, Session};
use crate::client::exit::Ending;
use crate::client::requests::{Pending, Sent};
use crate::client::shown::Shown;

/// How long a server may take for its greeting, once SSH has let the user in. `sunset` does not
/// tell of a subsystem that is refused.
const CHAT_TIMEOUT: Duration = Duration::from_secs(5);
/// Whoever wants an account comes as a guest, and the server has none.
const NO_REGISTRATION: &str = "registration is off on this server";
/// SSH does not say which.
const WRONG: &str = "the name or the password is wrong, or the name is locked for a while";
/// So many wrong passwords lock a name, from every source.
const STRIKES: u32 = 3;
/// What somebody may not know who tries again and again.
const LOCK: &str =
    "; three wrong passwords lock a name, for a minute if the server says nothing else";
/// The server of SSH that answers is another one.
const NO_CHAT: &str = "SSH lets you in, and what answers there is not a smolchat server";

/// As whom the server was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// As the user, whom SSH lets in.
    User,
    /// As somebody who has no account yet.
    Newcomer,
}

/// Why the login of SSH came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FailedLogin {
    /// A password is wanted, and none was given.
    PasswordWanted,
    /// The name, the key or the password was refused. SSH does not say which, nor whether the name
    /// is locked.
    Refused,
    /// All of the server's places for SSH are taken. This is what it said.
    Full(String),
    /// An operator keeps this machine's address out. This is what the server said.
    Banned(String),
    /// The connection was over before its login was done.
    Closed,
    /// Anything else, in words.
    Other(String),
}

impl Session {
    /// The server is called: as whom, by which name, and with which password, if one is known.
    pub(crate) fn call(&mut self) -> (Caller, &str, Option<&str>) {
        let caller = if self.config.register { Caller::Newcomer } else { Caller::User };
        self.called = Some(caller);
        let password = Some(&*self.config.password).filter(|password| !password.is_empty());
        (caller, &self.config.user, password)
    }

    /// The server answers what a client asks for before its login, without being asked. To a user
    /// it then answers the login of SSH.
    pub(super) fn enter_by_ssh(&mut self) {
        self.expect(Pending::AcknowledgementsOn);
        self.expect(Pending::ReceiptsOn);
        if self.called == Some(Caller::Newcomer) {
            return self.send_credentials();
        }
        self.expect_entry();
        self.expect(Pending::Login);
    }

    fn expect(&mut self, pending: Pending) {
        self.send(Sent::new(pending, String::new()));
    }

    /// The server showed a key that nobody has trusted yet. A person may do so.
    pub(crate) fn handle_new_key(&mut self, now: Instant, fingerprint: &str) {
        self.now = now;
        // Whoever sends a text or a key by hand can be asked; a script with a terminal cannot.
        let is_by_hand = self.config.is_interactive || self.config.is_sending;
        if !is_by_hand || !self.config.can_ask {
            let text = format!(
                "the key of {} is not known: {fingerprint}; --fingerprint or --accept-new trusts it",
                self.config.place
            );
            return self.exit_with(&text, Ending::Untrusted);
        }
        self.phase = Phase::Asking;
        self.actions.push_back(Action::Disconnect);
        self.note(format!("{} is new here. Its key has the fingerprint", self.config.place));
        self.note(fingerprint.to_owned());
        self.note("Compare it with what the server printed at its start.");
        self.ask(Ask::Trust);
    }

    /// The user's key waits for its passphrase, or the one that was given opens nothing.
    pub(crate) fn handle_locked_key(&mut self, now: Instant, path: &str, wrong: Option<&str>) {
        self.now = now;
        self.phase = Phase::Asking;
        self.actions.push_back(Action::Disconnect);
        match wrong {
            Some(text) => self.refuse(text),
            None => self.note(format!("the key in {path} has a passphrase")),
        }
        self.ask(Ask::Passphrase);
    }

    /// The key is trusted from now on: the next call is made at once.
    pub(crate) fn handle_trusted(&mut self, now: Instant) {
        (self.now, self.is_asking) = (now, false);
        self.call_again();
    }

    /// The key is not to be trusted, and this is why.
    /// `command` mends it.
    pub(crate) fn handle_untrusted(&mut self, text: &str, command: Option<String>) {
        self.is_asking = false;
        self.refuse(text);
        self.actions.extend(command.map(Shown::Command).map(Action::Show));
        self.exit(self.interrupted.unwrap_or(Ending::Untrusted));
    }

    /// Something of this machine's keeps the client from calling.
    pub(crate) fn handle_no_keys(&mut self, text: &str) {
        self.exit_with(text, Ending::Local);
    }

    /// SSH let the user in, and was asked for the chat. A smolchat server greets at once.
    pub(crate) fn handle_open_call(&mut self, now: Instant) {
        if let Phase::Greeting(by) = self.phase
            && !self.is_let_in
        {
            (self.is_let_in, self.phase) = (true, Phase::Greeting(by.min(now + CHAT_TIMEOUT)));
        }
    }

    /// Nothing greets: no answer came in time, or the connection ended. If SSH let the user in,
    /// whatever answered has no chat.
    pub(super) fn handle_no_greeting(&mut self, now: Instant, text: &str) {
        match self.found.take() {
            _ if self.is_let_in => self.handle_failed_entry(now, NO_CHAT, Ending::Protocol),
            Some(found) => self.handle_failed_entry(now, &found, Ending::Protocol),
            None => self.handle_failed_entry(now, text, Ending::Unreachable),
        }
    }

    /// The login of SSH came to nothing.
    pub(crate) fn handle_failed_login(&mut self, now: Instant, failure: FailedLogin) {
        self.now = now;
        if !matches!(self.phase, Phase::Connecting | Phase::Greeting(_)) {
            return self.handle_disconnect(now);
        }
        match failure {
            FailedLogin::PasswordWanted | FailedLogin::Refused
                if self.called == Some(Caller::Newcomer) =>
            {
                self.exit_with(NO_REGISTRATION, Ending::LoginRefused)
            }
            FailedLogin::PasswordWanted if self.config.can_ask => self.ask_before_call(),
            FailedLogin::PasswordWanted => {
                self.exit_with("no password given, and the key opens nothing", Ending::LoginRefused)
            }
            FailedLogin::Refused if self.has_been_online => {
                self.handle_refused_attempt(now, 0, "the server refused the login")
            }
            FailedLogin::Refused if self.take_other_password() => self.call_again(),
            FailedLogin::Refused if self.config.is_interactive => {
                self.has_erred = true;
                self.refusals += 1;
                let lock = if self.refusals < STRIKES { "" } else { LOCK };
                self.refuse(format!("{WRONG}{lock}"));
                self.ask_before_call();
            }
            FailedLogin::Refused => self.exit_with(WRONG, Ending::LoginRefused),
            FailedLogin::Full(text) if self.reconnecting.is_some() || self.waits_for_others() => {
                self.handle_refused_attempt(now, 1, &text)
            }
            FailedLogin::Full(text) => self.exit_with(&text, Ending::ServerFull),
            FailedLogin::Banned(text) => self.exit_with(&text, Ending::ByOperator),
            FailedLogin::Closed => self.handle_failed_entry(
                now,
                "the server closed the connection",
                Ending::Unreachable,
            ),
            FailedLogin::Other(text) => self.handle_failed_entry(now, &text, Ending::Protocol),
        }
    }

    fn ask_before_call(&mut self) {
        self.phase = Phase::Asking;
        self.actions.push_back(Action::Disconnect);
        self.ask(Ask::Password);
    }

    fn call_again(&mut self) {
        self.actions.push_back(Action::Disconnect);
        self.connect();
    }
}
