//! A driver whose other half is a future that moves the frames, as one driver: whoever looks at it
//! moves them.
//! Knows no chip.
//!
//! Both halves share memory that is not safe for two threads, so the future cannot run in an
//! interrupt beside the loop.

use core::pin::Pin;
use core::task::Context;

use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState};

/// A driver, and the future that works in its background.
pub struct Background<'r, D> {
    driver: D,
    runner: Pin<&'r mut dyn Future<Output = ()>>,
}

impl<'r, D> Background<'r, D> {
    /// `driver`, moved by `runner`, which never ends.
    pub fn new(driver: D, runner: Pin<&'r mut dyn Future<Output = ()>>) -> Self {
        Background { driver, runner }
    }

    /// Moves what can be moved. A future that must wait wakes its caller.
    fn run(&mut self, context: &mut Context<'_>) {
        let _never_ends = self.runner.as_mut().poll(context);
    }
}

impl<D: Driver> Driver for Background<'_, D> {
    type RxToken<'a>
        = D::RxToken<'a>
    where
        Self: 'a;
    type TxToken<'a>
        = D::TxToken<'a>
    where
        Self: 'a;

    fn receive(&mut self, context: &mut Context<'_>) -> Option<(D::RxToken<'_>, D::TxToken<'_>)> {
        self.run(context);
        self.driver.receive(context)
    }

    fn transmit(&mut self, context: &mut Context<'_>) -> Option<D::TxToken<'_>> {
        self.run(context);
        self.driver.transmit(context)
    }

    fn capabilities(&self) -> Capabilities {
        self.driver.capabilities()
    }

    fn link_state(&mut self, context: &mut Context<'_>) -> LinkState {
        self.run(context);
        self.driver.link_state(context)
    }

    fn hardware_address(&self) -> HardwareAddress {
        self.driver.hardware_address()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use super::*;
    use crate::flag::Flag;
    use crate::stub::{MTU, Stub};

    #[test]
    fn every_look_at_the_driver_moves_its_other_half() {
        static WOKEN: Flag = Flag::new();
        let waker = WOKEN.waker();
        let context = &mut Context::from_waker(&waker);
        let rounds = Cell::new(0);
        let runner = pin!(poll_fn(|context| {
            rounds.set(rounds.get() + 1);
            context.waker().wake_by_ref();
            Poll::Pending
        }));
        let mut driver = Background::new(Stub::default(), runner);
        assert!(driver.receive(context).is_none());
        assert!(driver.transmit(context).is_some());
        assert!(driver.link_state(context) == LinkState::Down);
        assert_eq!(driver.capabilities().max_transmission_unit, MTU);
        assert!(matches!(driver.hardware_address(), HardwareAddress::Ethernet([2, ..])));
        assert_eq!((rounds.get(), WOKEN.is_up()), (3, true));
    }
}
