//! What a part file says of itself in attributes (xattr(7)), for whoever finds it later: the name
//! of what it is of, and how much of it is there. A disk without attributes keeps none.

use std::fs::File;

use rustix::fs::XattrFlags;

use crate::name::safe_name;

const NAME: &str = "user.smolchat.name";
const DONE: &str = "user.smolchat.done";
/// Bytes of one that is read. No file name is longer.
const LONGEST: usize = 256;

/// What is there is noted anew once it has grown by this part of the file.
const STEPS: u64 = 256;

/// How much of a part file is there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    bytes: u64,
    noted: u64,
}

impl Done {
    /// So many bytes were found.
    pub(super) fn found(&mut self, file: &File, bytes: u64) {
        self.bytes = bytes;
        self.note(file);
    }

    /// So many bytes of a file of that size were written.
    pub(super) fn add(&mut self, file: &File, bytes: u64, size: u64) {
        self.bytes = self.bytes.saturating_add(bytes).min(size);
        if self.bytes - self.noted.min(self.bytes) > size / STEPS || self.bytes == size {
            self.note(file);
        }
    }

    fn note(&mut self, file: &File) {
        self.noted = self.bytes;
        note(file, DONE, self.bytes.to_string().as_bytes());
    }
}

/// Notes the name. A person sees the id where the disk keeps none.
pub(super) fn note_name(file: &File, name: &str) {
    note(file, NAME, name.as_bytes());
}

fn note(file: &File, attribute: &str, value: &[u8]) {
    let _ = rustix::fs::fsetxattr(file, attribute, value, XattrFlags::empty());
}

/// A whole file has its name elsewhere.
pub(super) fn forget(file: &File) {
    [NAME, DONE].into_iter().for_each(|attribute| {
        let _ = rustix::fs::fremovexattr(file, attribute);
    });
}

/// The name. Whoever may write to the file may have written anything.
pub(super) fn name(file: &File) -> Option<String> {
    let name = noted(file, NAME)?;
    safe_name(&name).ok().map(str::to_owned)
}

/// How many bytes are there.
pub(super) fn done(file: &File) -> Option<u64> {
    noted(file, DONE)?.parse().ok()
}

fn noted(file: &File, attribute: &str) -> Option<String> {
    let mut bytes = [0; LONGEST];
    let len = rustix::fs::fgetxattr(file, attribute, &mut bytes[..]).ok()?;
    std::str::from_utf8(bytes.get(..len)?).ok().map(str::to_owned)
}
