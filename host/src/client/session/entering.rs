//! From the greeting to being online, for the first time or again: acknowledgements, registration, login, announcement.
//! Touches the session's state only.

use std::time::Instant;

use smolchat_core::wire::{ADDRESSES_MAX, ReplyLine, Request};

use super::{Action, Ask, Phase, Session};
use crate::client::exit::Ending;
use crate::client::requests::Pending;

impl Session {
    /// The first line of a connection.
    pub(super) fn handle_greeting(&mut self, now: Instant, line: &str) {
        match ReplyLine::parse(line).map(|line| (line.code, line.text)) {
            Some((220, _)) => self.enter(),
            Some((421, text)) if self.absence.is_some() => self.handle_refused_try(now, 421, text),
            Some((421, text)) => self.exit_with(text, Ending::ServerFull),
            _ => self.handle_failed_entry(now, "what answers is not a smolchat server"),
        }
    }

    /// Nothing came of a connection before anybody logged in.
    pub(super) fn handle_failed_entry(&mut self, now: Instant, text: &str) {
        match self.absence {
            Some(_) => self.try_later(now),
            None => self.exit_with(text, Ending::Unreachable),
        }
    }

    /// Acknowledgements first, so that nothing delivered behind the login counts as read before it was shown; and receipts, so that
    /// the epoch is known before the first number comes.
    fn enter(&mut self) {
        self.phase = Phase::Entering;
        self.request(&Request::AcknowledgementsOn, Pending::AcknowledgementsOn);
        self.request(&Request::ReceiptsOn, Pending::ReceiptsOn);
        self.send_credentials();
    }

    /// The reply to `receipts on`: an older server does not know the command.
    pub(super) fn handle_epoch(&mut self, code: u16, text: &str) {
        let number = text.split(' ').next().and_then(|epoch| epoch.parse().ok());
        let epoch = number.filter(|_| code == 203);
        self.inbox.handle_epoch(epoch);
        self.receipts.handle_epoch(epoch);
    }

    fn send_credentials(&mut self) {
        let (user, password) = (self.beginning.user.clone(), self.beginning.password.clone());
        match self.beginning.register {
            true => self.request(
                &Request::Register { user: &user, password: &password },
                Pending::Register,
            ),
            false => {
                self.request(&Request::Login { user: &user, password: &password }, Pending::Login)
            }
        }
    }

    /// The user answered [`Action::Ask`]; `None` if nobody wants to.
    pub fn handle_credentials(&mut self, credentials: Option<(String, String)>) {
        match credentials {
            Some((user, password)) => {
                (self.beginning.user, self.beginning.password) = (user, password);
                self.send_credentials();
            }
            None => self.exit(Ending::LoginRefused),
        }
    }

    /// The reply to `login` or `register`.
    pub(super) fn handle_entry(&mut self, now: Instant, code: u16, text: &str) {
        match code {
            230 => self.begin(now, text),
            231 => {
                self.show(text);
                self.beginning.register = false;
                self.send_credentials();
            }
            421 | 424 | 431 if self.absence.is_some() => self.handle_refused_try(now, code, text),
            421 | 424 => self.exit_with(text, Ending::ServerFull),
            430 => self.exit_with(text, Ending::Locked),
            431 => self.exit_with(text, Ending::OnlineAlready),
            _ if self.absence.is_some() => self.exit_with(text, Ending::LoginRefused),
            532 | 535 | 536 => self.ask_again(text, Ask::Credentials),
            501 | 533 | 537 => self.ask_again(text, Ask::Password),
            _ => self.exit_with(text, Ending::LoginRefused),
        }
    }

    fn ask_again(&mut self, text: &str, ask: Ask) {
        if !self.beginning.is_interactive {
            return self.exit_with(text, Ending::LoginRefused);
        }
        self.show(text);
        self.actions.push_back(Action::Ask(ask));
    }

    fn begin(&mut self, now: Instant, text: &str) {
        (self.phase, self.online_since) = (Phase::Online, now);
        let is_back = self.absence.take().is_some();
        self.show(if is_back { "connected again" } else { text });
        self.announce(now);
        if !is_back {
            self.actions.push_back(Action::ReadCommands);
        }
    }

    /// Tells where peers may connect; repeated, it tells that the user is active.
    pub(super) fn announce(&mut self, now: Instant) {
        let Some(listening) = &self.beginning.listening else { return };
        let addresses = listening.addresses.iter().take(ADDRESSES_MAX).copied().collect();
        let request = Request::PeerToPeer { port: listening.port, addresses };
        self.announced = now;
        self.request(&request, Pending::Announce);
    }
}
