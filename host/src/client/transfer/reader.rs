//! One link as it is read: records go to the desk, chunks are checked and written here. A chunk
//! counts for the desk once it is on the disk.

use std::io::{self, BufRead, ErrorKind};

use smolchat_files::exchange::LinkId;
use smolchat_files::record::What;
use smolchat_files::wire::{read_record, skip};
use smolchat_files::{ContentId, Record};

use super::Hub;
use super::backlog::{Backlog, Ended};
use super::input::{Input, Outcome};
use super::wanted::{Target, Wanted};

/// The desk hears of so many bytes of a chunk at once. A larger chunk is told in pieces.
const PIECE: usize = 1024 * 1024;

/// What the reading thread of one link has.
pub(super) struct LinkReading<'a> {
    pub(super) hub: &'a Hub,
    pub(super) link: LinkId,
    pub(super) wanted: &'a Wanted,
    pub(super) backlog: &'a Backlog,
}

impl LinkReading<'_> {
    /// Reads until the link ends, or until the peer says what it must not say.
    pub(super) fn read_all(&self, mut reader: impl BufRead) -> io::Result<()> {
        let mut chunk = Vec::new();
        while let Some(record) = read_record(&mut reader)? {
            if let Record::Chunk { id, index, bytes } = record {
                self.take_chunk(&mut reader, id, index, bytes as usize, &mut chunk)?;
                continue;
            }
            let mut body = vec![0; record.bytes()];
            reader.read_exact(&mut body)?;
            if let Record::Not { id, what: What::Chunk(index), .. } = record {
                self.wanted.take(id, index).ok_or(ErrorKind::InvalidData)?;
            }
            self.tell(Input::Heard { link: self.link, record, body })?;
        }
        Ok(())
    }

    fn take_chunk(
        &self,
        reader: &mut impl BufRead,
        id: ContentId,
        index: u32,
        bytes: usize,
        chunk: &mut Vec<u8>,
    ) -> io::Result<()> {
        let Some(target) = self.wanted.take(id, index).ok_or(ErrorKind::InvalidData)? else {
            return skip(reader, bytes);
        };
        if target.list.shape().len_of(index) != Some(bytes as u32) {
            self.arrived(id, index, 0, Outcome::Wrong)?;
            return Err(ErrorKind::InvalidData.into());
        }
        chunk.resize(bytes, 0);
        let mut told = 0;
        for piece in chunk.chunks_mut(PIECE) {
            reader.read_exact(piece)?;
            told += piece.len();
            if told < bytes {
                let (link, bytes) = (self.link, piece.len() as u64);
                self.tell(Input::Moved { link, id, bytes })?;
            }
        }
        let last = bytes - (bytes.saturating_sub(1) / PIECE) * PIECE;
        self.arrived(id, index, last as u64, outcome(&target, index, chunk))
    }

    fn arrived(&self, id: ContentId, index: u32, moved: u64, outcome: Outcome) -> io::Result<()> {
        self.tell(Input::Arrived { link: self.link, id, index, moved, outcome })
    }

    /// Tells the desk, unless the link has ended from this side.
    fn tell(&self, input: Input) -> io::Result<()> {
        self.backlog.enter().map_err(|Ended| ErrorKind::ConnectionAborted)?;
        self.hub.put(input);
        Ok(())
    }
}

fn outcome(target: &Target, index: u32, chunk: &[u8]) -> Outcome {
    if !target.list.is_chunk(index, chunk) {
        return Outcome::Wrong;
    }
    match target.part.write(index, chunk) {
        Ok(()) => Outcome::Written,
        Err(error) => Outcome::NotWritten(error),
    }
}
