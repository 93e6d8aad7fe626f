//! The end of an image that cannot go on: one fixed word to the host, and an exit with failure.
//! Nothing is formatted here.

use core::arch::naked_asm;
use core::ffi::CStr;
use core::panic::PanicInfo;

use semihosting::process::ExitCode;
use semihosting::sys::arm_compat::sys_write0;

/// Tells the host `word` and ends the emulator.
pub fn stop(word: &CStr) -> ! {
    sys_write0(word);
    ExitCode::FAILURE.exit_process()
}

#[panic_handler]
fn panicked(_: &PanicInfo<'_>) -> ! {
    stop(c"smolchat: panic\n")
}

/// A fault keeps the stack pointer, which points out of the memory after an overflow. So the stack
/// is reset first.
///
/// # Safety
/// The processor alone calls it.
#[unsafe(naked)]
#[unsafe(export_name = "HardFault")]
unsafe extern "C" fn fault() -> ! {
    naked_asm!("ldr r0, =_stack_start", "mov sp, r0", "b {faulted}", faulted = sym faulted)
}

extern "C" fn faulted() -> ! {
    stop(c"smolchat: stack overflow or fault\n")
}
