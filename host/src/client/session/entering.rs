//! From the greeting to being online, for the first time or again: acknowledgements, registration,
//! login, announcement.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use smolchat_core::dialect::lines::{ReplyLine, parse_reply};
use smolchat_core::protocol::{ADDRESSES_MAX, Reply, Request};

use super::{Action, Arrival, Ask, Phase, SIGN_OF_LIFE, Session};
use crate::client::exit::Ending;
use crate::client::render::first_words;
use crate::client::requests::Pending;

/// A server answers a login at once, or within the seconds that it asks an older session for a sign
/// of life.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(15);
/// How a server greets (docs/PROTOCOL.md).
const GREETS_AS: &str = "smolchat";
/// What is told of a peer that greets in another way.
pub(crate) const NOT_OURS: &str = "what answers is not a smolchat server";
/// So long something else than a greeting may be the beginning of one.
const FOUND_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the first connection may take, for each address of the server's name.
const FIRST_CONNECT: Duration = Duration::from_secs(8);

impl Session {
    /// The first line of a connection.
    pub(super) fn handle_greeting(&mut self, now: Instant, line: &str) {
        let first_line = line;
        let line = ReplyLine::parse(line);
        let text = line.map_or("", |line| line.text);
        match line.and_then(parse_reply) {
            // Servers of mail and of files greet by this number, too.
            Some(Reply::Greeting) if text.starts_with(GREETS_AS) => self.enter(),
            Some(reply @ Reply::ServerFull) if self.config.is_sending => {
                self.wait_turn(now, reply, text);
            }
            Some(reply @ Reply::ServerFull)
                if self.reconnecting.is_some() || self.waits_for_others() =>
            {
                self.handle_refused_attempt(now, reply.code(), text)
            }
            Some(Reply::ServerFull) => self.exit_with(text, Ending::ServerFull),
            Some(reply @ (Reply::Banned { .. } | Reply::BannedForGood)) => {
                self.exit_with(&self.told(reply, text), Ending::ByOperator)
            }
            _ if first_line.starts_with("SSH-") => self.handle_failed_entry(
                now,
                "what answers is SSH: leave out --ssh off",
                Ending::Protocol,
            ),
            _ if first_line.trim().is_empty() => {
                self.handle_failed_entry(now, NOT_OURS, Ending::Protocol)
            }
            _ => {
                let text = format!("{NOT_OURS}, and says: {}", first_words(first_line));
                self.handle_failed_entry(now, &text, Ending::Protocol)
            }
        }
    }

    /// What answers has said this before its greeting, in words, and no smolchat server says so.
    /// `None` once it may be one.
    pub(crate) fn handle_found(&mut self, now: Instant, found: Option<String>) {
        if let Phase::Greeting(by) = self.phase
            && found.is_some()
            && self.found.is_none()
        {
            self.phase = Phase::Greeting(by.min(now + FOUND_TIMEOUT));
        }
        self.found = found;
    }

    /// Nothing came of a connection before anybody logged in. Whoever waits for the server to come
    /// back is told once if something else is in its place.
    pub(super) fn handle_failed_entry(&mut self, now: Instant, text: &str, ending: Ending) {
        let Some(reconnecting) = &mut self.reconnecting else {
            return self.exit_with(text, ending);
        };
        if ending == Ending::Protocol && reconnecting.is_first(text) {
            let text = format!("not yet: {text}; the client tries again by itself");
            match self.config.is_interactive {
                true => self.note(text),
                false => self.refuse(text),
            }
        }
        self.try_later(now);
    }

    /// Acknowledgements first, so that nothing delivered behind the login counts as read before it
    /// was shown; and receipts, so that the epoch is known before the first number comes.
    fn enter(&mut self) {
        self.phase = Phase::Entering;
        if self.called.is_some() {
            return self.enter_by_ssh();
        }
        self.request(&Request::AcknowledgementsOn, Pending::AcknowledgementsOn);
        self.request(&Request::ReceiptsOn, Pending::ReceiptsOn);
        self.send_credentials();
    }

