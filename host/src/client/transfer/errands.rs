//! What takes long on the disk, in threads of their own: hashing what is to be offered, looking
//! through part files, and giving whole files their names.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use smolchat_files::offers::{OfferError, SourceError, open_source};
use smolchat_files::{Bitmap, ChunkList, ContentId, Folder, Offered, PartError, PartFile};

use super::Hub;
use super::command::Offer;
use super::event::{PROGRESS, TransferEvent};
use super::input::Input;
use super::source::Source;

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
    let kept = hub.offers.read_all();
    let is_empty = kept.is_empty();
    for offered in kept {
        let looked = offered.look();
        hub.put(Input::Kept { offered, looked });
    }
    if !is_empty {
        hub.put(Input::KeptLooked);
    }
}

/// Hashes a file that is to be offered, and puts it on the list.
pub(super) fn hash(hub: &Hub, path: &Path, is_stopped: &AtomicBool) {
    let mut pace = Pace(Some(Instant::now()));
    let progress = |done, size| {
        if pace.is_due() {
            hub.tell(TransferEvent::Hashing { path: path.to_owned(), done, size });
        }
        going_on_unless(is_stopped)
    };
    let result =
        Offered::of_file(path, progress).and_then(|offered| match hub.offers.elsewhere(&offered) {
            Some(first) => Err(OfferError::OfferedFrom(first)),
            None => {
                let kept = hub.offers.keep(&offered);
                Ok((offered, kept.err()))
            }
        });
    hub.put(Input::Hashed { path: path.to_owned(), result });
}

fn going_on_unless(is_stopped: &AtomicBool) -> ControlFlow<()> {
    match is_stopped.load(Ordering::Relaxed) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

/// Looks whether a file that is given is where it was, as it was. What was loaded in this run is
/// known by its size alone.
pub(super) fn look(hub: &Hub, source: &Source, path: &Path, id: ContentId) {
    let looked = match source {
        Source::Offered(offered) => offered.look(),
        Source::Loaded { list, .. } => match open_source(path) {
            Ok((_, stamp)) if stamp.size == list.shape().size() => Ok(()),
            Ok(_) => Err(SourceError::Changed),
            Err(error) => Err(error),
        },
    };
    hub.put(Input::Looked { id, looked });
}

/// Opens the part file of a download. One that is `known` is open already.
pub(super) fn open(hub: &Hub, offer: &Offer, folder: &Path, known: Option<&PartFile>, number: u64) {
    let result = open_part(offer, folder, known);
    hub.put(Input::Opened { id: offer.id, number, result });
}

fn open_part(
    offer: &Offer,
    folder: &Path,
    known: Option<&PartFile>,
) -> Result<Arc<PartFile>, String> {
    let shape = smolchat_files::Shape::of(offer.size).map_err(|error| error.to_string())?;
    let part = match known {
        Some(known) => known.of_shape(shape),
        None => Folder::open(folder).map_err(PartError::NoFolder).and_then(|folder| {
            let part = PartFile::open(Arc::new(folder), ContentId(offer.id), shape)?;
            part.note_name(&offer.name)?;
            Ok(part)
        }),
    };
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
        going_on_unless(is_stopped)
    };
    let found = match part {
        Some(part) => part.find_chunks(&list, progress),
        None => Ok(Bitmap::empty(list.shape().count())),
    };
    hub.put(Input::Checked { list, number, found });
}

/// Gives a whole file its name. It is hashed again if another program may have changed it.
pub(super) fn finish(
    hub: &Hub,
    part: &PartFile,
    list: &ChunkList,
    offer: &Offer,
    (number, is_stopped): (u64, &AtomicBool),
) {
    let (id, size) = (offer.id, offer.size);
    let mut pace = Pace(Some(Instant::now()));
    let progress = |done| {
        if pace.is_due() {
            hub.tell(TransferEvent::Checking { id, done, size });
        }
        going_on_unless(is_stopped)
    };
    let result = part.finish(&offer.name, list, progress);
    hub.put(Input::Finished { id, number, result });
}
