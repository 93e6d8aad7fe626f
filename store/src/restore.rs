//! A log's entries restored into a server, at a start.
//! Knows no flash and no file.

use smolchat_core::server::{RestoreError, Server};

use crate::error::OpenError;
use crate::flash::Flash;
use crate::log::Log;
use crate::tail::Tail;

/// How many entries of a log came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoreCounts {
    /// Entries that the server has.
    pub restored: u32,
    /// Entries that name a user who has no account any more. The server does not have them.
    pub ownerless: u32,
}

/// Why a log is not restored. The log is unchanged. Its server must not run: a compaction would
/// delete the entries that this server lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum RestoreFailed {
    /// The flash could be read when the log was opened, and cannot be read any more.
    Unreadable(OpenError),
    /// The server has no room for this many entries.
    NoRoom(u32),
}

/// Restores every entry of `log` into `server`, whose message numbers go on from there. The
/// server's accounts are added before.
///
/// # Errors
/// [`RestoreFailed`] says why. The server may have some of the entries, and must not run.
pub fn restore<F: Flash>(
    log: &Log<F>,
    server: &mut Server<'_>,
) -> Result<RestoreCounts, RestoreFailed> {
    let (mut counts, mut homeless) = (RestoreCounts::default(), 0);
    let replayed = log.replay(&mut |entry| match server.restore(entry) {
        Ok(()) => counts.restored += 1,
        Err(RestoreError::NoSuchUser) => counts.ownerless += 1,
        Err(RestoreError::Full | RestoreError::BadAccount) => homeless += 1,
    });
    replayed.map_err(RestoreFailed::Unreadable)?;
    if homeless > 0 {
        return Err(RestoreFailed::NoRoom(homeless));
    }
    let was_cut_off = matches!(log.tail(), Tail::Open | Tail::Torn { .. });
    server.resume(log.epoch(), was_cut_off);
    Ok(counts)
}
