//! A flash in memory that loses power. Writes that were not made durable are there in part, or not
//! at all.
//! Knows no machine. Its chance is a row of numbers from a seed.

use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

use crate::flash::{Flash, Tearing};

/// The size of what a disk writes whole or not at all.
const SECTOR: usize = 512;

/// When what is written is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// At once, word by word, in order: a flash.
    Flash,
    /// With the next sync; before that any of its sectors may be, in any order: a file on a disk.
    Disk,
}

/// A flash with words of `WORD` bytes and pages of `PAGE`.
#[derive(Clone, Debug)]
pub struct SimulatedFlash<const WORD: usize, const PAGE: usize> {
    medium: Medium,
    /// As a reader sees it.
    bytes: Vec<u8>,
    /// As it is certain to be after the power was gone.
    durable: Vec<u8>,
    chance: u64,
    /// Writes, erases and syncs that still succeed; the next is cut off.
    left: Option<u64>,
    /// The power is gone.
    gone: bool,
    /// One operation is cut off, and the power stays.
    is_glitch: bool,
    /// Erases that a page survives.
    pub endurance: u32,
    erases: Vec<u32>,
    /// Writes, erases and syncs so far.
    pub operations: u64,
}

/// The power is gone, a word was written twice, or the page is worn out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimulatedError {
    /// The power is gone: nothing happens any more, or this operation did not.
    NoPower,
    /// A word that was not erased.
    NotErased,
    /// The page takes no more erases.
    WornOut,
    /// Not at a word's or a page's border.
    Bounds,
}

impl NorFlashError for SimulatedError {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl<const WORD: usize, const PAGE: usize> SimulatedFlash<WORD, PAGE> {
    /// An erased flash of `pages` pages.
    pub fn new(medium: Medium, pages: usize, seed: u64) -> Self {
        let bytes = vec![0xff; pages * PAGE];
        SimulatedFlash {
            medium,
            durable: bytes.clone(),
            bytes,
            chance: seed | 1,
            left: None,
            gone: false,
            is_glitch: false,
            endurance: u32::MAX,
            erases: vec![0; pages],
            operations: 0,
        }
    }

    /// The power goes during the operation after the next `operations`.
    pub fn cut_power_after(&mut self, operations: u64) {
        (self.left, self.is_glitch) = (Some(operations), false);
    }

    /// The operation after the next `operations` fails, done in part, wholly or not at all; those
    /// behind it succeed.
    pub fn fail_after(&mut self, operations: u64) {
        (self.left, self.is_glitch) = (Some(operations), true);
    }

    /// The power is back, or never went. Durable writes are there, and some of the others.
    pub fn restart(&mut self) {
        (self.left, self.gone) = (None, false);
        if self.medium == Medium::Disk {
            for from in (0..self.bytes.len()).step_by(SECTOR) {
                let sector = from..self.bytes.len().min(from + SECTOR);
                let is_same = self.bytes[sector.clone()] == self.durable[sector.clone()];
                if !is_same && self.chance(2) == 0 {
                    self.durable[sector.clone()].copy_from_slice(&self.bytes[sector]);
                }
            }
            self.bytes.clone_from(&self.durable);
        }
        self.durable.clone_from(&self.bytes);
    }

    /// Whether the power is gone.
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    /// All bytes, to look at.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// All bytes, to spoil.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Erases of each page so far.
    pub fn erases(&self) -> &[u32] {
        &self.erases
    }

    /// A number below `below` that looks random (xorshift64*).
    fn chance(&mut self, below: u64) -> u64 {
        self.chance ^= self.chance >> 12;
        self.chance ^= self.chance << 25;
        self.chance ^= self.chance >> 27;
        (self.chance.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below.max(1)
    }

    /// Whether the operation has power to its end. The operation in which the power goes is done in
    /// part, and later ones are not done at all.
    fn spend(&mut self) -> Power {
        match &mut self.left {
            None => {}
            Some(0) if self.is_glitch => {
                self.left = None;
                return Power::Going;
            }
            Some(0) => {
                return if core::mem::replace(&mut self.gone, true) {
                    Power::Gone
                } else {
                    Power::Going
                };
            }
            Some(left) => *left -= 1,
        }
        self.operations += 1;
        Power::There
    }

    fn words(from: u32, len: usize, unit: usize) -> Result<usize, SimulatedError> {
        let from = from as usize;
        match from.is_multiple_of(unit) && len.is_multiple_of(unit) {
            true => Ok(from),
            false => Err(SimulatedError::Bounds),
        }
    }
}

/// How much of an operation happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    There,
    Going,
    Gone,
}

impl<const WORD: usize, const PAGE: usize> ErrorType for SimulatedFlash<WORD, PAGE> {
    type Error = SimulatedError;
}

impl<const WORD: usize, const PAGE: usize> ReadNorFlash for SimulatedFlash<WORD, PAGE> {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), SimulatedError> {
        let from = offset as usize;
        let found = self.bytes.get(from..from + bytes.len()).ok_or(SimulatedError::Bounds)?;
        bytes.copy_from_slice(found);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const WORD: usize, const PAGE: usize> NorFlash for SimulatedFlash<WORD, PAGE> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), SimulatedError> {
        let start = Self::words(from, to.saturating_sub(from) as usize, PAGE)?;
        if to as usize > self.bytes.len() {
            return Err(SimulatedError::Bounds);
        }
        let power = self.spend();
        for page in (start..to as usize).step_by(PAGE) {
            if self.erases[page / PAGE] >= self.endurance {
                return Err(SimulatedError::WornOut);
            }
            match power {
                Power::Gone => return Err(SimulatedError::NoPower),
                Power::Going => {
                    // A page erased in part holds anything between its old bytes and erased ones.
                    for at in page..page + PAGE {
                        let bits = self.chance(256) as u8;
                        self.bytes[at] |= bits;
                    }
                    return Err(SimulatedError::NoPower);
                }
                Power::There => {
                    self.erases[page / PAGE] += 1;
                    self.bytes[page..page + PAGE].fill(0xff);
                }
            }
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), SimulatedError> {
        let from = Self::words(offset, bytes.len(), WORD)?;
        let to = from + bytes.len();
        let there = self.bytes.get(from..to).ok_or(SimulatedError::Bounds)?;
        // Only the marker that a page is in use is ever written twice with the same value, and no
        // test does that.
        if there.iter().any(|byte| *byte != 0xff) {
            return Err(SimulatedError::NotErased);
        }
        let power = self.spend();
        let count = match power {
            Power::There => bytes.len(),
            Power::Going => self.chance((bytes.len() / WORD + 1) as u64) as usize * WORD,
            Power::Gone => 0,
        };
        self.bytes[from..from + count].copy_from_slice(&bytes[..count]);
        match power {
            Power::There => Ok(()),
            Power::Going | Power::Gone => Err(SimulatedError::NoPower),
        }
    }
}

impl<const WORD: usize, const PAGE: usize> Flash for SimulatedFlash<WORD, PAGE> {
    fn sync(&mut self) -> Result<(), SimulatedError> {
        match self.spend() {
            Power::There => {
                self.durable.clone_from(&self.bytes);
                Ok(())
            }
            Power::Going | Power::Gone => Err(SimulatedError::NoPower),
        }
    }

    fn tearing(&self) -> Tearing {
        match self.medium {
            Medium::Flash => Tearing::InOrder,
            Medium::Disk => Tearing::Sectors(SECTOR as u32),
        }
    }
}
