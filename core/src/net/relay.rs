//! The second step of a round: the server reads, answers, and tells others.
//! Touches the server and the sockets; no frame is sent yet, so what is said to one connection in many lines leaves in few frames.

use smoltcp::socket::tcp::State;

use super::driver::Driver;
use super::slot::Phase;
use super::transport::TcpTransport;
use crate::environment::Environment;
use crate::server::{ConnectionId, Flow, Server};
use crate::time::Instant;

/// Turns beyond four for each place that connections get in one round.
const EXTRA_TURNS: usize = 64;

impl Driver<'_> {
    /// Has the server handle all that came in, all that is due, and all that follows from it; false where there is more.
    pub(super) fn relay(
        &mut self,
        now: Instant,
        server: &mut Server<'_>,
        environment: &mut impl Environment,
    ) -> bool {
        while let Some(id) = self.input.pop() {
            self.hear(now, id, server, environment);
        }
        if server.poll_at().is_some_and(|due| due <= now) {
            server.handle_timeout(now, environment);
        }
        for _ in 0..4 * self.slots.len() + EXTRA_TURNS {
            let Some(connection) = server.poll_ready() else { return true };
            self.attend(now, connection.index(), server, environment);
        }
        false
    }

    /// A socket has news: its peer arrived, wrote, acknowledged, or is gone.
    fn hear(
        &mut self,
        now: Instant,
        id: usize,
        server: &mut Server<'_>,
        environment: &mut impl Environment,
    ) {
        let slot = &mut self.slots[id];
        if core::mem::take(&mut slot.unheard) {
            server.handle_disconnect(now, ConnectionId(id as u16), environment);
        }
        if slot.phase == Phase::Arrived {
            if !self.listening {
                slot.socket().abort();
                self.output.push(id);
                return;
            }
            slot.phase = Phase::Open;
            let from = slot.tuple.peer.into();
            server.handle_connect(now, ConnectionId(id as u16), from, environment);
        }
        if !matches!(slot.phase, Phase::Open | Phase::Closing) {
            return;
        }
        // Who writes and resets at once, as programs do that leave with bytes unread, is still heard.
        self.attend(now, id, server, environment);
        let slot = &mut self.slots[id];
        let gone = slot.socket().state() == State::Closed;
        if gone && slot.socket().remote_endpoint().is_none() {
            self.end(now, id, server, environment);
        }
    }

    /// One connection's turn: the server reads what there is and writes what fits.
    fn attend(
        &mut self,
        now: Instant,
        id: usize,
        server: &mut Server<'_>,
        environment: &mut impl Environment,
    ) {
        let slot = &mut self.slots[id];
        if !matches!(slot.phase, Phase::Open | Phase::Closing) {
            return;
        }
        let connection = ConnectionId(id as u16);
        let mut transport = TcpTransport::new(slot.socket());
        server.handle_input(now, connection, &mut transport, environment);
        if slot.socket().state() == State::Closed {
            // What is written from now on goes nowhere, and must not look as if it had been received.
            return;
        }
        let mut transport = TcpTransport::new(slot.socket());
        match server.poll_output(now, connection, &mut transport, environment) {
            Flow::Open => {}
            Flow::Close => {
                slot.socket().close();
                self.slots.close(now, id);
            }
            Flow::Abort => {
                slot.socket().abort();
                self.slots.close(now, id);
            }
        }
        let slot = &mut self.slots[id];
        if slot.phase == Phase::Closing {
            // Nobody reads any more, but the peer's goodbye comes only after all that it wrote.
            while slot.socket().recv(|bytes| (bytes.len(), bytes.len())).is_ok_and(|len| len > 0) {}
        }
        self.output.push(id);
    }

    /// The connection is gone: the server hears of it, if it ever knew of it, and the slot serves the next.
    pub(super) fn end(
        &mut self,
        now: Instant,
        id: usize,
        server: &mut Server<'_>,
        environment: &mut impl Environment,
    ) {
        if matches!(self.slots[id].phase, Phase::Open | Phase::Closing) {
            server.handle_disconnect(now, ConnectionId(id as u16), environment);
        }
        self.release(id);
    }
}
