//! The chat server on the LM3S6965 evaluation board, 64 KiB of RAM: clocks, pins, network device,
//! capacities.
//! The rest is `smolchat-firmware`. Runs in QEMU, which emulates the part.

#![no_std]
#![no_main]

mod system;

use cortex_m::peripheral::SYST;
use cortex_m_rt::entry;
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
use smolchat_firmware::{Addressing, Product, WATCHDOG_PERIOD, memory, run};
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

/// The tables have 52 KiB: 64 KiB less 7.5 for the stack, and less 3.9 for the driver, the server
/// and the device. They hold:
/// - 16 connections of 1.7 KiB, mostly buffers, and one more that tells a newcomer that the server
///   is full;
/// - 32 accounts of 202 bytes: two for each connection, since accounts wait for their turn,
///   connections do not;
/// - 24 messages of full length, in 12 chunks each (432 bytes / 36); or 72 short ones of at most 4
///   chunks;
/// - a delivery for each of those, and for a broadcast to everybody;
/// - the last eight broadcasts, of two chunks each on average;
/// - two blocks for every three accounts, and no keys, which open nothing where only lines come in;
/// - what five sources have against them, and what all others have together.
const CAPACITIES: Capacities = Capacities {
    users: 32,
    connections: 16,
    spare: 1,
    texts: 72,
    chunks: 24 * 12,
    deliveries: 72 + 16,
    blocks: 22,
    keys: 0,
    sources: 6,
    history: 8,
};
/// The smallest there are, a line each: the memory goes into connections.
const BUFFERS: Buffers = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };

/// QEMU's user network gives its guest this address and this router.
const ADDRESS: Ipv4Cidr = Ipv4Cidr::new(Ipv4Address::new(10, 0, 2, 15), 24);
const ROUTER: Ipv4Address = Ipv4Address::new(10, 0, 2, 2);
/// Locally administered; the rest spells "smol", and counts the boards.
const MAC: EthernetAddress = EthernetAddress([0x02, b's', b'm', b'o', b'l', 0x01]);
const PRODUCT: Product = Product::new(
    CAPACITIES,
    BUFFERS,
    MAC,
    Addressing::Static { address: ADDRESS, gateway: Some(ROUTER) },
);

memory!(MEMORY, CAPACITIES, BUFFERS);

type Device = Lossy<Stellaris<Mmio>, FRAME_MAX>;

#[entry]
fn main() -> ! {
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
    let start = start(PRODUCT);
    let product = start.product;
    // SAFETY: the controller is there, and has no way to the memory.
    let registers = unsafe { Mmio::at(ETHERNET) };
    let device = DEVICE.init_with(|| Lossy::new(Stellaris::new(registers)));
    device.device().enable(product.mac);
    device.lose(start.loss, start.seed);
    let mut board = Emulated::<Device, _>::new(parts(core.SYST, console), start);
    run(&MEMORY, device, &mut board, &product)
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
