//! The user's agent beside a call: which keys it has, before the call, and its signature, while the
//! call waits for it. Decides nothing.

use std::time::Instant;

use rustix::event::PollFlags;
use smolchat_ssh_client::AgentAnswer;

use super::Driver;
use crate::client::agent::{AGENT_VARIABLE, AgentSocket};
use crate::client::keys::Keys;

impl Driver {
    /// Opens the agent before a call that may show its keys, unless it is open.
    pub(super) fn open_agent(&mut self, now: Instant) {
        let is_wanted = self.keys.as_ref().is_some_and(Keys::wants_agent);
        if let Some(path) = std::env::var_os(AGENT_VARIABLE)
            && is_wanted
            && self.agent.is_none()
        {
            self.agent = AgentSocket::open(now, &path);
        }
    }

    /// Whether a connection has to wait until the agent has told its keys.
    pub(super) fn is_agent_listing(&self) -> bool {
        self.agent.as_ref().is_some_and(AgentSocket::is_listing)
    }

    /// The agent's socket is ready, or its time is over.
    pub(super) fn handle_agent(&mut self, now: Instant, ready: PollFlags) {
        let Some(agent) = &mut self.agent else { return };
        let is_due = agent.poll_at().is_some_and(|at| now >= at);
        if ready.is_empty() && !is_due {
            return;
        }
        match agent.handle_ready(now) {
            Ok(None) => {}
            Ok(Some(answer)) => self.handle_agent_answer(now, answer),
            Err(_) => {
                self.agent = None;
                self.handle_agent_answer(now, AgentAnswer::Refused);
            }
        }
    }

    /// A refusal is that of whatever is under way.
    fn handle_agent_answer(&mut self, now: Instant, answer: AgentAnswer) {
        if let (AgentAnswer::Keys(listed), Some(keys)) = (&answer, &mut self.keys) {
            keys.note_agent(listed);
        }
        if let Some(socket) = self.held.take() {
            return self.handle_connected(now, socket);
        }
        let signature = match answer {
            AgentAnswer::Signature(signature) => Some(signature),
            AgentAnswer::Keys(_) => return,
            AgentAnswer::Refused => None,
        };
        if let Some(server) = &mut self.server {
            server.sign(signature);
            self.settle_server(now);
        }
    }

    /// Asks the agent for the signature that a call waits for. Without an agent there is none.
    pub(super) fn ask_agent(&mut self, now: Instant) {
        let Some(wanted) = self.server.as_ref().and_then(|server| server.wanted_signature()) else {
            return;
        };
        match &mut self.agent {
            Some(agent) if agent.is_asked() => {}
            Some(agent) => agent.ask(now, wanted),
            None => self.handle_agent_answer(now, AgentAnswer::Refused),
        }
    }
}
