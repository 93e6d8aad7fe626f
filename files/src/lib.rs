//! # smolchat-files
//!
//! A file from many hands, without a socket and without a thread. A [`ChunkList`] says what a file
//! is cut into and proves each chunk. A [`PartFile`] is a file while it is loaded, and [`Offers`]
//! are the files that are given. Peers say [`Record`]s to each other. A [`Plan`] knows what to ask
//! of whom, and [`Slots`] know whom to serve. [`Exchange`] puts the last three together.
//!
//! Peers are believed nothing: a chunk counts once its hash is right.
#![forbid(unsafe_code)]

mod bitmap;
mod chance;
mod content;
pub mod exchange;
mod hashing;
mod list;
mod name;
pub mod offers;
pub mod part;
pub mod plan;
pub mod record;
mod shape;
pub mod slots;
#[cfg(test)]
mod testing;
pub mod wire;

use std::time::Duration;

pub use bitmap::{BITMAP_MAX, Bitmap, WrongBitmap};
pub use chance::Chance;
pub use content::{ContentId, ID_BYTES, NoContentId};
pub use exchange::Exchange;
pub use hashing::{HashError, hash};
pub use list::{ChunkList, WrongList};
pub use name::{UnsafeName, safe_name};
pub use offers::{Offered, Offers};
pub use part::{Folder, Leftover, PartError, PartFile};
pub use plan::Plan;
pub use record::Record;
pub use shape::{CHUNK_MAX, CHUNK_MIN, CHUNKS_MAX, SIZE_MAX, Shape, TooLarge};
pub use slots::Slots;

/// A moment: how long after a beginning that the caller chooses.
pub type Moment = Duration;
