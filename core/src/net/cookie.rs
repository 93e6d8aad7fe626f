//! SYN cookies (RFC 4987, 3.6): a request to connect is answered and forgotten. The peer's
//! acknowledgement brings the number of the answer back, and the number tells everything about the
//! request. Knows no socket and no slot.

use super::frame::Tuple;
use super::secret::{Purpose, Secret};
use crate::time::{Duration, Instant};

/// The period in which numbers are made alike; a cookie is honoured for two periods at most.
const PERIOD: Duration = Duration::from_millis(1 << PERIOD_BITS);
const PERIOD_BITS: u32 = 14;

/// How long a cookie's bearer takes at most to bring it back, from the far side of the Earth too.
pub(super) const ANSWER: Duration = Duration::from_secs(1);

/// Segment sizes that a cookie can encode: the smallest ones, those of tunnels and PPPoE, and
/// Ethernet's. A peer gets the longest one that it can take.
const SIZES: [u16; 1 << SIZE_BITS] = [64, 536, 1024, 1220, 1360, 1420, 1440, 1460];
const SIZE_BITS: u32 = 3;
const SIZE_MASK: u32 = (1 << SIZE_BITS) - 1;

/// The cookies that were given out, and those that were brought back.
#[derive(Debug)]
pub(super) struct Cookies<'s> {
    /// The last one is honoured until this moment. Without a flood no cookie can be guessed at all.
    until: Instant,
    /// The cookies that stand for an existing place and have not come back.
    promised: usize,
    /// From this moment nobody counts on them any more.
    stale: Instant,
    /// The cookies that were brought back last. A network may deliver a segment twice, or late. If
    /// its connection is over by then, the copy must not begin another with the same numbers: its
    /// peer would take that connection's bytes for the rest of the first.
    spent: &'s mut [u32],
    /// Where the next one goes, in the place of the oldest.
    next_spent: usize,
}

impl<'s> Cookies<'s> {
    /// Remembers as many spent cookies as `spent` holds.
    pub(super) fn new(spent: &'s mut [u32]) -> Self {
        let (until, stale) = (Instant::START, Instant::START);
        Cookies { until, promised: 0, stale, spent, next_spent: 0 }
    }

    /// Places that cookies were given out for and that their bearers may still come for.
    pub(super) fn promised(&self, now: Instant) -> usize {
        if now < self.stale { self.promised } else { 0 }
    }

    /// The next cookie stands for a place.
    pub(super) fn promise(&mut self, now: Instant) {
        self.promised = self.promised(now) + 1;
        self.stale = now + ANSWER;
    }

    /// One that stood for a place came back.
    pub(super) fn keep(&mut self) {
        self.promised = self.promised.saturating_sub(1);
    }

    /// This one came back: its connection has begun.
    pub(super) fn spend(&mut self, number: u32) {
        if let Some(oldest) = self.spent.get_mut(self.next_spent) {
            *oldest = number;
            self.next_spent = (self.next_spent + 1) % self.spent.len();
        }
    }

    /// Whether any of them may come back.
    pub(super) fn are_out(&self, now: Instant) -> bool {
        now < self.until
    }

    /// Notes that one is given out.
    pub(super) fn give_out(&mut self, now: Instant) {
        self.until = now + PERIOD + PERIOD;
    }

    /// The number to answer a request with. It stands for the sender, its number, the time, and the
    /// longest segment that the sender takes.
    pub(super) fn make(
        &self,
        secret: &Secret,
        now: Instant,
        tuple: &Tuple,
        theirs: u32,
        size: u16,
    ) -> u32 {
        let class = SIZES.iter().rposition(|fits| *fits <= size).unwrap_or_default() as u32;
        let (mark, cover) = mark(secret, period(now), tuple, theirs);
        mark | (class ^ cover)
    }

    /// The longest segment that a peer takes, if the number that it acknowledges was made for it in
    /// this period or the last, and was not brought back before.
    pub(super) fn honour(
        &self,
        secret: &Secret,
        now: Instant,
        tuple: &Tuple,
        theirs: u32,
        number: u32,
    ) -> Option<u16> {
        if !self.are_out(now) || self.spent.contains(&number) {
            return None;
        }
        [0, 1].into_iter().find_map(|ago| {
            let (mark, cover) = mark(secret, period(now).wrapping_sub(ago), tuple, theirs);
            let class = (number & SIZE_MASK) ^ cover;
            (number & !SIZE_MASK == mark).then(|| SIZES[class as usize])
        })
    }
}

fn period(now: Instant) -> u32 {
    (now.as_millis() >> PERIOD_BITS) as u32
}

