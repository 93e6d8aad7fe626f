//! What the event loop wants of the transfer threads, as values. Knows no thread.

use std::path::PathBuf;

/// What a file is known by: the BLAKE3 hash of its content.
pub(crate) type ContentId = [u8; 32];

/// A file that somebody offers: what the server tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The hash of its content.
    pub(crate) id: ContentId,
    /// Its size in bytes. A peer's word of another size is wrong.
    pub(crate) size: u64,
    /// Its name, checked: one safe component.
    pub(crate) name: String,
}

/// A user who holds a file or parts of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// The user.
    pub(crate) user: String,
    /// How much of the file, in 255ths; 255 is all of it.
    pub(crate) share: u8,
}

/// Something for the transfer threads to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TransferCommand {
    /// Hash the file at this path, keep it in the list of offered files, and serve it. Ends with
    /// `Offered` or `NotOffered`.
    Offer {
        /// The file, as an absolute path.
        path: PathBuf,
    },
    /// Read this file no more, which was to be offered. Ends as `Offer` does.
    StopReading {
        /// The file.
        path: PathBuf,
    },
    /// Whether a file that is served is still there as it was. Ends with `Looked`, behind
    /// `Withdrawn` if it is not.
    Look {
        /// The file.
        id: ContentId,
        /// Where it was.
        path: PathBuf,
    },
    /// Serve this file no more, and take it off the list. Ends with `Withdrawn`.
    Withdraw {
        /// The file.
        id: ContentId,
    },
    /// Look at the folder where this file is to be. Ends with `Surveyed`.
    Survey {
        /// The file.
        offer: Offer,
        /// Where it is to be.
        folder: PathBuf,
    },
    /// What earlier downloads have left in this folder. Ends with `Leftovers`.
    Leftovers {
        /// Where.
        folder: PathBuf,
    },
    /// Remove what an earlier download has left of this file. Ends with `Discarded`.
    Discard {
        /// The file.
        id: ContentId,
        /// Where it is.
        folder: PathBuf,
    },
    /// Load this file. Ends with `Finished` or `Failed`. A part file of the same content is gone on
    /// with. While it loads, what is there is served to others. If it is being loaded with another
    /// size, that one was wrong.
    Download {
        /// The file.
        offer: Offer,
        /// Where it is to be.
        folder: PathBuf,
        /// Whom to ask. May be empty: `Holders` tells more.
        holders: Vec<Holder>,
    },
    /// Load one chunk of this file from one user. Ends with `Chunk` or `NoChunk`. What is loaded is
    /// kept in the part file.
    Chunk {
        /// The file.
        offer: Offer,
        /// Where it is to be.
        folder: PathBuf,
        /// The only user to ask.
        user: String,
        /// Which chunk, from 0.
        index: u32,
    },
    /// These hold the file now. Who is not named holds it no more.
    Holders {
        /// The file.
        id: ContentId,
        /// All of them.
        holders: Vec<Holder>,
    },
    /// Ask this user which chunks of the file it holds. Ends with `Held` or `NotHeld`.
    Ask {
        /// The file.
        offer: Offer,
        /// The user.
        user: String,
    },
    /// Load this file no more. The part file stays. Ends with `Stopped`.
    Stop {
        /// The file.
        id: ContentId,
    },
    /// The introduction that `WantsIntroduction` asked for was refused, or the introduced peer
    /// could not be reached. It may be asked for again later.
    NotIntroduced {
        /// The user.
        user: String,
        /// Why, in words.
        why: String,
    },
}
