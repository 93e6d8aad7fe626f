//! The server as a value: connections, their bytes and the time go in; replies, events and endings
//! come out. `handle_*` takes input, `poll_*` gives output, `poll_at` tells when to come back. Only
//! a broadcast, a login, a logout and a stop visit all connections. Knows no socket and no text.

mod carried;
mod connection;
mod deadline;
mod input;
mod memory;
#[cfg(feature = "operator")]
mod operate;
mod output;
mod restore;
mod urgent;

pub use crate::chat::{AddAccountError, ConnectionId, RestoreError, Settings};
pub use connection::Connection;
pub use memory::ServerMemory;
#[cfg(feature = "operator")]
pub use operate::{AccountView, Told};

use crate::chat::{Chat, State};
use crate::dialect::{DialectKind, LineWriter};
use crate::environment::{Environment, Notice, Remote, SessionEnd};
use crate::protocol::{CloseReason, Secret};
use crate::table::Wheel;
use crate::time::Instant;
use connection::Greeting;

/// What a driver has to do with a connection next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Nothing: the connection goes on.
    Open,
    /// The connection goes on. Probe the peer at once, whatever the connection has to send. When
    /// anything of the peer is accepted after that, call `handle_sign_of_life`.
    Probe,
    /// The transport has everything. Close it in good order once all is sent, then call
    /// `handle_disconnect`.
    Close,
    /// It did not take its last lines in time. End it at once, then call `handle_disconnect`.
    Abort,
}

/// The server. Its driver owns the sockets, the clock and the loop.
///
/// Its calls come in three families: `handle_*` tells what happened, `poll_*` asks what to do, and
/// `poll_at` tells when to come back. A driver makes them in rounds, in this order:
///
/// 1. [`handle_connect`](Self::handle_connect) for each new connection, and
///    [`handle_disconnect`](Self::handle_disconnect) for each that is gone;
/// 2. [`handle_input`](Self::handle_input) for each connection with news, and at once
///    [`poll_output`](Self::poll_output) for it; [`handle_answer`](Self::handle_answer) for each
///    connection whose password the environment has looked into;
/// 3. [`handle_timeout`](Self::handle_timeout), if the time of `poll_at` has come;
/// 4. [`poll_ready`](Self::poll_ready), until it gives no connection, with the two calls of step 2
///    for each;
/// 5. [`commit`](crate::store::Store::commit) of the environment, once. Only after that may bytes
///    of the round leave;
/// 6. a wait for news, or for the time of [`poll_at`](Self::poll_at).
///
/// # Example
#[doc = include_str!("example.md")]
#[derive(Debug)]
pub struct Server<'s> {
    chat: Chat<'s>,
    connections: &'s mut [Connection],
    /// A deadline for every connection. It is set early and computed again when it fires, so a
    /// command need not move it.
    deadlines: Wheel<'s>,
    /// The current line: written here, then handed to its connection's transport.
    line: LineWriter,
    /// The server is about to say goodbye, and reads no more requests.
    stopping: bool,
}

impl<'s> Server<'s> {
    /// A server in lent memory. `seed` should be unpredictable where there is entropy.
    pub fn new(lent: ServerMemory<'s>, settings: Settings, now: Instant, seed: u64) -> Self {
        Server {
            chat: Chat::new(lent.chat, lent.capacities, settings, now, seed),
            connections: lent.tables.connections,
            deadlines: Wheel::new(lent.tables.deadlines, now),
            line: LineWriter::new(),
            stopping: false,
        }
    }