/// 29 bits that only this driver can make, and three bits that hide the size.
fn mark(secret: &Secret, period: u32, tuple: &Tuple, theirs: u32) -> (u32, u32) {
    let hash = secret.hash(Purpose::Cookie, tuple, u64::from(theirs) << 32 | u64::from(period));
    (hash as u32 & !SIZE_MASK, (hash >> 32) as u32 & SIZE_MASK)
}

#[cfg(test)]
mod tests {
    use core::net::Ipv4Addr;

    use super::*;

    const NOW: Instant = Instant::from_millis(1_000_000);

    fn tuple(port: u16) -> Tuple {
        Tuple { peer: Ipv4Addr::new(10, 0, 0, 9).into(), port, local: 0, service: 0 }
    }

    fn given_out() -> Cookies<'static> {
        let mut cookies = none_out();
        cookies.give_out(NOW);
        cookies
    }

    /// There is room for two that were spent.
    fn none_out() -> Cookies<'static> {
        Cookies::new(Box::leak(Box::new([0; 2])))
    }

    #[test]
    fn a_cookie_tells_the_longest_size_that_the_peer_takes() {
        let (secret, cookies) = (Secret::new(7), given_out());
        for (size, told) in [
            (0, 64),
            (64, 64),
            (535, 64),
            (536, 536),
            (1219, 1024),
            (1220, 1220),
            (1459, 1440),
            (1460, 1460),
            (9000, 1460),
        ] {
            let number = cookies.make(&secret, NOW, &tuple(5000), 77, size);
            let honoured = cookies.honour(&secret, NOW, &tuple(5000), 77, number);
            assert_eq!(honoured, Some(told), "{size}");
        }
    }

    #[test]
    fn a_cookie_is_honoured_for_its_own_name_and_number_only_and_not_for_long() {
        let (secret, mut cookies) = (Secret::new(7), given_out());
        let number = cookies.make(&secret, NOW, &tuple(5000), 77, 1460);
        let honour = |cookies: &Cookies<'_>, seconds, port, theirs, number| {
            let now = NOW + Duration::from_secs(seconds);
            cookies.honour(&secret, now, &tuple(port), theirs, number).is_some()
        };
        assert!(honour(&cookies, 16, 5000, 77, number));
        assert!(!honour(&cookies, 33, 5000, 77, number));
        assert!(!honour(&cookies, 0, 5001, 77, number));
        assert!(!honour(&cookies, 0, 5000, 78, number));
        assert!(!honour(&cookies, 0, 5000, 77, number ^ 8));
        assert!(cookies.honour(&Secret::new(8), NOW, &tuple(5000), 77, number).is_none());
        // Others that came later do not make it last.
        cookies.give_out(NOW + Duration::from_secs(33));
        assert!(!honour(&cookies, 33, 5000, 77, number));
    }

    #[test]
    fn a_cookie_is_honoured_once_while_as_many_are_remembered_as_there_is_room_for() {
        let (secret, mut cookies) = (Secret::new(7), given_out());
        let make = |cookies: &Cookies<'_>, port| cookies.make(&secret, NOW, &tuple(port), 77, 1460);
        let honours = |cookies: &Cookies<'_>, port| {
            let number = make(cookies, port);
            cookies.honour(&secret, NOW, &tuple(port), 77, number).is_some()
        };
        for port in [5000, 5001] {
            cookies.spend(make(&cookies, port));
            assert!(!honours(&cookies, port) && !honours(&cookies, 5000));
        }
        assert!(honours(&cookies, 5002));
        cookies.spend(make(&cookies, 5002));
        assert_eq!([5000, 5001, 5002].map(|port| honours(&cookies, port)), [true, false, false]);
    }

    #[test]
    fn where_no_cookie_is_out_none_is_honoured() {
        let (secret, mut cookies) = (Secret::new(7), none_out());
        let number = cookies.make(&secret, NOW, &tuple(5000), 77, 1460);
        assert!(!cookies.are_out(NOW));
        assert_eq!(cookies.honour(&secret, NOW, &tuple(5000), 77, number), None);
        cookies.give_out(NOW);
        assert!(cookies.are_out(NOW) && !cookies.are_out(NOW + PERIOD + PERIOD));
    }

    #[test]
    fn a_promised_place_is_counted_until_its_cookie_comes_back_or_for_a_second() {
        let mut cookies = none_out();
        assert_eq!(cookies.promised(NOW), 0);
        cookies.promise(NOW);
        cookies.promise(NOW);
        assert_eq!(cookies.promised(NOW), 2);
        cookies.keep();
        assert_eq!(cookies.promised(NOW), 1);
        assert_eq!(cookies.promised(NOW + ANSWER), 0);
        cookies.promise(NOW + ANSWER);
        assert_eq!(cookies.promised(NOW + ANSWER), 1);
    }
}
