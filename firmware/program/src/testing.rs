//! What several tests of this package need.

use smolchat_core::arena::Arena;

/// Memory that is never given back.
pub(crate) struct Leaking;

impl Arena<'static> for Leaking {
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        Box::leak((0..count).map(|_| T::default()).collect())
    }
}
