//! Connections that a carrier brings: attempts to log in that it has the server judge, peers that
//! it has authenticated, and its end.
//! Knows no carrier.

use super::connection::Connection;
use super::{ConnectionId, Server};
use crate::carrier::{Attempt, End, GUEST, Proof, Verdict};
use crate::chat::{LoginRefusal, State, UserId};
use crate::command::{self, Context, Entered};
use crate::environment::{Environment, LoginBy, LoginWhy, Notice, SessionEnd};
use crate::protocol::UserName;
use crate::time::Instant;
use crate::transport::Transport;

impl Server<'_> {
    /// Judges the attempt of a stranger to log in by its carrier. A password is checked as by
    /// `login`, with the same limits, and the answer does not tell why it is refused. Where people
    /// may register, whoever calls itself [`GUEST`] comes in without a proof, and logs in or
    /// registers by requests. So an account of that name logs in by a request, too.
    pub fn handle_attempt(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        attempt: &Attempt<'_>,
        environment: &mut impl Environment,
    ) -> Verdict {
        if self.stopping || self.chat.state(connection) != State::Stranger {
            return Verdict::End;
        }
        let Attempt { name, proof } = *attempt;
        self.connections[connection.index()].is_login_counted = false;
        let user = match proof {
            Proof::Nothing if name == GUEST && self.chat.settings().registration => {
                return Verdict::Guest;
            }
            Proof::Nothing => return Verdict::Refuse,
            Proof::Key(key) => {
                let user = self.chat.user_with_key(name, key, environment);
                user.ok_or((LoginBy::Key, LoginWhy::UnknownKey))
            }
            Proof::Password(password) => {
                let checked =
                    self.chat.check_name_and_password(connection, name, password, now, environment);
                if checked == Err(LoginRefusal::NotYet) {
                    return Verdict::Later;
                }
                environment.forget(connection.0);
                self.connections[connection.index()].is_login_counted = checked.is_ok();
                let why = |refusal| command::reply_to(refusal, name).map(|(_, why)| why);
                checked.map_err(|refusal| {
                    (LoginBy::Password, why(refusal).unwrap_or(LoginWhy::WrongPassword))
                })
            }
        };
        #[cfg(feature = "operator")]
        {
            self.connections[connection.index()].proven = user.ok();
        }
        match user {
            Ok(user) => Verdict::Admit(user.0),
            Err((by, why)) => {
                command::tell_refusal(&self.chat, connection, (name, by), why, environment);
                // The password may be right, so the peer does not hear that it is wrong.
                let is_over = why == LoginWhy::LoginWait;
                if is_over { Verdict::End } else { Verdict::Refuse }
            }
        }
    }

    /// The carrier has authenticated the peer as the user of this number, which
    /// [`Verdict::Admit`] told. The user's session begins behind the greeting, as if the first
    /// request had been a `login` with the right password. If it may not begin, the peer hears why,
    /// and the connection ends. Call it before [`handle_input`](Self::handle_input), each time.
    pub fn handle_proven<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        user: u16,
        transport: &mut T,
        environment: &mut impl Environment,
    ) {
        if self.chat.state(connection) != State::Stranger {
            return;
        }
        self.end_wait(connection);
        if !self.may_read(connection, transport) {
            return;
        }
        // The reply holds the name while the chat changes.
        let Ok(name) = UserName::try_from(self.chat.name(UserId(user))) else { return };
        let is_counted = self.connections[connection.index()].is_login_counted;
        let mut context =
            Context { chat: &mut self.chat, connection, now, reply_only: false, environment };
        match command::enter(&mut context, &name, is_counted) {
            Entered::Wait => {
                self.connections[connection.index()].waits = true;
                self.begin_claim(connection);
            }
            Entered::Yes(reply) => {
                self.reply(connection, &reply, transport);
                self.arm(connection);
            }
            Entered::No(reply) => {
                self.reply(connection, &reply, transport);
                self.finish(connection, now);
            }
        }
    }

    /// The carrier is at its end: nothing comes, and nothing goes. The connection ends without a
    /// last line, by [`Flow::Close`](super::Flow::Close).
    pub fn handle_hang_up(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        end: End,
        environment: &mut impl Environment,
    ) {
        let state = self.chat.state(connection);
        if state == State::Free {
            return;
        }
        if state == State::Stranger || end != End::Closed {
            let from = self.chat.remote(connection);
            environment.notice(Notice::CarrierEnded { from, why: end });
        }
        self.chat.end_session(connection, now, SessionEnd::Gone, environment);
        // Nobody waits for its password any more.
        environment.forget(connection.0);
        // What it was still to hear goes nowhere.
        self.connections[connection.index()] = Connection::default();
        self.finish(connection, now);
    }
}
