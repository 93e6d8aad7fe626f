//! The client's side of a connection as values: lines and typed commands in, actions out. Owns all that is known of the chat.
//! Sans-IO: it opens nothing and reads no clock; `client::driver` carries its actions out. Touches the rooms that know no IO.

mod entering;
mod leaving;
mod private;
mod talking;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use smolchat_core::wire::{Event, LineError, LineWriter, ReplyLine, Request, Token};

use super::conversations::Conversations;
use super::exit::Ending;
use super::inbox::Inbox;
use super::names::Names;
use super::peer::LinkId;
use super::requests::{Heard, Pending, Requests};

/// Requests on their way before the next typed line is taken.
const WINDOW: usize = 32;
/// A server greets at once.
const GREETING_PATIENCE: Duration = Duration::from_secs(15);

/// Something for the driver to do, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Send a line to the server.
    Send(String),
    /// Show a line to the user.
    Show(String),
    /// Ask the user for what was refused, and answer with [`Session::handle_credentials`].
    Ask(Ask),
    /// The user is online: read commands from now on.
    ReadCommands,
    /// A peer that proves this token is this user.
    Expect(String, Token),
    /// Connect to this user at one of the addresses and prove the token.
    Dial(String, Token, Vec<SocketAddr>),
    /// Say this to a peer.
    Say(LinkId, String),
    /// Tell a peer that the conversation is over, and close.
    Stop(LinkId),
    /// Close a peer's connection.
    Close(LinkId),
    /// It is over.
    Exit(Ending),
}

/// What the user is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// User name and password.
    Credentials,
    /// The password.
    Password,
}

/// What a session starts from.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    /// The user to log in as.
    pub user: String,
    /// The user's password.
    pub password: String,
    /// Create the account first.
    pub register: bool,
    /// Whether somebody is there to be asked again.
    pub is_interactive: bool,
    /// Where peers may connect, unless no port could be had.
    pub listening: Option<Listening>,
}

/// What is announced to peers.
#[derive(Clone, Debug, Default)]
pub struct Listening {
    /// The port.
    pub port: u16,
    /// Own addresses, the likeliest first.
    pub addresses: Vec<IpAddr>,
}

/// How far the session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Connected, the greeting is to come by then.
    Greeting(Instant),
    /// Registering or logging in.
    Entering,
    /// Logged in.
    Online,
    /// `logout` is on its way, and answered by then.
    Leaving(Instant),
    /// Nothing more is said.
    Over,
}

/// One connection's state.
#[derive(Debug)]
pub struct Session {
    beginning: Beginning,
    names: Arc<Names>,
    phase: Phase,
    requests: Requests,
    inbox: Inbox,
    conversations: Conversations,
    /// No more commands come; leave when calls under way have come to something, at the latest then.
    leave_by: Option<Instant>,
    /// Private talk of which the server is to hear, not before then.
    activity_at: Option<Instant>,
    announced: Instant,
    actions: VecDeque<Action>,
}

impl Session {
    /// Just connected.
    pub fn new(now: Instant, beginning: Beginning, names: Arc<Names>) -> Self {
        Session {
            beginning,
            names,
            phase: Phase::Greeting(now + GREETING_PATIENCE),
            requests: Requests::default(),
            inbox: Inbox::default(),
            conversations: Conversations::default(),
            leave_by: None,
            activity_at: None,
            announced: now,
            actions: VecDeque::new(),
        }
    }

    /// The next thing to do.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// Whether the next typed line is wanted.
    pub fn is_ready_for_input(&self) -> bool {
        self.phase == Phase::Online && self.leave_by.is_none() && self.requests.waiting() < WINDOW
    }

    /// A line came from the server. After the last one of a burst, call [`handle_burst_end`](Self::handle_burst_end).
    pub fn handle_line(&mut self, now: Instant, line: &str) {
        match self.phase {
            Phase::Over => {}
            Phase::Greeting(_) => self.handle_greeting(line),
            _ if line.starts_with("* ") => self.handle_event_line(line),
            _ => self.handle_reply_line(now, line),
        }
    }

