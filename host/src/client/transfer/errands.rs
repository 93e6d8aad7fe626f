//! What takes long on the disk, in threads of their own: hashing what is to be offered, looking
//! through part files, and giving whole files their names.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use smolchat_files::{Bitmap, ChunkList, Folder, Offered, PartError, PartFile};

use super::Hub;
use super::command::Offer;
use super::event::{PROGRESS, TransferEvent};
use super::input::Input;

/// Lets something pass four times a second.
#[derive(Debug)]
struct Pace(Option<Instant>);

impl Pace {
    fn is_due(&mut self) -> bool {
        let is_due = self.0.is_none_or(|last| last.elapsed() >= PROGRESS);
        if is_due {
            self.0 = Some(Instant::now());
        }
        is_due
    }
}

/// Looks at the offered files of earlier runs.
pub(super) fn look_at_kept(hub: &Hub) {
    for offered in hub.offers.read_all() {
        let looked = offered.look();
        hub.put(Input::Kept { offered, looked });
    }
}

/// Hashes a file that is to be offered, and puts it on the list.
pub(super) fn hash(hub: &Hub, path: &Path) {
    let mut pace = Pace(Some(Instant::now()));
    let progress = |done, size| {
        if pace.is_due() {
            hub.tell(TransferEvent::Hashing { path: path.to_owned(), done, size });
        }
        ControlFlow::Continue(())
    };
    let result = Offered::of_file(path, progress).map(|offered| {
        let kept = hub.offers.keep(&offered);
        (offered, kept.err())
    });
    hub.put(Input::Hashed { path: path.to_owned(), result });
}

/// Opens the part file of a download.
pub(super) fn open(hub: &Hub, offer: &Offer, folder: &Path, number: u64) {
    let result = open_part(offer, folder);
    hub.put(Input::Opened { id: offer.id, number, result });
}

fn open_part(offer: &Offer, folder: &Path) -> Result<Arc<PartFile>, String> {
    let shape = smolchat_files::Shape::of(offer.size).map_err(|error| error.to_string())?;
    let folder = Folder::open(folder).map_err(PartError::NoFolder);
    let part = folder.and_then(|folder| {
        PartFile::open(Arc::new(folder), smolchat_files::ContentId(offer.id), shape)
    });
    part.map(Arc::new).map_err(|error| error.to_string())
}

/// Looks through a part file for what was loaded before. A new one has nothing: then it is `None`.
pub(super) fn check(
    hub: &Hub,
    part: Option<&PartFile>,
    list: ChunkList,
    number: u64,
    is_stopped: &AtomicBool,
) {
    let (id, size) = (list.id(), list.shape().size());
    let mut pace = Pace(Some(Instant::now()));
    let progress = |done| {
        if pace.is_due() {
            hub.tell(TransferEvent::Checking { id: id.0, done, size });
        }
        match is_stopped.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let found = match part {
        Some(part) => part.find_chunks(&list, progress),
        None => Ok(Bitmap::empty(list.shape().count())),
    };
    hub.put(Input::Checked { list, number, found });
}

/// Gives a whole file its name.
pub(super) fn finish(hub: &Hub, part: &PartFile, list: &ChunkList, offer: &Offer, number: u64) {
    let result = part.finish(&offer.name, list);
    hub.put(Input::Finished { id: offer.id, number, result });
}
