//! A test's own folder in the machine's memory, for servers whose disk is not what is tested. A
//! disk that is busy with a build holds up a flush for seconds, and then a registration rightly
//! waits for its turn: as long as a third of a minute each.

use std::io;
use std::path::Path;

use rustix::fs::statvfs;
use tempfile::TempDir;

/// Where Linux shows the machine's memory as a file system (shm_overview(7)).
const MEMORY: &str = "/dev/shm";
/// Bytes that have to be free there: many stores of the tests, at most a few MiB each.
const ROOM: u64 = 256 << 20;

/// A folder that is gone with the value: in memory, or on the disk if the memory is not shown or
/// too small.
///
/// # Errors
/// The machine's word.
pub fn in_memory() -> io::Result<TempDir> {
    let has_room = statvfs(MEMORY).is_ok_and(|shown| shown.f_bavail * shown.f_frsize >= ROOM);
    match has_room.then(|| TempDir::new_in(Path::new(MEMORY))) {
        Some(Ok(folder)) => Ok(folder),
        Some(Err(_)) | None => TempDir::new(),
    }
}
