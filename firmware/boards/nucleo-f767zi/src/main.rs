//! # nucleo-f767zi
//!
//! The chat server on a NUCLEO-F767ZI: pins, clocks, MAC, capacities. What outlives a restart is in
//! the second half of the flash.

#![no_std]
#![no_main]

mod reset;

use cortex_m_rt::entry;
use embassy_stm32::flash::{Blocking, FLASH_SIZE, Flash, MAX_ERASE_SIZE};
use embassy_stm32::peripherals::FLASH;
use embassy_stm32::rcc::{
    AHBPrescaler, APBPrescaler, Pll, PllMul, PllPDiv, PllPreDiv, PllQDiv, PllSource, Sysclk,
    mux::Clk48sel,
};
use embassy_stm32::{Config, Peri};
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_embassy::{ADDRESSING, Adapter, LINES_BESIDE_SSH, Partition};
use smolchat_firmware::{Product, SshDoor, memory, run_with_ssh};
use smolchat_nucleo::{Nucleo, Packets, StLink, mac, rmii};
use smolchat_ssh::Sizes;
use static_cell::ConstStaticCell;

use crate::reset::reset_reason;

/// 15 sessions of SSH and a connection for each, two more connections that say goodbye, 96 users,
/// 48 messages of full length.
/// Three times as many short messages, broadcasts to everybody and four blocks for each user fit
/// beside them. `firmware/sizes.txt` says what each takes. The frames, the driver and the log get
/// the rest.
const CAPACITIES: Capacities =
    Capacities { bans: 16, keys: 96, files: 32, holders: 96, ..Capacities::new(96, 15, 48, 384) };
/// A receive buffer that half a line does not close; going out, a line of full length and a short
/// one behind it.
const BUFFERS: Buffers = Buffers { rx: Buffers::RX_STEADY, tx: 640, fragments: 4 };

/// Each session has a terminal for its person.
const SSH: SshDoor = SshDoor { sessions: 15, sizes: Sizes::SMALL };

memory!(MEMORY, CAPACITIES, BUFFERS, SSH);
static PACKETS: ConstStaticCell<Packets> = ConstStaticCell::new(Packets::new());

#[entry]
fn main() -> ! {
    let p = embassy_stm32::init(clocks());
    let serial = StLink::new(p.USART3, p.PD8, p.PD9);
    let mut board = Nucleo::new(p.IWDG, p.RNG, reset_reason(), Some(store(p.FLASH)), serial);
    let mac = mac();
    // The board's manual has the pins (UM1974).
    let ethernet = rmii!(p, PACKETS.take(), mac, txd1: PB13);
    let mut product = Product::new(CAPACITIES, BUFFERS, mac, ADDRESSING);
    product.lines_beside_ssh = LINES_BESIDE_SSH;
    product.settings.registration = true;
    run_with_ssh(&MEMORY, &mut Adapter::new(ethernet), &mut board, &product, SSH)
}

/// The last 1 MiB of the flash, four sectors of 256 KiB. This flash does not check its words, so a
/// word that a power cut left half written can be read. The other Nucleo boards' flashes do.
fn store(flash: Peri<'static, FLASH>) -> Partition<Flash<'static, Blocking>> {
    Partition::last(Flash::new_blocking(flash), FLASH_SIZE, 4 * MAX_ERASE_SIZE)
}

/// 200 MHz from the part's own oscillator, so that no solder bridge matters: 16 MHz / 8 * 200 / 2.
/// The part takes 216 (DS11532), and the oscillator's tolerance is kept clear of that. The slow bus
/// takes a quarter of it, and the fast bus half. The random number generator takes 48 MHz at most:
/// a ninth of the same PLL's 400 MHz.
fn clocks() -> Config {
    let mut config = Config::default();
    let rcc = &mut config.rcc;
    rcc.hsi = true;
    rcc.pll_src = PllSource::HSI;
    rcc.pll = Some(Pll {
        prediv: PllPreDiv::DIV8,
        mul: PllMul::MUL200,
        divp: Some(PllPDiv::DIV2),
        divq: Some(PllQDiv::DIV9),
        divr: None,
    });
    rcc.sys = Sysclk::PLL1_P;
    rcc.ahb_pre = AHBPrescaler::DIV1;
    rcc.apb1_pre = APBPrescaler::DIV4;
    rcc.apb2_pre = APBPrescaler::DIV2;
    rcc.mux.clk48sel = Clk48sel::PLL1_Q;
    config
}
