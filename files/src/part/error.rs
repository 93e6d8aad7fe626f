//! What may go wrong with a file that is loaded, each with words for whoever waits for it.

use std::{fmt, io};

use rustix::io::Errno;
use smolchat_words::Size;

use super::RESERVE;
use crate::name::UnsafeName;

/// Why a file cannot be loaded into a folder.
#[derive(Debug)]
pub enum PartError {
    /// The folder cannot be opened.
    NoFolder(io::Error),
    /// Nothing may be written there.
    NotWritable(io::Error),
    /// The disk has no room for it. What was written stays.
    NoSpace {
        /// Bytes that are still needed.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// Another program has changed the part file, or put something in its place.
    Tampered,
    /// The file would be larger than this disk's files may be.
    TooLargeForDisk,
    /// Something that is no file of ours has the name of the part file.
    InTheWay,
    /// Another program loads this file into this folder.
    InUse,
    /// The name may lead out of the folder or hide what it is.
    Name(UnsafeName),
    /// All numbered names are taken.
    NamesTaken,
    /// It was to be stopped.
    Stopped,
    /// The disk's word.
    Io(io::Error),
}

impl PartError {
    /// What an error of the disk means here.
    pub(super) fn of(error: io::Error) -> Self {
        match Errno::from_io_error(&error) {
            Some(Errno::ROFS | Errno::ACCESS | Errno::PERM) => PartError::NotWritable(error),
            Some(Errno::NOSPC | Errno::DQUOT) => PartError::NoSpace { needed: 0, free: 0 },
            Some(Errno::FBIG) => PartError::TooLargeForDisk,
            _ => PartError::Io(error),
        }
    }
}

impl fmt::Display for PartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartError::NoFolder(error) => write!(formatter, "the folder cannot be opened: {error}"),
            PartError::NotWritable(error) => {
                write!(formatter, "nothing can be written into the folder: {error}")
            }
            PartError::NoSpace { needed: 0, .. } => {
                formatter.write_str("the disk is full; what is there stays for the next time")
            }
            PartError::NoSpace { needed, free } => write!(
                formatter,
                "the disk has no room for it: it needs {}, {} are free, and {} must stay free",
                Size(*needed),
                Size(*free),
                Size(RESERVE)
            ),
            PartError::Tampered => formatter.write_str(
                "another program has changed its part file or put something in its place; \
                 what is right of it is found when you load it again",
            ),
            PartError::TooLargeForDisk => {
                formatter.write_str("this disk takes no file of that size")
            }
            PartError::InTheWay => formatter
                .write_str("the name of its part file belongs to something else in the folder"),
            PartError::InUse => {
                formatter.write_str("another program loads it into this folder already")
            }
            PartError::Name(error) => error.fmt(formatter),
            PartError::NamesTaken => {
                formatter.write_str("its name is taken, and so are all with a number")
            }
            PartError::Stopped => formatter.write_str("it was stopped"),
            PartError::Io(error) => write!(formatter, "the disk says: {error}"),
        }
    }
}

impl std::error::Error for PartError {}
