//! One chunk from one user: how it comes, and how it does not.

use std::time::Duration;

use smolchat_files::ContentId;
use smolchat_files::exchange::LinkId;

use super::desk::Desk;
use super::download::{Download, Single};
use super::event::TransferEvent;

/// How long one chunk from one user may take.
const SINGLE_PATIENCE: Duration = Duration::from_secs(90);

impl Desk {
    /// A chunk has come: it may be the one that was wanted.
    pub(super) fn single_arrived(&mut self, link: LinkId, id: ContentId, index: u32) {
        let single = self.downloads.get(&id).and_then(|there| there.single.as_ref());
        if single.is_some_and(|single| single.index == index)
            && let Some(end) = self.links.get(&link)
        {
            let user = end.user.clone();
            self.tell_single(id, user);
        }
    }

    /// The one chunk that is wanted may have come before.
    pub(super) fn single_may_be_held(&mut self, id: ContentId) {
        let single = self.downloads.get(&id).and_then(|there| there.single.clone());
        let Some(single) = single else { return };
        if self.exchange.held(id).is_some_and(|held| held.has(single.index)) {
            self.tell_single(id, single.user);
        }
    }

    fn tell_single(&mut self, id: ContentId, user: String) {
        let Some(single) = self.single_is_over(id) else { return };
        let Some(held) = self.exchange.held(id) else { return };
        let held = (held.held(), held.count());
        self.hub.tell(TransferEvent::Chunk { id: id.0, user, index: single.index, held });
    }

    /// Nobody is called for it any more.
    fn single_is_over(&mut self, id: ContentId) -> Option<Single> {
        let single = self.downloads.get_mut(&id)?.single.take()?;
        let now = self.now();
        self.exchange.holders(now, id, &[]);
        Some(single)
    }

    /// The one chunk that is wanted does not come.
    pub(super) fn no_chunk(&mut self, id: ContentId, why: &str) {
        if let Some(Single { user, index, .. }) = self.single_is_over(id) {
            let why = why.to_owned();
            self.hub.tell(TransferEvent::NoChunk { id: id.0, user, index, why });
        }
    }

    /// Whoever was to give the one wanted chunk cannot be reached.
    pub(super) fn single_is_unreachable(&mut self, user: &str) {
        let is_asked = |download: &Download| {
            download.single.as_ref().is_some_and(|single| single.user == user)
        };
        let ids: Vec<_> = self.downloads.iter().filter(|(_, there)| is_asked(there)).collect();
        let ids: Vec<_> = ids.into_iter().map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.no_chunk(id, "the user cannot be reached"));
    }

    /// Nobody waits for one chunk for ever.
    pub(super) fn singles_end(&mut self) {
        let is_late = |download: &Download| {
            download.single.as_ref().is_some_and(|single| single.since.elapsed() >= SINGLE_PATIENCE)
        };
        let ids: Vec<_> = self.downloads.iter().filter(|(_, there)| is_late(there)).collect();
        let ids: Vec<_> = ids.into_iter().map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.no_chunk(id, "the user does not answer"));
    }
}
