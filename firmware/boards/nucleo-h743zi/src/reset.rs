//! Why the part started: the flags of its reset and clock controller, read once and cleared, so
//! that the next start reads its own.
//! Knows no other register.

use embassy_stm32::pac::RCC;
use smolchat_embassy::ResetFlags;
use smolchat_firmware::ResetReason;

/// Why the part started: RCC_RSR of the STM32H742/743/753 (RM0433).
pub(crate) fn reset_reason() -> ResetReason {
    let flags = RCC.rsr().read();
    RCC.rsr().modify(|flags| flags.set_rmvf(true));
    let flags = ResetFlags {
        watchdog: flags.iwdg1rstf(),
        software: flags.sftrstf(),
        power_on: flags.porrstf(),
        brownout: flags.borrstf(),
        pin: flags.pinrstf(),
    };
    flags.reason()
}
