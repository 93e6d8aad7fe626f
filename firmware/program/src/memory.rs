//! The memory of the server, its driver and its hashes: a `static` of exactly the bytes that a
//! board's capacities take, cut into tables at start.
//! Knows no table. The one room of this package with unsafe code; its tests run under Miri.

use core::mem::{MaybeUninit, take};

use smolchat_core::arena::Arena;
use smolchat_core::chat::Capacities;
use smolchat_core::net::{Buffers, NetMemory};
use smolchat_core::server::ServerMemory;
use static_cell::ConstStaticCell;

use crate::hashing;

/// Bytes that a server of these capacities takes, with its driver and the hashes that it waits for.
pub const fn memory_bytes(capacities: &Capacities, buffers: Buffers) -> usize {
    let server = ServerMemory::end(capacities, 0);
    hashing::end(capacities, NetMemory::end(capacities, buffers, server))
}

/// Defines a board's memory: a `static` of the given name, exactly as large as the capacities and
/// buffers need. It also puts the board's [`Sizes`](crate::Sizes) into a section of the image that
/// is not loaded; `cargo xtask size` reads them there. An image with SSH adds its
/// `SshDoor` (feature `ssh`).
#[macro_export]
macro_rules! memory {
    ($memory:ident, $capacities:expr, $buffers:expr) => {
        static $memory: $crate::Memory<{ $crate::memory_bytes(&$capacities, $buffers) }> =
            $crate::Memory::new();
        #[used]
        #[unsafe(link_section = ".smolchat")]
        static SIZES: $crate::Sizes = $crate::Sizes::of(&$capacities, $buffers);
    };
    ($memory:ident, $capacities:expr, $buffers:expr, $ssh:expr) => {
        static $memory: $crate::Memory<
            { $crate::ssh_memory_bytes(&$capacities, $buffers, &$ssh) },
        > = $crate::Memory::new();
        #[used]
        #[unsafe(link_section = ".smolchat")]
        static SIZES: $crate::Sizes =
            $crate::Sizes::of(&$capacities, $buffers).with_ssh($crate::ssh_session_bytes(&$ssh));
    };
}

/// Fits every row of every table: what a table takes is computed as if it began at zero.
#[repr(align(16))]
struct Aligned<const BYTES: usize>([MaybeUninit<u8>; BYTES]);

/// So many bytes for the server and the driver; a `static` of each board, lent once.
pub struct Memory<const BYTES: usize>(ConstStaticCell<Aligned<BYTES>>);

impl<const BYTES: usize> Memory<BYTES> {
    /// Nothing in it yet. All zero, so that it lies in `.bss` and takes no flash.
    #[expect(
        clippy::new_without_default,
        reason = "it is for statics, which need a const function"
    )]
    pub const fn new() -> Self {
        Memory(ConstStaticCell::new(Aligned([const { MaybeUninit::zeroed() }; BYTES])))
    }

    /// All of it, to cut from.
    ///
    /// # Panics
    /// It was lent already.
    pub(crate) fn lend(&'static self) -> MemoryArena {
        MemoryArena { bytes: &mut self.0.take().0 }
    }
}

/// What is left to cut from.
pub(crate) struct MemoryArena {
    bytes: &'static mut [MaybeUninit<u8>],
}

#[cfg(all(test, feature = "ssh"))]
impl MemoryArena {
    /// Bytes that nobody has cut.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len()
    }
}

impl Arena<'static> for MemoryArena {
    /// # Panics
    /// There is not enough left: more was asked for than [`memory_bytes`] says.
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        const { assert!(align_of::<T>() <= align_of::<Aligned<0>>(), "`Aligned` fits no such row") };
        let bytes = take(&mut self.bytes);
        let unaligned = bytes.as_ptr().align_offset(align_of::<T>());
        let (_, bytes) = bytes.split_at_mut(unaligned);
        let (rows, rest) = bytes.split_at_mut(count * size_of::<T>());
        self.bytes = rest;
        defaults(rows)
    }
}

/// `bytes` as rows, each at its default.
fn defaults<T: Default>(bytes: &'static mut [MaybeUninit<u8>]) -> &'static mut [T] {
    // SAFETY: every byte is `MaybeUninit` on both sides, so no value is made up; what is not
    // aligned for a row is left out.
    let (_, rows, _) = unsafe { bytes.align_to_mut::<MaybeUninit<T>>() };
    for row in rows.iter_mut() {
        row.write(T::default());
    }
    // SAFETY: the loop has written every row.
    unsafe { rows.assume_init_mut() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPACITIES: Capacities = Capacities::new(5, 3, 2, 7);
    const BUFFERS: Buffers = Buffers { rx: 600, tx: 700, fragments: 2 };

    #[test]
    fn the_computed_bytes_hold_every_table_and_not_one_is_left() {
        static MEMORY: Memory<{ memory_bytes(&CAPACITIES, BUFFERS) }> = Memory::new();
        let mut arena = MEMORY.lend();
        ServerMemory::from_arena(&CAPACITIES, &mut arena);
        NetMemory::from_arena(&CAPACITIES, BUFFERS, &mut arena);
        hashing::Hashing::from_arena(&CAPACITIES, &mut arena);
        assert_eq!(arena.bytes.len(), 0);
    }

    #[test]
    fn rows_begin_at_their_default_aligned_and_apart_from_each_other() {
        static MEMORY: Memory<64> = Memory::new();
        let mut arena = MEMORY.lend();
        let bytes = arena.slice::<u8>(3);
        let words = arena.slice::<u64>(2);
        let options = arena.slice::<Option<u32>>(4);
        assert_eq!((&*bytes, &*words, &*options), (&[0; 3][..], &[0; 2][..], &[None; 4][..]));
        assert_eq!(words.as_ptr().align_offset(align_of::<u64>()), 0);
        bytes.fill(1);
        words.fill(u64::MAX);
        options.fill(Some(7));
        assert_eq!((bytes[2], words[0], options[0]), (1, u64::MAX, Some(7)));
        assert_eq!(arena.bytes.len(), 64 - 8 - 16 - 32);
    }

    #[test]
    #[should_panic(expected = "mid > len")]
    fn nobody_is_lent_what_is_not_there() {
        static MEMORY: Memory<7> = Memory::new();
        MEMORY.lend().slice::<u8>(8);
    }
}
