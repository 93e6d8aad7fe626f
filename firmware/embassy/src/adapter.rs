//! An Embassy network driver as smoltcp's device: tokens wrapped, frames counted, and a flag where
//! the driver expects a task.
//! Both sides speak of Ethernet frames without their check sequence.

use core::task::Context;

use embassy_net_driver::{self as embassy, Driver, LinkState};
use smolchat_core::time;
use smoltcp::phy::{self, ChecksumCapabilities, Device, DeviceCapabilities, Medium};
use smoltcp::time::Instant;

use crate::flag::Flag;

/// The board's one driver raises it.
static WOKEN: Flag = Flag::new();

/// A driver of Embassy's as a device of smoltcp's.
pub struct Adapter<D> {
    driver: D,
    pub(crate) woken: &'static Flag,
    received: u32,
    link: LinkState,
    /// When to look at the link again.
    pub(crate) next_look: time::Instant,
}

impl<D: Driver> Adapter<D> {
    /// `driver`, which must carry Ethernet frames.
    pub fn new(driver: D) -> Self {
        Self::with_flag(driver, &WOKEN)
    }

    pub(crate) fn with_flag(driver: D, woken: &'static Flag) -> Self {
        let (link, next_look) = (LinkState::Down, time::Instant::START);
        Adapter { driver, woken, received: 0, link, next_look }
    }

    #[cfg(test)]
    pub(crate) fn driver_mut(&mut self) -> &mut D {
        &mut self.driver
    }

    /// Frames taken in since the start, wrapping.
    pub fn frames_received(&self) -> u32 {
        self.received
    }

    /// Whether a frame waits. If none waits, the next one raises the flag.
    pub(crate) fn frame_waits(&mut self) -> bool {
        let waker = self.woken.waker();
        self.driver.receive(&mut Context::from_waker(&waker)).is_some()
    }

    /// The state of the link where it is another than at the last look.
    pub(crate) fn link_changed(&mut self) -> Option<LinkState> {
        let waker = self.woken.waker();
        let state = self.driver.link_state(&mut Context::from_waker(&waker));
        (state != core::mem::replace(&mut self.link, state)).then_some(state)
    }
}

impl<D: Driver> Device for Adapter<D> {
    type RxToken<'a>
        = RxToken<'a, D::RxToken<'a>>
    where
        Self: 'a;
    type TxToken<'a>
        = TxToken<D::TxToken<'a>>
    where
        Self: 'a;

    fn receive(&mut self, _: Instant) -> Option<(Self::RxToken<'_>, Self::TxToken<'_>)> {
        let waker = self.woken.waker();
        let (rx, tx) = self.driver.receive(&mut Context::from_waker(&waker))?;
        Some((RxToken { token: rx, received: &mut self.received }, TxToken(tx)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Self::TxToken<'_>> {
        let waker = self.woken.waker();
        self.driver.transmit(&mut Context::from_waker(&waker)).map(TxToken)
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let of = self.driver.capabilities();
        let mut checksum = ChecksumCapabilities::default();
        checksum.ipv4 = checked(of.checksum.ipv4);
        checksum.tcp = checked(of.checksum.tcp);
        checksum.udp = checked(of.checksum.udp);
        checksum.icmpv4 = checked(of.checksum.icmpv4);
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = of.max_transmission_unit;
        capabilities.max_burst_size = of.max_burst_size;
        capabilities.checksum = checksum;
        capabilities
    }
}

fn checked(checksum: embassy::Checksum) -> phy::Checksum {
    match checksum {
        embassy::Checksum::Both => phy::Checksum::Both,
        embassy::Checksum::Rx => phy::Checksum::Rx,
        embassy::Checksum::Tx => phy::Checksum::Tx,
        embassy::Checksum::None => phy::Checksum::None,
    }
}

/// One frame received; counted when it is taken.
pub struct RxToken<'a, T> {
    token: T,
    received: &'a mut u32,
}

impl<T: embassy::RxToken> phy::RxToken for RxToken<'_, T> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, take: F) -> R {
        *self.received = self.received.wrapping_add(1);
        self.token.consume(|frame| take(frame))
    }
}

