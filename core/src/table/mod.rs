//! Fixed tables: pools, chains, indexes, sets, queues, lists and a timing wheel.
//!
//! Every table borrows its storage from the caller for `'a` and never grows. A table refuses
//! anything that it cannot hold, and a refusal changes nothing. A pool refuses nothing, but says
//! how much is free.
//!
//! | table | holds | finds by |
//! |---|---|---|
//! | [`Pool`] | values, in slots that come and go | [`Key`] |
//! | [`Chain`] | keys of a pool, first in first out | order |
//! | [`Index`] | small values | hash and equality |
//! | [`Pairs`] | ordered pairs of `u16`, each with a number | equality |
//! | [`Wheel`] | ids with a due moment | time |
//! | [`UniqueQueue`] | ids, each at most once | order |
//! | [`Links`], [`List`] | ids, each in at most one list | order |
//!
//! An *id* is a small number that the caller owns: the position of a slot in the lent storage. A
//! table of ids serves at most [`MAX_IDS`] of them.

mod buckets;
pub(crate) mod chain;
pub(crate) mod index;
pub(crate) mod lists;
pub(crate) mod pairs;
pub(crate) mod pool;
pub(crate) mod queue;
pub(crate) mod wheel;

pub(crate) use chain::Chain;
pub(crate) use index::Index;
pub(crate) use lists::{LinkSlot, Links, List};
pub(crate) use pairs::Pairs;
pub(crate) use pool::{Key, Pool, PoolSlot};
pub(crate) use queue::{QueueSlot, UniqueQueue};
pub(crate) use wheel::{Wheel, WheelSlot};

/// The refusal of a table whose lent storage is used up; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Full;

/// How many ids a table of ids can serve; slots lent beyond that stay unused.
pub(crate) const MAX_IDS: usize = NONE as usize;

/// Stands for "no id" in 16-bit links.
const NONE: u16 = u16::MAX;

/// The part of lent slots that 16-bit ids can reach.
fn reachable<S>(slots: &mut [S]) -> &mut [S] {
    let count = slots.len().min(MAX_IDS);
    &mut slots[..count]
}
