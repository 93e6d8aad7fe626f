//! How the simulated world comes to rest: bytes move, the server is served as its driver would,
//! acknowledgements come late. No time passes here but the little that an OK may wait.

use smolchat_core::chat::STRICT_ACK_TIMEOUT;
use smolchat_core::environment::Environment;
use smolchat_core::server::{ConnectionId, Flow};
use smolchat_core::store::{Durability, Store};

use super::Simulated;
use super::hashes::Hashes;
use super::pipe::Pipe;
use crate::stage::{Client, Stage};

/// The rounds within which everything must come to rest; the longest conversation takes far fewer.
const ROUNDS: usize = 1_000_000;

impl Simulated {
    /// Connections that the server counts; as many as there are.
    pub fn check_connections(&self) {
        let there = self.parties.iter().filter(|party| party.link.is_some()).count();
        let counted = self.server.connections();
        if counted != there {
            self.fail(&format!("the server counts {counted} connections, there are {there}"));
        }
    }

    /// Lets everybody do what can be done now, until nothing moves.
    pub(super) fn settle(&mut self) {
        for _ in 0..ROUNDS {
            let mut moved = false;
            for client in (0..self.parties.len()).map(Client) {
                moved |= self.carry(client);
            }
            for _ in 0..self.places.len() {
                let Some(id) = self.server.poll_ready() else { break };
                moved = true;
                if let Some(client) = self.places[usize::from(id.0)] {
                    self.serve(client);
                }
            }
            let moved = moved || self.hash() || self.confirm(|pipe| pipe.is_pressed());
            if !moved && !self.lose_patience() {
                return;
            }
        }
        self.fail("the world does not come to rest");
    }

    /// Has one password checked or hashed that the server asked for. Whether there was one.
    fn hash(&mut self) -> bool {
        let worked = self.environment.hashes.as_mut().is_some_and(Hashes::work);
        while let Some(asker) = self.environment.next_answered() {
            self.server.handle_answer(ConnectionId(asker));
        }
        worked
    }

    /// Lets the short wait of a strict server for an acknowledgement pass. Whether it did.
    fn lose_patience(&mut self) -> bool {
        if self.setting.durability != Durability::Strict {
            return false;
        }
        let chat = self.server.chat();
        let online = chat.online().filter_map(|connection| chat.user_of(connection));
        let due = online.filter_map(|user| chat.storing_due(user)).min();
        let Some(due) = due.filter(|due| *due <= self.now + STRICT_ACK_TIMEOUT) else {
            return false;
        };
        self.now = due.max(self.now);
        self.server.handle_timeout(self.now, &mut self.environment);
        true
    }

    /// Moves one client's bytes, both ways; the server then sees to it. Whether anything moved.
    fn carry(&mut self, client: Client) -> bool {
        let party = &mut self.parties[client.0];
        let Some(link) = &mut party.link else { return false };
        let mut moved = link.pipe.send(&mut party.outbox);
        if party.hung_up {
            if party.outbox.is_empty() {
                moved |= link.pipe.end();
            }
            // A closed socket answers every segment with a reset.
            if !moved && (link.closing || !link.pipe.is_drained()) {
                self.disconnect(client);
                return true;
            }
        } else if !party.stalled {
            let bytes = link.pipe.receive();
            moved |= !bytes.is_empty();
            self.told(client, &bytes);
        }
        if moved {
            self.serve(client);
        }
        self.finish_closing(client) || moved
    }

    /// The client has read `bytes`.
    fn told(&mut self, client: Client, bytes: &[u8]) {
        let party = &mut self.parties[client.0];
        for &byte in bytes {
            if byte != b'\n' {
                party.unfinished.push(byte);
                continue;
            }
            let line = String::from_utf8(std::mem::take(&mut party.unfinished));
            let line = line.expect("the server's lines are UTF-8");
            self.transcript.heard(client, &line);
            party.lines.push_back(line);
        }
    }

    /// What a driver does for one connection.
    fn serve(&mut self, client: Client) {
        let now = self.now;
        let Some(link) = &mut self.parties[client.0].link else { return };
        let (server, environment) = (&mut self.server, &mut self.environment);
        server.handle_input(now, link.id, &mut link.pipe, environment);
        let flow = server.poll_output(now, link.id, &mut link.pipe, environment);
        // Before anybody reads what was promised.
        environment.commit().expect("a store in memory does not fail");
        match flow {
            Flow::Open => {}
            // There is no TCP here, which answers for everybody who is connected.
            Flow::Probe => server.handle_sign_of_life(link.id),
            Flow::Close => link.closing = true,
            Flow::Abort => self.disconnect(client),
        }
    }

    /// A connection that the server closes is gone once its client has read everything.
    fn finish_closing(&mut self, client: Client) -> bool {
        let link = self.parties[client.0].link.as_ref();
        let finished = link.is_some_and(|link| link.closing && link.pipe.is_drained());
        if finished {
            self.disconnect(client);
        }
        finished
    }

    pub(super) fn disconnect(&mut self, client: Client) {
        let now = self.now;
        if let Some(link) = self.parties[client.0].link.take() {
            self.places[usize::from(link.id.0)] = None;
            self.server.handle_disconnect(now, link.id, &mut self.environment);
        }
    }

    /// The clients in `which` case acknowledge what they have read. Whether anybody did.
    pub(super) fn confirm(&mut self, which: fn(&Pipe) -> bool) -> bool {
        let mut confirmed = false;
        for client in (0..self.parties.len()).map(Client) {
            let Some(link) = &mut self.parties[client.0].link else { continue };
            if which(&link.pipe) && link.pipe.confirm() {
                self.serve(client);
                confirmed = true;
            }
        }
        confirmed
    }
}
