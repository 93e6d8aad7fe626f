//! Chunks of a file, as people name them: from 1 on. Knows no transfer.

use smolchat_files::{CHUNKS_MAX, Shape};

/// In how many chunks a file of this size goes from client to client. An empty file is one to
/// people; one that is too large to go at all has the most there are.
pub(crate) fn chunk_count(size: u64) -> u32 {
    Shape::of(size).map_or(CHUNKS_MAX, |shape| shape.count()).max(1)
}

/// Some chunks: the first and the last of each run, from 1 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunks(Vec<(u32, u32)>);

impl Chunks {
    /// `3`, `1-4` or `1,3-5`. `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
        let run = |run: &str| match run.split_once('-') {
            Some((first, last)) => {
                Some((number(first)?, number(last)?)).filter(|(first, last)| first <= last)
            }
            None => number(run).map(|number| (number, number)),
        };
        text.split(',').map(run).collect::<Option<Vec<_>>>().map(Chunks)
    }

    /// Whether all of them are among the chunks of a file.
    pub(crate) fn is_within(&self, count: u32) -> bool {
        self.0.iter().all(|(_, last)| *last <= count)
    }

    /// Whether somebody holds at least one of them who holds these of the file's chunks.
    pub(crate) fn meets(&self, held: &[bool]) -> bool {
        self.0.iter().any(|(first, last)| {
            let end = held.len().min(*last as usize);
            held.get(*first as usize - 1..end).is_some_and(|held| held.contains(&true))
        })
    }
}

#[cfg(test)]
mod tests {
    use smolchat_files::CHUNK_MIN;

    use super::*;

    #[test]
    fn chunks_double_until_there_are_few_enough() {
        const MIB: u64 = 1024 * 1024;
        let least = u64::from(CHUNK_MIN);
        for (size, count) in [
            (0, 1),
            (1, 1),
            (least, 1),
            (least + 1, 2),
            (1024 * MIB, 4096),
            (1024 * MIB + 1, 2049),
            ((1 << 48) - 1, 4096),
        ] {
            assert_eq!(chunk_count(size), count, "{size}");
        }
    }

    #[test]
    fn people_name_chunks_by_number_and_by_run() {
        assert_eq!(Chunks::parse("3"), Some(Chunks(vec![(3, 3)])));
        assert_eq!(Chunks::parse("1,3-5"), Some(Chunks(vec![(1, 1), (3, 5)])));
        for wrong in ["", "0", "5-3", "1,", "a", "-1", "1-", "4294967296", "1.5"] {
            assert_eq!(Chunks::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn somebody_holds_one_of_them_or_none() {
        let held = [false, true, false, false];
        for (chunks, meets) in
            [("1", false), ("2", true), ("1-4", true), ("3-4", false), ("1,2", true), ("9", false)]
        {
            assert_eq!(Chunks::parse(chunks).unwrap().meets(&held), meets, "{chunks}");
        }
        assert!(Chunks::parse("4").unwrap().is_within(4));
        assert!(!Chunks::parse("1-5").unwrap().is_within(4));
    }
}
