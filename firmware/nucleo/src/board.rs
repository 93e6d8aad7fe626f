//! A Nucleo-144 board for the program: clock and sleep, random numbers, the watchdog.
//! Knows no member of the STM32 family: what differs between them is handed in.

use embassy_futures::block_on;
use embassy_stm32::eth::{self, Ethernet, GenericPhy, PacketQueue, Sma};
use embassy_stm32::peripherals::{ETH, ETH_SMA, RNG, USART3};
use embassy_stm32::rng::{self, Rng};
use embassy_stm32::wdg::{self, IndependentWatchdog};
use embassy_stm32::{Peri, bind_interrupts, pac, usart};
use smolchat_core::environment::NoEntropy;
use smolchat_core::time::Instant;
use smolchat_embassy::{Adapter, now, sleep};
use smolchat_firmware::{Board, ResetReason, Serial, WATCHDOG_PERIOD};
use smolchat_store::Flash;
use smoltcp::wire::EthernetAddress;

use crate::serial::StLink;

bind_interrupts!(
    /// The interrupts of the MAC, of the random number generator and of the serial port.
    pub struct Irqs {
        ETH => eth::InterruptHandler;
        RNG => rng::InterruptHandler<RNG>;
        USART3 => usart::BufferedInterruptHandler<USART3>;
    }
);

/// The MAC, and the LAN8742A over its management bus.
pub type Device = Adapter<Ethernet<'static, ETH, GenericPhy<Sma<'static, ETH_SMA>>>>;

/// Frames that the MAC sends from and receives into: eight each, 24.5 KiB. It takes them by its own
/// DMA; the caches of the Cortex-M7 stay off, so nothing has to be flushed.
pub type Packets = PacketQueue<8, 8>;

/// How often the random number generator may report an error before we believe it.
const TRIES: usize = 3;

/// A Nucleo-144 board with the watchdog `W` of its part, and a store in `F`.
pub struct Nucleo<W: wdg::Instance + 'static, F> {
    store: Option<F>,
    random: Rng<'static, RNG>,
    watchdog: IndependentWatchdog<'static, W>,
    reset_reason: ResetReason,
    serial: Option<StLink>,
}

impl<W: wdg::Instance + 'static, F: Flash> Nucleo<W, F> {
    /// The board, its watchdog running. `store` is the flash of its store, if it has one. `serial`
    /// is the line of its console.
    ///
    /// The watchdog starts first: the generator and the MAC wait for their hardware without an end.
    pub fn new(
        watchdog: Peri<'static, W>,
        random: Peri<'static, RNG>,
        reset_reason: ResetReason,
        store: Option<F>,
        serial: Option<StLink>,
    ) -> Self {
        let period = WATCHDOG_PERIOD.as_millis() as u32 * 1000;
        let mut watchdog = IndependentWatchdog::new(watchdog, period);
        watchdog.unleash();
        Nucleo { store, random: Rng::new(random, Irqs), watchdog, reset_reason, serial }
    }
}

impl<W: wdg::Instance + 'static, F: Flash> Board for Nucleo<W, F> {
    type Device = Device;
    type Flash = F;

    fn now(&mut self) -> Instant {
        now()
    }

    fn sleep(&mut self, device: &mut Device, until: Instant) {
        sleep(device, until);
    }

    fn frames_received(&self, device: &Device) -> u32 {
        device.frames_received()
    }

    /// The generator tests itself, and its output is not used after an error.
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let filled = (0..TRIES).any(|_| block_on(self.random.async_fill_bytes(bytes)).is_ok());
        if filled { Ok(()) } else { Err(NoEntropy) }
    }

    fn flash(&mut self) -> Option<F> {
        self.store.take()
    }

    fn feed_watchdog(&mut self) {
        self.watchdog.pet();
    }

    fn serial(&mut self) -> Option<&mut dyn Serial> {
        self.serial.as_mut().map(|serial| serial as &mut dyn Serial)
    }

    fn restart(&mut self) -> ! {
        cortex_m::peripheral::SCB::sys_reset()
    }

    fn reset_reason(&self) -> ResetReason {
        self.reset_reason
    }
}

/// The board's Ethernet address, from the part's unique number.
pub fn mac() -> EthernetAddress {
    // By words: the STM32H5 faults where its number is read by bytes (RM0481, "OTP and RO memory").
    let words = [0, 1, 2].map(|word| pac::UID.uid(word).read().to_le_bytes());
    smolchat_embassy::mac(words.as_flattened())
}
