//! The source of memory. A product owns memory and lends it at start: a host from one allocation
//! whose size follows from its flags, a board from a `static` whose size the compiler computes.

/// Memory to cut slices from.
pub trait Arena<'s> {
    /// `count` values, each at its default. Called at start only.
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T];
}

/// The end of a slice of `count` values that begins at the first fitting place from `from` on. Both
/// are in bytes from a place that fits every type.
pub const fn end_of_slice<T>(from: usize, count: usize) -> usize {
    from.next_multiple_of(align_of::<T>()) + count * size_of::<T>()
}

/// Declares a room's tables once: the struct of lent slices, how to cut them, and how many bytes
/// they take.
macro_rules! lent_tables {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident<$s:lifetime>($($sizes:ident: &$Sizes:ty),+) {
            $($(#[$gate:meta])* $table:ident: $Row:ty = $count:expr,)+
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name<$s> {
            $($(#[$gate])* pub(super) $table: &$s mut [$Row],)+
        }

        impl<$s> $name<$s> {
            /// Cuts every table from `arena`.
            $visibility fn from_arena($($sizes: &$Sizes,)+ arena: &mut impl $crate::arena::Arena<$s>) -> Self {
                $name { $($(#[$gate])* $table: arena.slice($count),)+ }
            }

            /// The end of the last table, in bytes, if the first begins at the first fitting place
            /// from `from` on.
            $visibility const fn end($($sizes: &$Sizes,)+ from: usize) -> usize {
                let mut end = from;
                $($(#[$gate])* { end = $crate::arena::end_of_slice::<$Row>(end, $count); })+
                end
            }
        }
    };
}
pub(crate) use lent_tables;

#[cfg(test)]
mod tests {
    use super::*;

    lent_tables! {
        struct Odd<'s>(count: &usize) {
            bytes: u8 = *count,
            words: u64 = *count + 1,
            pairs: [u16; 3] = 2 * *count,
        }
    }

    /// Leaks the memory that it lends, and notes where it would end.
    struct Noting(usize);

    impl<'s> Arena<'s> for Noting {
        fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T] {
            self.0 = self.0.next_multiple_of(align_of::<T>()) + count * size_of::<T>();
            Vec::from_iter((0..count).map(|_| T::default())).leak()
        }
    }

    #[test]
    fn the_bytes_told_are_the_bytes_cut_with_each_tables_alignment() {
        for (count, bytes) in [(0, 8), (1, 8 + 16 + 12), (9, 16 + 80 + 108)] {
            let mut arena = Noting(0);
            let odd = Odd::from_arena(&count, &mut arena);
            assert_eq!((Odd::end(&count, 0), arena.0), (bytes, bytes));
            assert_eq!(
                (odd.bytes.len(), odd.words.len(), odd.pairs.len()),
                (count, count + 1, 2 * count)
            );
        }
        assert_eq!(
            Odd::end(&1, 3),
            8 + 16 + 12,
            "it may begin within what an alignment leaves free"
        );
    }
}
