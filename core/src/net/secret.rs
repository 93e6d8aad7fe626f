//! The driver's secret, and the numbers that nobody may guess: seeds, and the initial numbers of
//! connections (RFC 6528). Knows no socket.

use core::hash::Hasher;

use siphasher::sip::SipHasher24;
use smoltcp::wire::IpAddress;

use super::frame::Tuple;
use crate::time::Instant;

/// The purpose of a number. Numbers for different purposes tell nothing of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The link interface's generator: transaction numbers.
    LinkInterface,
    /// The hash of the peers' table.
    Lookup,
    /// The initial number of a connection.
    Begin,
    /// The number that a peer must bring back.
    Cookie,
    /// When probes for our name are sent.
    #[cfg(feature = "mdns")]
    Names,
}

/// 128 bits that only this driver knows.
pub(super) struct Secret {
    key: [u8; 16],
    /// The latest moment for which a number was made, in ticks.
    latest: u64,
}

/// Ticks of RFC 6528's clock in a millisecond: one every four microseconds.
const TICKS: u64 = 250;

impl Secret {
    pub(super) fn new(seed: u128) -> Self {
        Secret { key: seed.to_le_bytes(), latest: 0 }
    }

    /// A seed for one use.
    pub(super) fn seed(&self, purpose: Purpose) -> u64 {
        self.hasher(purpose).finish()
    }

    /// A hash of a connection's name and one more number.
    pub(super) fn hash(&self, purpose: Purpose, tuple: &Tuple, more: u64) -> u64 {
        let mut hasher = self.hasher(purpose);
        match tuple.peer {
            IpAddress::Ipv4(address) => hasher.write_u32(address.to_bits()),
            #[cfg(feature = "ipv6")]
            IpAddress::Ipv6(address) => hasher.write_u128(address.to_bits()),
        }
        hasher.write_u64(tuple.rest());
        hasher.write_u64(more);
        hasher.finish()
    }

    /// The initial number of a connection: a clock plus a hash of the connection's name. For one
    /// name it grows with time, so segments of an earlier connection are old. From one name to
    /// another it tells nothing.
    pub(super) fn begin(&mut self, now: Instant, tuple: &Tuple) -> u32 {
        // Our clock counts milliseconds, and two connections within one get different numbers, too.
        self.latest = now.as_millis().wrapping_mul(TICKS).max(self.latest + 1);
        (self.latest as u32).wrapping_add(self.hash(Purpose::Begin, tuple, 0) as u32)
    }

    fn hasher(&self, purpose: Purpose) -> SipHasher24 {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        hasher.write_u8(purpose as u8);
        hasher
    }
}

/// The step of smoltcp's generator (sPCG32): times this, plus that.
const FACTOR: u64 = 0xbb2e_fcec_3c39_611d;
const SUMMAND: u64 = 0x7590_ef39;
const INVERSE: u64 = inverse(FACTOR);

/// A seed with which an interface of smoltcp 0.14 draws `number` for the first connection that
/// opens on it. There is no other way to give it a number. Its own numbers follow from each other:
/// two of them tell all others. A test looks at the wire, so it notices a version that draws
/// otherwise. That version's numbers would still come from a hash that nobody knows.
pub(super) fn seed_that_draws(number: u32) -> u64 {
    // The interface draws once for itself when it is made, and draws again if that gives 0.
    let second = |low: u64| u64::from(number) << 29 | low;
    let first = |low: u64| back(second(low));
    let low = (0..16).find(|low| drawn(first(*low)) as u16 != 0).unwrap_or_default();
    back(first(low))
}

/// The number from a state of the generator, with its halves folded as the interface folds them.
fn drawn(state: u64) -> u32 {
    let number = (state >> (29 - (state >> 61))) as u32;
    number ^ number >> 16
}

/// The state before.
fn back(state: u64) -> u64 {
    state.wrapping_sub(SUMMAND).wrapping_mul(INVERSE)
}

/// The inverse of an odd number, modulo 2⁶⁴. Every step doubles the number of right bits.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut right = 3;
    while right < 64 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        right *= 2;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use core::net::Ipv4Addr;

    use super::*;

    fn tuple(port: u16) -> Tuple {
        Tuple { peer: Ipv4Addr::new(10, 0, 0, 9).into(), port, local: 0, service: 0 }
    }

    #[test]
    fn a_step_back_undoes_a_step() {
        for state in [0, 1, 0x1234_5678_9abc_def0, u64::MAX] {
            assert_eq!(back(state.wrapping_mul(FACTOR).wrapping_add(SUMMAND)), state);
        }
    }

    #[test]
    fn numbers_of_one_name_grow_with_the_clock_even_within_a_millisecond() {
        let mut secret = Secret::new(7);
        let at = Instant::from_millis;
        let numbers = [5, 5, 5, 6, 1_006].map(|millis| secret.begin(at(millis), &tuple(5000)));
        let steps: Vec<_> = numbers.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
        assert_eq!(steps, [1, 1, 248, 250_000]);
    }

    #[test]
    fn numbers_of_two_names_and_of_two_secrets_have_nothing_in_common() {
        let number = |seed, port| Secret::new(seed).begin(Instant::START, &tuple(port));
        let far = |one: u32, other: u32| one.wrapping_sub(other).min(other.wrapping_sub(one)) > 9;
        assert!(far(number(7, 5000), number(7, 5001)));
        assert!(far(number(7, 5000), number(8, 5000)));
        assert!(far(number(7, 5000), number(7 << 64, 5000)));
        assert_ne!(
            Secret::new(7).seed(Purpose::LinkInterface),
            Secret::new(7).seed(Purpose::Lookup)
        );
    }
}