    /// The reply to `receipts on`: an older server does not know the command.
    pub(super) fn handle_epoch(&mut self, reply: Option<Reply<'_>>) {
        let epoch = match reply {
            Some(Reply::ReceiptsOn { epoch }) => Some(epoch),
            _ => None,
        };
        self.inbox.handle_epoch(epoch);
        self.past.handle_epoch(epoch);
        self.receipts.handle_epoch(epoch);
    }

    /// When a login that is not answered is given up; not while the user is asked.
    pub(super) fn entering_until(&self) -> Option<Instant> {
        self.entered_by.filter(|_| self.phase == Phase::Entering && !self.is_asking)
    }

    pub(super) fn send_credentials(&mut self) {
        self.expect_entry();
        let (user, password) = (self.config.user.clone(), self.config.password.clone());
        if self.config.register {
            self.request(&Request::Register { user: &user, password: &password }, Pending::Register)
        } else {
            self.request(&Request::Login { user: &user, password: &password }, Pending::Login)
        }
    }

    /// A login is on its way.
    pub(super) fn expect_entry(&mut self) {
        self.entered_by = Some(self.now + LOGIN_TIMEOUT);
        self.sign_at = Some(self.now + SIGN_OF_LIFE);
    }

    /// When a person who waits for the first login is told what the client does. Later logins are
    /// told of otherwise.
    pub(super) fn sign_of_life_at(&self) -> Option<Instant> {
        let is_first = self.config.is_interactive && self.reconnecting.is_none();
        let is_entering =
            matches!(self.phase, Phase::Connecting | Phase::Greeting(_) | Phase::Entering);
        self.sign_at.filter(|_| is_first && is_entering && !self.is_asking)
    }

    pub(super) fn handle_long_entry(&mut self, now: Instant) {
        if self.sign_of_life_at().is_none_or(|at| now < at) {
            return;
        }
        self.sign_at = None;
        let work = if self.phase == Phase::Entering { "logging in at" } else { "connecting to" };
        self.note(format!("{work} {} ...", self.config.place));
    }

    /// Asks who the user is where that is not known, and connects.
    pub(super) fn start(&mut self) {
        let ask = match (self.config.user.is_empty(), self.config.password.is_empty()) {
            (true, _) if self.config.register => Some(Ask::NewCredentials),
            (true, _) => Some(Ask::Credentials),
            (false, true) if self.config.register => Some(Ask::NewPassword),
            (false, true) if self.config.asks_late => None,
            (false, true) => Some(Ask::Password),
            (false, false) => None,
        };
        match ask {
            Some(ask) => self.ask(ask),
            None => self.connect(),
        }
    }

    pub(super) fn ask(&mut self, ask: Ask) {
        (self.is_asking, self.change) = (true, None);
        self.actions.push_back(Action::Ask(ask));
    }

    pub(super) fn connect(&mut self) {
        self.phase = Phase::Connecting;
        self.sign_at = Some(self.now + SIGN_OF_LIFE);
        self.actions.push_back(Action::Connect(FIRST_CONNECT));
    }

    /// The user answered [`Action::Ask`]; `None` if nobody wants to.
    pub(crate) fn handle_credentials(
        &mut self,
        now: Instant,
        credentials: Option<(String, String)>,
    ) {
        self.now = now;
        if let Some(change) = self.change.take() {
            return self.handle_change(change, credentials.map(|(_, password)| password));
        }
        self.is_asking = false;
        let Some((user, password)) = credentials else { return self.exit(Ending::Interrupted) };
        (self.config.user, self.config.password) = (user, password);
        match self.phase {
            Phase::Asking => self.connect(),
            Phase::Entering => self.send_credentials(),
            _ => {}
        }
    }

