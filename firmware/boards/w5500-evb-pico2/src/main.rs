//! # w5500-evb-pico2
//!
//! The chat server on a W5500-EVB-Pico2: an RP2350, and a W5500 that carries Ethernet frames over
//! SPI. Pins, clocks, capacities.

#![no_std]
#![no_main]

mod board;
mod chip;
mod panic;
mod usb;

use core::pin::pin;

use cortex_m_rt::entry;
use defmt_rtt as _;
use embassy_futures::join::join;
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_embassy::{ADDRESSING, Adapter, Background, LINES_BESIDE_SSH};
use smolchat_firmware::{Product, SshDoor, memory, run_with_ssh};
use smolchat_ssh::Sizes;

use crate::board::{Pico2, mac};
use crate::chip::{Mover, Wires, moved};
use crate::usb::{Port, carried};

/// 17 sessions of SSH and a connection for each, two more connections that say goodbye, 128 users,
/// 80 messages of full length.
/// Three times as many short messages, broadcasts to everybody and four blocks for each user fit
/// beside them. `firmware/sizes.txt` says what each takes. The frames, the driver and the log get
/// the rest.
const CAPACITIES: Capacities = Capacities {
    bans: 16,
    keys: 128,
    files: 48,
    holders: 144,
    ..Capacities::new(128, 17, 80, 512)
};
/// A receive buffer that half a line does not close; going out, a line of full length and a short
/// one behind it.
const BUFFERS: Buffers = Buffers { rx: Buffers::RX_STEADY, tx: 640, fragments: 4 };

/// Each session has a terminal for its person.
const SSH: SshDoor = SshDoor { sessions: 17, sizes: Sizes::SMALL };

memory!(MEMORY, CAPACITIES, BUFFERS, SSH);

/// The clocks are those that embassy-rp sets up: 150 MHz from the board's crystal of 12 MHz.
#[entry]
fn main() -> ! {
    let p = embassy_rp::init(Default::default());
    let mut board = Pico2::new(p.WATCHDOG, p.TRNG, p.FLASH);
    let mac = mac();
    let wires = Wires {
        spi: p.SPI0,
        data_in: p.PIN_16,
        select: p.PIN_17,
        clock: p.PIN_18,
        data_out: p.PIN_19,
        reset: p.PIN_20,
        interrupt: p.PIN_21,
    };
    let Ok((driver, mover)) = chip::start(wires, mac) else {
        defmt::error!("the W5500 does not answer");
        panic!("no W5500");
    };
    let port = usb::start(p.USB);
    // Both run whenever the loop looks at the network.
    let runner = pin!(both(mover, port));
    let mut product = Product::new(CAPACITIES, BUFFERS, mac, ADDRESSING);
    product.lines_beside_ssh = LINES_BESIDE_SSH;
    product.settings.registration = true;
    let mut device = Adapter::new(Background::new(driver, runner));
    run_with_ssh(&MEMORY, &mut device, &mut board, &product, SSH)
}

/// Moves frames, and the console's bytes, for ever.
async fn both(mover: Mover, port: Port) {
    join(moved(mover), carried(port)).await;
}
