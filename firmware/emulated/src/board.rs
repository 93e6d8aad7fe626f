//! An emulated part as a board: sleep, watchdog, console, chance, flash.
//!
//! Interrupts only end sleeps. They are enabled only while the part sleeps, with interrupts masked.
//! So only the system timer's wrap and the watchdog's warning are ever taken.

use core::marker::PhantomData;

use cortex_m::asm::wfi;
use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::{NVIC, SCB};
use cortex_m_rt::exception;
use semihosting::experimental::random;
use smolchat_core::environment::NoEntropy;
use smolchat_core::protocol::UserName;
use smolchat_core::time::{Duration, Instant};
use smolchat_drivers::alarm::Alarm;
use smolchat_drivers::watchdog::Watchdog;
use smolchat_drivers::{Mmio, Nic};
#[cfg(feature = "console")]
use smolchat_firmware::Serial;
use smolchat_firmware::{Board, ResetReason};

use crate::clock::Clock;
use crate::console::Console;
use crate::note::{self, Note};
#[cfg(feature = "console")]
use crate::serial_port::SerialPort;
use crate::start::Start;
use crate::store_file::StoreFile;

/// A line to the interrupt controller, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterruptLine(pub u16);

// SAFETY: the number is that of the controller's line, and never changes.
unsafe impl InterruptNumber for InterruptLine {
    fn number(self) -> u16 {
        self.0
    }
}

/// What differs from part to part.
pub struct Parts<A> {
    /// The time.
    pub clock: Clock,
    /// What ends a sleep in time.
    pub alarm: A,
    /// Running.
    pub watchdog: Watchdog<Mmio>,
    /// The console: the log goes there, and the key comes from there.
    pub console: Console,
    /// The port that orders come from.
    #[cfg(feature = "console")]
    pub serial: SerialPort,
    /// The interrupts of the network device, the alarm and the serial ports.
    pub wakers: &'static [InterruptLine],
    /// The interrupt of the watchdog's warning, if it is not the one that cannot be masked.
    pub warning: Option<InterruptLine>,
}

/// A board with the network device `N`.
pub struct Emulated<N, A> {
    parts: Parts<A>,
    reason: ResetReason,
    stuck: Option<Duration>,
    store: Option<StoreFile>,
    has_entropy: bool,
    key: Option<(UserName, [u8; 32])>,
    device: PhantomData<fn(&mut N)>,
}

impl<N: Nic, A: Alarm> Emulated<N, A> {
    /// The board, as `start` wants it.
    pub fn new(parts: Parts<A>, start: Start) -> Self {
        let Start { stuck, store, has_entropy, key, .. } = start;
        let (reason, device) = (note::begin(), PhantomData);
        Emulated { parts, reason, stuck, store, has_entropy, key, device }
    }

    /// Sleeps until an interrupt. With interrupts masked, so that one that comes before the sleep
    /// is not taken but ends it.
    fn wait_for_interrupt(&mut self, device: &mut N, span: Duration) {
        let Parts {
            clock,
            alarm,
            console,
            wakers,
            #[cfg(feature = "console")]
            serial,
            ..
        } = &mut self.parts;
        critical_section::with(|_| {
            // Pending bits of interrupts that were handled. A line that is still active comes
            // again.
            wakers.iter().for_each(|line| NVIC::unpend(*line));
            if device.has_frame() || console.has_key() {
                return;
            }
            #[cfg(feature = "console")]
            if serial.has_byte() {
                return;
            }
            alarm.arm(clock.ticks(span));
            wakers.iter().for_each(|line| enable(*line));
            wfi();
            wakers.iter().for_each(|line| NVIC::mask(*line));
            alarm.disarm();
        });
    }
}

fn enable(line: InterruptLine) {
    // SAFETY: no critical section relies on single lines being masked.
    unsafe { NVIC::unmask(line) }
}

impl<N: Nic, A: Alarm> Board for Emulated<N, A> {
    type Device = N;
    type Flash = StoreFile;

    fn now(&mut self) -> Instant {
        let now = self.parts.clock.now();
        if self.stuck.is_some_and(|after| now >= Instant::START + after) {
            defmt::warn!("stuck on purpose");
            loop {
                core::hint::spin_loop();
            }
        }
        now
    }

    fn sleep(&mut self, device: &mut N, until: Instant) {
        let span = until.saturating_since(self.now());
        if span > Duration::default() {
            self.wait_for_interrupt(device, span);
        }
    }

    fn frames_received(&self, device: &N) -> u32 {
        device.frames_received()
    }

    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        if !self.has_entropy {
            return Err(NoEntropy);
        }
        random::fill_bytes(bytes).map_err(|_| NoEntropy)
    }

    fn has_key(&self, user: &str, key: &[u8; 32]) -> bool {
        self.key.as_ref().is_some_and(|(owner, known)| owner == user && known == key)
    }

    fn feed_watchdog(&mut self) {
        self.parts.watchdog.feed();
        note::write(Note::Running);
        if let Some(line) = self.parts.warning {
            NVIC::unpend(line);
            enable(line);
        }
    }

    fn flash(&mut self) -> Option<StoreFile> {
        self.store.take()
    }

    fn is_asked_to_stop(&mut self) -> bool {
        self.parts.console.is_restart_asked()
    }

    #[cfg(feature = "console")]
    fn serial(&mut self) -> Option<&mut dyn Serial> {
        Some(&mut self.parts.serial)
    }

    fn restart(&mut self) -> ! {
        note::write(Note::Restarting);
        SCB::sys_reset()
    }

    fn reset_reason(&self) -> ResetReason {
        self.reason
    }
}

/// The watchdog's warning, where it comes by an interrupt like any other. It stays active until the
/// watchdog is fed.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    if let Ok(number) = number.try_into() {
        NVIC::mask(InterruptLine(number));
    }
    note::write(Note::Hungry);
}

/// The watchdog's warning, where it cannot be masked.
#[exception]
unsafe fn NonMaskableInt() {
    note::write(Note::Hungry);
}
