//! # w5500-evb-pico2
//!
//! The chat server on a W5500-EVB-Pico2: an RP2350, and a W5500 that carries Ethernet frames over SPI. Pins, clocks, capacities.

#![no_std]
#![no_main]

mod board;
mod panic;

use core::pin::pin;

use cortex_m_rt::entry;
use defmt_rtt as _;
use embassy_embedded_hal::adapter::BlockingAsync;
use embassy_futures::block_on;
use embassy_net_wiznet::State;
use embassy_net_wiznet::chip::W5500;
use embassy_rp::gpio::{Input, Level, Output, Pull};
use embassy_rp::spi::{self, Spi};
use embassy_time::Delay;
use embedded_hal_bus::spi::ExclusiveDevice;
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_embassy::{ADDRESSING, Adapter, Background};
use smolchat_firmware::{Product, Sizes, Storage, run, storage_bytes};
use static_cell::ConstStaticCell;

use crate::board::{Pico2, mac};

/// 452 of the 504 KiB. 130 connections (two of them say goodbye) at 1,964 bytes, 256 users at 166 and 192 messages of full length at
/// 532 take 391 KiB; three times as many short messages, broadcasts to everybody and four blocks for each user take the rest. The
/// frames take 24 KiB more, the driver and the log 3; what is left stays free.
const CAPACITIES: Capacities = Capacities::new(256, 128, 192, 1024);
/// A line of full length and a short one behind it, each way.
const BUFFERS: Buffers = Buffers { rx: 640, tx: 640 };

/// The W5500 promises to keep up with 33.3 MHz (its datasheet); 25 MHz is the next rate below that 150 MHz can be divided to.
const SPI_HZ: u32 = 25_000_000;

static STORAGE: Storage<{ storage_bytes(&CAPACITIES, BUFFERS) }> = Storage::new();
/// Frames on their way between the chip and the server, eight each way, 24 KiB.
static FRAMES: ConstStaticCell<State<8, 8>> = ConstStaticCell::new(State::new());

#[used]
#[unsafe(link_section = ".smolchat")]
static SIZES: Sizes = Sizes::of(&CAPACITIES, BUFFERS);

/// The clocks are those that embassy-rp sets up: 150 MHz from the board's crystal of 12 MHz.
#[entry]
fn main() -> ! {
    let p = embassy_rp::init(Default::default());
    let mut board = Pico2::new(p.WATCHDOG, p.TRNG);
    let mac = mac();
    // As the board wires the W5500 (its schematic): SPI0, and two lines beside it.
    let (miso, chip_select, clock, mosi) = (p.PIN_16, p.PIN_17, p.PIN_18, p.PIN_19);
    let (reset, interrupt) = (p.PIN_20, p.PIN_21);
    let mut config = spi::Config::default();
    config.frequency = SPI_HZ;
    let spi = Spi::new_blocking(p.SPI0, clock, mosi, miso, config);
    let chip_select = Output::new(chip_select, Level::High);
    let Ok(spi) = ExclusiveDevice::new(BlockingAsync::new(spi), chip_select, Delay);
    let interrupt = Input::new(interrupt, Pull::Up);
    let reset = Output::new(reset, Level::High);
    let chip = embassy_net_wiznet::new::<8, 8, W5500, _, _, _>(
        mac.0,
        FRAMES.take(),
        spi,
        interrupt,
        reset,
    );
    let Ok((driver, runner)) = block_on(chip) else {
        defmt::error!("the W5500 does not answer");
        panic!("no W5500");
    };
    let runner = pin!(async {
        runner.run().await;
    });
    let product = Product::new(CAPACITIES, BUFFERS, mac, ADDRESSING);
    let mut device = Adapter::new(Background::new(driver, runner));
    run(&STORAGE, &mut device, &mut board, &product)
}
