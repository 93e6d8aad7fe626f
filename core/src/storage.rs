//! Where memory comes from. A product owns it and lends it at start: a host from one allocation as large as its flags say, a board
//! from a `static`. Touches nothing: what is cut from an arena is the business of the room that works in it.

/// Where memory comes from that is as large as flags say.
pub trait Arena<'s> {
    /// `count` values, each at its default. Called at start only.
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T];
}

/// An arena that only adds up what is asked of it, with each slice's alignment.
#[derive(Debug, Default)]
pub struct Counting {
    /// Bytes asked for so far.
    pub bytes: usize,
}

impl<'s> Arena<'s> for Counting {
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T] {
        self.bytes = self.bytes.next_multiple_of(align_of::<T>()) + count * size_of::<T>();
        &mut []
    }
}
