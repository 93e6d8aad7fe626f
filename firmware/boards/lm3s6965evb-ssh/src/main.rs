//! The image for the LM3S6965 evaluation board with SSH: capacities, sessions.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use lm3s6965evb::{Started, begin, product};
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_firmware::{SshDoor, memory, run_with_ssh};
use smolchat_ssh::Sizes;

/// Four sessions take most of the memory. The rest holds:
/// - a connection for each, and one more that tells a newcomer that there is no place;
/// - 14 accounts, and 3 messages of full length or 14 short ones;
/// - four passwords that wait to be checked or hashed;
/// - the last four broadcasts, eight blocks, eight keys that users add, and what three sources have
///   against them.
const CAPACITIES: Capacities = Capacities {
    bans: 0,
    users: 14,
    connections: 4,
    spare: 1,
    texts: 14,
    chunks: 3 * 12,
    deliveries: 14 + 4,
    blocks: 8,
    keys: 8,
    sources: 4,
    history: 4,
    files: 4,
    holders: 8,
};
/// The smallest there are: what does not fit waits in the network.
const BUFFERS: Buffers = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };
/// A packet of any client's fits. Going out there is room for what a login sends at once.
const SSH: SshDoor = SshDoor { sessions: 4, sizes: Sizes { input: 2304, ..Sizes::LEAST } };

memory!(MEMORY, CAPACITIES, BUFFERS, SSH);

#[entry]
fn main() -> ! {
    let Started { device, mut board, product } = begin(product(CAPACITIES, BUFFERS));
    run_with_ssh(&MEMORY, device, &mut board, &product, SSH)
}
