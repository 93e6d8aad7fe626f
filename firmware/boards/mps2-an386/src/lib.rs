//! The chat server on Arm's MPS2 board with application note 386, a Cortex-M4 with 4 MiB of RAM:
//! network chip. Its images add their capacities and doors.
//! The rest is `smolchat-firmware`. Runs in QEMU, which emulates the board. Pins and clocks are set
//! by the board's own controller.

#![no_std]

use cortex_m::peripheral::SYST;
use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;
use smolchat_drivers::Mmio;
use smolchat_drivers::alarm::CmsdkTimer;
use smolchat_drivers::lan9118::{FRAME_MAX, Lan9118};
use smolchat_drivers::uart::CmsdkUart;
use smolchat_drivers::watchdog::Watchdog;
use smolchat_emulated::{
    Clock, Console, Emulated, InterruptLine, Lossy, Parts, SerialPort, guard_stack, start, stop,
};
use smolchat_firmware::{Addressing, Product, WATCHDOG_PERIOD};
use smoltcp::wire::{EthernetAddress, Ipv4Address, Ipv4Cidr};
use static_cell::StaticCell;

/// The processor's clock in Hz (application note 386, "Clocks").
const CLOCK: u32 = 25_000_000;

const TIMER0: usize = 0x4000_0000;
const UART0: usize = 0x4000_4000;
const UART1: usize = 0x4000_5000;
const WATCHDOG: usize = 0x4000_8000;
const ETHERNET: usize = 0x4020_0000;
/// The receivers of UART 0 and UART 1, timer 0, Ethernet (application note 386, "Interrupts"). The
/// watchdog has the interrupt that cannot be masked.
const WAKERS: &[InterruptLine] =
    &[InterruptLine(0), InterruptLine(2), InterruptLine(8), InterruptLine(13)];

/// QEMU's user network gives its guest this address and this router.
const ADDRESS: Ipv4Cidr = Ipv4Cidr::new(Ipv4Address::new(10, 0, 2, 15), 24);
const ROUTER: Ipv4Address = Ipv4Address::new(10, 0, 2, 2);
/// Locally administered; the rest spells "smol", and counts the boards.
const MAC: EthernetAddress = EthernetAddress([0x02, b's', b'm', b'o', b'l', 0x02]);
/// The board with these capacities.
pub const fn product(capacities: Capacities, buffers: Buffers) -> Product {
    let addressing = Addressing::Static { address: ADDRESS, gateway: Some(ROUTER) };
    // QEMU's user network would hand what we say to a group to the network of its host. So the
    // board has a name only where it is asked to.
    Product { name: None, ..Product::new(capacities, buffers, MAC, addressing) }
}

/// Its network device.
pub type Device = Lossy<Lan9118<Mmio>, FRAME_MAX>;

/// The board at work, and the product that its image's arguments ask for.
pub struct Started {
    /// The network device.
    pub device: &'static mut Device,
    /// All else.
    pub board: Emulated<Device, CmsdkTimer<Mmio>>,
    /// What it is to be.
    pub product: Product,
}

/// Starts the board for `product`. An argument that cannot be ends the emulator.
#[inline(never)]
pub fn begin(product: Product) -> Started {
    static UART: StaticCell<CmsdkUart<Mmio>> = StaticCell::new();
    static SECOND: StaticCell<CmsdkUart<Mmio>> = StaticCell::new();
    static DEVICE: StaticCell<Device> = StaticCell::new();

    let Some(mut core) = cortex_m::Peripherals::take() else { stop(c"smolchat: started twice\n") };
    guard_stack(&mut core.MPU);
    // SAFETY: the port is there, and its registers reach no memory.
    let uart = unsafe { Mmio::at(UART0) };
    let console = Console::open(UART.init(CmsdkUart::new(uart, CLOCK)));
    // SAFETY: the port is there, and its registers reach no memory.
    let uart = unsafe { Mmio::at(UART1) };
    let serial = SerialPort::new(SECOND.init(CmsdkUart::new(uart, CLOCK)));
    let start = start(product);
    let product = start.product;
    // SAFETY: the chip is there, and has no way to the memory.
    let registers = unsafe { Mmio::at(ETHERNET) };
    let device = DEVICE.init_with(|| Lossy::new(Lan9118::new(registers)));
    if device.device().enable(product.mac).is_err() {
        stop(c"smolchat: no network chip\n");
    }
    device.lose(start.loss, start.seed);
    let board = Emulated::new(parts(core.SYST, console, serial), start);
    Started { device, board, product }
}

fn parts(timer: SYST, console: Console, serial: SerialPort) -> Parts<CmsdkTimer<Mmio>> {
    // SAFETY: the timer is there, and its registers reach no memory.
    let alarm = unsafe { Mmio::at(TIMER0) };
    // SAFETY: the watchdog is there, and its registers reach no memory.
    let watchdog = unsafe { Mmio::at(WATCHDOG) };
    let period = WATCHDOG_PERIOD.as_millis() as u32 * (CLOCK / 1000);
    Parts {
        clock: Clock::start(timer, CLOCK),
        alarm: CmsdkTimer::new(alarm),
        watchdog: Watchdog::new(watchdog, period),
        console,
        serial,
        wakers: WAKERS,
        warning: None,
    }
}
