//! Why the part started: the flags of its reset and clock controller, read once and cleared, so
//! that the next start tells its own.
//! Touches that one register, which each family names differently.

use embassy_stm32::pac::RCC;
use smolchat_embassy::ResetFlags;
use smolchat_firmware::ResetReason;

/// Why the part started.
pub(crate) fn reset_reason() -> ResetReason {
    let reason = flags().reason();
    clear();
    reason
}

/// RCC_RSR of the STM32H742/743/753 (RM0433).
#[cfg(feature = "stm32h743zi")]
fn flags() -> ResetFlags {
    let flags = RCC.rsr().read();
    ResetFlags {
        watchdog: flags.iwdg1rstf(),
        software: flags.sftrstf(),
        power_on: flags.porrstf(),
        brownout: flags.borrstf(),
        pin: flags.pinrstf(),
    }
}

/// RCC_CSR of the STM32F76x/77x (RM0410).
#[cfg(feature = "stm32f767zi")]
fn flags() -> ResetFlags {
    let flags = RCC.csr().read();
    ResetFlags {
        watchdog: flags.wdgrstf(),
        software: flags.sftrstf(),
        power_on: flags.porrstf(),
        brownout: flags.borrstf(),
        pin: flags.padrstf(),
    }
}

/// RCC_RSR of the STM32H563/573 (RM0481). It has one flag for a supply that sagged and for one that
/// was switched on.
#[cfg(feature = "stm32h563zi")]
fn flags() -> ResetFlags {
    let flags = RCC.rsr().read();
    ResetFlags {
        watchdog: flags.iwdgrstf(),
        software: flags.sftrstf(),
        power_on: flags.borrstf(),
        brownout: false,
        pin: flags.pinrstf(),
    }
}

#[cfg(feature = "stm32f767zi")]
fn clear() {
    RCC.csr().modify(|flags| flags.set_rmvf(true));
}

#[cfg(not(feature = "stm32f767zi"))]
fn clear() {
    RCC.rsr().modify(|flags| flags.set_rmvf(true));
}
