//! # nucleo-h563zi
//!
//! The chat server on a NUCLEO-H563ZI: pins, clocks, MAC, capacities. Nothing is kept beyond a
//! restart, so registration is off where the image has accounts.

#![no_std]
#![no_main]

mod reset;

use cortex_m_rt::entry;
use embassy_stm32::Config;
use embassy_stm32::rcc::{
    AHBPrescaler, APBPrescaler, HSIPrescaler, Hsi48Config, Pll, PllDiv, PllMul, PllPreDiv,
    PllSource, Sysclk, VoltageScale,
};
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_embassy::{ADDRESSING, Adapter, LINES_BESIDE_SSH};
use smolchat_firmware::{NoFlash, Product, SshDoor, memory, run_with_ssh};
use smolchat_nucleo::{Nucleo, Packets, StLink, mac, rmii};
use smolchat_ssh::Sizes;
use static_cell::ConstStaticCell;

use crate::reset::reset_reason;

/// 23 sessions of SSH and a connection for each, two more connections that say goodbye, 192 users,
/// 68 messages of full length.
/// Three times as many short messages, broadcasts to everybody and four blocks for each user fit
/// beside them. `firmware/sizes.txt` says what each takes. The frames, the driver and the log get
/// the rest.
const CAPACITIES: Capacities = Capacities {
    bans: 16,
    keys: 192,
    files: 48,
    holders: 144,
    ..Capacities::new(192, 23, 68, 768)
};
/// A receive buffer that half a line does not close; going out, a line of full length and a short
/// one behind it.
const BUFFERS: Buffers = Buffers { rx: Buffers::RX_STEADY, tx: 640, fragments: 8 };

/// The STM32H5 checks each word of its flash. A word that was being written when the power went
/// fails the check at every start. Reading it raises an interrupt that cannot be masked (RM0481).
/// So there is no store.
const NO_STORE: Option<NoFlash> = None;

/// Each session has a terminal for its person.
const SSH: SshDoor = SshDoor { sessions: 23, sizes: Sizes::SMALL };

memory!(MEMORY, CAPACITIES, BUFFERS, SSH);
static PACKETS: ConstStaticCell<Packets> = ConstStaticCell::new(Packets::new());

#[entry]
fn main() -> ! {
    let p = embassy_stm32::init(clocks());
    let serial = StLink::new(p.USART3, p.PD8, p.PD9);
    let mut board = Nucleo::new(p.IWDG, p.RNG, reset_reason(), NO_STORE, serial);
    let mac = mac();
    // The board's manual has the pins (UM3115).
    let ethernet = rmii!(p, PACKETS.take(), mac, txd1: PB15);
    let mut product = Product::new(CAPACITIES, BUFFERS, mac, ADDRESSING);
    product.lines_beside_ssh = LINES_BESIDE_SSH;
    run_with_ssh(&MEMORY, &mut Adapter::new(ethernet), &mut board, &product, SSH)
}

/// 240 MHz from the part's own oscillator, so that no solder bridge matters: 64 MHz / 4 * 30 / 2.
/// The part takes 250 (DS14258), and the oscillator's tolerance is kept clear of that. The random
/// number generator runs from the oscillator of 48 MHz.
fn clocks() -> Config {
    let mut config = Config::default();
    let rcc = &mut config.rcc;
    rcc.hsi = Some(HSIPrescaler::DIV1);
    rcc.hsi48 = Some(Hsi48Config::default());
    rcc.pll1 = Some(Pll {
        source: PllSource::HSI,
        prediv: PllPreDiv::DIV4,
        mul: PllMul::MUL30,
        divp: Some(PllDiv::DIV2),
        divq: None,
        divr: None,
    });
    rcc.sys = Sysclk::PLL1_P;
    rcc.ahb_pre = AHBPrescaler::DIV1;
    rcc.apb1_pre = APBPrescaler::DIV1;
    rcc.apb2_pre = APBPrescaler::DIV1;
    rcc.apb3_pre = APBPrescaler::DIV1;
    rcc.voltage_scale = VoltageScale::Scale0;
    config
}