    /// Adds an account, at start. An account with a hash needs an environment that can check it.
    ///
    /// # Errors
    /// There is no room for it, or it is none.
    pub fn add_account<'a>(
        &mut self,
        name: &str,
        secret: impl Into<Secret<'a>>,
    ) -> Result<(), AddAccountError> {
        self.chat.add_account(name, secret.into())
    }

    /// The state of the chat, to look at.
    pub fn chat(&self) -> &Chat<'s> {
        &self.chat
    }

    /// Connections that were accepted and are not gone yet.
    pub fn connections(&self) -> usize {
        self.chat.connected()
    }

    /// Greets a new connection, which speaks `dialect`. If every place is taken, a stranger makes
    /// room: the oldest of the source with most strangers. If users hold all other places, the
    /// newcomer hears that the server is full.
    pub fn handle_connect(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        from: impl Into<Remote>,
        dialect: DialectKind,
        environment: &mut impl Environment,
    ) {
        self.connections[connection.index()] = Connection::new(dialect);
        self.chat.connect(connection, from.into(), now);
        #[cfg(feature = "operator")]
        if let Some(greeting) = self.banned_greeting(connection, now) {
            self.connections[connection.index()].greeting = Some(greeting);
            self.chat.dismiss(connection, now);
            environment.notice(Notice::BannedSource { from: self.chat.remote(connection) });
            self.arm(connection);
            return self.wake(connection);
        }
        let admitted = self.make_room(connection, now, environment);
        let own = &mut self.connections[connection.index()];
        match admitted {
            true => own.greeting = Some(Greeting::Ready),
            false => {
                own.greeting = Some(Greeting::Full);
                self.chat.dismiss(connection, now);
            }
        }
        let from = self.chat.remote(connection);
        environment.notice(match admitted {
            true => Notice::Connected { from },
            false => Notice::ServerFull { from },
        });
        self.arm(connection);
        self.wake(connection);
    }

    /// Whether `newcomer` may stay, perhaps in the place of another stranger. It is counted
    /// already.
    fn make_room(
        &mut self,
        newcomer: ConnectionId,
        now: Instant,
        environment: &mut impl Environment,
    ) -> bool {
        if self.chat.present() <= self.chat.capacities().connections {
            return true;
        }
        match self.chat.next_stranger() {
            Some(stranger) if stranger != newcomer => {
                self.dismiss_stranger(stranger, CloseReason::MakingRoom, now, environment);
                true
            }
            _ => false,
        }
    }

    /// Forgets a connection that is gone: reset, timed out, or ended after [`Flow::Close`] or
    /// [`Flow::Abort`].
    pub fn handle_disconnect(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        environment: &mut impl Environment,
    ) {
        self.chat.end_session(connection, now, SessionEnd::Gone, environment);
        self.chat.disconnect(connection);
        environment.forget(connection.0);
        self.deadlines.disarm(connection.index());
    }

    /// The environment has an answer for `connection`, whose request waits for it: see
    /// [`next_answered`](Environment::next_answered).
    pub fn handle_answer(&mut self, connection: ConnectionId) {
        self.wake(connection);
    }

    /// Prepares a stop: reads no more requests, and has the store take all waiting messages, so
    /// that every accepted message has its OK by the next round. The store takes the history, too.
    /// Call [`handle_shutdown`](Self::handle_shutdown) after that round.
    pub fn prepare_shutdown(&mut self, now: Instant, environment: &mut impl Environment) {
        self.stopping = true;
        let mut next = self.chat.first_online();
        while let Some(connection) = next {
            next = self.chat.next_online(connection);
            if let Some(user) = self.chat.user_of(connection) {
                // A store that refuses is asked again when the user leaves.
                let _ = self.chat.store_mailbox(user, now, environment);
            }
        }
        self.chat.store_whole_history(now, environment);
    }

    /// Says goodbye to everybody. Every connection then comes to its [`Flow::Close`].
    pub fn handle_shutdown(&mut self, now: Instant, environment: &mut impl Environment) {
        while let Some(connection) = self.chat.first_online() {
            let reason = SessionEnd::Closed(CloseReason::ShuttingDown);
            self.chat.end_session(connection, now, reason, environment);
            self.dismiss(connection, CloseReason::ShuttingDown, now);
        }
        while let Some(stranger) = self.chat.next_stranger() {
            self.dismiss(stranger, CloseReason::ShuttingDown, now);
        }
    }

    /// The next connection that has something to write or to read: call
    /// [`handle_input`](Self::handle_input) and [`poll_output`](Self::poll_output) for it.
    pub fn poll_ready(&mut self) -> Option<ConnectionId> {
        self.chat.next_ready()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if nothing happens before. Perhaps
    /// early, never late.
    pub fn poll_at(&self) -> Option<Instant> {
        let tables =
            [self.chat.registration_due(), self.chat.expiry_due(), self.chat.history_due()];
        tables.into_iter().fold(earlier(self.deadlines.poll_at(), self.chat.backlog_due()), earlier)
    }

    /// Ends the connection of a stranger after it has heard the reason.
    fn dismiss_stranger(
        &mut self,
        stranger: ConnectionId,
        why: CloseReason,
        now: Instant,
        environment: &mut impl Environment,
    ) {
        environment.notice(Notice::Dismissed { from: self.chat.remote(stranger), why });
        self.dismiss(stranger, why, now);
    }

    /// Ends the connection after it has heard the reason.
    fn dismiss(&mut self, connection: ConnectionId, close_reason: CloseReason, now: Instant) {
        self.connections[connection.index()].close_reason = Some(close_reason);
        self.finish(connection, now);
    }

    /// Ends the connection once its remaining lines are out. Nothing more is read from it.
    fn finish(&mut self, connection: ConnectionId, now: Instant) {
        if self.chat.state(connection) != State::Leaving {
            self.chat.dismiss(connection, now);
        }
        self.arm(connection);
        self.wake(connection);
    }

    fn wake(&mut self, connection: ConnectionId) {
        self.chat.wake(connection);
    }
}

/// The earlier of two deadlines, where there are any.
fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
