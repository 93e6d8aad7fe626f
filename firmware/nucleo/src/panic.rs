//! A panic: a line in the log, and the part starts again. Nothing is formatted. A fault or a stack
//! overflow ends in a loop instead, and the watchdog ends the loop.

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    defmt::error!("panic");
    cortex_m::peripheral::SCB::sys_reset()
}
