//! A Nucleo-144 board for the program: clock and sleep, random numbers, the watchdog.
//! Touches `reset`, and the part through embassy-stm32.

use embassy_futures::block_on;
use embassy_stm32::eth::{self, Ethernet, GenericPhy, PacketQueue, Sma};
#[cfg(feature = "stm32f767zi")]
use embassy_stm32::flash::{Blocking, FLASH_SIZE, Flash, MAX_ERASE_SIZE};
#[cfg(feature = "stm32f767zi")]
use embassy_stm32::peripherals::FLASH;
#[cfg(not(feature = "stm32h743zi"))]
use embassy_stm32::peripherals::IWDG;
#[cfg(feature = "stm32h743zi")]
use embassy_stm32::peripherals::IWDG1 as IWDG;
use embassy_stm32::peripherals::{ETH, ETH_SMA, RNG};
use embassy_stm32::rng::{self, Rng};
use embassy_stm32::wdg::IndependentWatchdog;
use embassy_stm32::{Peri, bind_interrupts, pac};
use smolchat_core::environment::NoEntropy;
use smolchat_core::time::Instant;
#[cfg(feature = "stm32f767zi")]
use smolchat_embassy::Partition;
use smolchat_embassy::{Adapter, now, sleep};
#[cfg(not(feature = "stm32f767zi"))]
use smolchat_firmware::NoFlash;
use smolchat_firmware::{Board, ResetReason, WATCHDOG_PERIOD};
use smoltcp::wire::EthernetAddress;

use crate::reset::reset_reason;

bind_interrupts!(
    /// The interrupts of the MAC and of the random number generator.
    pub struct Irqs {
        ETH => eth::InterruptHandler;
        RNG => rng::InterruptHandler<RNG>;
    }
);

/// The MAC, and the LAN8742A over its management bus.
pub type Device = Adapter<Ethernet<'static, ETH, GenericPhy<Sma<'static, ETH_SMA>>>>;

/// Frames that the MAC sends from and receives into: eight each, 24.5 KiB. It takes them by its own
/// DMA; the caches of the Cortex-M7 stay off, so nothing has to be flushed.
pub type Packets = PacketQueue<8, 8>;

/// How often the random number generator may report an error before we believe it.
const TRIES: usize = 3;

/// Where the board keeps its store.
///
/// The STM32H7 and the STM32H5 check each word of their flash. A word that was being written when
/// the power went fails the check at every start. Reading it is a bus fault on the STM32H7 (RM0433)
/// and an interrupt that cannot be masked on the STM32H5 (RM0481). So only the STM32F7, whose flash
/// has no such check, keeps a store.
#[cfg(feature = "stm32f767zi")]
pub type StoreFlash = Partition<Flash<'static, Blocking>>;
/// `None`: the part checks each word of its flash, and a word that was being written when the power
/// went fails the check for ever.
#[cfg(not(feature = "stm32f767zi"))]
pub type StoreFlash = NoFlash;

/// A Nucleo-144 board.
pub struct Nucleo {
    store: Option<StoreFlash>,
    random: Rng<'static, RNG>,
    watchdog: IndependentWatchdog<'static, IWDG>,
    reset_reason: ResetReason,
}

impl Nucleo {
    /// The board, its watchdog running.
    ///
    /// The watchdog comes first: the generator and the MAC wait for their hardware without an end.
    pub fn new(watchdog: Peri<'static, IWDG>, random: Peri<'static, RNG>) -> Self {
        let reset_reason = reset_reason();
        let period = WATCHDOG_PERIOD.as_millis() as u32 * 1000;
        let mut watchdog = IndependentWatchdog::new(watchdog, period);
        watchdog.unleash();
        Nucleo { store: None, random: Rng::new(random, Irqs), watchdog, reset_reason }
    }

    /// Keeps what outlives a restart in the last 1 MiB of the flash, four sectors of 256 KiB.
    #[cfg(feature = "stm32f767zi")]
    pub fn keep(&mut self, flash: Peri<'static, FLASH>) {
        let flash = Flash::new_blocking(flash);
        self.store = Some(Partition::last(flash, FLASH_SIZE, 4 * MAX_ERASE_SIZE));
    }
}

impl Board for Nucleo {
    type Device = Device;
    type Flash = StoreFlash;

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

    fn flash(&mut self) -> Option<StoreFlash> {
        self.store.take()
    }

    fn feed_watchdog(&mut self) {
        self.watchdog.pet();
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
