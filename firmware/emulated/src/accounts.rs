//! The accounts that were registered, in a file of the host's: one `user password` a line, as in the credentials file.
//! Touches the host by semihosting. An account is durable once the host has taken its line whole; a line that was cut off is none.

use core::ffi::CStr;

use heapless::String;
use semihosting::fs::File;
use semihosting::io::{Read, Write};
use smolchat_core::store::StoreError;
use smolchat_core::wire::{NAME_MAX, PASSWORD_MAX};

use crate::lines::{Line, Lines};

/// The longest path, with its end.
const PATH_MAX: usize = 256;
/// The longest account: both words, and what stands between.
const ACCOUNT_MAX: usize = NAME_MAX + 1 + PASSWORD_MAX;
/// Ends a line that was cut off, and makes sure that nobody takes it for an account: no password ends with a space.
const SPOIL: &str = " \n";
/// Bytes that are read at a time.
const PIECE: usize = 64;

/// The file.
pub(crate) struct Accounts {
    file: File,
    /// Its last line has no end.
    cut_off: bool,
}

/// The file could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenFailed;

impl Accounts {
    /// Opens the file at `path`, and makes it where there is none.
    ///
    /// # Errors
    /// The host does not let us, or the path is too long.
    pub(crate) fn open(path: &str) -> Result<Self, OpenFailed> {
        let mut terminated = String::<PATH_MAX>::new();
        let fits = terminated.push_str(path).and_then(|()| terminated.push('\0'));
        fits.map_err(|_| OpenFailed)?;
        let path = CStr::from_bytes_with_nul(terminated.as_bytes()).map_err(|_| OpenFailed)?;
        let mut options = File::options();
        let file = options.read(true).write(true).append(true).create(true).open(path);
        Ok(Accounts { file: file.map_err(|_| OpenFailed)?, cut_off: false })
    }

    /// Calls `add` with the name and the password of every account.
    pub(crate) fn load(&mut self, add: &mut dyn FnMut(&str, &str)) {
        let mut lines = Lines::<ACCOUNT_MAX>::default();
        let mut piece = [0; PIECE];
        loop {
            match self.file.read(&mut piece) {
                Ok(0) => break,
                Ok(length) => lines.push(&piece[..length], |line| match split(line) {
                    Some((user, password)) => add(user, password),
                    None => defmt::warn!("a line of the accounts' file is no account"),
                }),
                Err(_) => {
                    defmt::error!("the accounts' file cannot be read");
                    break;
                }
            }
        }
        self.cut_off = lines.is_cut_off();
    }

    /// Adds an account.
    ///
    /// # Errors
    /// The host did not take all of it.
    pub(crate) fn append(&mut self, user: &str, password: &str) -> Result<(), StoreError> {
        let mut line = String::<{ SPOIL.len() + ACCOUNT_MAX + 1 }>::new();
        let spoil = if self.cut_off { SPOIL } else { "" };
        for part in [spoil, user, " ", password, "\n"] {
            line.push_str(part).map_err(|_| StoreError::Failed)?;
        }
        // In one call, so that the host takes all of it or tells how much.
        self.cut_off =
            !matches!(self.file.write(line.as_bytes()), Ok(length) if length == line.len());
        match self.cut_off {
            true => Err(StoreError::Failed),
            false => Ok(()),
        }
    }
}

fn split(line: Line<'_>) -> Option<(&str, &str)> {
    match line {
        Line::Text(text) => text.split_once(' '),
        Line::Malformed => None,
    }
}
