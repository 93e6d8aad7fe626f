//! Users tell which files their clients hold, and take that back.
//! Knows no line.

use super::Chat;
use super::files::{HoldError, NewFile};
use super::id::ConnectionId;
use crate::protocol::check_file_name;

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// The file is new here.
    New,
    /// The file was known; the caller is one of its holders. In this row.
    Known(u16),
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
    /// Nobody holds the file.
    NoSuchFile,
    /// The file is known with another size.
    OtherSize,
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
    /// The client on `connection` has the whole file `id`, of `size` bytes.
    ///
    /// # Errors
    /// Nothing changes; [`HoldRefusal`] says why.
    pub fn offer(
        &mut self,
        connection: ConnectionId,
        id: &[u8; 32],
        size: u64,
        name: &str,
    ) -> Result<Offered, HoldRefusal> {
        if self.capacities.files == 0 {
            return Err(HoldRefusal::Off);
        }
        check_file_name(name).map_err(|_| HoldRefusal::BadName)?;
        self.check_listening(connection)?;
        let Some(row) = self.files.find(id) else {
            self.files.insert(NewFile { id, size, name }, connection)?;
            return Ok(Offered::New);
        };
        if self.files.get(row).is_some_and(|file| file.size != size) {
            return Err(HoldRefusal::OtherSize);
        }
        self.files.hold(row, connection, u8::MAX)?;
        Ok(Offered::Known(row as u16))
    }

    /// The client on `connection` has so many 255ths of the file, at least one.
    ///
    /// # Errors
    /// Nothing changes; [`HoldRefusal`] says why.
    pub fn hold(
        &mut self,
        connection: ConnectionId,
        id: &[u8; 32],
        share: u8,
    ) -> Result<(), HoldRefusal> {
        self.check_listening(connection)?;
        let row = self.files.find(id).ok_or(HoldRefusal::NoSuchFile)?;
        Ok(self.files.hold(row, connection, share)?)
    }

    /// The client on `connection` has none of the file. `false` if it had none before.
    pub fn withdraw(&mut self, connection: ConnectionId, id: &[u8; 32]) -> bool {
        self.files.find(id).is_some_and(|row| self.files.withdraw(row, connection))
    }

    fn check_listening(&self, connection: ConnectionId) -> Result<(), HoldRefusal> {
        match self.sessions[connection].listening {
            Some(_) => Ok(()),
            None => Err(HoldRefusal::Silent),
        }
    }
}
