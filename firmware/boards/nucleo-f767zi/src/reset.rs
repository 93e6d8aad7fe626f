//! Why the part started: the flags of its reset and clock controller, read once and cleared, so
//! that the next start reads its own.
//! Knows no other register.

use embassy_stm32::pac::RCC;
use smolchat_embassy::ResetFlags;
use smolchat_firmware::ResetReason;

/// Why the part started: RCC_CSR of the STM32F76x/77x (RM0410).
pub(crate) fn reset_reason() -> ResetReason {
    let flags = RCC.csr().read();
    RCC.csr().modify(|flags| flags.set_rmvf(true));
    let flags = ResetFlags {
        watchdog: flags.wdgrstf(),
        software: flags.sftrstf(),
        power_on: flags.porrstf(),
        brownout: flags.borrstf(),
        pin: flags.padrstf(),
    };
    flags.reason()
}
