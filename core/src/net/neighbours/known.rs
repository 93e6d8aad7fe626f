//! What the driver remembers of the segment around it. Knows no driver: the driver holds it.

use smoltcp::wire::{EthernetAddress, IpAddress};

use super::notices::SegmentNotices;
use crate::environment::Environment;
use crate::net::counters::Limiter;
use crate::time::Instant;

/// Answers in one second to hosts that look for our Ethernet address. Everything else beside the
/// chat gets as many again.
const ANSWERS_PER_SECOND: u32 = 100;

/// What the driver remembers of the segment around it.
#[derive(Debug)]
pub(in crate::net) struct Neighbours {
    /// Answers to hosts that look for us.
    pub(super) seekers: Limiter,
    /// The link interface's answers to everything else.
    pub(super) others: Limiter,
    /// Before this moment no claim to our addresses is contradicted again.
    pub(super) defended_until: Instant,
    pub(super) notices: SegmentNotices,
    pub(super) question: Option<Question>,
}

impl Neighbours {
    pub(in crate::net) fn new(now: Instant) -> Self {
        Neighbours {
            seekers: Limiter::new(ANSWERS_PER_SECOND, ANSWERS_PER_SECOND / 2, now),
            others: Limiter::new(ANSWERS_PER_SECOND, ANSWERS_PER_SECOND / 2, now),
            defended_until: Instant::START,
            notices: SegmentNotices::default(),
            question: None,
        }
    }

    /// When the answers to our question are counted.
    pub(in crate::net) fn due(&self) -> Option<Instant> {
        self.question.as_ref().map(|question| question.until)
    }

    /// Tells the log of it.
    pub(in crate::net) fn tell(&mut self, environment: &mut impl Environment) {
        self.notices.tell(environment);
    }
}

/// A question to the segment, and the answers so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub(super) about: IpAddress,
    pub(super) until: Instant,
    pub(super) answer: Answer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Nobody,
    One(EthernetAddress),
    /// Two hosts claim the address. One of them may be the known peer, so nobody is moved.
    Contested,
}

impl Question {
    /// Notes an answer.
    pub(super) fn hear(&mut self, about: IpAddress, mac: EthernetAddress) {
        if self.about == about {
            self.answer = match self.answer {
                Answer::Nobody => Answer::One(mac),
                Answer::One(other) if other == mac => Answer::One(mac),
                _ => Answer::Contested,
            };
        }
    }
}