/// Room for one frame to send.
pub struct TxToken<T>(T);

impl<T: embassy::TxToken> phy::TxToken for TxToken<T> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, fill: F) -> R {
        self.0.consume(len, fill)
    }
}

#[cfg(test)]
mod tests {
    use smoltcp::phy::{RxToken as _, TxToken as _};

    use super::*;
    use crate::stub::{BURST, MTU, Stub};

    const NOW: Instant = Instant::ZERO;

    #[test]
    fn a_frame_comes_in_whole_and_is_counted_when_it_is_taken() {
        static WOKEN: Flag = Flag::new();
        let mut device = Adapter::with_flag(Stub::default(), &WOKEN);
        assert!(device.receive(NOW).is_none());
        device.driver.deliver(b"one");
        device.driver.deliver(b"two");
        assert!(device.receive(NOW).is_some());
        assert_eq!(device.frames_received(), 0, "looked at and left");
        for frame in [b"one", b"two"] {
            let (rx, _) = device.receive(NOW).expect("a frame waits");
            assert!(rx.consume(|bytes| bytes == frame));
        }
        assert!(device.receive(NOW).is_none());
        assert_eq!(device.frames_received(), 2);
    }

    #[test]
    fn a_frame_goes_out_as_it_was_filled_unless_there_is_no_room() {
        static WOKEN: Flag = Flag::new();
        let mut device = Adapter::with_flag(Stub::default(), &WOKEN);
        for _ in 0..BURST {
            let token = device.transmit(NOW).expect("there is room");
            token.consume(3, |bytes| bytes.copy_from_slice(b"out"));
        }
        assert!(device.transmit(NOW).is_none());
        assert_eq!(device.driver.sent, vec![b"out".to_vec(); BURST]);
    }

    #[test]
    fn a_frame_is_answered_with_the_token_that_came_with_it() {
        static WOKEN: Flag = Flag::new();
        let mut device = Adapter::with_flag(Stub::default(), &WOKEN);
        device.driver.deliver(b"ping");
        let (rx, tx) = device.receive(NOW).expect("a frame waits");
        let length = rx.consume(<[u8]>::len);
        tx.consume(length, |bytes| bytes.fill(b'!'));
        assert_eq!(device.driver.sent, [b"!!!!"]);
    }

    #[test]
    fn who_found_nothing_is_woken_by_the_next_frame_and_by_room() {
        static WOKEN: Flag = Flag::new();
        let mut device = Adapter::with_flag(Stub::default(), &WOKEN);
        assert!(!device.frame_waits());
        assert!(!WOKEN.is_up());
        device.driver.deliver(b"frame");
        assert!(WOKEN.is_up() && device.frame_waits());
        WOKEN.lower();
        while let Some(token) = device.transmit(NOW) {
            token.consume(1, |_| ());
        }
        assert!(!WOKEN.is_up());
        device.driver.make_room();
        assert!(WOKEN.is_up() && device.transmit(NOW).is_some());
    }

    #[test]
    fn a_link_is_told_of_when_it_comes_and_when_it_goes() {
        static WOKEN: Flag = Flag::new();
        let mut device = Adapter::with_flag(Stub::default(), &WOKEN);
        let down = device.link_changed();
        device.driver.set_link(LinkState::Up);
        assert!(WOKEN.is_up());
        let looks = [down, device.link_changed(), device.link_changed()];
        device.driver.set_link(LinkState::Down);
        assert!(looks == [None, Some(LinkState::Up), None]);
        assert!(device.link_changed() == Some(LinkState::Down));
    }

    #[test]
    fn what_the_driver_can_do_is_told_as_it_is() {
        static WOKEN: Flag = Flag::new();
        let capabilities = Adapter::with_flag(Stub::default(), &WOKEN).capabilities();
        assert_eq!(capabilities.medium, Medium::Ethernet);
        assert_eq!(capabilities.max_transmission_unit, MTU);
        assert_eq!(capabilities.max_burst_size, Some(BURST));
        assert!(!capabilities.checksum.tcp.tx() && capabilities.checksum.tcp.rx());
        assert!(capabilities.checksum.ipv4.tx() && capabilities.checksum.ipv4.rx());
    }
}
