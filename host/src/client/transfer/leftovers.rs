//! The folders of downloads, before one begins and after one was given up: what they are like, what
//! is left in them, and how that is dropped.

use std::path::{Path, PathBuf};

use smolchat_files::part::{discard, left, leftovers};
use smolchat_files::{ContentId, Folder, Leftover, PartError};

use super::Hub;
use super::command::Offer;
use super::desk::Desk;
use super::event::{Left, Survey, TransferEvent};

const NO_THREAD: &str = "there is no thread to look at the folder";

impl Desk {
    pub(super) fn survey(&self, offer: Offer, folder: PathBuf) {
        let (id, place) = (offer.id, folder.clone());
        let look = move |hub: &Hub| {
            let seen = seen(&offer, &place).map(Box::new);
            hub.tell(TransferEvent::Surveyed { id, folder: place, seen });
        };
        if !self.hub.spawn("files look", look) {
            let seen = Err(NO_THREAD.to_owned());
            self.hub.tell(TransferEvent::Surveyed { id, folder, seen });
        }
    }

    pub(super) fn look_for_leftovers(&self, folder: PathBuf) {
        let place = folder.clone();
        let look = move |hub: &Hub| {
            let left = opened(&place).and_then(|folder| {
                let all = leftovers(&folder).map_err(|error| error.to_string())?;
                Ok(all.into_iter().map(Left::from).collect())
            });
            hub.tell(TransferEvent::Leftovers { folder: place, left });
        };
        if !self.hub.spawn("files look", look) {
            let left = Err(NO_THREAD.to_owned());
            self.hub.tell(TransferEvent::Leftovers { folder, left });
        }
    }

    /// Chunks that came one by one are let go of before; of a file that is being loaded nothing is
    /// dropped.
    pub(super) fn discard(&mut self, id: ContentId, folder: PathBuf) {
        match self.downloads.get(&id).map(|download| download.is_by_chunk) {
            Some(true) => _ = self.end(id),
            Some(false) => {
                let dropped = Err("it is being loaded".to_owned());
                return self.hub.tell(TransferEvent::Discarded { id: id.0, dropped });
            }
            None => {}
        }
        // Whatever of this program still has it open has no use for it.
        let stopped = self.stopped.remove(&id).filter(|stopped| stopped.folder == folder);
        let known = stopped.and_then(|stopped| stopped.part.upgrade());
        let drop = move |hub: &Hub| {
            let dropped = opened(&folder).and_then(|folder| {
                let done = left(&folder, id).map_or(0, |left| left.done);
                let dropped = match known {
                    Some(part) => part.remove().map(|()| done),
                    None => discard(&folder, id),
                };
                dropped.map_err(|error| error.to_string())
            });
            hub.tell(TransferEvent::Discarded { id: id.0, dropped });
        };
        if !self.hub.spawn("files drop", drop) {
            let dropped = Err(NO_THREAD.to_owned());
            self.hub.tell(TransferEvent::Discarded { id: id.0, dropped });
        }
    }
}

fn opened(folder: &Path) -> Result<Folder, String> {
    Folder::open(folder).map_err(|error| PartError::NoFolder(error).to_string())
}

fn seen(offer: &Offer, folder: &Path) -> Result<Survey, String> {
    let folder = opened(folder)?;
    // Whatever is wrong with it is told when the file is to have its name.
    let name = folder.free_name(&offer.name).unwrap_or_else(|_| offer.name.clone());
    let left = left(&folder, ContentId(offer.id)).map(Left::from);
    Ok(Survey { name, left })
}

impl From<Leftover> for Left {
    fn from(left: Leftover) -> Self {
        let Leftover { id, name, size, done, .. } = left;
        Left { id: id.0, name, done, size }
    }
}
