//! The W5500-EVB-Pico2 for the program: clock and sleep, random numbers, the watchdog.

use core::marker::PhantomData;

use embassy_futures::block_on;
use embassy_net_wiznet::Device;
use embassy_rp::flash::{Blocking, Flash};
use embassy_rp::pac::POWMAN;
use embassy_rp::peripherals::{FLASH, TRNG, WATCHDOG};
use embassy_rp::trng::{self, Trng};
use embassy_rp::watchdog::{self, Watchdog};
use embassy_rp::{Peri, bind_interrupts, otp};
use embassy_time::{Duration, with_timeout};
use smolchat_core::environment::NoEntropy;
use smolchat_core::time::Instant;
use smolchat_embassy::{Adapter, Background, Partition, ResetFlags, now, sleep};
use smolchat_firmware::{Board, ResetReason, Serial, WATCHDOG_PERIOD};
use smoltcp::wire::EthernetAddress;

use crate::usb::UsbSerial;

/// The watchdog counts microseconds in 24 bits (RP2350 datasheet): 16.7 s at most.
const PERIOD: Duration = Duration::from_millis(WATCHDOG_PERIOD.as_millis());

/// Ticks of the system clock between two samples of the generator's oscillator. With the HAL's
/// value of 25 some parts reject their own noise for ever (embassy, issue 4521). With this one 192
/// bits take some 5 ms, because the generator drops equal samples in a row.
const SAMPLE_TICKS: u32 = 1000;
/// How long to wait for chance: far more than it takes where it comes at all.
const PATIENCE: Duration = Duration::from_millis(500);

/// Bytes of the board's flash, and how many of them the store has: the second half, 256 pages of 4
/// KiB.
const FLASH_BYTES: usize = 2 * 1024 * 1024;
const STORE_BYTES: usize = FLASH_BYTES / 2;

/// Where it keeps what outlives a restart.
type StoreFlash = Partition<Flash<'static, FLASH, Blocking, FLASH_BYTES>>;

bind_interrupts!(struct Irqs {
    TRNG_IRQ => trng::InterruptHandler<TRNG>;
});

/// A W5500-EVB-Pico2. The other half of its network driver lives for `'r`.
///
/// The store is in the second half of its flash. While a page of it is erased (45 ms, and 400 at
/// most: W25Q16JV datasheet), the flash cannot be read, so nothing runs. The driver keeps the code
/// for that in memory.
pub(crate) struct Pico2<'r> {
    store: Option<StoreFlash>,
    random: Trng<'static, TRNG>,
    watchdog: Watchdog,
    reset_reason: ResetReason,
    serial: UsbSerial,
    runner: PhantomData<&'r ()>,
}

impl Pico2<'_> {
    /// The board, its watchdog running.
    ///
    /// The watchdog comes first, because the next steps wait for hardware.
    pub(crate) fn new(
        watchdog: Peri<'static, WATCHDOG>,
        random: Peri<'static, TRNG>,
        flash: Peri<'static, FLASH>,
    ) -> Self {
        let mut watchdog = Watchdog::new(watchdog);
        let reset_reason = reset_reason(&watchdog);
        watchdog.start(PERIOD);
        let mut config = trng::Config::default();
        config.sample_count = SAMPLE_TICKS;
        let random = Trng::new(random, Irqs, config);
        let flash = Flash::new_blocking(flash);
        let store = Some(Partition::last(flash, FLASH_BYTES, STORE_BYTES));
        Pico2 { store, random, watchdog, reset_reason, serial: UsbSerial, runner: PhantomData }
    }
}

impl<'r> Board for Pico2<'r> {
    type Device = Adapter<Background<'r, Device<'static>>>;
    type Flash = StoreFlash;

    fn now(&mut self) -> Instant {
        now()
    }

    fn sleep(&mut self, device: &mut Self::Device, until: Instant) {
        sleep(device, until);
    }

    fn frames_received(&self, device: &Self::Device) -> u32 {
        device.frames_received()
    }

    /// The generator tests itself, and begins again until its output passes.
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        block_on(with_timeout(PATIENCE, self.random.fill_bytes(bytes))).map_err(|_| NoEntropy)
    }

    fn flash(&mut self) -> Option<StoreFlash> {
        self.store.take()
    }

    fn serial(&mut self) -> Option<&mut dyn Serial> {
        Some(&mut self.serial)
    }

    fn feed_watchdog(&mut self) {
        self.watchdog.feed(PERIOD);
    }

    /// By the watchdog, because the core's own reset leaves the rest of the part as it is.
    fn restart(&mut self) -> ! {
        self.watchdog.trigger_reset();
        loop {
            cortex_m::asm::nop();
        }
    }

    fn reset_reason(&self) -> ResetReason {
        self.reset_reason
    }
}

/// The watchdog has its own flags, the power manager has the rest (RP2350 datasheet:
/// WATCHDOG_REASON, POWMAN_CHIP_RESET).
fn reset_reason(watchdog: &Watchdog) -> ResetReason {
    let by_watchdog = watchdog.reset_reason();
    let chip = POWMAN.chip_reset().read();
    let flags = ResetFlags {
        watchdog: by_watchdog == Some(watchdog::ResetReason::TimedOut),
        software: by_watchdog == Some(watchdog::ResetReason::Forced),
        power_on: chip.had_por(),
        brownout: chip.had_bor(),
        pin: chip.had_run_low(),
    };
    flags.reason()
}

/// The board's Ethernet address, from the part's unique number. A part whose number cannot be read
/// shares its address with its like.
pub(crate) fn mac() -> EthernetAddress {
    smolchat_embassy::mac(&otp::get_chipid().unwrap_or_default().to_be_bytes())
}
