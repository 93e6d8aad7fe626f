//! Values within QEMU's options.
//! Knows no process.

use std::ffi::OsStr;

/// A value as QEMU takes it: two commas are one, and one is the end.
pub(crate) fn quoted(value: impl AsRef<OsStr>) -> String {
    value.as_ref().to_string_lossy().replace(',', ",,")
}
