//! What the transfer threads tell the event loop, as values. Knows no thread.

use std::path::PathBuf;
use std::time::Duration;

use super::command::{ContentId, Offer};

/// The time between two words on progress.
pub(super) const PROGRESS: Duration = Duration::from_millis(250);

/// Something happened to a file. Progress comes four times a second at most for each file; what is
/// not taken in time is overtaken by the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TransferEvent {
    /// A file is being hashed, to be offered.
    Hashing {
        /// The file.
        path: PathBuf,
        /// Bytes hashed so far.
        done: u64,
        /// Bytes in all.
        size: u64,
    },
    /// A file is offered from now on. At the start this comes for every file of the list that is
    /// there as it was.
    Offered {
        /// What is offered.
        offer: Offer,
        /// Where it is.
        path: PathBuf,
        /// It stood in the list of an earlier run, and nobody asked for it now.
        is_kept: bool,
    },
    /// All files of the list of an earlier run were looked at. It does not come for an empty list.
    KeptLooked,
    /// A file cannot be offered.
    NotOffered {
        /// The file.
        path: PathBuf,
        /// Why, in words.
        why: String,
    },
    /// A file is offered no more: as asked, or because it is gone or has changed.
    Withdrawn {
        /// The file.
        id: ContentId,
        /// Its name.
        name: String,
        /// Why, in words; `None` if it was asked for.
        why: Option<String>,
    },
    /// The answer to `Look`.
    Looked {
        /// The file.
        id: ContentId,
        /// It is where it was, as it was.
        is_there: bool,
    },
    /// The answer to `Survey`: what the folder is like, or why nothing can be loaded into it.
    Surveyed {
        /// The file.
        id: ContentId,
        /// Where it is to be.
        folder: PathBuf,
        /// What was seen.
        seen: Result<Box<Survey>, String>,
    },
    /// The answer to `Leftovers`, or why the folder cannot be read.
    Leftovers {
        /// Where.
        folder: PathBuf,
        /// What earlier downloads have left.
        left: Result<Vec<Left>, String>,
    },
    /// The answer to `Discard`: how many bytes were given back, or why it stays.
    Discarded {
        /// The file.
        id: ContentId,
        /// Bytes that were here.
        dropped: Result<u64, String>,
    },
    /// What an earlier run has loaded of the file is being checked.
    Checking {
        /// The file.
        id: ContentId,
        /// Bytes checked so far.
        done: u64,
        /// Bytes to check in all.
        size: u64,
    },
    /// A file is being loaded.
    Progress {
        /// The file.
        id: ContentId,
        /// How far it is.
        progress: Progress,
    },
    /// No byte came for so long.
    Stalled {
        /// The file.
        id: ContentId,
        /// For how long.
        since: Duration,
    },
    /// A user sent a chunk that is not of this file, and is asked no more.
    WrongChunk {
        /// The file.
        id: ContentId,
        /// Who sent it.
        user: String,
    },
    /// So much of the file is here and served: at the first chunk, at each quarter, and at the end.
    Share {
        /// The file.
        id: ContentId,
        /// In 255ths; 255 is all of it.
        share: u8,
    },
    /// A file is whole.
    Finished {
        /// The file.
        id: ContentId,
        /// Where it is. The name may have become another, since the wished one was taken.
        path: PathBuf,
        /// How long it took.
        took: Duration,
        /// How many bytes came from each user in this run, the most first.
        from: Vec<(String, u64)>,
    },
    /// A file could not be loaded.
    Failed {
        /// The file.
        id: ContentId,
        /// Why, in words, and what to do about it.
        why: String,
    },
    /// A download was stopped as asked for.
    Stopped {
        /// The file.
        id: ContentId,
    },
    /// The one chunk that was asked for is here, checked and written.
    Chunk {
        /// The file.
        id: ContentId,
        /// Who sent it.
        user: String,
        /// Which.
        index: u32,
        /// How many of how many chunks are here now.
        held: (u32, u32),
    },
    /// The one chunk that was asked for did not come.
    NoChunk {
        /// The file.
        id: ContentId,
        /// Who was asked.
        user: String,
        /// Which.
        index: u32,
        /// Why, in words.
        why: String,
    },
    /// The answer to `Ask`: which chunks a user holds.
    Held {
        /// The file.
        id: ContentId,
        /// The user.
        user: String,
        /// One entry for each chunk, in order.
        chunks: Vec<bool>,
    },
    /// A user did not say which chunks it holds.
    NotHeld {
        /// The file.
        id: ContentId,
        /// The user.
        user: String,
        /// Why, in words.
        why: String,
    },
    /// No link with this user stands, and one is wanted. Come for the same user again only after
    /// `NotIntroduced`, or after its link was lost.
    WantsIntroduction {
        /// The user.
        user: String,
    },
    /// A user loads a file from this client; told at its beginning, four times a second at most,
    /// and at its end.
    Giving {
        /// The file.
        id: ContentId,
        /// To whom.
        user: String,
        /// Bytes given on this link so far.
        given: u64,
        /// Nothing more is asked for on this link.
        is_over: bool,
    },
}

/// How far a download is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Bytes that are here, checked and written.
    pub(crate) done: u64,
    /// Bytes in a second, of late.
    pub(crate) rate: u64,
    /// Users from whom something comes.
    pub(crate) peers: u32,
    /// How long it still takes at this rate.
    pub(crate) left: Option<Duration>,
}

/// What a folder is like where a file is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// The name that the file gets. The wished one may be taken.
    pub(crate) name: String,
    /// What an earlier download has left of it.
    pub(crate) left: Option<Left>,
}

/// What an earlier download has left of a file. It is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// The file.
    pub(crate) id: ContentId,
    /// Its name, where that is known.
    pub(crate) name: Option<String>,
    /// Bytes that are here.
    pub(crate) done: u64,
    /// Bytes that it was to have.
    pub(crate) size: u64,
}
