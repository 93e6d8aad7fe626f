//! The image for the LM3S6965 evaluation board with the port for lines: capacities.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use lm3s6965evb::{Started, begin, product};
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_firmware::{memory, run};

/// The tables have 52 KiB: 64 KiB less 7.5 for the stack, and less 4.3 for the driver, the server,
/// the device and a hash on its way. They hold:
/// - 16 connections of 1.7 KiB, mostly buffers, and one more that tells a newcomer that the server
///   is full;
/// - 32 accounts of 202 bytes: two for each connection, since accounts wait for their turn,
///   connections do not;
/// - 18 messages of full length, in 12 chunks each (432 bytes / 36); or 72 short ones of at most 3
///   chunks;
/// - a delivery for each of those, and four more for broadcasts;
/// - the last eight broadcasts, of two chunks each on average;
/// - eight files that clients offer to each other, with names of two chunks each on average, and
///   ten holders of them;
/// - two blocks for every three accounts, and no keys, which open nothing where only lines come in;
/// - four passwords that wait to be checked or hashed; who finds no place waits for one;
/// - what five sources have against them, and what all others have together.
const CAPACITIES: Capacities = Capacities {
    bans: 0,
    users: 32,
    connections: 16,
    spare: 1,
    texts: 72,
    chunks: 18 * 12,
    deliveries: 72 + 4,
    blocks: 22,
    keys: 0,
    sources: 6,
    history: 8,
    files: 8,
    holders: 10,
};
/// The smallest there are, a line each: the memory goes into connections.
const BUFFERS: Buffers = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };

memory!(MEMORY, CAPACITIES, BUFFERS);

#[entry]
fn main() -> ! {
    let Started { device, mut board, product } = begin(product(CAPACITIES, BUFFERS));
    run(&MEMORY, device, &mut board, &product)
}
