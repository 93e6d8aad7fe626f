//! From the greeting to being online: acknowledgements, registration, login, announcement.
//! Touches the session's state only.

use std::time::Instant;

use smolchat_core::wire::{ADDRESSES_MAX, ReplyLine, Request};

use super::{Action, Ask, Phase, Session};
use crate::client::exit::Ending;
use crate::client::requests::Pending;

impl Session {
    /// The first line of all.
    pub(super) fn handle_greeting(&mut self, line: &str) {
        match ReplyLine::parse(line).map(|line| (line.code, line.text)) {
            Some((220, _)) => self.enter(),
            Some((421, text)) => self.exit_with(text, Ending::ServerFull),
            _ => self.exit_with("what answers is not a smolchat server", Ending::Unreachable),
        }
    }

    /// Acknowledgements first, so that nothing delivered behind the login counts as read before it was shown.
    fn enter(&mut self) {
        self.phase = Phase::Entering;
        self.request(&Request::AcknowledgementsOn, Pending::AcknowledgementsOn);
        self.send_credentials();
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
            None => {
                self.phase = Phase::Over;
                self.actions.push_back(Action::Exit(Ending::LoginRefused));
            }
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
            421 | 424 => self.exit_with(text, Ending::ServerFull),
            430 => self.exit_with(text, Ending::Locked),
            431 => self.exit_with(text, Ending::OnlineAlready),
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
        self.phase = Phase::Online;
        self.beginning.password.clear();
        self.show(text);
        self.announce(now);
        self.actions.push_back(Action::ReadCommands);
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
