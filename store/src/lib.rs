//! # smolchat-store
//!
//! The store: [`Log`] keeps the entries that outlive a restart. On a board it keeps them in the
//! part's flash, on a host in a file that behaves like a flash. It is core's `Store`. `no_std`, no
//! allocation; it reads no clock and no random source.
//!
//! The flash is a ring of *segments*, each one erase page. Records are appended to the *active
//! segment*. When it is full, a *compaction* erases the next page, which becomes the active
//! segment. Records of the oldest segment that still matter are copied there, so the oldest
//! segment is free for the next compaction. While fewer than a quarter of the segments are free,
//! each compaction frees one. So there is room even if the next segments hold nothing but records
//! that matter. `sequential-storage` keeps the records within a page: their checksums, and the
//! place of the next one.
//!
//! | file | holds |
//! |---|---|
//! | `flash` | what the log asks of a flash |
//! | `record` | a record's bytes |
//! | `ring` | where the segments are, and how many may be in use |
//! | `segment` | one page: append, read |
//! | `item` | what stands at one place of a page |
//! | `tail` | what may stand behind the end |
//! | `resolve` | the records of a page, back-references resolved |
//! | `scan` | what a flash holds, and whether it may be trusted; writes nothing |
//! | `active` | where the next record goes |
//! | `log` | append, commit |
//! | `compaction` | the next page becomes the active segment, the oldest is freed |
//! | `restore` | a log's entries restored into a server |
//! | `settings` | (feature `operator`) what the product was set to |
//! | `error` | why a log is not opened |
//! | `size` | how large a log must be |
//! | `figures` | what was written and erased |
//! | `simulated` | (feature `simulation`) a flash in memory that loses power |
//!
//! Why the log is intact after a loss of power at any moment:
//! - Each record has a number, one more than the last. Its checksum shows whether the record is
//!   intact.
//! - Records that were written since the last [`sync`](Flash::sync) may be there in part.
//!   Everything behind the first missing number is ignored; it was never promised.
//! - Behind the last record that counts, a power cut may leave parts of one batch. Anything else is
//!   damage.
//! - The last record of a closed log says so, and each segment says that the next one was begun.
//! - A record may refer back to another one in its own segment. If that one is missing, nothing
//!   behind it counts.
//! - A start never appends behind what it found: it begins a new segment.
//! - A compaction is one step. Until its last record, `Freed`, is there, the new segment holds
//!   nothing but copies, and a start throws it away.
#![cfg_attr(not(any(test, feature = "simulation")), no_std)]
#![forbid(unsafe_code)]

mod active;
mod compaction;
mod error;
mod figures;
mod flash;
mod item;
mod log;
mod record;
mod resolve;
mod restore;
mod ring;
mod scan;
mod segment;
#[cfg(feature = "operator")]
mod settings;
#[cfg(any(test, feature = "simulation"))]
pub mod simulated;
mod size;
mod tail;
#[cfg(test)]
mod tests;

pub use error::OpenError;
pub use figures::Figures;
pub use flash::{Flash, Tearing};
pub use log::Log;
pub use record::{FORMAT, MAGIC, RECORD_MAX, SEED_BYTES};
pub use restore::{RestoreCounts, RestoreFailed, restore};
pub use size::{Live, SEGMENTS_MIN, segments};
pub use tail::Tail;
