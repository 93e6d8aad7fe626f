//! # smolchat-store
//!
//! What outlives a restart: [`Log`] keeps the chat's entries in flash, on a board in its own, on a host in a file that behaves like
//! one. It is core's `Store`. `no_std`, no allocation; it reads no clock and no random source.
//!
//! The flash is a ring of *segments*, each one erase page. Records are appended to the *head*; when that is full, the log *turns*:
//! the next page is erased and becomes the head, and what still matters of the oldest segment is copied there, so that the oldest
//! is free for the turn after. While fewer than a quarter are free, each turn frees one: those that are copied next may hold
//! nothing but what matters, and there is room all the same. `sequential-storage` keeps the records within a page: their checksums, and where the next one goes.
//!
//! | file | holds |
//! |---|---|
//! | `flash` | what is asked of a flash |
//! | `record` | a record's bytes |
//! | `ring` | where the segments are, and how many may be in use |
//! | `segment` | one page: append, read |
//! | `item` | what stands at one place of a page |
//! | `tail` | what stands behind the end |
//! | `whole` | the records of a page, each made whole |
//! | `scan` | what a flash holds, and whether it may be trusted; writes nothing |
//! | `head` | where the next record goes |
//! | `log` | append, commit |
//! | `turn` | the next page becomes the head, the oldest segment is freed |
//! | `error` | why a log is not opened |
//! | `size` | how large a log must be |
//! | `figures` | what was written and erased |
//! | `simulated` | (feature `simulation`) a flash in memory that loses power |
//!
//! Why it is what it was after the power is gone, at whatever moment:
//! - Each record has a number, one more than the last; a record is there whole or not at all, by its checksum.
//! - What was written since the last [`sync`](Flash::sync) may be there in part. Whatever stands behind the first number that is missing
//!   is ignored; it was never promised.
//! - Behind the last record that counts nothing stands but what a power cut may leave of one batch: all else is damage.
//! - A log that was closed says so in its last record, and each segment says that the next one was begun.
//! - A record that leans on another leans on one before it in its segment: where the first is missing, nothing behind it counts.
//! - A start never appends behind what it found: it begins a new segment.
//! - A turn is one step: until its last record, `Freed`, is there, the new segment holds nothing
//!   but copies, and a start throws it away.
#![cfg_attr(not(any(test, feature = "simulation")), no_std)]
#![forbid(unsafe_code)]

mod error;
mod figures;
mod flash;
mod head;
mod item;
mod log;
mod record;
mod ring;
mod scan;
mod segment;
#[cfg(any(test, feature = "simulation"))]
pub mod simulated;
mod size;
mod tail;
#[cfg(test)]
mod tests;
mod turn;
mod whole;

pub use error::OpenError;
pub use figures::Figures;
pub use flash::{Flash, Tearing};
pub use log::Log;
pub use record::{FORMAT, RECORD_MAX};
pub use size::{Live, SEGMENTS_MIN, segments};
pub use tail::Tail;
