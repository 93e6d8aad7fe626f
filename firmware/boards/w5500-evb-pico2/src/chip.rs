//! The W5500: a driver in two halves, over SPI.

use core::cell::RefCell;

use embassy_futures::block_on;
use embassy_net_wiznet::chip::W5500;
use embassy_net_wiznet::{Device, Runner, State};
use embassy_rp::Peri;
use embassy_rp::gpio::{Input, Level, Output, Pull};
use embassy_rp::peripherals::{PIN_16, PIN_17, PIN_18, PIN_19, PIN_20, PIN_21, SPI0};
use embassy_rp::spi::{Blocking, Config, Spi};
use embedded_hal_bus::spi::{ExclusiveDevice, NoDelay};
use smolchat_embassy::w5500::{FrameLine, SharedSpi};
use smoltcp::wire::EthernetAddress;
use static_cell::{ConstStaticCell, StaticCell};

/// The most that the chip promises (W5500 datasheet, "SPI Timing"); from 150 MHz the part's divider
/// makes 25 of it.
const SPI_HERTZ: u32 = 33_300_000;

/// Frames that have come and were not looked at; the chip itself holds 16 KiB more.
const RECEIVED: usize = 8;
/// Frames that wait to be sent.
const SENT: usize = 8;

/// The queues of frames, 24 KiB.
static FRAMES: ConstStaticCell<State<RECEIVED, SENT>> = ConstStaticCell::new(State::new());

/// The chip is alone on its bus, and selected by one pin.
type Bus = ExclusiveDevice<Spi<'static, SPI0, Blocking>, Output<'static>, NoDelay>;
static BUS: StaticCell<RefCell<Bus>> = StaticCell::new();

/// The half that moves frames.
pub(crate) type Mover = Runner<
    'static,
    W5500,
    SharedSpi<'static, Bus>,
    FrameLine<'static, Bus, Input<'static>>,
    Output<'static>,
>;

/// How the chip is wired (WIZnet, W5500-EVB-Pico2, "Pinout").
pub(crate) struct Wires {
    pub(crate) spi: Peri<'static, SPI0>,
    pub(crate) data_in: Peri<'static, PIN_16>,
    pub(crate) select: Peri<'static, PIN_17>,
    pub(crate) clock: Peri<'static, PIN_18>,
    pub(crate) data_out: Peri<'static, PIN_19>,
    pub(crate) reset: Peri<'static, PIN_20>,
    pub(crate) interrupt: Peri<'static, PIN_21>,
}

/// The chip does not answer as a W5500.
pub(crate) struct NoChip;

/// Starts the chip with the Ethernet address `mac`.
pub(crate) fn start(
    wires: Wires,
    mac: EthernetAddress,
) -> Result<(Device<'static>, Mover), NoChip> {
    let mut config = Config::default();
    config.frequency = SPI_HERTZ;
    let Wires { spi, clock, data_out, data_in, .. } = wires;
    let spi = Spi::new_blocking(spi, clock, data_out, data_in, config);
    let select = Output::new(wires.select, Level::High);
    let Ok(bus) = ExclusiveDevice::new_no_delay(spi, select);
    let bus = &*BUS.init(RefCell::new(bus));
    let line = FrameLine::new(bus, Input::new(wires.interrupt, Pull::Up));
    let reset = Output::new(wires.reset, Level::High);
    block_on(embassy_net_wiznet::new(mac.0, FRAMES.take(), SharedSpi::new(bus), line, reset))
        .map_err(|_| NoChip)
}

/// Moves frames, for ever.
pub(crate) async fn moved(mover: Mover) {
    mover.run().await;
}
