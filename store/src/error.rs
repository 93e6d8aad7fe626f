//! Why a log is not opened.

use core::fmt;

use crate::record::FORMAT;
use crate::segment::ReadFailed;

/// Why a log is not opened. The flash is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum OpenError {
    /// The range does not hold whole pages, or too few of them, or they are too small for a record.
    Geometry,
    /// It holds something that is no log.
    NotOurs,
    /// A later version wrote it, in this format.
    Newer {
        /// The version of that format.
        format: u16,
    },
    /// It was made with another number of segments.
    Resized {
        /// With so many.
        segments: u32,
    },
    /// Something is missing that had been durable.
    Damaged {
        /// In the segment of this number.
        sequence: u32,
    },
    /// The flash cannot be read.
    Failed,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Geometry => write!(f, "it is too small for a store"),
            OpenError::NotOurs => write!(f, "it holds something that is no store"),
            OpenError::Newer { format } => {
                write!(f, "a later version wrote it (format {format}, this one knows {FORMAT})")
            }
            OpenError::Resized { segments } => write!(f, "it was made with {segments} segments"),
            OpenError::Damaged { sequence } => {
                write!(f, "it is damaged: something is missing in segment {sequence}")
            }
            OpenError::Failed => write!(f, "it cannot be read"),
        }
    }
}

impl core::error::Error for OpenError {}

impl From<ReadFailed> for OpenError {
    fn from(_: ReadFailed) -> Self {
        OpenError::Failed
    }
}
