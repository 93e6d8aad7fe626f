//! What this user loads: from the command to the whole file, and how it ends otherwise.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use smolchat_files::{Bitmap, ChunkList, ContentId, PartError, PartFile, Shape};

use super::command::{Holder, Offer};
use super::desk::Desk;
use super::download::{Download, Single, StoppedPart};
use super::errands;
use super::event::{PROGRESS, Progress, TransferEvent};
use super::source::Source;
use super::wanted::Target;

impl Desk {
    pub(super) fn download(&mut self, offer: Offer, folder: PathBuf, holders: &[Holder]) {
        let id = ContentId(offer.id);
        if self.downloads.get(&id).is_some_and(|there| there.offer.size != offer.size) {
            // What was told of its size before is not so.
            self.end(id);
        }
        if self.begin(offer, folder) {
            if let Some(download) = self.downloads.get_mut(&id) {
                (download.single, download.is_by_chunk) = (None, false);
            }
            let now = self.now();
            self.exchange.load_all(now, id);
            self.holders(id, holders);
        }
    }

    pub(super) fn download_chunk(
        &mut self,
        offer: Offer,
        folder: PathBuf,
        user: String,
        index: u32,
    ) {
        let id = ContentId(offer.id);
        let shape = Shape::of(offer.size).ok().filter(|shape| shape.len_of(index).is_some());
        let Some(shape) = shape else {
            let why = "the file has no such chunk".to_owned();
            return self.hub.tell(TransferEvent::NoChunk { id: id.0, user, index, why });
        };
        if !self.begin(offer, folder) {
            return;
        }
        if let Some(download) = self.downloads.get_mut(&id) {
            let since = Instant::now();
            download.single = Some(Single { user: user.clone(), index, since });
            download.is_by_chunk = true;
        }
        let now = self.now();
        self.exchange.load_one(now, id, shape, &user, index);
        self.single_may_be_held(id);
    }

    /// Begins to load a file, if it is not being loaded already. False if that cannot be.
    fn begin(&mut self, offer: Offer, folder: PathBuf) -> bool {
        let id = ContentId(offer.id);
        if self.downloads.contains_key(&id) {
            return true;
        }
        let shape = match Shape::of(offer.size) {
            Ok(shape) => shape,
            Err(error) => return self.refuse(id, error.to_string()),
        };
        match self.sources.get(&id).map(|source| matches!(**source, Source::Offered(_))) {
            Some(true) => return self.refuse(id, "you offer it yourself".to_owned()),
            // It was loaded before, and is wanted once more.
            Some(false) => {
                self.sources.remove(&id);
                self.exchange.withdraw(id);
            }
            None => {}
        }
        if shape.count() == 0 && ChunkList::checked(id, shape, &[]).is_err() {
            return self.refuse(id, "no empty file has this content".to_owned());
        }
        self.count += 1;
        let number = self.count;
        let stopped = self.stopped.remove(&id).filter(|stopped| stopped.folder == folder);
        let known = stopped.and_then(|stopped| stopped.part.upgrade());
        let download = Download {
            offer,
            folder,
            number,
            begun: Instant::now(),
            is_part_known: known.is_some(),
            known,
            part: None,
            list: None,
            target: None,
            told: None,
            is_by_chunk: false,
            single: None,
            is_stopped: Arc::default(),
        };
        self.downloads.insert(id, download);
        self.exchange.load(id, shape, seed());
        true
    }

    /// Opens the part file. Nothing is taken of the disk before a list has come: until then the
    /// size is only what somebody tells.
    fn open_part(&mut self, id: ContentId) {
        let Some(download) = self.downloads.get_mut(&id) else { return };
        let (offer, folder) = (download.offer.clone(), download.folder.clone());
        let (number, known) = (download.number, download.known.take());
        let errand =
            move |hub: &super::Hub| errands::open(hub, &offer, &folder, known.as_deref(), number);
        if !self.hub.spawn("files open", errand) {
            self.fail(id, "there is no thread to open its part file");
        }
    }

    fn refuse(&self, id: ContentId, why: String) -> bool {
        self.hub.tell(TransferEvent::Failed { id: id.0, why });
        false
    }

    pub(super) fn holders(&mut self, id: ContentId, holders: &[Holder]) {
        if self.downloads.get(&id).is_some_and(|download| download.is_by_chunk) {
            return;
        }
        let holders: Vec<_> =
            holders.iter().map(|holder| (holder.user.clone(), holder.share)).collect();
        let now = self.now();
        self.exchange.holders(now, id, &holders);
    }

    pub(super) fn ask(&mut self, offer: &Offer, user: String) {
        let now = self.now();
        match Shape::of(offer.size) {
            Ok(shape) => self.exchange.ask(now, ContentId(offer.id), shape, &user),
            Err(error) => {
                let why = error.to_string();
                self.hub.tell(TransferEvent::NotHeld { id: offer.id, user, why });
            }
        }
    }

    pub(super) fn opened(
        &mut self,
        id: ContentId,
        number: u64,
        result: Result<Arc<PartFile>, String>,
    ) {
        let download = self.downloads.get_mut(&id).filter(|there| there.number == number);
        let Some(download) = download else { return };
        match result {
            Ok(part) => {
                download.part = Some(part);
                self.check(id);
            }
            Err(why) => self.fail(id, &why),
        }
    }

