//! What peers ask of this side, and what it gives them.

use super::link::FOLLOWED_MAX;
use super::{Action, Exchange, Giving, LinkId};
use crate::Moment;
use crate::bitmap::Bitmap;
use crate::content::ContentId;
use crate::list::ChunkList;
use crate::record::{Record, What, Why};
use crate::slots::Wanted;

/// A file of which something is given.
#[derive(Debug)]
pub(super) struct Given {
    list: ChunkList,
    held: Bitmap,
}

impl Given {
    pub(super) fn new(list: ChunkList, held: Bitmap) -> Self {
        Given { list, held }
    }

    pub(super) fn held(&self) -> &Bitmap {
        &self.held
    }
}

impl Exchange {
    /// All of this file is given from now on.
    pub fn offer(&mut self, list: ChunkList) {
        let id = list.id();
        let held = Bitmap::full(list.shape().count());
        self.given.insert(id, Given::new(list, held));
        self.tell_held(id);
    }

    /// Nothing of this file is given any more.
    pub fn withdraw(&mut self, id: ContentId) {
        if self.given.remove(&id).is_none() {
            return;
        }
        for Wanted { peer, index, .. } in self.slots.withdraw(id) {
            self.send_not(peer, id, What::Chunk(index), Why::Gone);
        }
        self.tell_held(id);
    }

    /// A chunk that was to be given is on its way, or it cannot be read.
    pub fn given(&mut self, now: Moment, link: LinkId, id: ContentId, giving: Giving) {
        self.slots.done(now, link);
        if let (Giving::Sent(bytes), Some(link)) = (giving, self.links.get_mut(&link)) {
            *link.given.entry(id).or_default() += u64::from(bytes);
        }
        self.drive(now);
    }

    /// Bytes of each file that were given on each link, with the user.
    pub fn given_bytes(&self) -> impl Iterator<Item = (LinkId, &str, ContentId, u64)> {
        self.links.iter().flat_map(|(number, link)| {
            link.given.iter().map(|(id, bytes)| (*number, link.user.as_str(), *id, *bytes))
        })
    }

    /// What is held has changed as a whole.
    pub(super) fn tell_held(&mut self, id: ContentId) {
        self.followers(id).into_iter().for_each(|link| self.send_held(link, id));
    }

    /// One chunk more is held.
    pub(super) fn add_held(&mut self, id: ContentId, index: u32) {
        if self.given.get_mut(&id).is_some_and(|given| given.held.insert(index)) {
            let record = Record::Have { id, index };
            self.followers(id).into_iter().for_each(|link| self.send(link, record));
        }
    }

    /// Begins to give what is here of a file that is being loaded.
    pub(super) fn give_part(&mut self, list: ChunkList, held: Bitmap) {
        let id = list.id();
        self.given.insert(id, Given::new(list, held));
        self.tell_held(id);
    }

    pub(super) fn asked_for_list(&mut self, link: LinkId, id: ContentId) {
        match self.given.get(&id) {
            Some(given) => {
                let (shape, body) = (given.list.shape(), given.list.as_bytes().to_vec());
                self.send_with(link, Record::List { id, shape }, body);
            }
            None => self.send_not(link, id, What::List, Why::Gone),
        }
    }

    pub(super) fn asked_for_held(&mut self, now: Moment, link: LinkId, id: ContentId) {
        let Some(there) = self.links.get_mut(&link) else { return };
        if there.follows.len() < FOLLOWED_MAX || there.follows.contains(&id) {
            there.follows.insert(id);
        }
        self.send_held(link, id);
        // Who loads a file has something of it sooner or later.
        let is_asked = self.links.get(&link).is_some_and(|there| there.maps.contains_key(&id));
        if self.loads.contains_key(&id) && !is_asked {
            self.ask_held(now, id, link);
        }
    }

    pub(super) fn asked_for_chunk(&mut self, link: LinkId, id: ContentId, index: u32) {
        let Some(user) = self.links.get(&link).map(|there| &there.user) else { return };
        let is_held = self.given.get(&id).is_some_and(|given| given.held.has(index));
        if !is_held {
            self.send_not(link, id, What::Chunk(index), Why::Gone);
        } else if self.slots.ask(user, Wanted { peer: link, id, index }).is_err() {
            self.send_not(link, id, What::Chunk(index), Why::Busy);
        }
    }

    pub(super) fn cancelled(&mut self, link: LinkId, id: ContentId, index: u32) {
        // What is on its way already comes.
        if self.slots.cancel(Wanted { peer: link, id, index }) {
            self.send_not(link, id, What::Chunk(index), Why::Cancelled);
        }
    }
}

impl Action {
    /// A question to a peer for a chunk.
    pub(super) fn want(link: LinkId, id: ContentId, index: u32) -> Self {
        Action::Send { link, record: Record::Want { id, index }, body: Vec::new() }
    }
}
