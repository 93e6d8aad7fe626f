//! The driver's counters, and limits of events a second.

use crate::environment::Figure;
use crate::time::{Duration, Instant};

/// What happened on the device since the start. They are for a log or a status page; the driver
/// decides nothing by them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Counters {
    /// Frames taken from the device.
    pub frames_in: u64,
    /// Frames handed to the device.
    pub frames_out: u64,
    /// Fragments of IP packets that were dropped: not for the chat, too long, too late, or against
    /// each other.
    pub fragments: u64,
    /// Packets that were put together from fragments.
    pub reassembled: u32,
    /// Segments for the chat's port that belong to no connection and open none.
    pub strays: u64,
    /// Strays without a reset, because there were too many.
    pub strays_ignored: u64,
    /// Segments for the chat that moved nothing and got no answer: broken, out of place, or behind
    /// extension headers of IPv6.
    pub refused: u64,
    /// Segments out of place, perhaps forged. The connection's peer is challenged for them once a
    /// second at most.
    pub challenged: u64,
    /// Requests to connect that were answered by a cookie, and of which nothing was kept.
    pub cookies: u64,
    /// Cookies that were brought back, each by a connection.
    pub cookies_honoured: u64,
    /// Requests to connect that were dropped because no place was free.
    pub syns_dropped: u64,
    /// Handshakes and closing connections that were given up to make room for a newcomer.
    pub evicted: u64,
    /// The most handshakes that were under way at once.
    pub half_open_peak: u32,
    /// Frames for others or from invalid senders: dropped.
    pub for_others: u64,
    /// Frames with a VLAN tag, the priority tag 0 included: dropped.
    pub tagged: u64,
    /// Frames beside the chat without an answer, because there were too many.
    pub unanswered: u64,
    /// Frames in which another host claims an address of ours.
    pub conflicts: u64,
    /// Reports that a packet of a connection was too long for its path; perhaps forged.
    pub too_big: u64,
    /// Connections that send short segments because a long one had to be sent again.
    pub shortened: u64,
    /// Questions to the segment for the address of a silent peer.
    pub inquiries: u64,
    /// Connections whose peer was found at another Ethernet address.
    pub moved: u64,
    /// How often the device did not take a frame; the frame was sent later.
    pub device_exhausted: u64,
}

impl Counters {
    /// The counters as `status` tells them.
    pub(super) fn figures(&self) -> [Figure; 22] {
        [
            ("frames-in", self.frames_in),
            ("frames-out", self.frames_out),
            ("fragments", self.fragments),
            ("reassembled", self.reassembled.into()),
            ("strays", self.strays),
            ("strays-ignored", self.strays_ignored),
            ("refused", self.refused),
            ("challenged", self.challenged),
            ("cookies", self.cookies),
            ("cookies-honoured", self.cookies_honoured),
            ("syns-dropped", self.syns_dropped),
            ("evicted", self.evicted),
            ("half-open-peak", self.half_open_peak.into()),
            ("frames-for-others", self.for_others),
            ("frames-tagged", self.tagged),
            ("frames-unanswered", self.unanswered),
            ("address-conflicts", self.conflicts),
            ("too-big", self.too_big),
            ("shortened", self.shortened),
            ("inquiries", self.inquiries),
            ("peers-moved", self.moved),
            ("device-exhausted", self.device_exhausted),
        ]
        .map(|(name, value)| Figure { name, value, of: None })
    }
}

/// A limit of events: some at once, and then one after another, so many in a second. All of a
/// second's at its beginning would answer nobody whose retries, a second apart, come later in it.
#[derive(Debug)]
pub(super) struct Limiter {
    per_second: u32,
    at_once: u32,
    left: u32,
    /// Up to this moment the allowance is counted.
    counted: Instant,
}

impl Limiter {
    pub(super) fn new(per_second: u32, at_once: u32, now: Instant) -> Self {
        Limiter { per_second, at_once, left: at_once, counted: now }
    }

    /// Whether one more is within the limit. If so, it counts.
    pub(super) fn allow(&mut self, now: Instant) -> bool {
        self.count(now);
        let allowed = self.left > 0;
        self.left = self.left.saturating_sub(1);
        allowed
    }

    /// Whether the limit is reached, so that one more would be beyond it.
    pub(super) fn is_spent(&self, now: Instant) -> bool {
        self.left == 0 && now < self.counted + self.period()
    }

    /// The moment from which one more is within the limit.
    #[cfg(feature = "dhcp")]
    pub(super) fn next(&self) -> Instant {
        if self.left > 0 { Instant::START } else { self.counted + self.period() }
    }

    /// The time that earns one event.
    fn period(&self) -> Duration {
        Duration::from_millis(u64::from(1000 / self.per_second.clamp(1, 1000)))
    }

    fn count(&mut self, now: Instant) {
        let period = self.period().as_millis();
        let earned = now.saturating_since(self.counted).as_millis() / period;
        let left = u64::from(self.left).saturating_add(earned).min(self.at_once.into());
        self.left = left as u32;
        self.counted = self.counted + Duration::from_millis(earned * period);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    #[test]
    fn some_come_at_once_and_the_others_one_after_another() {
        let mut limiter = Limiter::new(100, 50, at(5));
        let allowed = |limiter: &mut Limiter, now| (0..99).filter(|_| limiter.allow(now)).count();
        assert_eq!(allowed(&mut limiter, at(5)), 50);
        assert!(limiter.is_spent(at(14)) && !limiter.is_spent(at(15)));
        for moment in 1..=100 {
            assert_eq!(allowed(&mut limiter, at(5 + 10 * moment)), 1);
        }
        assert_eq!(allowed(&mut limiter, at(60_000)), 50, "no more are saved up");
    }

    #[test]
    fn a_limit_of_nothing_allows_nothing() {
        let mut limiter = Limiter::new(0, 0, at(0));
        assert!(!limiter.allow(at(0)) && !limiter.allow(at(60_000)));
    }
}
