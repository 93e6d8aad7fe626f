//! Orders of whoever runs the server, and of admins: what they do, whose connections they end, and
//! their answers for a door that is no connection.
//! Knows no word of an order.

use super::connection::Greeting;
use super::input::Handled;
use super::{ConnectionId, Server};
use crate::chat::{AddAccountError, State, Target, UserId};
use crate::command::order::{self, Ended, Operator};
use crate::command::order_items;
use crate::command::{self, Answer, Context, Outcome, Step};
use crate::dialect::{Dialect, DialectKind, LineWriter};
use crate::environment::{Environment, Notice, SessionEnd};
use crate::operator::Order;
use crate::protocol::{Item, OWN_MESSAGES, Reply, Secret};
use crate::time::Instant;
use crate::transport::Transport;

/// The rest of an answer to an order, as a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    answer: Answer,
    is_begun: bool,
}

/// An account, to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountView<'a> {
    /// Its name.
    pub name: &'a str,
    /// It came with the product.
    pub is_given: bool,
    /// Its user is online.
    pub is_online: bool,
    /// Its user may give orders.
    pub is_admin: bool,
}

/// The console: whoever runs the server.
impl Server<'_> {
    /// Does an order of whoever runs the server. Writes the first line of the answer in the dialect
    /// of lines; the other lines are [told](Self::tell). A secret is kept as it is given: hash a
    /// password before. Call it between rounds, and have the store commit before anybody hears the
    /// answer.
    pub fn operate(
        &mut self,
        now: Instant,
        order: Order<'_>,
        environment: &mut impl Environment,
        line: &mut LineWriter,
    ) -> Option<Told> {
        let (connection, dialect) = (ConnectionId(u16::MAX), Dialect::new(DialectKind::Lines));
        let mut context =
            Context { chat: &mut self.chat, connection, now, reply_only: false, environment };
        let (outcome, ended) = order::handle(&mut context, Operator::Console, order);
        self.end_sessions(ended, now, environment);
        match outcome {
            Outcome::Answer(answer) => {
                self.tell(now, Told { answer, is_begun: false }, environment, line)
            }
            Outcome::Reply(reply) | Outcome::Slow(reply) => {
                note_full(&reply, environment);
                dialect.write_reply(&reply, line);
                None
            }
            // Nothing waits for the console.
            _ => {
                dialect.write_reply(&Reply::ChecksFull, line);
                None
            }
        }
    }

    /// Writes the next line of an answer, or none if it looked through much, and answers what comes
    /// behind it.
    pub fn tell(
        &self,
        now: Instant,
        told: Told,
        environment: &impl Environment,
        line: &mut LineWriter,
    ) -> Option<Told> {
        let (dialect, mut answer) = (Dialect::new(DialectKind::Lines), told.answer);
        loop {
            let mut part = dialect.pack(answer.head(), told.is_begun, line);
            let sink = &mut |item: Item<'_>| part.push(item);
            let step = match answer {
                Answer::Status { next } => {
                    let nobody = self.chat.operator();
                    let sink = &mut |item: Item<'_>| is_own(&item) || sink(item);
                    command::status_items(&self.chat, environment, nobody, now, next, sink)
                }
                answer => order_items::next_items(answer, &self.chat, now, sink),
            };
            match step {
                Step::Full(next) | Step::Yield(next) if !part.is_empty() => {
                    part.finish(true);
                    return Some(Told { answer: next, is_begun: true });
                }
                // Others get their turn, and nothing is said yet.
                Step::Yield(answer) => {
                    line.clear();
                    return Some(Told { answer, is_begun: told.is_begun });
                }
                Step::Full(next) => {
                    line.clear();
                    answer = next;
                }
                Step::Last | Step::Nothing | Step::Instead(_) => {
                    part.finish(false);
                    return None;
                }
            }
        }
    }

    /// How many rows of accounts there are. Some may be nobody's.
    pub fn account_rows(&self) -> usize {
        self.chat.account_rows()
    }

    /// The account in that row, if it has one.
    pub fn account(&self, row: usize) -> Option<AccountView<'_>> {
        self.chat.nth_account(row).map(|user| self.view(user))
    }

    /// The account of that name.
    pub fn account_of(&self, name: &str) -> Option<AccountView<'_>> {
        self.chat.find(name).map(|user| self.view(user))
    }

    fn view(&self, user: UserId) -> AccountView<'_> {
        AccountView {
            name: self.chat.name(user),
            is_given: self.chat.is_given(user),
            is_online: self.chat.is_online(user),
            is_admin: self.chat.is_admin(user),
        }
    }

    /// Whether this is what lets the user in; `None` if there is no such user.
    pub fn has_secret<'a>(&self, name: &str, secret: impl Into<Secret<'a>>) -> Option<bool> {
        self.chat.find(name).map(|user| self.chat.has_secret(user, secret.into()))
    }

    /// Adds an account that the product has from now on, or gives it the secret that the product
    /// has of it. Nothing is stored.
    ///
    /// # Errors
    /// Nothing changes; [`AddAccountError`] says why.
    pub fn list_secret<'a>(
        &mut self,
        name: &str,
        secret: impl Into<Secret<'a>>,
    ) -> Result<(), AddAccountError> {
        self.chat.list_secret(name, secret.into())
    }

    /// The user may give orders from now on, or may not; `false` if there is no such user.
    pub fn set_admin(&mut self, name: &str, is_admin: bool) -> bool {
        let user = self.chat.find(name);
        user.map(|user| self.chat.set_admin(user, is_admin)).is_some()
    }
}

