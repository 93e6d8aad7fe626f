//! What the program needs of a board beside its network device.
//! Knows no part. Each board implements it once.

#[cfg(feature = "console")]
use crate::serial::Serial;
use smolchat_core::environment::NoEntropy;
use smolchat_core::time::{Duration, Instant};
use smolchat_store::Flash;
use smoltcp::phy::Device;

/// How long a watchdog waits for its next feeding. While all is well it is fed at least twice as
/// often.
pub const WATCHDOG_PERIOD: Duration = Duration::from_secs(8);

/// A board: a clock, sleep, chance, and what else the part has.
pub trait Board {
    /// Its network device.
    type Device: Device;
    /// The flash of its store; [`NoFlash`](crate::NoFlash) if it has no store.
    type Flash: Flash;

    /// Milliseconds since the start; never goes back.
    fn now(&mut self) -> Instant;

    /// Sleeps until a frame waits in `device`, until `until`, or until an interrupt, whichever is
    /// first. May return early. A frame that came before the call must end the sleep too.
    fn sleep(&mut self, device: &mut Self::Device, until: Instant);

    /// Frames that `device` has received since the start, wrapping: under load the watchdog knows
    /// progress by it.
    fn frames_received(&self, device: &Self::Device) -> u32;

    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Errors
    /// The part has no source of entropy, or the source failed. Requests that need it are refused.
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy>;

    /// Whether this ed25519 key lets the user in, beside the keys that were baked in.
    fn has_key(&self, _user: &str, _key: &[u8; 32]) -> bool {
        false
    }

    /// The part restarts unless this is called again within [`WATCHDOG_PERIOD`]. Nothing where the
    /// part has no watchdog.
    fn feed_watchdog(&mut self) {}

    /// The flash of its store, all of it for the store; `None` if it has no store. At start, once.
    fn flash(&mut self) -> Option<Self::Flash> {
        None
    }

    /// Whether somebody has asked, since the last call, that the server say goodbye and restart.
    fn is_asked_to_stop(&mut self) -> bool {
        false
    }

    /// The serial line of its console, if it has one.
    #[cfg(feature = "console")]
    fn serial(&mut self) -> Option<&mut dyn Serial> {
        None
    }

    /// Restarts the part.
    fn restart(&mut self) -> !;

    /// Why the part started.
    fn reset_reason(&self) -> ResetReason;
}

/// Why a part started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, defmt::Format)]
pub enum ResetReason {
    /// It was switched on.
    PowerOn,
    /// The reset pin: a button, or a debugger.
    Pin,
    /// The supply sagged.
    Brownout,
    /// The watchdog was not fed.
    Watchdog,
    /// The program asked for it.
    Software,
    /// The part does not say.
    Unknown,
}
