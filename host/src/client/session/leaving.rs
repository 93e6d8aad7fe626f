//! How a session ends: asked for, by the server, or by a lost connection.
//! Touches the session's state only.

use std::time::{Duration, Instant};

use smolchat_core::wire::Request;

use super::{Action, Phase, Session};
use crate::client::exit::Ending;
use crate::client::requests::Pending;

/// How long the goodbye of the server, and all replies before it, are waited for.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(10);
/// How long calls under way may keep a finished input from logging out.
const CALL_PATIENCE: Duration = Duration::from_secs(15);

impl Session {
    /// No more commands come: log out, once private connections that are being built have come to something.
    pub fn handle_end_of_input(&mut self, now: Instant) {
        if self.phase != Phase::Online {
            return;
        }
        match self.conversations.is_calling() {
            true => self.leave_by = Some(now + CALL_PATIENCE),
            false => self.leave(now),
        }
    }

    /// Somebody wants the client to end: log out now, and when asked twice, do not wait for the server.
    pub fn handle_interrupt(&mut self, now: Instant) {
        match self.phase {
            Phase::Online => self.leave(now),
            Phase::Over => {}
            _ => {
                self.phase = Phase::Over;
                self.actions.push_back(Action::Exit(Ending::AsAsked));
            }
        }
    }

    /// The connection to the server ended.
    pub fn handle_disconnect(&mut self) {
        match self.phase {
            Phase::Greeting(_) => {
                self.exit_with("the server closed the connection", Ending::Unreachable)
            }
            _ => self.exit_with("the connection to the server is lost", Ending::ConnectionLost),
        }
    }

    pub(super) fn leave(&mut self, now: Instant) {
        self.leave_by = None;
        self.phase = Phase::Leaving(now + GOODBYE_PATIENCE);
        self.request(&Request::Logout, Pending::Logout);
    }

    pub(super) fn handle_logged_out(&mut self, text: &str) {
        self.exit_with(text, Ending::AsAsked);
    }

    /// `* bye`: 424 comes to strangers only, who then had no room.
    pub(super) fn handle_bye(&mut self, code: u16, text: &str) {
        let ending = match code {
            424 => Ending::ServerFull,
            _ => Ending::Farewell,
        };
        self.exit_with(text, ending);
    }

    pub(super) fn handle_leaving_timeout(&mut self, now: Instant) {
        let is_time = self.leave_by.is_some_and(|by| now >= by || !self.conversations.is_calling());
        if is_time && self.phase == Phase::Online {
            self.leave(now);
        }
        if matches!(self.phase, Phase::Leaving(by) if now >= by) {
            self.exit_with("the server does not answer", Ending::ConnectionLost);
        }
    }
}
