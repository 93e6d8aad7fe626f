//! All files of one user and all links, as a value: what is loaded, what is given, what is said.
//! Knows no socket, no disk and no clock. Whoever has them tells what happened, takes the
//! [`Action`]s, and tells how they went.

mod action;
mod answers;
mod asking;
mod driving;
mod giving;
mod link;
mod load;
mod loading;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::Moment;
use crate::bitmap::Bitmap;
use crate::content::ContentId;
use crate::record::{Record, What, Why};
use crate::slots::Slots;
pub use action::{Action, LinkId, Notice};
use giving::Given;
use link::Link;
use load::Load;

/// A call that nobody has answered is made again after this.
const CALL_PATIENCE: Duration = Duration::from_secs(60);

/// How a chunk that was asked for came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is checked and written.
    Written,
    /// It is not of the file.
    Wrong,
}

/// How a chunk that was to be given went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giving {
    /// So many bytes were sent.
    Sent(u32),
    /// It could not be read, and the peer was told.
    NotRead,
}

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are here.
    pub done: u64,
    /// Bytes in a second, of late.
    pub rate: u64,
    /// Holders that were asked for something.
    pub holders: usize,
    /// How long it still takes at this rate.
    pub left: Option<Duration>,
}

/// All files of one user, and all links.
#[derive(Debug, Default)]
pub struct Exchange {
    links: BTreeMap<LinkId, Link>,
    given: BTreeMap<ContentId, Given>,
    loads: BTreeMap<ContentId, Load>,
    /// Whom somebody calls, and until when an answer is waited for.
    calling: BTreeMap<String, Moment>,
    /// Questions what a user holds: the file, the user, the count of chunks.
    questions: Vec<(ContentId, String, u32)>,
    slots: Slots,
    actions: VecDeque<Action>,
}

impl Exchange {
    /// Nothing is loaded or given, and there is no link.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next thing to do. To be called until nothing is left, after each call that told
    /// something.
    pub fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// A link with a user stands, whoever has called.
    pub fn linked(&mut self, now: Moment, link: LinkId, user: &str) {
        self.calling.remove(user);
        self.links.insert(link, Link::new(user.to_owned()));
        self.loads.values_mut().for_each(|load| load.has_come(user));
        let wanted: Vec<_> = self.loads.keys().copied().collect();
        for id in wanted {
            let load = &self.loads[&id];
            if load.holders.contains_key(user) && !load.banned.contains(user) {
                self.ask_held(now, id, link);
            }
        }
        self.put_questions(link);
        self.drive(now);
    }

    /// A user could not be reached.
    pub fn not_linked(&mut self, now: Moment, user: &str) {
        self.calling.remove(user);
        self.loads.values_mut().for_each(|load| load.did_not_come(now, user));
        self.forget_expected(user);
        self.drop_questions(user);
        self.drive(now);
    }

    /// A link has ended.
    pub fn lost(&mut self, now: Moment, link: LinkId) {
        let Some(Link { user, .. }) = self.links.remove(&link) else { return };
        self.slots.leave(link);
        for load in self.loads.values_mut() {
            load.has_no_list(now, link);
            load.without_list.remove(&link);
            load.has_left(now, &user);
            load.asked.remove(&link);
            if let Some(plan) = load.plan() {
                plan.leave(link);
            }
        }
        self.drop_questions(&user);
        // Another link with the same user may take its place.
        let ids: Vec<_> = self.loads.keys().copied().collect();
        for other in self.links_of(&user).collect::<Vec<_>>() {
            ids.iter().for_each(|id| self.join(now, *id, other));
        }
        self.drive(now);
    }

