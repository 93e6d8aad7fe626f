//! The way of those who come by SSH: the server's key and sessions, and a call between a person's
//! lines and its stack. Knows no rule of the chat.
//!
//! `sunset` draws its keys from the machine. So the bytes of a packet differ from run to run, and
//! their number does not: what happens is the same again.

use std::sync::OnceLock;

use smolchat_core::carrier::Carrier;
use smolchat_core::net::Service;
use smolchat_ssh::{HostKey, Limits, Sizes, Ssh, SshMemory};
use smolchat_ssh_client::{Call, End, SUBSYSTEM, Terms};
use smoltcp::socket::tcp;

use super::plan::Plan;
use crate::model::Heap;

/// The server's port for SSH.
pub(super) const SSH_PORT: u16 = 2222;
/// The seed of the server's key.
const SEED: [u8; 32] = [3; 32];
/// The name of those who have not logged in.
const GUEST: &str = "new";

/// The server's door, for a plan in which somebody comes by SSH.
pub(super) fn service() -> Service {
    Service { port: SSH_PORT, carrier: Carrier::Ssh, ..Service::LINES }
}

/// The server's sessions: one for each of those who come by SSH, and one for somebody who comes
/// back while the older session is still there. If two do, one is kept out for a while.
///
/// # Errors
/// There is no chance.
pub(super) fn sessions<'s>(plan: &Plan, memory: &mut Heap<'s>) -> Result<Ssh<'s>, String> {
    let people = plan.by_ssh();
    if people == 0 {
        return Ok(Ssh::closed());
    }
    let (places, sessions) = (plan.capacities.places(), people + 1);
    let lent = SshMemory::from_arena(places, sessions, &Sizes::SMALL, memory);
    Ssh::new(lent, HostKey::from_seed(&SEED), Limits::default())
        .map_err(|error| format!("no door for SSH: {error}"))
}

/// A call of somebody who will log in by a request.
pub(super) fn call() -> Box<Call> {
    static PUBLIC: OnceLock<[u8; 32]> = OnceLock::new();
    let trusted = vec![*PUBLIC.get_or_init(|| *HostKey::from_seed(&SEED).public())];
    let terms = Terms { user: GUEST.to_owned(), trusted, ..Terms::default() };
    Box::new(Call::for_subsystem(terms, SUBSYSTEM))
}

/// What the stack has goes to the call.
pub(super) fn listen(socket: &mut tcp::Socket<'_>, call: &mut Call) {
    while socket.can_recv() {
        let heard = socket.recv(|bytes| {
            call.receive(bytes);
            (bytes.len(), ())
        });
        if heard.is_err() {
            break;
        }
    }
    speak(socket, call);
}

/// Everything moves that can, and what the call has goes to the stack while it takes it.
pub(super) fn speak(socket: &mut tcp::Socket<'_>, call: &mut Call) {
    loop {
        // Its end is looked at elsewhere.
        _ = call.progress();
        let taken = if socket.can_send() { socket.send_slice(call.outgoing()) } else { Ok(0) };
        match taken {
            Ok(taken @ 1..) => call.sent(taken),
            _ => return,
        }
    }
}

/// What the server must never make of a call.
pub(super) fn fault(call: &mut Call) -> Option<String> {
    match call.progress() {
        Ok(()) | Err(End::Closed) => None,
        Err(end) => Some(format!("a call ends: {end}")),
    }
}