    /// Nothing more has arrived for now: what was shown is acknowledged.
    pub fn handle_burst_end(&mut self) {
        if !matches!(self.phase, Phase::Online | Phase::Leaving(_)) {
            return;
        }
        if let Some(id) = self.inbox.poll_acknowledge() {
            self.request(&Request::Acknowledge { id }, Pending::Acknowledge);
        }
    }

    /// Every deadline that is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Greeting(by) if now >= by) {
            self.exit_with("the server does not answer", Ending::Unreachable);
        }
        self.handle_private_timeout(now);
        self.handle_leaving_timeout(now);
    }

    /// The next deadline.
    pub fn poll_at(&self) -> Option<Instant> {
        let deadlines = match self.phase {
            Phase::Greeting(by) | Phase::Leaving(by) => [Some(by), None, None],
            Phase::Online => [self.leave_by, self.activity_at, self.conversations.poll_at()],
            Phase::Entering | Phase::Over => [None; 3],
        };
        deadlines.into_iter().flatten().min()
    }

    fn handle_reply_line(&mut self, now: Instant, line: &str) {
        let Some(line) = ReplyLine::parse(line) else { return };
        match self.requests.handle(line) {
            Heard::Unfinished => {}
            Heard::Part(text) => self.show(text),
            Heard::Answer(pending, code, text) => {
                self.handle_answer(now, pending, code, &text);
                self.show_own_answers();
            }
        }
    }

    fn handle_answer(&mut self, now: Instant, pending: Option<Pending>, code: u16, text: &str) {
        match pending {
            Some(Pending::Login | Pending::Register) => self.handle_entry(now, code, text),
            Some(Pending::Acknowledge) => self.inbox.handle_acknowledged(),
            Some(Pending::AcknowledgementsOn | Pending::Announce) if code / 100 == 2 => {}
            Some(Pending::Logout) => self.handle_logged_out(text),
            pending => self.handle_command_answer(pending, code, text),
        }
    }

    fn handle_event_line(&mut self, line: &str) {
        // What a newer server tells and this version does not understand is passed over.
        let Ok(event) = Event::parse(line) else { return };
        match event {
            Event::Private { user, token, addresses } => {
                self.handle_introduction(user, token, &addresses)
            }
            Event::Bye { code, text } => self.handle_bye(code, text),
            event => self.handle_news(event),
        }
    }

    fn request(&mut self, request: &Request<'_>, pending: Pending) {
        let mut line = LineWriter::new();
        request.emit(&mut line);
        self.requests.push(pending);
        self.actions.push_back(Action::Send(line.as_str().to_owned()));
    }

    /// Shows what the client answers itself, behind the answers that the server still owes.
    fn answer(&mut self, text: impl Into<String>) {
        self.requests.push(Pending::Own(text.into()));
        self.show_own_answers();
    }

    fn show_own_answers(&mut self) {
        while let Some(text) = self.requests.next_own() {
            self.show(text);
        }
    }

    fn show(&mut self, text: impl Into<String>) {
        self.actions.push_back(Action::Show(text.into()));
    }

    fn exit_with(&mut self, text: &str, ending: Ending) {
        if self.phase != Phase::Over {
            self.phase = Phase::Over;
            self.show(text);
            self.actions.push_back(Action::Exit(ending));
        }
    }
}

/// What is wrong with a typed line that is none, in the server's words.
fn line_error_text(error: LineError) -> String {
    use smolchat_core::wire::Reply;
    super::render::own(match error {
        LineError::TooLong => Reply::LineTooLong,
        LineError::NotUtf8 => Reply::NotUtf8,
        LineError::ControlCharacter => Reply::ControlCharacter,
    })
}
