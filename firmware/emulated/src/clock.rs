//! The system timer (Armv7-M reference manual, B3.3), counting its wraps by an interrupt.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{SCB, SYST};
use cortex_m_rt::exception;
use smolchat_core::time::{Duration, Instant};

use crate::ticks::{PERIOD, Ticks};

static WRAPS: AtomicU32 = AtomicU32::new(0);
/// The time of the last reading, in milliseconds and wrapping, for log messages. The loop asks in
/// each round.
static ASKED: AtomicU32 = AtomicU32::new(0);

defmt::timestamp!("{=u32:ms}", ASKED.load(Ordering::Relaxed));

#[exception]
fn SysTick() {
    // There is one writer, so reading and writing need not be one step. The smallest cores have no
    // such step.
    WRAPS.store(WRAPS.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
}

/// Milliseconds since it was made.
pub struct Clock {
    timer: SYST,
    ticks: Ticks,
}

impl Clock {
    /// Starts the timer, which runs on the processor's clock of this many hertz.
    pub fn start(mut timer: SYST, hertz: u32) -> Self {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(PERIOD - 1);
        timer.clear_current();
        timer.enable_interrupt();
        timer.enable_counter();
        Clock { timer, ticks: Ticks::at(hertz) }
    }

    /// The time.
    pub fn now(&mut self) -> Instant {
        let (wraps, value) = critical_section::with(|_| {
            let value = self.timer.cvr.read();
            let wraps = WRAPS.load(Ordering::Relaxed);
            // The counter and its interrupt are two things: a wrap may not be counted yet, and then
            // the value may be from before it.
            match SCB::is_pendst_pending() {
                true => (wraps.wrapping_add(1), self.timer.cvr.read()),
                false => (wraps, value),
            }
        });
        let now = self.ticks.moment(wraps, value);
        ASKED.store(now.as_millis() as u32, Ordering::Relaxed);
        now
    }

    /// So much time in ticks of the processor's clock.
    pub fn ticks(&self, span: Duration) -> u32 {
        self.ticks.ticks(span)
    }
}
