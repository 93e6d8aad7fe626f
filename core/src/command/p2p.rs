//! `p2p <port> <key> [address...]`: where the client listens for its peers, and the key by which
//! they know it. A client repeats it while peers talk, which shows that its user is there: that
//! talk does not pass the server.

use super::context::Context;
use crate::chat::Listening;
use crate::protocol::{Addresses, Reply};

/// Notes the announcement; the last one counts.
pub(super) fn handle<E>(
    context: &mut Context<'_, '_, E>,
    port: u16,
    key: [u8; 32],
    addresses: Addresses,
) -> Reply<'static> {
    context.chat.set_listening(context.connection, Listening { port, key, addresses });
    Reply::Announced { port: port.into() }
}
