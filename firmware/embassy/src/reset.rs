//! Why the part started, from the flags that it keeps.
//! Knows no register.

use smolchat_firmware::ResetReason;

/// The flags that parts keep, where they have them. Several flags may be set. A part that resets
/// itself pulls its own reset pin, and a part that is switched on has seen too low a supply.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResetFlags {
    /// The watchdog was not fed.
    pub watchdog: bool,
    /// The program asked for it.
    pub software: bool,
    /// It was switched on.
    pub power_on: bool,
    /// The supply sagged.
    pub brownout: bool,
    /// The reset pin.
    pub pin: bool,
}

impl ResetFlags {
    /// The cause, and not the consequence.
    pub fn reason(self) -> ResetReason {
        match self {
            ResetFlags { watchdog: true, .. } => ResetReason::Watchdog,
            ResetFlags { software: true, .. } => ResetReason::Software,
            ResetFlags { power_on: true, .. } => ResetReason::PowerOn,
            ResetFlags { brownout: true, .. } => ResetReason::Brownout,
            ResetFlags { pin: true, .. } => ResetReason::Pin,
            _ => ResetReason::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_told_and_not_what_came_of_it() {
        let pin = ResetFlags { pin: true, ..ResetFlags::default() };
        let low = ResetFlags { brownout: true, ..pin };
        for (flags, reason) in [
            (ResetFlags::default(), ResetReason::Unknown),
            (pin, ResetReason::Pin),
            (low, ResetReason::Brownout),
            (ResetFlags { power_on: true, ..low }, ResetReason::PowerOn),
            (ResetFlags { software: true, ..pin }, ResetReason::Software),
            (ResetFlags { watchdog: true, ..pin }, ResetReason::Watchdog),
        ] {
            assert_eq!(flags.reason(), reason, "{flags:?}");
        }
    }
}
