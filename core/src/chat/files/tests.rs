//! The tables of files and holders: full, shared, and the same as collections of the standard
//! library.

use std::collections::BTreeMap;
use std::ops::Range;

use proptest::prelude::*;

use super::*;

/// Tables of so many rows for so many sessions.
fn with<R>(files: usize, holders: usize, sessions: usize, work: impl FnOnce(Files<'_>) -> R) -> R {
    let (mut rows, mut links) = (vec![FileRow::default(); files], vec![LinkSlot::new(); files]);
    let (mut keys, mut pairs) = (vec![0; 2 * files], vec![0; 2 * holders]);
    let mut names = vec![PoolSlot::new(Chunk::default()); PIECES * files];
    let mut holder_rows = vec![HolderRow::default(); holders];
    let mut holder_links = vec![LinkSlot::new(); holders];
    let mut holdings = vec![Holding::default(); sessions];
    let memory = FilesMemory {
        rows: &mut rows,
        links: &mut links,
        keys: &mut keys,
        names: &mut names,
        holders: &mut holder_rows,
        holder_links: &mut holder_links,
        pairs: &mut pairs,
        holdings: &mut holdings,
    };
    work(Files::new(memory, 7))
}

fn key(id: &[u8; 32]) -> FileKey<'_> {
    FileKey { id, size: id[0].into(), name: "x" }
}

fn insert(files: &mut Files<'_>, id: u8, name: &str, holder: u16) -> Result<(), HoldError> {
    files.insert(FileKey { name, ..key(&[id; 32]) }, ConnectionId(holder))
}

fn hold(files: &mut Files<'_>, id: u8, holder: u16) -> Result<(), HoldError> {
    let row = files.find(key(&[id; 32])).unwrap();
    files.hold(row, ConnectionId(holder), 1)
}

fn withdraw(files: &mut Files<'_>, id: u8, holder: u16) -> bool {
    files.withdraw(&[id; 32], ConnectionId(holder))
}

#[test]
fn as_many_files_fit_as_rows_were_lent_and_one_more_once_one_is_gone() {
    with(3, 8, 4, |mut files| {
        for holder in 0..3 {
            assert_eq!(files.used(), Usage { used: holder.into(), of: 3 });
            assert_eq!(insert(&mut files, holder as u8, "x", holder), Ok(()));
        }
        assert_eq!(insert(&mut files, 3, "x", 3), Err(HoldError::Files));
        assert!(withdraw(&mut files, 1, 1));
        assert_eq!(files.find(key(&[1; 32])), None);
        assert_eq!(insert(&mut files, 3, "x", 3), Ok(()));
        assert_eq!(insert(&mut files, 4, "x", 1), Err(HoldError::Files));
    });
}

#[test]
fn as_many_holders_fit_as_rows_were_lent_and_one_more_once_one_is_gone() {
    with(3, 3, 4, |mut files| {
        insert(&mut files, 0, "x", 0).unwrap();
        assert_eq!((hold(&mut files, 0, 1), hold(&mut files, 0, 2)), (Ok(()), Ok(())));
        assert_eq!(files.holders_used(), Usage { used: 3, of: 3 });
        assert_eq!(hold(&mut files, 0, 3), Err(HoldError::Holders));
        assert_eq!(insert(&mut files, 1, "x", 3), Err(HoldError::Holders));
        assert_eq!(files.used().used, 1, "nothing is half done");
        assert_eq!(hold(&mut files, 0, 2), Ok(()), "it holds that already");
        assert!(withdraw(&mut files, 0, 1));
        assert_eq!(hold(&mut files, 0, 3), Ok(()));
    });
}

#[test]
fn a_long_name_takes_the_room_of_several_files() {
    with(4, 8, 4, |mut files| {
        let long = "x".repeat(crate::protocol::FILE_NAME_MAX);
        assert_eq!(insert(&mut files, 0, &long, 0), Ok(()));
        assert_eq!(insert(&mut files, 1, "x", 1), Ok(()));
        assert_eq!(insert(&mut files, 2, "x", 2), Err(HoldError::Files));
        let mut buffer = [0; TEXT_MAX];
        assert_eq!(
            files.name(files.find(FileKey { name: &long, ..key(&[0; 32]) }).unwrap(), &mut buffer),
            long
        );
        assert!(withdraw(&mut files, 0, 0));
        for holder in [0, 2, 3] {
            assert_eq!(insert(&mut files, 10 + holder as u8, "x", holder), Ok(()));
        }
    });
}

