//! Addresses that cut every connection at once. A peer's listener does so in a flood of strangers,
//! and then trying again helps. Others do so, too, and somebody may announce them as its own: they
//! are not to be knocked at again and again.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Attempts beyond the first: of one call, over all its addresses, and at one address within
/// [`MEMORY`], over all calls.
pub(crate) const RETRIES: u32 = 7;
/// The pause before the first of them. It doubles each time.
const PAUSE: Duration = Duration::from_millis(10);
/// For so long an address that has cut all attempts gets one attempt in each call.
const MEMORY: Duration = Duration::from_secs(60);
/// Addresses that are known at once; the oldest gives way.
const CAPACITY: usize = 256;

#[derive(Clone, Copy, Debug)]
struct Cutter {
    address: SocketAddr,
    since: Instant,
    /// Connections that it has cut since then.
    cuts: u32,
}

/// The addresses that have cut connections of late, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Cutters(Mutex<VecDeque<Cutter>>);

/// What one call may still try again.
#[derive(Debug)]
pub(crate) struct Retries {
    made: u32,
}

impl Retries {
    /// A call that begins.
    pub(crate) fn new() -> Self {
        Retries { made: 0 }
    }

    /// An address has cut an attempt: the pause before the next one there, if it gets another.
    pub(crate) fn next(
        &mut self,
        now: Instant,
        address: SocketAddr,
        cutters: &Cutters,
    ) -> Option<Duration> {
        let cuts = cutters.note(now, address);
        if cuts > RETRIES || self.made >= RETRIES {
            return None;
        }
        self.made += 1;
        Some(PAUSE * (1 << (self.made - 1)))
    }
}

impl Cutters {
    /// A peer has proven itself there.
    pub(crate) fn forget(&self, address: SocketAddr) {
        self.lock().retain(|cutter| cutter.address != address);
    }

    /// It has cut a connection: how many there were of late.
    fn note(&self, now: Instant, address: SocketAddr) -> u32 {
        let mut known = self.lock();
        known.retain(|cutter| now < cutter.since + MEMORY);
        if let Some(cutter) = known.iter_mut().find(|cutter| cutter.address == address) {
            cutter.cuts = cutter.cuts.saturating_add(1);
            return cutter.cuts;
        }
        if known.len() >= CAPACITY {
            known.pop_front();
        }
        known.push_back(Cutter { address, since: now, cuts: 1 });
        1
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Cutter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddr {
        ([127, 0, 0, 1], port).into()
    }

    /// The pauses before all further attempts of one call at an address.
    fn pauses(now: Instant, port: u16, retries: &mut Retries, cutters: &Cutters) -> Vec<u128> {
        let next = || retries.next(now, address(port), cutters);
        std::iter::from_fn(next).map(|pause| pause.as_millis()).collect()
    }

    #[test]
    fn an_address_that_cuts_all_attempts_gets_one_a_call_for_a_minute() {
        let (now, cutters) = (Instant::now(), Cutters::default());
        let one_call = |now, port| pauses(now, port, &mut Retries::new(), &cutters);
        let all = [10, 20, 40, 80, 160, 320, 640];
        let mut retries = Retries::new();
        assert_eq!(pauses(now, 1, &mut retries, &cutters), all);
        assert_eq!(pauses(now, 2, &mut retries, &cutters), [0; 0], "the call has none left");
        assert_eq!(one_call(now, 1), [0; 0]);
        assert_eq!(one_call(now, 2).len(), 6, "one of its connections was cut before");
        assert_eq!(one_call(now, 3), all);
        assert_eq!(one_call(now + MEMORY, 1), all);
        assert_eq!(one_call(now + MEMORY, 1), [0; 0]);
        cutters.forget(address(1));
        assert_eq!(one_call(now + MEMORY, 1), all);
    }

    #[test]
    fn calls_at_once_share_the_attempts_at_an_address() {
        let (now, cutters) = (Instant::now(), Cutters::default());
        let mut calls: Vec<_> = (0..8).map(|_| Retries::new()).collect();
        let mut tried = 0;
        for _ in 0..=RETRIES {
            for retries in &mut calls {
                tried += usize::from(retries.next(now, address(1), &cutters).is_some());
            }
        }
        assert_eq!(tried, RETRIES as usize);
    }

    #[test]
    fn the_oldest_of_too_many_gives_way() {
        let (now, cutters) = (Instant::now(), Cutters::default());
        (0..CAPACITY as u16).for_each(|port| _ = cutters.note(now, address(port)));
        assert_eq!(cutters.note(now, address(1)), 2);
        assert_eq!(cutters.note(now, address(9999)), 1);
        assert_eq!(cutters.note(now, address(0)), 1, "it had given way");
        assert_eq!(cutters.lock().len(), CAPACITY);
    }
}
