//! The image for Arm's MPS2 board with the port for lines: capacities.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use mps2_an386::{Started, begin, product};
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_firmware::{memory, run};

/// Memory is no matter here. The point is to test a board between the smallest one and a host. It
/// has four times the smallest board's connections and messages, in the proportions of a host.
const CAPACITIES: Capacities =
    Capacities { bans: 32, files: 128, holders: 512, ..Capacities::new(128, 64, 128, 512) };
/// A receive buffer that half a line does not close; going out, two lines of the longest.
const BUFFERS: Buffers = Buffers { rx: Buffers::RX_STEADY, tx: 1026, fragments: 8 };

memory!(MEMORY, CAPACITIES, BUFFERS);

#[entry]
fn main() -> ! {
    let Started { device, mut board, product } = begin(product(CAPACITIES, BUFFERS));
    run(&MEMORY, device, &mut board, &product)
}
