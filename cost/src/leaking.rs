//! Where the server in this process has its memory from.

use smolchat_core::arena::Arena;

/// Memory from the heap that is never given back, for servers that live as long as a short process.
#[derive(Debug)]
pub struct Leaking;

impl Arena<'static> for Leaking {
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        Vec::leak((0..count).map(|_| T::default()).collect())
    }
}
