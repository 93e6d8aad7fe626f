//! # w5500-evb-pico2
//!
//! The chat server on a W5500-EVB-Pico2: an RP2350, and a W5500 that carries Ethernet frames over
//! SPI. Pins, clocks, capacities.

#![no_std]
#![no_main]

mod board;
mod chip;
mod panic;

use core::pin::pin;

use cortex_m_rt::entry;
use defmt_rtt as _;
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_embassy::{ADDRESSING, Adapter, Background};
use smolchat_firmware::{Product, memory, run};

use crate::board::{Pico2, mac};
use crate::chip::{Wires, moved};

/// 103 connections and two more that say goodbye, 256 users, 192 messages of full length.
/// Three times as many short messages, broadcasts to everybody and four blocks for each user fit
/// beside them. `firmware/sizes.txt` says what each takes. The frames, the driver and the log get
/// the rest.
const CAPACITIES: Capacities = Capacities::new(256, 103, 192, 1024);
/// A receive buffer that half a line does not close; going out, a line of full length and a short
/// one behind it.
const BUFFERS: Buffers = Buffers { rx: Buffers::RX_STEADY, tx: 640, fragments: 4 };

memory!(MEMORY, CAPACITIES, BUFFERS);

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
    let runner = pin!(moved(mover));
    let mut product = Product::new(CAPACITIES, BUFFERS, mac, ADDRESSING);
    product.settings.registration = true;
    let mut device = Adapter::new(Background::new(driver, runner));
    run(&MEMORY, &mut device, &mut board, &product)
}
