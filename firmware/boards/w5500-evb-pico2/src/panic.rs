//! A panic: a line in the log, and the part starts again. Nothing is formatted. A fault or a stack
//! overflow ends in a loop instead, and the watchdog ends the loop.

use core::panic::PanicInfo;

use embassy_rp::peripherals::WATCHDOG;
use embassy_rp::watchdog::Watchdog;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    defmt::error!("panic");
    // SAFETY: interrupts are masked and whoever else had the watchdog does not go on.
    let watchdog = unsafe { WATCHDOG::steal() };
    Watchdog::new(watchdog).trigger_reset();
    loop {
        cortex_m::asm::nop();
    }
}