    /// A peer said a record. `body` is what followed it; that of a chunk is told by `arrived`.
    pub fn heard(&mut self, now: Moment, link: LinkId, record: Record, body: &[u8]) {
        if !self.links.contains_key(&link) {
            return;
        }
        match record {
            Record::AskList { id } => self.asked_for_list(link, id),
            Record::AskHeld { id } => self.asked_for_held(now, link, id),
            Record::Want { id, index } => self.asked_for_chunk(link, id, index),
            Record::Cancel { id, index } => self.cancelled(link, id, index),
            Record::List { id, shape } => self.got_list(now, link, id, shape, body),
            Record::Held { id, .. } => self.got_held(now, link, id, body),
            Record::Have { id, index } => self.got_have(now, link, id, index),
            Record::Not { id, what: What::List, .. } => self.got_no_list(now, link, id),
            Record::Not { id, what: What::Chunk(index), why } => {
                self.got_no_chunk(now, link, id, index, why);
            }
            Record::Chunk { .. } => {}
        }
        self.drive(now);
    }

    /// Something may be due. To be called at least every quarter of a second while anything is
    /// loaded.
    pub fn tick(&mut self, now: Moment) {
        self.calls_end(now);
        // Its user may call again, and then waits for its turn.
        self.slots.overdue(now).into_iter().for_each(|link| self.close(now, link));
        self.drive(now);
    }

    /// A peer takes what is sent to it.
    pub fn taken(&mut self, now: Moment, link: LinkId) {
        self.slots.moved(now, link);
    }

    /// Everything that can be asked for or given now.
    fn drive(&mut self, now: Moment) {
        let ids: Vec<_> = self.loads.keys().copied().collect();
        for id in ids {
            self.drive_load(now, id);
        }
        while let Some(wanted) = self.slots.take_next(now) {
            let (link, id, index) = (wanted.peer, wanted.id, wanted.index);
            self.actions.push_back(Action::Give { link, id, index });
        }
    }

    /// Links with this user.
    fn links_of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = LinkId> + 'a {
        self.links.iter().filter(move |(_, link)| link.user == user).map(|(id, _)| *id)
    }

    fn is_linked(&self, user: &str) -> bool {
        self.links_of(user).next().is_some()
    }

    /// Nobody waits for ever for whoever is called.
    fn calls_end(&mut self, now: Moment) {
        let late = self.calling.extract_if(.., |_, until| now >= *until);
        for (user, _) in late {
            self.loads.values_mut().for_each(|load| load.did_not_come(now, &user));
        }
    }

    fn call(&mut self, now: Moment, user: &str) {
        if !self.is_linked(user) && !self.calling.contains_key(user) {
            self.calling.insert(user.to_owned(), now + CALL_PATIENCE);
            self.actions.push_back(Action::Call { user: user.to_owned() });
        }
    }

    /// The peer does what no client does.
    fn close(&mut self, now: Moment, link: LinkId) {
        self.actions.push_back(Action::Close { link });
        self.lost(now, link);
    }

    fn send(&mut self, link: LinkId, record: Record) {
        self.send_with(link, record, Vec::new());
    }

    fn send_with(&mut self, link: LinkId, record: Record, body: Vec<u8>) {
        debug_assert_eq!(record.bytes(), body.len());
        self.actions.push_back(Action::Send { link, record, body });
    }

    fn send_not(&mut self, link: LinkId, id: ContentId, what: What, why: Why) {
        self.send(link, Record::Not { id, what, why });
    }

    fn tell(&mut self, notice: Notice) {
        self.actions.push_back(Action::Tell(notice));
    }

    /// Tells whoever wants to know what is held of this file.
    fn send_held(&mut self, link: LinkId, id: ContentId) {
        let body = self.given.get(&id).map_or(&[][..], |given| given.held().as_bytes()).to_vec();
        let bytes = body.len() as u16;
        self.send_with(link, Record::Held { id, bytes }, body);
    }

    /// Links whose peers want to know what is held of this file.
    fn followers(&self, id: ContentId) -> Vec<LinkId> {
        let follows = self.links.iter().filter(|(_, link)| link.follows.contains(&id));
        follows.map(|(link, _)| *link).collect()
    }
}

/// What a peer holds, from the bytes that it sent: none mean nothing.
fn map_of(count: u32, body: &[u8]) -> Option<Bitmap> {
    if body.is_empty() { Some(Bitmap::empty(count)) } else { Bitmap::checked(count, body).ok() }
}
