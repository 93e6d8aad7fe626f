//! A driver for tests: a wire that is two lists, and wakers that are called when something changes.

use std::collections::VecDeque;
use std::task::{Context, Waker};

use embassy_net_driver::{
    Capabilities, Checksum, Driver, HardwareAddress, LinkState, RxToken, TxToken,
};

/// The largest frame.
pub(crate) const MTU: usize = 1514;
/// Frames that it holds until somebody [makes room](Stub::make_room).
pub(crate) const BURST: usize = 2;

pub(crate) struct Stub {
    pub(crate) waiting: VecDeque<Vec<u8>>,
    pub(crate) sent: Vec<Vec<u8>>,
    room: usize,
    link: LinkState,
    waker: Option<Waker>,
}

impl Default for Stub {
    fn default() -> Self {
        let (waiting, sent) = (VecDeque::new(), Vec::new());
        Stub { waiting, sent, room: BURST, link: LinkState::Down, waker: None }
    }
}

impl Stub {
    pub(crate) fn deliver(&mut self, frame: &[u8]) {
        self.waiting.push_back(frame.to_vec());
        self.wake();
    }

    pub(crate) fn make_room(&mut self) {
        self.room = BURST;
        self.wake();
    }

    pub(crate) fn set_link(&mut self, link: LinkState) {
        self.link = link;
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Driver for Stub {
    type RxToken<'a> = Received<'a>;
    type TxToken<'a> = Room<'a>;

    fn receive(&mut self, context: &mut Context<'_>) -> Option<(Received<'_>, Room<'_>)> {
        self.waker = Some(context.waker().clone());
        let Stub { waiting, sent, room, .. } = self;
        (!waiting.is_empty() && *room > 0).then_some((Received(waiting), Room { sent, room }))
    }

    fn transmit(&mut self, context: &mut Context<'_>) -> Option<Room<'_>> {
        self.waker = Some(context.waker().clone());
        let Stub { sent, room, .. } = self;
        (*room > 0).then_some(Room { sent, room })
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_transmission_unit = MTU;
        capabilities.max_burst_size = Some(BURST);
        capabilities.checksum.tcp = Checksum::Rx;
        capabilities
    }

    fn link_state(&mut self, context: &mut Context<'_>) -> LinkState {
        self.waker = Some(context.waker().clone());
        self.link
    }

    fn hardware_address(&self) -> HardwareAddress {
        HardwareAddress::Ethernet([2, 0, 0, 0, 0, 1])
    }
}

pub(crate) struct Received<'a>(&'a mut VecDeque<Vec<u8>>);

impl RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, take: F) -> R {
        take(&mut self.0.pop_front().expect("the token says that there is one"))
    }
}

pub(crate) struct Room<'a> {
    sent: &'a mut Vec<Vec<u8>>,
    room: &'a mut usize,
}

impl TxToken for Room<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, fill: F) -> R {
        let mut frame = vec![0; len];
        let result = fill(&mut frame);
        self.sent.push(frame);
        *self.room -= 1;
        result
    }
}
