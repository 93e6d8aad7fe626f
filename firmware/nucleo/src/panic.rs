//! What a panic does: a word in the log, and the part starts anew. Nothing is formatted.
//! A fault or a stack that overflows ends in a loop instead, out of which the watchdog helps.

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    defmt::error!("panic");
    cortex_m::peripheral::SCB::sys_reset()
}