    pub(super) fn prepare(&mut self, id: ContentId, list: ChunkList) {
        if let Some(download) = self.downloads.get_mut(&id) {
            download.list = Some(Arc::new(list));
            match download.part {
                Some(_) => self.check(id),
                None => self.open_part(id),
            }
        }
    }

    /// Looks through the part file, once both it and the list are there.
    fn check(&mut self, id: ContentId) {
        let Some(download) = self.downloads.get(&id) else { return };
        let (Some(part), Some(list)) = (download.part.clone(), download.list.clone()) else {
            return;
        };
        let number = download.number;
        let is_old = part.is_old() || download.is_part_known;
        let is_stopped = download.is_stopped.clone();
        let errand = move |hub: &super::Hub| {
            let part = is_old.then_some(&*part);
            errands::check(hub, part, (*list).clone(), number, &is_stopped);
        };
        if !self.hub.spawn("files check", errand) {
            self.fail(id, "there is no thread to look through its part file");
        }
    }

    pub(super) fn checked(
        &mut self,
        list: ChunkList,
        number: u64,
        found: Result<Bitmap, PartError>,
    ) {
        let id = list.id();
        let download = self.downloads.get_mut(&id).filter(|there| there.number == number);
        let Some(download) = download else { return };
        let (Some(part), Some(shared)) = (download.part.clone(), download.list.clone()) else {
            return;
        };
        match found {
            Ok(held) => {
                let target = Target { part: part.clone(), list: shared.clone() };
                download.target = Some(Arc::new(target));
                let name = download.offer.name.clone();
                self.sources.insert(id, Arc::new(Source::Loaded { name, part, list: shared }));
                let now = self.now();
                self.exchange.prepared(now, list, held);
                self.single_may_be_held(id);
            }
            Err(error) => self.fail(id, &error.to_string()),
        }
    }

    /// All chunks are here: the file gets its name.
    pub(super) fn whole(&mut self, id: ContentId) {
        let Some(download) = self.downloads.get(&id) else { return };
        let (Some(part), Some(list)) = (download.part.clone(), download.list.clone()) else {
            return;
        };
        let (offer, number) = (download.offer.clone(), download.number);
        let is_stopped = download.is_stopped.clone();
        let errand = move |hub: &super::Hub| {
            errands::finish(hub, &part, &list, &offer, (number, &is_stopped));
        };
        if !self.hub.spawn("files end", errand) {
            self.fail(id, "there is no thread to end it");
        }
    }

    pub(super) fn finished(
        &mut self,
        id: ContentId,
        number: u64,
        result: Result<PathBuf, PartError>,
    ) {
        if self.downloads.get(&id).is_none_or(|there| there.number != number) {
            return;
        }
        match result {
            Ok(path) => {
                let Some(download) = self.downloads.remove(&id) else { return };
                let (took, from) = (download.begun.elapsed(), self.exchange.from(id));
                self.exchange.finished(id);
                self.hub.tell(TransferEvent::Finished { id: id.0, path, took, from });
            }
            Err(error) => self.fail(id, &error.to_string()),
        }
    }

    /// The file cannot be loaded. What is there stays.
    pub(super) fn fail(&mut self, id: ContentId, why: &str) {
        if self.end(id).is_some() {
            self.hub.tell(TransferEvent::Failed { id: id.0, why: why.to_owned() });
        }
    }

    /// Loads the file no more, as asked. The part file stays.
    pub(super) fn stop(&mut self, id: ContentId) {
        if self.end(id).is_some() {
            self.hub.tell(TransferEvent::Stopped { id: id.0 });
        }
    }

    /// Lets go of everything of a download.
    pub(super) fn end(&mut self, id: ContentId) -> Option<Download> {
        let download = self.downloads.remove(&id)?;
        download.is_stopped.store(true, Ordering::Relaxed);
        if let Some(part) = download.part.as_ref().or(download.known.as_ref()) {
            let (folder, part) = (download.folder.clone(), Arc::downgrade(part));
            self.stopped.insert(id, StoppedPart { folder, part });
        }
        self.exchange.stop(id);
        self.sources.remove(&id);
        self.links.values().for_each(|end| end.wanted.forget(id));
        Some(download)
    }

    /// Tells how far downloads are, where that is news.
    pub(super) fn tell_progress(&mut self) {
        let now = self.now();
        for (id, download) in &mut self.downloads {
            let Some(progress) = self.exchange.progress(now, *id) else { continue };
            let progress = Progress {
                done: progress.done,
                rate: progress.rate,
                peers: progress.holders as u32,
                left: progress.left,
            };
            let is_news = download.told.is_none_or(|(at, told)| {
                at.elapsed() >= PROGRESS && (told != progress || progress.peers > 0)
            });
            if is_news && !download.is_by_chunk {
                download.told = Some((Instant::now(), progress));
                self.hub.tell(TransferEvent::Progress { id: id.0, progress });
            }
        }
    }
}

/// Downloads ask in orders of their own. Any number will do.
fn seed() -> u64 {
    let mut bytes = [0; 8];
    // Without the system's own numbers several downloads may ask in one order, which is slower.
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}
