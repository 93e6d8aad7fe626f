//! The clock, and sleep until a frame or a moment. The part stands still meanwhile (`wfi`).

use core::pin::pin;
use core::task::Context;

use embassy_net_driver::{Driver, LinkState};
use embassy_time::Timer;
use smolchat_core::time::{Duration, Instant};

use crate::adapter::Adapter;
use crate::flag::Flag;

/// How often the link is looked at: to ask a transceiver is to wait for 64 bits at 2.5 MHz.
const LOOK: Duration = Duration::from_secs(1);

/// Milliseconds since the start.
pub fn now() -> Instant {
    Instant::from_millis(embassy_time::Instant::now().as_millis())
}

/// Sleeps until a frame waits in `device`, until `until`, or until an interrupt, whichever is
/// first. A frame that came before the call ends the sleep too. Looks at the link now and then, and
/// logs what became of it.
pub fn sleep<D: Driver>(device: &mut Adapter<D>, until: Instant) {
    sleep_with(device, until, tell, halt_unless);
}

fn tell(link: LinkState) {
    match link {
        LinkState::Up => defmt::info!("link up"),
        LinkState::Down => defmt::warn!("link down"),
    }
}

/// Stands still until an interrupt, unless the flag is up. With interrupts masked, one that comes
/// between the look and `wfi` stays pending, and a pending one ends `wfi`.
#[cfg(target_os = "none")]
fn halt_unless(woken: &Flag) {
    cortex_m::interrupt::free(|_| {
        if !woken.is_up() {
            cortex_m::asm::dsb();
            cortex_m::asm::wfi();
        }
    });
}

/// A host never stands still.
#[cfg(not(target_os = "none"))]
fn halt_unless(_: &Flag) {}

/// The flag is lowered before the look, so that anything after the look raises it again.
fn sleep_with<D: Driver>(
    device: &mut Adapter<D>,
    until: Instant,
    tell: impl FnOnce(LinkState),
    halt_unless: impl FnOnce(&'static Flag),
) {
    device.woken.lower();
    if now() >= device.next_look {
        device.next_look = now() + LOOK;
        if let Some(link) = device.link_changed() {
            tell(link);
        }
    }
    arm(until.min(device.next_look), device.woken);
    if now() < until && !device.frame_waits() {
        halt_unless(device.woken);
    }
}

/// Has the alarm raise the flag at `until`. A queued alarm is not taken back; an earlier one only
/// wakes early.
fn arm(until: Instant, woken: &'static Flag) {
    let at = embassy_time::Instant::from_millis(until.as_millis());
    let waker = woken.waker();
    let _asked_to_wait = pin!(Timer::at(at)).poll(&mut Context::from_waker(&waker));
}

#[cfg(test)]
mod tests {
    use embassy_time::MockDriver;

    use super::*;
    use crate::stub::Stub;

    /// Whether the part stood still, and whether the link was told of.
    fn sleep_until(device: &mut Adapter<Stub>, until: Instant) -> (bool, bool) {
        let (mut halted, mut told) = (false, false);
        sleep_with(device, until, |_| told = true, |woken| halted = !woken.is_up());
        (halted, told)
    }

    /// One test, because there is one clock.
    #[test]
    fn the_part_stands_still_until_a_frame_or_the_alarm() {
        static WOKEN: Flag = Flag::new();
        let clock = MockDriver::get();
        let mut device = Adapter::with_flag(Stub::default(), &WOKEN);
        let later = now() + Duration::from_millis(100);

        assert_eq!(sleep_until(&mut device, later), (true, false));
        clock.advance(embassy_time::Duration::from_millis(99));
        assert!(!WOKEN.is_up());
        clock.advance(embassy_time::Duration::from_millis(1));
        assert!(WOKEN.is_up(), "the alarm");
        assert_eq!(sleep_until(&mut device, later), (false, false), "the moment has passed");

        let later = now() + Duration::from_millis(100);
        assert_eq!(sleep_until(&mut device, later), (true, false));
        device.driver_mut().deliver(b"frame");
        assert!(WOKEN.is_up(), "the frame");
        assert_eq!(sleep_until(&mut device, later), (false, false), "it came before the call");

        device.driver_mut().waiting.clear();
        device.driver_mut().set_link(LinkState::Up);
        assert_eq!(sleep_until(&mut device, later), (true, false), "it is not yet time to look");
        let much_later = now() + LOOK + LOOK;
        assert_eq!(sleep_until(&mut device, much_later), (true, false));
        clock.advance(embassy_time::Duration::from_millis(LOOK.as_millis()));
        assert!(WOKEN.is_up(), "it is time to look");
        assert_eq!(sleep_until(&mut device, much_later), (true, true));
        assert_eq!(sleep_until(&mut device, much_later), (true, false), "told once");
    }
}
