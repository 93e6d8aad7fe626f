//! The chunks that one link was asked for, and where they go. The desk adds, and the link's reader
//! takes. Whatever is not in it was not asked for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smolchat_files::{ChunkList, ContentId, PartFile};

/// Where the chunks of a download go, and what proves them.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) part: Arc<PartFile>,
    pub(super) list: Arc<ChunkList>,
}

/// The questions for each chunk, oldest first: one that was cancelled may be put again before its
/// answer has come. `None` stands for what nobody wants any more.
type Questions = BTreeMap<(ContentId, u32), VecDeque<Option<Arc<Target>>>>;

/// What a link was asked for.
#[derive(Debug, Default)]
pub(super) struct Wanted(Mutex<Questions>);

impl Wanted {
    pub(super) fn insert(&self, id: ContentId, index: u32, target: Arc<Target>) {
        self.lock().entry((id, index)).or_default().push_back(Some(target));
    }

    /// An answer has come. `None` if nobody has asked.
    pub(super) fn take(&self, id: ContentId, index: u32) -> Option<Option<Arc<Target>>> {
        let mut wanted = self.lock();
        let questions = wanted.get_mut(&(id, index))?;
        let oldest = questions.pop_front();
        if questions.is_empty() {
            wanted.remove(&(id, index));
        }
        oldest
    }

    /// The download is over; what still comes of it is dropped.
    pub(super) fn forget(&self, id: ContentId) {
        let mut wanted = self.lock();
        let of_file = wanted.iter_mut().filter(|((of, _), _)| *of == id);
        of_file.for_each(|(_, questions)| questions.iter_mut().for_each(|target| *target = None));
    }

    fn lock(&self) -> MutexGuard<'_, Questions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