    /// The reply to `login` or `register`. A session that was online before knows its password to
    /// be right: whatever the server refuses for now, a lock included, is tried again later.
    pub(super) fn handle_entry(&mut self, now: Instant, reply: Option<Reply<'_>>, text: &str) {
        let Some(reply) = reply else { return self.exit_with(text, Ending::LoginRefused) };
        let text = &self.told(reply, text);
        match reply {
            Reply::Welcome => self.begin(now, text),
            Reply::Registered { .. } => {
                self.say(text);
                self.config.register = false;
                self.send_credentials();
            }
            // Nothing that the client does makes a ban shorter, and the user can come back later.
            Reply::Banned { .. } | Reply::BannedForGood => self.exit_with(text, Ending::ByOperator),
            _ if self.has_been_online && reply.is_for_now() => {
                self.handle_refused_attempt(now, reply.code(), text)
            }
            Reply::ServerFull
            | Reply::ChecksFull
            | Reply::Locked { .. }
            | Reply::AlreadyOnline { .. }
                if self.waits_for_others() =>
            {
                self.handle_refused_attempt(now, reply.code(), text)
            }
            Reply::ServerFull
            | Reply::ChecksFull
            | Reply::AlreadyOnline { .. }
            | Reply::LoginWait { .. }
                if self.config.is_sending =>
            {
                self.wait_turn(now, reply, text);
            }
            Reply::ServerFull | Reply::ChecksFull => self.exit_with(text, Ending::ServerFull),
            Reply::Locked { .. } => self.exit_with(text, Ending::Locked),
            Reply::AlreadyOnline { .. } => self.exit_with(text, Ending::OnlineAlready),
            Reply::InvalidCredentials if self.take_other_password() => self.send_credentials(),
            _ if self.has_been_online => self.exit_with(text, Ending::LoginRefused),
            Reply::InvalidUsername | Reply::NameTaken | Reply::BadName => {
                self.ask_again(text, Ask::Credentials)
            }
            Reply::WrongArguments { .. } | Reply::InvalidCredentials | Reply::BadPassword => {
                self.ask_again(text, Ask::Password)
            }
            _ => self.exit_with(text, Ending::LoginRefused),
        }
    }

    /// Whether a refusal that others can cause is "not yet". A person at a terminal waits, but not
    /// for a lock after wrong passwords of this very run.
    pub(super) fn waits_for_others(&self) -> bool {
        let is_patient = self.config.reconnect != Some(Duration::ZERO);
        self.config.is_interactive && is_patient && !self.has_erred
    }

    fn ask_again(&mut self, text: &str, ask: Ask) {
        self.has_erred = true;
        if !self.config.is_interactive {
            return self.exit_with(text, Ending::LoginRefused);
        }
        self.refuse(text);
        // A password that is to become an account's is typed twice.
        self.ask(match ask {
            Ask::Credentials if self.config.register => Ask::NewCredentials,
            Ask::Password if self.config.register => Ask::NewPassword,
            ask => ask,
        });
    }

    fn begin(&mut self, now: Instant, text: &str) {
        (self.phase, self.online_since) = (Phase::Online, now);
        self.other_password = None;
        self.reconnecting = None;
        let is_back = std::mem::replace(&mut self.has_been_online, true);
        if is_back {
            self.note("connected again");
        } else if !self.config.is_sending {
            self.say(text);
        }
        self.ask_for_blocks();
        self.announce(now);
        if self.config.is_interactive {
            self.arrival = Some(Arrival::new(now, is_back));
            match is_back {
                true => self.ask_for_history(),
                false => self.actions.push_back(Action::Recall),
            }
        }
        if !is_back {
            if self.config.is_interactive {
                self.actions.push_back(Action::Prompt(self.recipient.prompt()));
            }
            self.actions.push_back(Action::ReadCommands);
        }
    }

    /// This machine has other addresses than at the login.
    pub(crate) fn handle_addresses(&mut self, now: Instant, own: Vec<IpAddr>) {
        self.now = now;
        if std::mem::replace(&mut self.own, own) != self.own && self.phase == Phase::Online {
            self.announce(now);
        }
    }

    /// Tells where peers may connect; repeated, it tells that the user is active.
    pub(super) fn announce(&mut self, now: Instant) {
        let Some((port, key)) = self.config.peer_port.zip(self.config.peer_key) else { return };
        let addresses = self.own.iter().take(ADDRESSES_MAX).copied().collect();
        let request = Request::PeerToPeer { port, key, addresses };
        self.announced = now;
        self.request(&request, Pending::Announce);
    }
}
