//! One download as the desk holds it.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Weak};
use std::time::Instant;

use smolchat_files::{ChunkList, PartFile};

use super::command::Offer;
use super::event::Progress;
use super::wanted::Target;

/// A file that is being loaded.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) offer: Offer,
    pub(super) folder: PathBuf,
    /// Errands of an earlier download of the same file are not this one's.
    pub(super) number: u64,
    pub(super) begun: Instant,
    pub(super) part: Option<Arc<PartFile>>,
    /// The part file of a download before, which something may still hold open.
    pub(super) known: Option<Arc<PartFile>>,
    /// This program has written to it before.
    pub(super) is_part_known: bool,
    pub(super) list: Option<Arc<ChunkList>>,
    /// Where chunks go, once chunks are asked for.
    pub(super) target: Option<Arc<Target>>,
    pub(super) told: Option<(Instant, Progress)>,
    /// Chunks are wanted one by one.
    pub(super) is_by_chunk: bool,
    /// The one that is wanted now.
    pub(super) single: Option<Single>,
    /// The errand that looks through the part file is to end.
    pub(super) is_stopped: Arc<AtomicBool>,
}

/// A part file of a download that was stopped. What was under way then may still hold it, and
/// nobody else may open it meanwhile.
#[derive(Debug)]
pub(super) struct StoppedPart {
    pub(super) folder: PathBuf,
    pub(super) part: Weak<PartFile>,
}

/// One chunk that is wanted from one user.
#[derive(Clone, Debug)]
pub(super) struct Single {
    pub(super) user: String,
    pub(super) index: u32,
    pub(super) since: Instant,
}

impl Download {
    /// Where its chunks go.
    pub(super) fn target(&self) -> Option<Arc<Target>> {
        self.target.clone()
    }
}
