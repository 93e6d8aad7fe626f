//! The tables of files and holders: full, shared, and the same as collections of the standard
//! library.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// Tables of so many rows for so many sessions.
fn with<R>(files: usize, holders: usize, sessions: usize, work: impl FnOnce(Files<'_>) -> R) -> R {
    let (mut rows, mut links) = (vec![FileRow::default(); files], vec![LinkSlot::new(); files]);
    let (mut ids, mut pairs) = (vec![0; 2 * files], vec![0; 2 * holders]);
    let mut names = vec![PoolSlot::new(Chunk::default()); PIECES * files];
    let mut holder_rows = vec![HolderRow::default(); holders];
    let mut holder_links = vec![LinkSlot::new(); holders];
    let mut holdings = vec![Holding::default(); sessions];
    let memory = FilesMemory {
        rows: &mut rows,
        links: &mut links,
        ids: &mut ids,
        names: &mut names,
        holders: &mut holder_rows,
        holder_links: &mut holder_links,
        pairs: &mut pairs,
        holdings: &mut holdings,
    };
    work(Files::new(memory, 7))
}

fn insert(files: &mut Files<'_>, id: u8, name: &str, holder: u16) -> Result<(), HoldError> {
    files.insert(NewFile { id: &[id; 32], size: id.into(), name }, ConnectionId(holder))
}

fn hold(files: &mut Files<'_>, id: u8, holder: u16) -> Result<(), HoldError> {
    let row = files.find(&[id; 32]).unwrap();
    files.hold(row, ConnectionId(holder), 1)
}

fn withdraw(files: &mut Files<'_>, id: u8, holder: u16) -> bool {
    files.find(&[id; 32]).is_some_and(|row| files.withdraw(row, ConnectionId(holder)))
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
        assert_eq!(files.find(&[1; 32]), None);
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
        assert_eq!(files.name(files.find(&[0; 32]).unwrap(), &mut buffer), long);
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
        assert_eq!((files.find(&[0; 32]), files.used().used), (None, 2));
    });
}

#[test]
fn tables_of_nothing_take_nothing() {
    with(0, 0, 1, |mut files| {
        assert_eq!(insert(&mut files, 0, "x", 0), Err(HoldError::Files));
        assert_eq!(files.find(&[0; 32]), None);
        files.forget(ConnectionId(0));
    });
}

/// What may happen: a whole file is offered, some of it is held, it is withdrawn, a session ends.
#[derive(Clone, Copy, Debug)]
enum Step {
    Offer(u8, u16, usize),
    Hold(u8, u16, u8),
    Withdraw(u8, u16),
    Forget(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let (file, session) = (0..12_u8, 0..5_u16);
    prop_oneof![
        4 => (file.clone(), session.clone(), 1..120_usize).prop_map(|(f, s, n)| Step::Offer(f, s, n)),
        6 => (file.clone(), session.clone(), 1..=255_u8).prop_map(|(f, s, n)| Step::Hold(f, s, n)),
        2 => (file, session.clone()).prop_map(|(f, s)| Step::Withdraw(f, s)),
        1 => session.prop_map(Step::Forget),
    ]
}

/// The same by collections: files by id, each with its name's length and its holders in order.
#[derive(Default)]
struct Naive(BTreeMap<u8, (usize, Vec<(u16, u8)>)>);

const FILES: usize = 9;
const HOLDERS: usize = 17;

impl Naive {
    fn has_room(&self, session: u16) -> bool {
        let all = self.0.values().flat_map(|(_, holders)| holders);
        let (used, held) =
            all.fold((0, 0), |(all, own), (s, _)| (all + 1, own + usize::from(*s == session)));
        share::may_take(held, 1, HOLDERS - used).is_ok()
    }

    fn has_room_for(&self, length: usize, session: u16) -> bool {
        let each = self.0.values().map(|(length, holders)| (units(*length), holders[0].0));
        let (used, held) = each.fold((0, 0), |(all, own), (units, first)| {
            (all + units, own + units * usize::from(first == session))
        });
        share::may_take(held, units(length), PIECES * FILES - used).is_ok()
    }

    /// Whether it is done.
    fn take(&mut self, step: Step) -> bool {
        let (file, session, share) = match step {
            Step::Offer(file, session, _) => (file, session, 255),
            Step::Hold(file, session, share) => (file, session, share),
            Step::Withdraw(file, session) => return self.withdraw(file, session),
            Step::Forget(session) => {
                (0..12).for_each(|file| _ = self.withdraw(file, session));
                return true;
            }
        };
        let has_room = self.has_room(session);
        if let Some((_, holders)) = self.0.get_mut(&file) {
            match holders.iter_mut().find(|(other, _)| *other == session) {
                Some((_, old)) => *old = share,
                None if has_room => holders.push((session, share)),
                None => return false,
            }
            return true;
        }
        let Step::Offer(_, _, length) = step else { return false };
        let fits = has_room && self.has_room_for(length, session);
        if fits {
            self.0.insert(file, (length, vec![(session, share)]));
        }
        fits
    }

    fn withdraw(&mut self, file: u8, session: u16) -> bool {
        let Some((_, holders)) = self.0.get_mut(&file) else { return false };
        let before = holders.len();
        holders.retain(|(other, _)| *other != session);
        let is_done = holders.len() < before;
        if holders.is_empty() {
            self.0.remove(&file);
        }
        is_done
    }
}

fn take(files: &mut Files<'_>, step: Step) -> bool {
    match step {
        Step::Offer(file, session, length) => match files.find(&[file; 32]) {
            Some(row) => files.hold(row, ConnectionId(session), 255).is_ok(),
            None => insert(files, file, &"n".repeat(length), session).is_ok(),
        },
        Step::Hold(file, session, share) => files
            .find(&[file; 32])
            .is_some_and(|row| files.hold(row, ConnectionId(session), share).is_ok()),
        Step::Withdraw(file, session) => withdraw(files, file, session),
        Step::Forget(session) => {
            files.forget(ConnectionId(session));
            true
        }
    }
}

/// Everything that the tables hold, walked as an answer walks it.
fn told(files: &Files<'_>) -> BTreeMap<u8, (usize, Vec<(u16, u8)>)> {
    let mut told = BTreeMap::new();
    for row in 0..FILES {
        let Some(file) = files.get(row) else { continue };
        let mut buffer = [0; TEXT_MAX];
        let length = files.name(row, &mut buffer).len();
        let (mut next, mut holders) = (files.first_holder(row), Vec::new());
        while let Some((at, stamp)) = next {
            assert_eq!(files.holder_at_or_behind(row, at, stamp), next);
            let (connection, share) = files.holder(at);
            holders.push((connection.0, share));
            next = files.next_holder(at);
        }
        told.insert(file.id[0], (length, holders));
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
                let count = naive.0.values().map(|(_, holders)| holders.len()).sum();
                assert_eq!(files.used(), Usage { used: naive.0.len(), of: FILES });
                assert_eq!(files.holders_used(), Usage { used: count, of: HOLDERS });
                for id in 0..12 {
                    assert_eq!(files.find(&[id; 32]).is_some(), naive.0.contains_key(&id));
                }
            }
            let sessions: BTreeSet<u16> = (0..5).collect();
            sessions.into_iter().for_each(|session| files.forget(ConnectionId(session)));
            assert_eq!((files.used().used, files.holders_used().used), (0, 0));
            assert_eq!(files.free, PIECES * FILES);
        });
    }
}
