//! What earlier downloads have left: it is listed, and dropped.

use std::path::Path;

use smolchat_words::Size;

use super::searching::ID_DIGITS;
use super::{FileWork, Session};
use crate::client::files::{id_in_words, percent};
use crate::client::sanitize::sanitize;
use crate::client::shown::Shown;
use crate::client::transfer::command::{ContentId, Offer, TransferCommand};
use crate::client::transfer::event::Left;

impl Session {
    /// Looks at what is left in a folder, to list it or to drop what is named.
    pub(super) fn look_for_leftovers(&mut self, folder: Option<&str>, dropped: Option<&str>) {
        let folders = &self.config.folders;
        let folder = folder.map_or(folders.downloads.clone(), |folder| folders.path(folder));
        self.files.leftovers.push_back((folder.clone(), dropped.map(str::to_owned)));
        self.transfer(TransferCommand::Leftovers { folder });
    }

    /// What is left there. A file that is being loaded is not left.
    pub(super) fn handle_leftovers(&mut self, folder: &Path, left: Result<Vec<Left>, String>) {
        let Some(at) = self.files.leftovers.iter().position(|asked| asked.0 == folder) else {
            return;
        };
        let dropped = self.files.leftovers.remove(at).and_then(|(_, dropped)| dropped);
        let shown_folder = self.config.folders.shown(folder);
        let shown_folder = sanitize(&shown_folder).into_owned();
        let mut left = match left {
            Ok(left) => left,
            Err(why) => return self.answer(Shown::Refused(format!("{shown_folder}: {why}"))),
        };
        for left in &left {
            // From now on the beginning of its id names it.
            let id = || id_in_words(&left.id)[..ID_DIGITS].to_owned();
            let name = self.files.name_of_left(left).unwrap_or_else(id);
            self.files.listing.learn(&Offer { id: left.id, size: left.size, name });
        }
        if let Some(name) = dropped.as_ref().filter(|name| self.files.loading(name).is_some()) {
            let (name, slash) = (sanitize(name), self.slash());
            let text = format!("{name} is being loaded; {slash}stopdownload {name} comes first");
            return self.answer(Shown::Refused(text));
        }
        left.retain(|left| !self.files.is_wanted(&left.id));
        match dropped {
            None => {
                let is_elsewhere = folder != self.config.folders.downloads;
                self.tell_leftovers((&shown_folder, is_elsewhere), &left);
            }
            Some(name) => self.discard(folder, &name, &left),
        }
    }

    fn tell_leftovers(&mut self, (folder, is_elsewhere): (&str, bool), left: &[Left]) {
        if left.is_empty() {
            let text = format!("nothing of an earlier download is left in {folder}");
            return self.answer(Shown::Answer(text));
        }
        for left in left {
            let (id, size) = (&id_in_words(&left.id)[..ID_DIGITS], Size(left.size));
            let percent = percent(left.done, left.size);
            let name = self.files.name_of_left(left);
            let name = sanitize(name.as_deref().unwrap_or(id)).into_owned();
            let text = format!("{name}: {percent} % of {size} are here ({id})");
            self.answer(Shown::Answer(text));
        }
        let slash = self.slash();
        let (to, within) = match is_elsewhere {
            true => (format!(" to {folder}"), format!(" in {folder}")),
            false => Default::default(),
        };
        let text = format!(
            "{slash}download NAME{to} goes on with one, {slash}discard NAME{within} drops it"
        );
        self.answer(Shown::Answer(text));
    }

    fn discard(&mut self, folder: &Path, word: &str, left: &[Left]) {
        let is_meant = |left: &&Left| self.files.is_left_meant(word, left);
        let meant: Vec<_> = left.iter().filter(is_meant).collect();
        let (shown, slash) = (sanitize(word).into_owned(), self.slash());
        let text = match meant[..] {
            [left] => {
                let name = self.files.name_of_left(left).unwrap_or(shown);
                self.files.discarding.push((left.id, name));
                let (id, folder) = (left.id, folder.to_owned());
                return self.transfer(TransferCommand::Discard { id, folder });
            }
            [] => format!("nothing of {shown} is left; {slash}unfinished lists what is"),
            _ => {
                let ids = meant.iter().map(|left| id_in_words(&left.id)[..ID_DIGITS].to_owned());
                let ids: Vec<_> = ids.collect();
                format!("several are called {shown}, name one by its id: {}", ids.join(", "))
            }
        };
        self.answer(Shown::Refused(text));
    }

    /// What was to be dropped is gone, or stays.
    pub(super) fn handle_discarded(&mut self, id: &ContentId, dropped: Result<u64, String>) {
        let is_it = |(other, _): &(ContentId, _)| other == id;
        let Some(at) = self.files.discarding.iter().position(is_it) else { return };
        let (_, name) = self.files.discarding.remove(at);
        let name = sanitize(&name);
        self.answer(match dropped {
            Ok(bytes) => {
                Shown::Answer(format!("{name} is dropped, of which {} were here", Size(bytes)))
            }
            Err(why) => Shown::Refused(format!("{name} stays: {why}")),
        });
    }
}

impl FileWork {
    /// The name of a file that is left: as the disk has kept it, or as it was told in this run.
    fn name_of_left(&self, left: &Left) -> Option<String> {
        left.name.clone().or_else(|| self.listing.name_of(&left.id).map(str::to_owned))
    }

    fn is_left_meant(&self, word: &str, left: &Left) -> bool {
        let id = id_in_words(&left.id);
        let is_id = word.len() >= ID_DIGITS && id.starts_with(&word.to_ascii_lowercase());
        is_id || self.name_of_left(left).is_some_and(|name| name == word)
    }
}
