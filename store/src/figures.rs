//! Counts of writes and erases since the start, for `status` and for benchmarks.

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Figures {
    /// Entries that the server appended.
    pub appended: u32,
    /// Entries that were copied because they still mattered when their segment was freed.
    pub copied: u32,
    /// Bytes of all records that were written, with the bytes that the flash takes around each.
    pub bytes: u64,
    /// Pages that were erased.
    pub erased: u32,
    /// How often writes were made durable.
    pub syncs: u32,
}