#[test]
fn one_gets_a_quarter_of_each_table_and_no_two_fill_it() {
    with(16, 160, 4, |mut files| {
        for id in 0..4 {
            assert_eq!(insert(&mut files, id, "x", 0), Ok(()));
        }
        assert_eq!(insert(&mut files, 4, "x", 0), Err(HoldError::Share(4)));
        for id in 4..7 {
            assert_eq!(insert(&mut files, id, "x", 1), Ok(()));
        }
        assert_eq!(insert(&mut files, 7, "x", 1), Err(HoldError::Share(3)));
        assert_eq!(insert(&mut files, 7, "x", 2), Ok(()));
    });
    with(16, 8, 4, |mut files| {
        assert_eq!(insert(&mut files, 0, "x", 0), Ok(()));
        assert_eq!(insert(&mut files, 1, "x", 0), Ok(()));
        assert_eq!(insert(&mut files, 2, "x", 0), Err(HoldError::Share(2)));
        assert_eq!(hold(&mut files, 0, 1), Ok(()));
        assert_eq!(hold(&mut files, 1, 1), Err(HoldError::Share(1)));
        assert_eq!(hold(&mut files, 1, 2), Ok(()));
    });
}

#[test]
fn a_file_counts_for_whoever_has_held_it_longest() {
    with(8, 64, 4, |mut files| {
        for id in 0..2 {
            assert_eq!(insert(&mut files, id, "x", 0), Ok(()));
            assert_eq!(hold(&mut files, id, 1), Ok(()));
            assert_eq!(hold(&mut files, id, 2), Ok(()));
        }
        assert_eq!(insert(&mut files, 2, "x", 0), Err(HoldError::Share(2)));
        files.forget(ConnectionId(0));
        assert_eq!(insert(&mut files, 2, "x", 1), Err(HoldError::Share(2)), "they count for it");
        assert_eq!(insert(&mut files, 2, "x", 0), Ok(()));
        assert!(withdraw(&mut files, 0, 1));
        assert_eq!(insert(&mut files, 3, "x", 2), Err(HoldError::Share(1)), "one does");
        assert!(withdraw(&mut files, 0, 2));
        assert_eq!((files.find(key(&[0; 32])), files.used().used), (None, 2));
    });
}

#[test]
fn what_differs_in_id_size_or_name_is_another_file_and_a_withdrawal_takes_all_of_one_id() {
    with(64, 64, 4, |mut files| {
        let (id, other, long) = ([1; 32], [2; 32], "n".repeat(100));
        let all = [
            FileKey { id: &id, size: 1, name: &long },
            FileKey { id: &id, size: 2, name: &long },
            FileKey { id: &id, size: 1, name: &long[1..] },
            FileKey { id: &other, size: 1, name: &long[1..] },
        ];
        let [luke, yoda] = [0, 1].map(ConnectionId);
        for (at, key) in all.into_iter().enumerate() {
            assert_eq!(files.find(key), None);
            assert_eq!(files.insert(key, luke), Ok(()));
            assert_eq!(files.find(key), Some(at));
            assert_eq!(files.hold(at, yoda, 9), Ok(()));
        }
        assert!(files.withdraw(&id, luke) && !files.withdraw(&id, luke));
        assert_eq!((files.used().used, files.holders_used().used), (4, 5));
        assert!(files.is_held_by(3, luke));
        assert!(files.withdraw(&id, yoda));
        assert_eq!(all.map(|key| files.find(key)), [None, None, None, Some(3)]);
        assert!(files.withdraw(&other, luke) && files.withdraw(&other, yoda));
        assert_eq!((files.used().used, files.holders_used().used), (0, 0));
    });
}

#[test]
fn tables_of_nothing_take_nothing() {
    with(0, 0, 1, |mut files| {
        assert_eq!(insert(&mut files, 0, "x", 0), Err(HoldError::Files));
        assert_eq!(files.find(key(&[0; 32])), None);
        files.forget(ConnectionId(0));
    });
}

/// What may happen: a whole file is offered, some of it is held, an id is withdrawn, a session
/// ends.
#[derive(Clone, Copy, Debug)]
enum Step {
    Offer(usize, u16),
    Hold(usize, u16, u8),
    Withdraw(usize, u16),
    Forget(u16),
}

/// Files of [`IDS`] ids, each with another size and another name.
const ALL: usize = 3 * IDS;
const IDS: usize = 4;

/// Its id, size and the length of its name.
fn file(number: usize) -> ([u8; 32], u64, usize) {
    let (id, which) = (number / 3, number % 3);
    let length = [1, 72, 73, 110][id] + usize::from(which == 2);
    ([id as u8; 32], u64::from(which == 1), length)
}

fn find(files: &Files<'_>, number: usize) -> Option<usize> {
    let (id, size, length) = file(number);
    files.find(FileKey { id: &id, size, name: &"n".repeat(length) })
}

fn step() -> impl Strategy<Value = Step> {
    let (file, session) = (0..ALL, 0..5_u16);
    prop_oneof![
        4 => (file.clone(), session.clone()).prop_map(|(f, s)| Step::Offer(f, s)),
        6 => (file, session.clone(), 1..=255_u8).prop_map(|(f, s, n)| Step::Hold(f, s, n)),
        2 => (0..IDS, session.clone()).prop_map(|(id, s)| Step::Withdraw(id, s)),
        1 => session.prop_map(Step::Forget),
    ]
}

