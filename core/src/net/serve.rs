//! The loop around a driver and a server, the same on a host and on a board, and the goodbye at its
//! end. What a product adds is a [`Platform`].

use smoltcp::phy::Device;

use super::clock::LoopClock;
use super::counters::Counters;
use super::driver::Driver;
use crate::carrier::Carriers;
use crate::environment::Environment;
use crate::server::Server;
use crate::time::{Duration, Instant};

/// How long the goodbye may take.
const FAREWELL: Duration = Duration::from_secs(3);

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Wake {
    /// There is something to do, or the time has come.
    Work,
    /// The server is asked to stop.
    ShutDown,
}

/// What the loop needs beside an [`Environment`]: a clock, and a way to sleep until the device has
/// something.
pub trait Platform<D: Device>: Environment {
    /// The product's time; never goes back.
    fn now(&mut self) -> Instant;

    /// Sleeps until a frame waits in `device`, until `until`, or until the server is asked to stop,
    /// whichever is first. Without `until` there is no limit. Returns at once if `until` has
    /// passed. May return early.
    ///
    /// A frame that came before the call must end the wait too.
    fn wait(&mut self, device: &mut D, until: Option<Instant>) -> Wake;

    /// Does what the product has to do with the server itself, such as an operator's orders. Called
    /// in every turn of the loop. Answers whether there is more to do, so that the loop comes back
    /// at once. An answer with figures has the driver's `counters`, too: see
    /// [`Counted`](super::Counted).
    fn attend(&mut self, _now: Instant, _server: &mut Server<'_>, _counters: &Counters) -> bool {
        false
    }
}

/// Serves until the platform asks to stop. Then says goodbye to everybody, and waits a short time
/// until everybody has received it.
///
/// Time in which the loop stood still does not pass for the driver and the server. Their clock runs
/// at most a second past the moment at which the loop was to wake. Ages and the uptime leave that
/// time out, too.
pub fn serve<D: Device, P: Platform<D>, C: Carriers>(
    device: &mut D,
    platform: &mut P,
    driver: &mut Driver<'_, C>,
    server: &mut Server<'_>,
) {
    let mut clock = LoopClock::default();
    loop {
        let now = clock.read(platform.now());
        let has_more = platform.attend(now, server, &driver.counters());
        let until = driver.poll(now, device, server, platform);
        let until = clock.sleep(if has_more { Some(now) } else { until });
        if platform.wait(device, until) == Wake::ShutDown {
            return shut_down(clock, device, platform, driver, server);
        }
    }
}

fn shut_down<D: Device, P: Platform<D>, C: Carriers>(
    mut clock: LoopClock,
    device: &mut D,
    platform: &mut P,
    driver: &mut Driver<'_, C>,
    server: &mut Server<'_>,
) {
    let mut now = clock.read(platform.now());
    let end = now + FAREWELL;
    driver.stop_listening();
    server.prepare_shutdown(now, platform);
    driver.poll(now, device, server, platform);
    server.handle_shutdown(now, platform);
    loop {
        let until = driver.poll(now, device, server, platform);
        if server.connections() == 0 || now >= end {
            return;
        }
        let until = clock.sleep(Some(until.map_or(end, |until| until.min(end))));
        // A second request to stop does not cut the goodbye short.
        platform.wait(device, until);
        now = clock.read(platform.now());
    }
}
