//! Files and their holders, in the naive chat.

use std::collections::VecDeque;

use smolchat_core::protocol::check_file_name;

use super::output::Step;
use super::{Answer, Naive, Place, Reply, reply_line};
use crate::model::ask::{Sought, id};

/// A file's name takes at least so many pieces.
const PIECES: usize = 2;
/// Bytes in a piece of a name.
const PIECE: usize = 36;

/// What a file is known by: its id, its size and its name.
type Key = (u8, u64, &'static str);

/// A file that somebody holds.
#[derive(Debug)]
struct File {
    id: u8,
    size: u64,
    name: &'static str,
    /// In the order in which they came; the first is who the file counts for.
    holders: Vec<Holder>,
}

#[derive(Debug)]
struct Holder {
    place: Place,
    share: u8,
    /// How many holders came before.
    before: u64,
}

/// All files, row by row.
#[derive(Debug, Default)]
pub(super) struct Files {
    rows: Vec<Option<File>>,
    /// The free rows; the one that has been free longest is taken.
    spare: VecDeque<usize>,
    /// How many holders ever came.
    came: u64,
}

impl Files {
    pub(super) fn new(rows: usize) -> Self {
        Files { rows: (0..rows).map(|_| None).collect(), spare: (0..rows).collect(), came: 0 }
    }

    fn all(&self) -> impl Iterator<Item = &File> {
        self.rows.iter().flatten()
    }

    fn find(&self, key: Key) -> Option<usize> {
        let is_it = |file: &File| (file.id, file.size, file.name) == key;
        self.rows.iter().position(|row| row.as_ref().is_some_and(is_it))
    }

    fn holds(&self, row: usize, place: Place) -> bool {
        self.rows[row].iter().flat_map(|file| &file.holders).any(|holder| holder.place == place)
    }

    fn add(&mut self, row: usize, place: Place, share: u8) {
        let holders = &mut self.rows[row].as_mut().expect("there is a file").holders;
        match holders.iter_mut().find(|holder| holder.place == place) {
            Some(holder) => holder.share = share,
            None => {
                holders.push(Holder { place, share, before: self.came });
                self.came += 1;
            }
        }
    }

    /// Takes a holder out of all files that `is_it` names, the one that it held last first.
    fn take_away(&mut self, place: Place, is_it: impl Fn(&File) -> bool) -> bool {
        let rows = self.rows.iter().enumerate();
        let files =
            rows.filter_map(|(row, file)| Some(row).zip(file.as_ref().filter(|f| is_it(f))));
        let mut held: Vec<_> = files
            .flat_map(|(row, file)| file.holders.iter().map(move |holder| (row, holder)))
            .filter(|(_, holder)| holder.place == place)
            .map(|(row, holder)| (holder.before, row))
            .collect();
        held.sort_unstable();
        for &(_, row) in held.iter().rev() {
            let file = self.rows[row].as_mut().expect("there is a file");
            file.holders.retain(|holder| holder.place != place);
            if file.holders.is_empty() {
                self.rows[row] = None;
                self.spare.push_back(row);
            }
        }
        !held.is_empty()
    }
}

fn units(name: &str) -> usize {
    name.len().div_ceil(PIECE).max(PIECES)
}

impl Naive {
    /// How many files there are, and how many holders.
    pub(in crate::model) fn files(&self) -> [usize; 2] {
        [self.files.all().count(), self.files.all().map(|file| file.holders.len()).sum()]
    }

    pub(super) fn forget_files(&mut self, place: Place) {
        self.files.take_away(place, |_| true);
    }

    pub(super) fn offer(&mut self, place: Place, file: Key) {
        let reply = self.try_offer(place, file).unwrap_or_else(|refusal| refusal);
        self.reply(place, &reply);
    }

    fn try_offer(
        &mut self,
        place: Place,
        (id, size, name): Key,
    ) -> Result<Reply<'static>, Reply<'static>> {
        if self.files.rows.is_empty() {
            return Err(Reply::FilesOff);
        }
        check_file_name(name).map_err(|_| Reply::BadFileName)?;
        self.links[&place].listening.ok_or(Reply::AnnounceFirst)?;
        if let Some(row) = self.files.find((id, size, name)) {
            let is_known = self.may_know(place, row);
            self.hold_in(row, place, 255)?;
            return Ok(match is_known {
                true => Reply::FileKnown { name },
                false => Reply::Offered { name },
            });
        }
        let first = |file: &&File| file.holders[0].place == place;
        let has = self.files.all().filter(first).map(|file| units(file.name)).sum();
        let used: usize = self.files.all().map(|file| units(file.name)).sum();
        let left = PIECES * self.files.rows.len() - used;
        self.no_file(has, units(name), left)?;
        self.has_room_for_holder(place)?;
        let row = self.files.spare.pop_front().expect("there is room");
        self.files.rows[row] = Some(File { id, size, name, holders: Vec::new() });
        self.files.add(row, place, 255);
        Ok(Reply::Offered { name })
    }

    /// Whether the user at `place` holds some of the file, or may hear of somebody who does.
    fn may_know(&self, place: Place, row: usize) -> bool {
        self.files.holds(row, place) || !self.told(place, row, 0, self.files.came).is_empty()
    }

    fn has_room_for_holder(&self, place: Place) -> Result<(), Reply<'static>> {
        let holders = || self.files.all().flat_map(|file| &file.holders);
        let has = holders().filter(|holder| holder.place == place).count();
        self.no_holder(has, self.shape.capacities.holders - holders().count())
    }

    fn hold_in(&mut self, row: usize, place: Place, share: u8) -> Result<(), Reply<'static>> {
        if !self.files.holds(row, place) {
            self.has_room_for_holder(place)?;
        }
        self.files.add(row, place, share);
        Ok(())
    }

    pub(super) fn hold(&mut self, place: Place, file: Key, share: u8) {
        let row = self.files.find(file).filter(|&row| self.may_know(place, row));
        let held = match (self.links[&place].listening, row) {
            (None, _) => Err(Reply::AnnounceFirst),
            (Some(_), None) => Err(Reply::NoSuchFile),
            (Some(_), Some(row)) => self.hold_in(row, place, share),
        };
        self.reply(place, &held.err().unwrap_or(Reply::HoldNoted));
    }

    pub(super) fn withdraw(&mut self, place: Place, id: u8) {
        let reply = match self.files.take_away(place, |file| file.id == id) {
            true => Reply::Withdrawn,
            false => Reply::NotHolder,
        };
        self.reply(place, &reply);
    }

    pub(super) fn begin_files(&self) -> Answer {
        Answer::Files(0, self.files.came, 0)
    }

    pub(super) fn search_file(&mut self, place: Place, sought: Sought) {
        let end = self.files.came;
        self.link(place).answer = Some(Answer::Search { sought, row: 0, from: 0, end });
    }

    /// The holders in `row` whom the user at `place` may hear of, of those who came within `from`
    /// and `end`.
    fn told(&self, place: Place, row: usize, from: u64, end: u64) -> Vec<&Holder> {
        let Some(caller) = self.user_of(place) else { return Vec::new() };
        let holders = self.files.rows[row].iter().flat_map(|file| &file.holders);
        let is_told = |holder: &&Holder| {
            let user = self.user_of(holder.place).expect("who holds a file is online");
            user != caller
                && !self.blocks.contains(&(user, caller))
                && (from..end).contains(&holder.before)
        };
        holders.filter(is_told).collect()
    }

    pub(super) fn files_line(&self, place: Place, (row, end, told): (usize, u64, usize)) -> Step {
        self.user_of(place)?;
        let mut rows = row..self.files.rows.len();
        let Some(row) = rows.find(|&row| !self.told(place, row, 0, end).is_empty()) else {
            return Some((reply_line(&Reply::Files { file: &format!("{told} files") }), None));
        };
        let file = self.files.rows[row].as_ref()?;
        let count = self.told(place, row, 0, end).len();
        let line = format!("272-{} {} {count} {}", id(file.id), file.size, file.name);
        Some((line, Some(Answer::Files(row + 1, end, told + 1))))
    }

    pub(super) fn search_line(
        &self,
        place: Place,
        sought: Sought,
        (row, from, end): (usize, u64, u64),
    ) -> Step {
        self.user_of(place)?;
        let is_begun = self.links[&place].is_answer_begun;
        let last = self.files.rows.len();
        for (at, from) in (row..last).zip([from].into_iter().chain(std::iter::repeat(0))) {
            let Some(file) = &self.files.rows[at] else { continue };
            let is_it = match sought {
                Sought::Name(name) => file.name == name,
                Sought::Id(id) => file.id == id,
            };
            let told = self.told(place, at, from, end);
            let Some(holder) = told.first().filter(|_| is_it) else { continue };
            let user = self.user_of(holder.place)?;
            let (size, share, name) = (file.size, holder.share, file.name);
            let user = &self.accounts[user].name;
            let line = format!("273-{} {size} {share} {user} {name}", id(file.id));
            let next = Answer::Search { sought, row: at, from: holder.before + 1, end };
            return Some((line, Some(next)));
        }
        let reply = match is_begun {
            true => Reply::Available { holder: "Available" },
            false => Reply::NotAvailable,
        };
        Some((reply_line(&reply), None))
    }
}
