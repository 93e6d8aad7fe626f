//! The image for Arm's MPS2 board with SSH: capacities, sessions.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use mps2_an386::{Started, begin, product};
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_firmware::{SshDoor, memory, run_with_ssh};
use smolchat_ssh::Sizes;

/// As the image with the port for lines has it, and two keys for each user.
const CAPACITIES: Capacities = Capacities {
    bans: 32,
    keys: 256,
    files: 128,
    holders: 512,
    ..Capacities::new(128, 64, 128, 512)
};
/// A peer's first packet and a half, and two lines of the longest in their packets.
const BUFFERS: Buffers = Buffers { rx: 2048, tx: 2048, fragments: 8 };
/// A session for half of the connections: whoever comes meanwhile is told that there is no place.
const SSH: SshDoor = SshDoor { sessions: 32, sizes: Sizes::SMALL };

memory!(MEMORY, CAPACITIES, BUFFERS, SSH);

#[entry]
fn main() -> ! {
    let Started { device, mut board, product } = begin(product(CAPACITIES, BUFFERS));
    run_with_ssh(&MEMORY, device, &mut board, &product, SSH)
}
