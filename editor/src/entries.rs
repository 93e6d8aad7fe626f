//! Entries one behind the other in lent memory, the oldest first.
//! Knows nothing of what they hold.

/// What ends each entry. No line holds it.
pub(crate) const END: char = '\n';

/// The entries in `memory`, which holds nothing else, oldest first.
pub(crate) fn iter(memory: &[u8]) -> impl DoubleEndedIterator<Item = &str> + Clone {
    core::str::from_utf8(memory).unwrap_or_default().split_terminator(END)
}

/// Removes oldest entries until `bytes` more fit behind `end`. The entries take the first `used`
/// bytes, and what stands behind them up to `end` moves with them. Returns the bytes removed.
pub(crate) fn make_room(memory: &mut [u8], used: usize, end: usize, bytes: usize) -> usize {
    let excess = (end + bytes).saturating_sub(memory.len());
    let ends = iter(&memory[..used]).scan(0, |sum, entry| {
        *sum += entry.len() + END.len_utf8();
        Some(*sum)
    });
    let removed = [0].into_iter().chain(ends).find(|&end| end >= excess).unwrap_or(used);
    memory.copy_within(removed..end, 0);
    removed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_entries_give_way_than_must() {
        for (bytes, left) in
            [(0, "a\nbc\ndef\n!"), (1, "bc\ndef\n!"), (2, "bc\ndef\n!"), (3, "def\n!")]
        {
            let mut memory = *b"a\nbc\ndef\n!";
            let removed = make_room(&mut memory, 9, 10, bytes);
            assert_eq!(&memory[..10 - removed], left.as_bytes(), "{bytes} bytes");
        }
        assert_eq!(make_room(&mut [0; 4], 0, 1, 3), 0);
    }
}
