//! The file of a macvtap device: a device that somebody made on top of another one, and that has a
//! file of its own (linux/drivers/net/macvtap.c). Knows no frame.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::TapError;

/// The file of the device, if it is a macvtap device.
pub(super) fn file_of(name: &str) -> Option<PathBuf> {
    let mut entries = fs::read_dir(format!("/sys/class/net/{name}/macvtap")).ok()?;
    Some(Path::new("/dev").join(entries.next()?.ok()?.file_name()))
}

/// Keeps others from the file: a second program would get every other frame.
///
/// # Errors
/// Somebody has it.
pub(super) fn take(file: &OwnedFd) -> Result<(), TapError> {
    flock(file, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
        Errno::WOULDBLOCK => TapError::Busy,
        other => TapError::System(other),
    })
}
