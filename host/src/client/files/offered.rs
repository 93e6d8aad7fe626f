//! The files that this user holds whole and that others may load. Knows no disk.

use std::path::{Path, PathBuf};

use crate::client::transfer::command::{ContentId, Offer};

/// A file that others may load from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnFile {
    /// What the server is told.
    pub(crate) offer: Offer,
    /// Where it is.
    pub(crate) path: PathBuf,
    /// It was downloaded in this run, and is offered no longer than that.
    pub(crate) is_loaded: bool,
    /// The server has taken the offer.
    pub(crate) is_known: bool,
    /// The name under which the others see it, if it is another: somebody had offered it before.
    pub(crate) known_as: Option<String>,
}

impl OwnFile {
    /// Whether this user or the others call it so.
    pub(crate) fn has_name(&self, word: &str) -> bool {
        self.offer.name == word || self.known_as.as_deref() == Some(word)
    }
}

/// All of them, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Offered(Vec<OwnFile>);

impl Offered {
    /// A file is there from now on. What was registered stays so.
    pub(crate) fn insert(&mut self, file: OwnFile) {
        match self.0.iter_mut().find(|own| own.offer.id == file.offer.id) {
            Some(own) => {
                let is_loaded = own.is_loaded && file.is_loaded;
                let known_as = own.known_as.take();
                *own = OwnFile { is_loaded, is_known: own.is_known, known_as, ..file };
            }
            None => self.0.push(file),
        }
    }

    /// A file is gone.
    pub(crate) fn remove(&mut self, id: &ContentId) {
        self.0.retain(|own| own.offer.id != *id);
    }

    /// The file with this content.
    pub(crate) fn get(&self, id: &ContentId) -> Option<&OwnFile> {
        self.0.iter().find(|own| own.offer.id == *id)
    }

    /// The server has taken or refused an offer. It may have known the file by another name.
    pub(crate) fn set_known(&mut self, id: &ContentId, is_known: bool, name: Option<&str>) {
        if let Some(own) = self.0.iter_mut().find(|own| own.offer.id == *id) {
            own.is_known = is_known;
            own.known_as = name.filter(|name| *name != own.offer.name).map(str::to_owned);
        }
    }

    /// The files that a person means by a path or by a name.
    pub(crate) fn meant(&self, word: &str, path: &Path) -> Vec<&OwnFile> {
        let is_it = |own: &&OwnFile| own.path == path || own.has_name(word);
        self.0.iter().filter(is_it).collect()
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &OwnFile> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(id: u8, name: &str, is_loaded: bool) -> OwnFile {
        OwnFile {
            offer: Offer { id: [id; 32], size: 7, name: name.to_owned() },
            path: Path::new("/films").join(name),
            is_loaded,
            is_known: false,
            known_as: None,
        }
    }

    #[test]
    fn what_was_registered_stays_so_and_is_found_by_its_path_or_name() {
        let mut offered = Offered::default();
        offered.insert(own(1, "a", false));
        offered.insert(own(1, "a", true));
        offered.insert(own(2, "b", true));
        assert_eq!(offered.iter().map(|own| own.is_loaded).collect::<Vec<_>>(), [false, true]);
        assert_eq!(offered.meant("a", Path::new("/x/a")).len(), 1);
        assert_eq!(offered.meant("../films/b", Path::new("/films/b")).len(), 1);
        assert!(offered.meant("c", Path::new("/films/c")).is_empty());
        offered.set_known(&[2; 32], true, Some("link"));
        assert_eq!(offered.meant("link", Path::new("/films/link")).len(), 1, "as others see it");
        offered.insert(own(2, "b", true));
        assert!(offered.get(&[2; 32]).unwrap().is_known, "told once, and not again");
        offered.remove(&[1; 32]);
        assert!(offered.get(&[1; 32]).is_none());
    }
}
