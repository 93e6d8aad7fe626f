//! The LM3S6965 evaluation board, 64 KiB of RAM: clocks, pins, network device. Its images add
//! their capacities and doors.
//! The rest is `smolchat-firmware`. Runs in QEMU, which emulates the part.

#![no_std]

mod system;

use cortex_m::peripheral::SYST;
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_drivers::Mmio;
use smolchat_drivers::alarm::StellarisTimer;
use smolchat_drivers::stellaris::{FRAME_MAX, Stellaris};
use smolchat_drivers::uart::Pl011;
use smolchat_drivers::watchdog::Watchdog;
use smolchat_emulated::{
    Clock, Console, Emulated, InterruptLine, Lossy, Parts, guard_stack, start, stop,
};
use smolchat_firmware::{Addressing, Product, WATCHDOG_PERIOD};
use smoltcp::wire::{EthernetAddress, Ipv4Address, Ipv4Cidr};
use static_cell::StaticCell;

use crate::system::CLOCK;

const WATCHDOG: usize = 0x4000_0000;
const UART0: usize = 0x4000_c000;
const TIMER0: usize = 0x4003_0000;
const ETHERNET: usize = 0x4004_8000;
/// UART 0, timer 0A, Ethernet (datasheet, "Interrupts"); the watchdog.
const WAKERS: &[InterruptLine] = &[InterruptLine(5), InterruptLine(19), InterruptLine(42)];
const WARNING: InterruptLine = InterruptLine(18);

/// QEMU's user network gives its guest this address and this router.
const ADDRESS: Ipv4Cidr = Ipv4Cidr::new(Ipv4Address::new(10, 0, 2, 15), 24);
const ROUTER: Ipv4Address = Ipv4Address::new(10, 0, 2, 2);
/// Locally administered; the rest spells "smol", and counts the boards.
const MAC: EthernetAddress = EthernetAddress([0x02, b's', b'm', b'o', b'l', 0x01]);
/// The board with these capacities.
pub const fn product(capacities: Capacities, buffers: Buffers) -> Product {
    let addressing = Addressing::Static { address: ADDRESS, gateway: Some(ROUTER) };
    Product::new(capacities, buffers, MAC, addressing)
}

/// Its network device.
pub type Device = Lossy<Stellaris<Mmio>, FRAME_MAX>;

/// The board at work, and the product that its image's arguments ask for.
pub struct Started {
    /// The network device.
    pub device: &'static mut Device,
    /// All else.
    pub board: Emulated<Device, StellarisTimer<Mmio>>,
    /// What it is to be.
    pub product: Product,
}

/// Starts the board for `product`. An argument that cannot be ends the emulator.
#[inline(never)]
pub fn begin(product: Product) -> Started {
    static UART: StaticCell<Pl011<Mmio>> = StaticCell::new();
    static DEVICE: StaticCell<Device> = StaticCell::new();

    let Some(mut core) = cortex_m::Peripherals::take() else { stop(c"smolchat: started twice\n") };
    guard_stack(&mut core.MPU);
    if system::set_up().is_err() {
        stop(c"smolchat: no clock\n");
    }
    // SAFETY: the port is there, and its registers reach no memory.
    let uart = unsafe { Mmio::at(UART0) };
    let console = Console::open(UART.init(Pl011::new(uart, CLOCK)));
    let start = start(product);
    let product = start.product;
    // SAFETY: the controller is there, and has no way to the memory.
    let registers = unsafe { Mmio::at(ETHERNET) };
    let device = DEVICE.init_with(|| Lossy::new(Stellaris::new(registers)));
    device.device().enable(product.mac);
    device.lose(start.loss, start.seed);
    let board = Emulated::new(parts(core.SYST, console), start);
    Started { device, board, product }
}

fn parts(timer: SYST, console: Console) -> Parts<StellarisTimer<Mmio>> {
    // SAFETY: the timer is there, and its registers reach no memory.
    let alarm = unsafe { Mmio::at(TIMER0) };
    // SAFETY: the watchdog is there, and its registers reach no memory.
    let watchdog = unsafe { Mmio::at(WATCHDOG) };
    let period = WATCHDOG_PERIOD.as_millis() as u32 * (CLOCK / 1000);
    Parts {
        clock: Clock::start(timer, CLOCK),
        alarm: StellarisTimer::new(alarm),
        watchdog: Watchdog::new(watchdog, period),
        console,
        wakers: WAKERS,
        warning: Some(WARNING),
    }
}
