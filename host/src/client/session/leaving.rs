//! How a session ends: asked for, by the server, or by a lost connection.

use std::time::{Duration, Instant};

use smolchat_core::protocol::{CloseReason, Request};

use super::{Action, Phase, Session};
use crate::client::exit::Ending;
use crate::client::receipts::Style;
use crate::client::requests::Pending;

/// How long the goodbye of the server, and all replies before it, are waited for.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(10);
/// The same where somebody outside wants the client to end.
const LAST_GOODBYE: Duration = Duration::from_millis(700);
/// How long calls and receipts under way may keep a finished input from logging out.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);

impl Session {
    /// No more commands come: log out, once private connections that are being built have come to
    /// something.
    pub(crate) fn handle_end_of_input(&mut self, now: Instant) {
        self.has_said_all = true;
        self.leave_in_turn(now, now + CALL_TIMEOUT);
    }

    /// Logs out behind what was typed before, and behind calls under way unless they last longer
    /// than until `by`. Somebody at a terminal who has no connection does not wait for one.
    pub(super) fn leave_in_turn(&mut self, now: Instant, by: Instant) {
        let is_done = self.is_all_sent() && !self.waits_for_files();
        match self.phase {
            Phase::Over | Phase::Leaving(_) => {}
            Phase::Online if is_done && (now >= by || !self.is_awaiting()) => {
                self.leave(now + GOODBYE_TIMEOUT)
            }
            Phase::Online => self.leave_by = Some(by),
            _ if self.reconnecting.is_none() => {}
            _ if is_done || self.config.is_interactive => self.exit(Ending::AsAsked),
            _ => self.leave_by = Some(by),
        }
    }

    /// Whether something is under way that a script wants to see through: a call, or receipts.
    fn is_awaiting(&self) -> bool {
        let is_unanswered =
            self.config.receipts == Style::Words && self.requests.messages().next().is_some();
        let is_private = self.conversations.is_calling() || self.conversations.is_waiting();
        is_private || is_unanswered || self.receipts.is_awaited()
    }

    /// Somebody wants the client to end: log out now, with this ending. When asked twice, do not
    /// wait for the server.
    pub(crate) fn handle_interrupt(&mut self, now: Instant, ending: Ending) {
        if self.interrupted.replace(ending).is_some() {
            return self.exit(ending);
        }
        match self.phase {
            Phase::Online => self.leave(now + LAST_GOODBYE),
            Phase::Over => {}
            Phase::Leaving(by) => self.phase = Phase::Leaving(by.min(now + LAST_GOODBYE)),
            _ => self.exit(ending),
        }
    }

    /// Somebody gave up the line being typed, and with it the waiting: for room, for a lost server,
    /// or for the end.
    pub(crate) fn handle_cancel(&mut self, now: Instant) {
        if self.drop_waiting() {
            return;
        }
        if self.leave_by.is_some() || matches!(self.phase, Phase::Leaving(_)) {
            return self.handle_interrupt(now, Ending::AsAsked);
        }
        if self.reconnecting.is_some() && self.phase != Phase::Over {
            self.exit(Ending::AsAsked);
        }
    }

    /// The connection to the server ended.
    pub(crate) fn handle_disconnect(&mut self, now: Instant) {
        const LOST: &str = "the connection to the server is lost";
        match self.phase {
            Phase::Over | Phase::Asking | Phase::Waiting(_) | Phase::Connecting => {}
            Phase::Greeting(_) => {
                self.handle_no_greeting(now, "the server closed the connection");
            }
            Phase::Entering if self.is_asking => self.ask_without_connection(),
            Phase::Entering if self.reconnecting.is_some() => self.try_later(now),
            Phase::Entering => self.exit_with(LOST, Ending::Unreachable),
            Phase::Online | Phase::Leaving(_) => self.lose(now, LOST, Ending::Unreachable),
        }
    }

    /// The server does not wait for somebody who thinks about a password. The answer connects.
    fn ask_without_connection(&mut self) {
        self.requests.take_unanswered();
        self.phase = Phase::Asking;
        self.actions.push_back(Action::Disconnect);
    }

    fn leave(&mut self, by: Instant) {
        self.leave_by = None;
        self.tell_unfinished_files();
        self.phase = Phase::Leaving(by);
        self.request(&Request::Logout, Pending::Logout);
    }

    /// `* bye`. Two of the reasons concern strangers only: no login in time, and making room.
    pub(super) fn handle_bye(&mut self, now: Instant, code: u16, text: &str) {
        let close_reason = CloseReason::of(code);
        match (close_reason, self.phase) {
            (_, Phase::Entering) if self.is_asking => self.ask_without_connection(),
            (
                Some(
                    CloseReason::LoginDeadline
                    | CloseReason::MakingRoom
                    | CloseReason::ShuttingDown,
                ),
                Phase::Entering,
            ) if self.reconnecting.is_some() || self.waits_for_others() => {
                self.handle_refused_attempt(now, code, text)
            }
            (Some(CloseReason::ShuttingDown), Phase::Online | Phase::Leaving(_)) => {
                self.lose(now, text, Ending::Unreachable)
            }
            (Some(CloseReason::MakingRoom), _) => self.exit_with(text, Ending::ServerFull),
            (Some(CloseReason::Inactive), Phase::Online) if self.config.is_interactive => {
                self.fall_asleep(now, text)
            }
            (Some(CloseReason::Inactive | CloseReason::LoginDeadline), _) => {
                self.exit_with(text, Ending::TimedOut)
            }
            (Some(CloseReason::Kicked | CloseReason::Banned | CloseReason::Removed), _) => {
                self.exit_with(text, Ending::ByOperator)
            }
            _ => self.exit_with(text, Ending::Unreachable),
        }
    }

    pub(super) fn handle_leaving_timeout(&mut self, now: Instant) {
        if self.phase == Phase::Online
            && let Some(by) = self.leave_by
        {
            self.leave_in_turn(now, by);
        }
        if matches!(self.phase, Phase::Leaving(by) if now >= by) {
            self.lose(now, "the server does not answer", Ending::Unreachable);
        }
    }
}
