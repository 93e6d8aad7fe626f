//! Users tell which files their clients hold, and take that back.
//! Knows no line.

use super::Chat;
use super::files::{FileKey, HoldError};
use super::id::ConnectionId;
use crate::protocol::check_file_name;

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// The file is new here.
    New,
    /// The caller may know that the file was here; it is one of its holders now.
    Known,
}

/// Why a file is not offered or held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldRefusal {
    /// The server has no table of files.
    Off,
    /// No file may have that name.
    BadName,
    /// The client listens nowhere, so nobody could fetch the file from it.
    Silent,
    /// Nobody holds the file, or nobody of whom the caller hears.
    NoSuchFile,
    /// The table of files is full.
    FilesFull,
    /// The table of holders is full.
    HoldersFull,
    /// The user's share of one of them is used up.
    Share {
        /// So many files.
        limit: usize,
    },
}

impl From<HoldError> for HoldRefusal {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::Files => HoldRefusal::FilesFull,
            HoldError::Holders => HoldRefusal::HoldersFull,
            HoldError::Share(limit) => HoldRefusal::Share { limit },
        }
    }
}

impl Chat<'_> {
    /// The client on `connection` has the whole file. If all who hold it block the caller, the
    /// answer is that of a new file.
    ///
    /// # Errors
    /// Nothing changes; [`HoldRefusal`] says why.
    pub fn offer(
        &mut self,
        connection: ConnectionId,
        file: FileKey<'_>,
    ) -> Result<Offered, HoldRefusal> {
        if self.capacities.files == 0 {
            return Err(HoldRefusal::Off);
        }
        check_file_name(file.name).map_err(|_| HoldRefusal::BadName)?;
        self.check_listening(connection)?;
        let Some(row) = self.files.find(file) else {
            self.files.insert(file, connection)?;
            return Ok(Offered::New);
        };
        let is_known = self.may_know(connection, row);
        self.files.hold(row, connection, u8::MAX)?;
        Ok(if is_known { Offered::Known } else { Offered::New })
    }

    /// The client on `connection` has so many 255ths of the file, at least one.
    ///
    /// # Errors
    /// Nothing changes; [`HoldRefusal`] says why.
    pub fn hold(
        &mut self,
        connection: ConnectionId,
        file: FileKey<'_>,
        share: u8,
    ) -> Result<(), HoldRefusal> {
        self.check_listening(connection)?;
        let row = self.files.find(file).filter(|&row| self.may_know(connection, row));
        Ok(self.files.hold(row.ok_or(HoldRefusal::NoSuchFile)?, connection, share)?)
    }

    /// The client on `connection` has none of the files with this id. `false` if it had none
    /// before.
    pub fn withdraw(&mut self, connection: ConnectionId, id: &[u8; 32]) -> bool {
        self.files.withdraw(id, connection)
    }

    /// Whether the user on `connection` may know that the file in `row` is here: it holds some of
    /// it, or hears of somebody who does. Only holders who block the user are walked over.
    fn may_know(&self, connection: ConnectionId, row: usize) -> bool {
        let Some(caller) = self.user_of(connection) else { return false };
        let hears_of = |other| self.user_of(other).is_some_and(|user| self.hears_of(caller, user));
        self.files.is_held_by(row, connection) || self.files.holders_of(row).any(hears_of)
    }

    fn check_listening(&self, connection: ConnectionId) -> Result<(), HoldRefusal> {
        match self.sessions[connection].listening {
            Some(_) => Ok(()),
            None => Err(HoldRefusal::Silent),
        }
    }
}