/// The same by collections: files by number, each with its holders in order.
#[derive(Default)]
struct Naive(BTreeMap<usize, Vec<(u16, u8)>>);

const FILES: usize = 9;
const HOLDERS: usize = 17;

impl Naive {
    fn has_room(&self, session: u16) -> bool {
        let all = self.0.values().flatten();
        let (used, held) =
            all.fold((0, 0), |(all, own), (s, _)| (all + 1, own + usize::from(*s == session)));
        share::may_take(held, 1, HOLDERS - used).is_ok()
    }

    fn has_room_for(&self, number: usize, session: u16) -> bool {
        let each = self.0.iter().map(|(number, holders)| (units(file(*number).2), holders[0].0));
        let (used, held) = each.fold((0, 0), |(all, own), (units, first)| {
            (all + units, own + units * usize::from(first == session))
        });
        share::may_take(held, units(file(number).2), PIECES * FILES - used).is_ok()
    }

    /// Whether it is done.
    fn take(&mut self, step: Step) -> bool {
        let (number, session, share) = match step {
            Step::Offer(number, session) => (number, session, 255),
            Step::Hold(number, session, share) => (number, session, share),
            Step::Withdraw(id, session) => return self.withdraw(3 * id..3 * id + 3, session),
            Step::Forget(session) => {
                self.withdraw(0..ALL, session);
                return true;
            }
        };
        let has_room = self.has_room(session);
        if let Some(holders) = self.0.get_mut(&number) {
            match holders.iter_mut().find(|(other, _)| *other == session) {
                Some((_, old)) => *old = share,
                None if has_room => holders.push((session, share)),
                None => return false,
            }
            return true;
        }
        let is_done =
            matches!(step, Step::Offer(..)) && has_room && self.has_room_for(number, session);
        if is_done {
            self.0.insert(number, vec![(session, share)]);
        }
        is_done
    }

    fn withdraw(&mut self, numbers: Range<usize>, session: u16) -> bool {
        let count = |naive: &Self| naive.0.values().flatten().count();
        let before = count(self);
        for (_, holders) in self.0.range_mut(numbers) {
            holders.retain(|(other, _)| *other != session);
        }
        let is_done = count(self) < before;
        self.0.retain(|_, holders| !holders.is_empty());
        is_done
    }
}

fn take(files: &mut Files<'_>, step: Step) -> bool {
    match step {
        Step::Offer(number, session) => match find(files, number) {
            Some(row) => files.hold(row, ConnectionId(session), 255).is_ok(),
            None => {
                let (id, size, length) = file(number);
                let new = FileKey { id: &id, size, name: &"n".repeat(length) };
                files.insert(new, ConnectionId(session)).is_ok()
            }
        },
        Step::Hold(number, session, share) => find(files, number)
            .is_some_and(|row| files.hold(row, ConnectionId(session), share).is_ok()),
        Step::Withdraw(id, session) => withdraw(files, id as u8, session),
        Step::Forget(session) => {
            files.forget(ConnectionId(session));
            true
        }
    }
}

/// Everything that the tables hold, walked as an answer walks it.
fn told(files: &Files<'_>) -> BTreeMap<usize, Vec<(u16, u8)>> {
    let mut told = BTreeMap::new();
    for row in 0..FILES {
        let Some(FileRow { id, size, .. }) = files.get(row) else { continue };
        let mut buffer = [0; TEXT_MAX];
        let is_it = (*id, *size, files.name(row, &mut buffer).len());
        let number = (0..ALL).find(|&number| file(number) == is_it).unwrap();
        let (mut next, mut holders) = (files.first_holder(row), Vec::new());
        while let Some((at, stamp)) = next {
            assert_eq!(files.holder_at_or_behind(row, at, stamp), next);
            let (connection, share) = files.holder(at);
            holders.push((connection.0, share));
            next = files.next_holder(at);
        }
        assert!(files.holders_of(row).map(|holder| holder.0).eq(holders.iter().map(|(s, _)| *s)));
        told.insert(number, holders);
    }
    told
}

proptest! {
    #[test]
    fn the_tables_hold_what_collections_would(steps in prop::collection::vec(step(), 1..200)) {
        with(FILES, HOLDERS, 5, |mut files| {
            let mut naive = Naive::default();
            for step in steps {
                assert_eq!(take(&mut files, step), naive.take(step), "{step:?}");
                assert_eq!(told(&files), naive.0);
                let count = naive.0.values().flatten().count();
                assert_eq!(files.used(), Usage { used: naive.0.len(), of: FILES });
                assert_eq!(files.holders_used(), Usage { used: count, of: HOLDERS });
                for number in 0..ALL {
                    assert_eq!(find(&files, number).is_some(), naive.0.contains_key(&number));
                }
            }
            (0..5).for_each(|session| files.forget(ConnectionId(session)));
            assert_eq!((files.used().used, files.holders_used().used), (0, 0));
            assert_eq!(files.free, PIECES * FILES);
        });
    }
}
