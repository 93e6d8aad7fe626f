//! What was written and erased since the start: wear, for `status` and for benchmarks. Touches nothing.

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Figures {
    /// Entries that the server appended.
    pub appended: u32,
    /// Entries that were copied since they still mattered when their segment was needed.
    pub copied: u32,
    /// Bytes of all records that were written, with what the flash takes around each.
    pub bytes: u64,
    /// Pages that were erased.
    pub erased: u32,
    /// Times that what was written was made durable.
    pub syncs: u32,
}
