//! What this user offers: hashed, kept on the list, given, and withdrawn when it is no more what
//! it was.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use smolchat_files::offers::{OFFERS_MAX, OfferError, SourceError};
use smolchat_files::{ContentId, Offered};

use super::command::Offer;
use super::desk::Desk;
use super::errands;
use super::event::TransferEvent;
use super::source::Source;

impl Desk {
    /// Looks at the list of earlier runs, beside everything else.
    pub(super) fn begin_offering(&self) {
        // Without a thread nothing is offered that nobody asks for now.
        let _ = self.hub.spawn("files kept", errands::look_at_kept);
    }

    pub(super) fn offer(&mut self, path: PathBuf) {
        let offered =
            self.sources.values().filter(|source| matches!(***source, Source::Offered(_)));
        if offered.count() >= OFFERS_MAX {
            return self.not_offered(path, OfferError::Full.to_string());
        }
        let is_stopped = Arc::<AtomicBool>::default();
        let (of_thread, flag) = (path.clone(), is_stopped.clone());
        if self.hub.spawn("files hash", move |hub| errands::hash(hub, &of_thread, &flag)) {
            self.reading.insert(path, is_stopped);
        } else {
            self.not_offered(path, "there is no thread to hash it".to_owned());
        }
    }

    pub(super) fn stop_reading(&self, path: &Path) {
        if let Some(is_stopped) = self.reading.get(path) {
            is_stopped.store(true, Ordering::Relaxed);
        }
    }

    /// Looks at a file that is given, beside everything else.
    pub(super) fn look(&self, id: ContentId, path: PathBuf) {
        let Some(source) = self.sources.get(&id).cloned() else {
            return self.hub.tell(TransferEvent::Looked { id: id.0, is_there: false });
        };
        if !self.hub.spawn("files look", move |hub| errands::look(hub, &source, &path, id)) {
            // Nobody can say that it is gone.
            self.hub.tell(TransferEvent::Looked { id: id.0, is_there: true });
        }
    }

    pub(super) fn looked(&mut self, id: ContentId, looked: Result<(), SourceError>) {
        let is_there = looked.is_ok();
        if let Err(error) = looked {
            self.cannot_give(id, &error);
        }
        self.hub.tell(TransferEvent::Looked { id: id.0, is_there });
    }

    fn not_offered(&self, path: PathBuf, why: String) {
        self.hub.tell(TransferEvent::NotOffered { path, why });
    }

    pub(super) fn kept(&mut self, offered: Offered, looked: Result<(), SourceError>) {
        match looked {
            Ok(()) => self.begin_to_give(offered, true),
            Err(error) => {
                if matches!(error, SourceError::Changed) {
                    self.forget(offered.id);
                }
                self.not_offered(offered.path, error.to_string());
            }
        }
    }

    pub(super) fn hashed(
        &mut self,
        path: PathBuf,
        result: Result<(Offered, Option<std::io::Error>), OfferError>,
    ) {
        self.reading.remove(&path);
        match result {
            Ok((offered, not_kept)) => {
                self.begin_to_give(offered, false);
                if let Some(error) = not_kept {
                    self.not_offered(path, OfferError::NotKept(error).to_string());
                }
            }
            Err(error) => self.not_offered(path, error.to_string()),
        }
    }

    fn begin_to_give(&mut self, offered: Offered, is_kept: bool) {
        let (id, size, name) = (offered.id, offered.stamp.size, offered.name.clone());
        let (path, list) = (offered.path.clone(), offered.list.clone());
        // What is being loaded is here already: the download ends, and its part stays.
        if self.downloads.contains_key(&id) {
            self.stop(id);
        }
        self.sources.insert(id, Arc::new(Source::Offered(offered)));
        self.exchange.offer(list);
        let offer = Offer { id: id.0, size, name };
        self.hub.tell(TransferEvent::Offered { offer, path, is_kept });
    }

    pub(super) fn withdraw(&mut self, id: ContentId) {
        let Some(source) = self.sources.remove(&id) else { return };
        self.exchange.withdraw(id);
        self.forget(id);
        let name = source.name().to_owned();
        self.hub.tell(TransferEvent::Withdrawn { id: id.0, name, why: None });
    }

    /// A chunk could not be read: the file is offered no more.
    pub(super) fn cannot_give(&mut self, id: ContentId, error: &SourceError) {
        if self.downloads.contains_key(&id) {
            return self.fail(id, &format!("what is loaded already cannot be read: {error}"));
        }
        let Some(source) = self.sources.remove(&id) else { return };
        self.exchange.withdraw(id);
        self.forget(id);
        let name = source.name().to_owned();
        let why = Some(error.to_string());
        self.hub.tell(TransferEvent::Withdrawn { id: id.0, name, why });
    }

    /// Takes it off the list, on the disk.
    fn forget(&self, id: ContentId) {
        // An entry that stays is looked at again at the next start.
        let _ = self.hub.offers.forget(id);
    }
}
