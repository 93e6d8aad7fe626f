//! The second step of a round: the server hears who came and who is gone, reads, answers, and tells
//! others. No other step calls it. No frame is sent yet, so many lines to one connection leave in
//! few frames.

use smoltcp::socket::tcp::State;

use super::driver::Driver;
use super::round::Round;
use super::slot::Phase;
use crate::carrier::Carriers;
use crate::environment::{Environment, Remote};
use crate::server::{ConnectionId, Flow};

/// A round serves ready connections four times for each place, and this many times more.
const EXTRA_SERVICES: usize = 64;

impl<C: Carriers> Driver<'_, C> {
    /// Has the server handle everything that came in, everything that is due, and everything that
    /// follows; false if there is more.
    pub(super) fn relay<E: Environment>(&mut self, round: &mut Round<'_, '_, E>) -> bool {
        // Who has more to do comes behind those who are here now, in the next round.
        for _ in 0..self.input.len() {
            let Some(id) = self.input.pop() else { break };
            self.on_socket_event(round, id);
        }
        let Round { now, server, environment } = round;
        if server.poll_at().is_some_and(|due| due <= *now) {
            server.handle_timeout(*now, *environment);
        }
        while let Some(asker) = environment.next_answered() {
            server.handle_answer(ConnectionId(asker));
        }
        for _ in 0..4 * self.slots.len() + EXTRA_SERVICES {
            let Some(connection) = round.server.poll_ready() else { return true };
            self.service(round, connection.index());
        }
        false
    }

    /// Handles a socket's news: its peer arrived, wrote, acknowledged, or is gone.
    fn on_socket_event<E: Environment>(&mut self, round: &mut Round<'_, '_, E>, id: usize) {
        let Round { now, server, environment } = round;
        let slot = &mut self.slots[id];
        if core::mem::take(&mut slot.unheard) {
            self.carriers.close(id);
            server.handle_disconnect(*now, ConnectionId(id as u16), *environment);
        }
        if slot.phase == Phase::Arrived {
            if !self.listening {
                slot.socket().abort();
                self.output.push(id);
                return;
            }
            slot.phase = Phase::Open;
            let (address, door) = (slot.tuple.peer.into(), slot.tuple.service);
            let service = self.slots.services.get(door);
            let from = Remote { address, door };
            let connection = ConnectionId(id as u16);
            server.handle_connect(*now, connection, from, service.dialect, *environment);
            self.begin_carrying(round, id, service.carrier);
        }
        if !matches!(self.slots[id].phase, Phase::Open | Phase::Closing) {
            return;
        }
        // A peer that writes and resets at once is still heard. Programs that exit with unread
        // bytes do that.
        self.service(round, id);
        let slot = &mut self.slots[id];
        let gone = slot.socket().state() == State::Closed;
        if gone && slot.socket().remote_endpoint().is_none() {
            self.release(id);
            self.carriers.close(id);
            let Round { now, server, environment } = round;
            server.handle_disconnect(*now, ConnectionId(id as u16), *environment);
        } else if core::mem::take(&mut slot.probed) {
            slot.probes = 0;
            round.server.handle_sign_of_life(ConnectionId(id as u16));
        }
    }

    /// Serves one connection: the server reads what there is and writes what fits. Mostly nothing
    /// is left to write behind the replies, but to ask that first would cost as much as the call.
    pub(super) fn service<E: Environment>(&mut self, round: &mut Round<'_, '_, E>, id: usize) {
        if !matches!(self.slots[id].phase, Phase::Open | Phase::Closing) {
            return;
        }
        self.carry_in(round, id);
        let connection = ConnectionId(id as u16);
        let Round { now, server, environment } = round;
        server.handle_input(*now, connection, &mut self.transport(id), *environment);
        if self.slots[id].socket().state() == State::Closed {
            // Lines that are written from now on go nowhere, and must not look as if they had been
            // received.
            return;
        }
        let flow = server.poll_output(*now, connection, &mut self.transport(id), *environment);
        self.carry_out(round, id);
        let now = &round.now;
        match flow {
            Flow::Open => {}
            Flow::Probe => self.begin_probes(*now, id),
            // The connection's deadline ends it if its carrier never gets there.
            Flow::Close if self.carriers.is_sending(id) => {}
            Flow::Close => {
                self.slots[id].socket().close();
                self.slots.close(*now, id);
            }
            Flow::Abort => {
                self.slots[id].socket().abort();
                self.slots.close(*now, id);
            }
        }
        let slot = &mut self.slots[id];
        if slot.phase == Phase::Closing {
            // Nobody reads any more, but the peer's goodbye comes only after everything that it
            // wrote.
            while slot.socket().recv(|bytes| (bytes.len(), bytes.len())).is_ok_and(|len| len > 0) {}
        }
        self.output.push(id);
    }
}
