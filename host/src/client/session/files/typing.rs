//! Commands of files that somebody typed.

use std::path::{Path, PathBuf};

use smolchat_core::protocol::Request;

use super::searching::ID_DIGITS;
use super::{FileWork, Hashing, Session, Wish};
use crate::client::commands::FileCommand;
use crate::client::files::{OwnFile, Purpose, Showing, id_in_words};
use crate::client::requests::Pending;
use crate::client::sanitize::sanitize;
use crate::client::shown::Shown;
use crate::client::transfer::command::{ContentId, TransferCommand};

/// A client that nobody reaches can neither give nor take.
const UNREACHABLE: &str = "no other client can reach this one, so it neither gives nor loads files";

impl Session {
    pub(in crate::client::session) fn handle_file_command(&mut self, command: FileCommand<'_>) {
        let needs_peers = !matches!(command, FileCommand::List | FileCommand::Search { .. });
        if needs_peers && !self.has_peers() {
            let why = format!("{UNREACHABLE}; {}", self.peers_off());
            return self.answer(Shown::Refused(why));
        }
        match command {
            FileCommand::Register { path } => self.register(path),
            FileCommand::Unregister { file } => self.unregister(file),
            FileCommand::List => self.request_in_turn(&Request::Files, Pending::Files),
            FileCommand::Search { name } => self.search(name, Purpose::Show),
            FileCommand::SearchChunk { name, chunks } => {
                self.search(name, Purpose::Chunks(chunks));
            }
            FileCommand::Download { name, folder, is_sure } => {
                self.download(name, folder, is_sure);
            }
            FileCommand::Chunk { user, .. } if user == self.config.user => {
                self.answer(Shown::Refused("that is you".to_owned()));
            }
            FileCommand::Chunk { user, name, chunk } => {
                let (user, folder) = (user.to_owned(), self.config.folders.downloads.clone());
                self.search(name, Purpose::Chunk { user, chunk, folder });
            }
            FileCommand::Stop { name } => self.stop_download(name),
            FileCommand::Unfinished { folder } => self.look_for_leftovers(folder, None),
            FileCommand::Discard { name, folder } => self.look_for_leftovers(folder, Some(name)),
        }
    }

    /// Asks the server for a file. A part of an id that was told stands for all of it.
    fn search(&mut self, typed: &str, purpose: Purpose) {
        let asked = self.files.listing.asked_for(typed);
        let pending = Pending::Search { name: typed.to_owned(), purpose };
        self.request_in_turn(&Request::SearchFile { name: &asked }, pending);
    }

    fn download(&mut self, name: &str, folder: Option<&str>, is_sure: bool) {
        if self.files.loading(name).is_some() {
            self.files.has_not_asked = true;
            let text = format!("{} is being loaded already", sanitize(name));
            return self.answer(Shown::Refused(text));
        }
        let folders = &self.config.folders;
        let folder = folder.map_or(folders.downloads.clone(), |folder| folders.path(folder));
        let (name, size) = match self.files.listing.chosen(name) {
            Some((id, size)) => (id, Some(size)),
            None => (name.to_owned(), None),
        };
        self.search(&name, Purpose::Download { folder, is_sure, size });
    }

    fn stop_download(&mut self, name: &str) {
        let called: Vec<_> = self.files.called(name).collect();
        if called.len() > 1 {
            let ids: Vec<_> =
                called.iter().map(|id| id_in_words(id)[..ID_DIGITS].to_owned()).collect();
            let (name, ids) = (sanitize(name), ids.join(", "));
            let text = format!("several are called {name}, name one by its id: {ids}");
            return self.answer(Shown::Refused(text));
        }
        let is_it = |(wish, _): &(Wish, _)| wish.claims.offer().name == name;
        let waits = self.files.wishes.iter().position(is_it);
        if let Some(at) = waits {
            self.files.wishes.remove(at);
        }
        match self.files.loading(name) {
            Some(id) => self.transfer(TransferCommand::Stop { id }),
            None if waits.is_some() => {}
            None => {
                let (name, slash) = (sanitize(name), self.slash());
                let text = format!("no file {name} is being loaded; {slash}files lists yours");
                self.answer(Shown::Refused(text));
            }
        }
    }

    fn unregister(&mut self, typed: &str) {
        let path = self.config.folders.path(typed);
        if let Some(path) = self.files.stop_hashing(typed, &path) {
            return self.transfer(TransferCommand::StopReading { path });
        }
        let meant = self.files.offered.meant(typed, &path);
        let text = match &meant[..] {
            [own] => {
                let id = own.offer.id;
                return self.transfer(TransferCommand::Withdraw { id });
            }
            [] => {
                let (name, slash) = (sanitize(typed), self.slash());
                format!("you offer no file {name}; {slash}files lists yours")
            }
            several => {
                let shown = |own: &&OwnFile| self.config.folders.shown(&own.path);
                let paths: Vec<_> = several.iter().map(shown).collect();
                format!("several files have this name, name one by its path: {}", paths.join(", "))
            }
        };
        self.answer(Shown::Refused(text));
    }

    fn register(&mut self, typed: &str) {
        let path = self.config.folders.path(typed);
        if self.files.is_hashing(&path) {
            let text = format!("{} is being read already", self.config.folders.shown(&path));
            return self.answer(Shown::Refused(sanitize(&text).into_owned()));
        }
        self.files.hash(path.clone());
        self.transfer(TransferCommand::Offer { path });
    }
}

impl FileWork {
    /// The download that a person names: by its name, its id or the beginning of its id.
    pub(super) fn loading(&self, word: &str) -> Option<ContentId> {
        let asked = self.listing.asked_for(word);
        let is_it = |id: &ContentId, name: &str| name == word || id_in_words(id) == asked;
        let mut all = self.downloads.iter().map(|download| &download.offer);
        all.find(|offer| is_it(&offer.id, &offer.name)).map(|offer| offer.id)
    }

    /// Downloads of files with this very name.
    fn called<'a>(&'a self, name: &'a str) -> impl Iterator<Item = ContentId> + 'a {
        let all = self.downloads.iter().map(|download| &download.offer);
        all.filter(move |offer| offer.name == name).map(|offer| offer.id)
    }

    fn is_hashing(&self, path: &Path) -> bool {
        self.hashing.iter().any(|hashing| hashing.path == path)
    }

    /// The file that a person means is being read, and is to be read no more.
    fn stop_hashing(&mut self, word: &str, path: &Path) -> Option<PathBuf> {
        let is_it = |hashing: &&mut Hashing| {
            hashing.path == path || hashing.path.file_name().is_some_and(|name| name == word)
        };
        let hashing = self.hashing.iter_mut().find(is_it)?;
        hashing.is_stopped = true;
        Some(hashing.path.clone())
    }

    fn hash(&mut self, path: PathBuf) {
        let showing = Showing::new(self.next_row());
        self.hashing.push(Hashing { path, is_stopped: false, showing });
    }
}