/// Connections.
impl Server<'_> {
    /// Does an admin's order.
    #[cold]
    #[inline(never)]
    pub(super) fn handle_order<T: Transport>(
        &mut self,
        now: Instant,
        (connection, user): (ConnectionId, UserId),
        words: &str,
        transport: &mut T,
        environment: &mut impl Environment,
    ) -> Handled {
        let (outcome, ended) = match Order::parse(words) {
            Ok(order) => {
                let mut context = Context {
                    chat: &mut self.chat,
                    connection,
                    now,
                    reply_only: false,
                    environment,
                };
                order::handle(&mut context, Operator::Admin(user), order)
            }
            Err(reply) => (reply.into(), Ended::Nobody),
        };
        self.end_sessions(ended, now, environment);
        if outcome == Outcome::Defer {
            return Handled::Defer;
        }
        match outcome {
            Outcome::Answer(answer) => self.connections[connection.index()].answer = Some(answer),
            Outcome::Reply(reply) | Outcome::Slow(reply) => {
                note_full(&reply, environment);
                self.reply(connection, &reply, transport);
            }
            _ => {}
        }
        self.arm(connection);
        Handled::Yield
    }

    fn end_sessions(&mut self, ended: Ended, now: Instant, environment: &mut impl Environment) {
        let reason = ended.reason();
        match ended {
            Ended::Nobody => {}
            Ended::Removed(user, session) => {
                if let Some(connection) = session {
                    self.dismiss(connection, reason, now);
                }
                self.end_proven(user, now);
            }
            Ended::Kicked(user) | Ended::Banned(Target::User(user)) => {
                if let Some(connection) = self.chat.session_of(user) {
                    self.chat.end_session(connection, now, SessionEnd::Closed(reason), environment);
                    self.dismiss(connection, reason, now);
                }
            }
            Ended::Banned(Target::Network(network)) => {
                for index in 0..self.connections.len() {
                    let connection = ConnectionId(index as u16);
                    let state = self.chat.state(connection);
                    if matches!(state, State::Stranger | State::Online(_))
                        && self.chat.is_from(connection, network)
                    {
                        self.chat.end_session(
                            connection,
                            now,
                            SessionEnd::Closed(reason),
                            environment,
                        );
                        self.dismiss(connection, reason, now);
                    }
                }
            }
        }
    }

    /// Ends the connections whose peers have proved to be a user who is gone. Their carriers know
    /// the user by its row, which is another's one day.
    fn end_proven(&mut self, user: UserId, now: Instant) {
        for index in 0..self.connections.len() {
            let connection = ConnectionId(index as u16);
            if self.chat.state(connection) == State::Stranger
                && self.connections[index].proven == Some(user)
            {
                self.dismiss(connection, Ended::Removed(user, None).reason(), now);
            }
        }
    }

    /// The greeting of a newcomer who is banned.
    pub(super) fn banned_greeting(
        &self,
        connection: ConnectionId,
        now: Instant,
    ) -> Option<Greeting> {
        self.chat.ban_of(connection, now).map(Greeting::Banned)
    }
}

/// A figure of who asks. The console has no mail.
fn is_own(item: &Item<'_>) -> bool {
    matches!(item, Item::Figure { name, .. } if *name == OWN_MESSAGES)
}

/// Tells that a table is full.
fn note_full(reply: &Reply<'_>, environment: &mut impl Environment) {
    if reply.is_full() {
        environment.notice(Notice::Full { user: None, from: None, code: reply.code() });
    }
}
