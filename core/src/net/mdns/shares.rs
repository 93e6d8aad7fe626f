//! How much one host of the link may ask for, beside what all may. So one host that asks without a
//! pause leaves most of it to the others.

use core::hash::Hasher;

use siphasher::sip::SipHasher13;
use smoltcp::wire::EthernetAddress;

use super::super::counters::Limiter;
use crate::time::Instant;

/// How many shares are told apart. Hosts whose addresses fall together have one share.
const SHARES: usize = 8;
/// One share is this part of the whole.
const PART: u32 = 4;

/// A limit for all hosts, and one for each share of them.
#[derive(Debug)]
pub(super) struct Shares {
    whole: Limiter,
    parts: [Limiter; SHARES],
    seed: u64,
}

impl Shares {
    /// So many a second for all together, and so many at once.
    pub(super) fn new((per_second, at_once): (u32, u32), seed: u64, now: Instant) -> Self {
        Shares {
            whole: Limiter::new(per_second, at_once, now),
            parts: core::array::from_fn(|_| Limiter::new(per_second / PART, at_once / PART, now)),
            seed,
        }
    }

    /// Whether this host may have one more. If so, it counts.
    pub(super) fn allow(&mut self, now: Instant, host: EthernetAddress) -> bool {
        let index = share(self.seed, host);
        // What a share refuses costs the others nothing.
        self.parts[index].allow(now) && self.whole.allow(now)
    }
}

/// The share of a host. Nobody can choose an address that falls together with another one's.
fn share(seed: u64, host: EthernetAddress) -> usize {
    let mut hasher = SipHasher13::new_with_keys(seed, !seed);
    hasher.write(host.as_bytes());
    (hasher.finish() % SHARES as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: u64 = 7;

    fn host(last: u8) -> EthernetAddress {
        EthernetAddress([2, 0, 0, 0, 0, last])
    }

    /// Hosts of different shares.
    fn hosts() -> Vec<EthernetAddress> {
        let mut found = vec![None; SHARES];
        (0..=255).for_each(|last| found[share(SEED, host(last))] = Some(host(last)));
        found.into_iter().map(Option::unwrap).collect()
    }

    #[test]
    fn one_host_has_a_quarter_and_four_have_all() {
        let now = Instant::from_millis(5);
        let mut shares = Shares::new((100, 40), SEED, now);
        let hosts = hosts();
        let mut allowed = |host| (0..99).filter(|_| shares.allow(now, host)).count();
        assert_eq!(allowed(hosts[0]), 10);
        assert_eq!(allowed(hosts[0]), 0);
        assert_eq!(allowed(hosts[1]), 10, "another host has a share of its own");
        assert_eq!(allowed(hosts[2]) + allowed(hosts[3]), 20);
        assert_eq!(allowed(hosts[4]), 0, "nothing is left of the whole");
        let later = Instant::from_millis(45);
        let mut allowed = |host| (0..99).filter(|_| shares.allow(later, host)).count();
        let allowed: Vec<_> = hosts.iter().map(|host| allowed(*host)).collect();
        assert_eq!(allowed, [1, 1, 1, 1, 0, 0, 0, 0], "40 ms earn four, and each host one");
    }
}
