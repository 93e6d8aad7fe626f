//! All the memory of the server and its driver in one allocation. Two passes: one adds up what will
//! be asked for, one hands it out.

use bumpalo::Bump;
use smolchat_core::arena::Arena;

/// An upper bound of the bytes an arena needs, whichever way it aligns.
#[derive(Debug, Default)]
pub(super) struct ArenaSize {
    pub(super) bytes: usize,
}

impl<'s> Arena<'s> for ArenaSize {
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T] {
        self.bytes += count * size_of::<T>() + align_of::<T>() - 1;
        &mut []
    }
}

/// An arena over one bump allocator.
#[derive(Debug)]
pub(super) struct BumpArena<'s>(pub(super) &'s Bump);

impl<'s> Arena<'s> for BumpArena<'s> {
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T] {
        self.0.alloc_slice_fill_default(count)
    }
}

#[cfg(test)]
mod tests {
    use smolchat_core::chat::Capacities;
    use smolchat_core::server::ServerMemory;

    use super::*;

    #[test]
    fn whatever_is_asked_for_comes_from_the_first_allocation() {
        for capacities in [Capacities::new(1, 1, 1, 1), Capacities::new(999, 333, 77, 1001)] {
            let mut size = ArenaSize::default();
            ServerMemory::from_arena(&capacities, &mut size);
            assert!(size.bytes >= ServerMemory::bytes(&capacities));
            let mut bump = Bump::with_capacity(size.bytes);
            ServerMemory::from_arena(&capacities, &mut BumpArena(&bump));
            assert_eq!(bump.iter_allocated_chunks().count(), 1);
        }
    }

    #[test]
    fn odd_sizes_and_large_alignments_stay_within_the_bound() {
        let mut size = ArenaSize::default();
        odd_slices(&mut size);
        let mut bump = Bump::with_capacity(size.bytes);
        odd_slices(&mut BumpArena(&bump));
        assert_eq!(bump.iter_allocated_chunks().count(), 1);
    }

    fn odd_slices<'s>(arena: &mut impl Arena<'s>) {
        for count in [1, 3, 7, 1000] {
            arena.slice::<u8>(count);
            arena.slice::<u64>(count);
            arena.slice::<[u16; 3]>(count);
            arena.slice::<u128>(count);
        }
    }
}
