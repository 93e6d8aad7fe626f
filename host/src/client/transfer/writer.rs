//! One link as it is written: what stands in its outbox, and the chunks that it names.

use std::io::{self, Write};

use smolchat_files::exchange::LinkId;
use smolchat_files::record::What;
use smolchat_files::wire::write_record;
use smolchat_files::{ContentId, Record};

use super::Hub;
use super::input::Input;
use super::outbox::{Out, Outbox};
use super::source::{Source, why_not};

/// Writes until the outbox ends, or the link does.
pub(super) fn write_all(
    hub: &Hub,
    link: LinkId,
    outbox: &Outbox,
    writer: &mut impl Write,
) -> io::Result<()> {
    let mut writer = Watched { writer, outbox, unsent: 0 };
    let mut chunk = Vec::new();
    loop {
        let out = match outbox.take_now() {
            Some(out) => out,
            None => {
                writer.flush()?;
                let Some(out) = outbox.take() else { return Ok(()) };
                out
            }
        };
        match out {
            Out::Say(record, body) => write_record(&mut writer, &record, &body)?,
            Out::Give(source, id, index) => {
                let failure = give(&mut writer, &source, id, index, &mut chunk)?;
                hub.put(Input::Given { link, id, bytes: chunk.len() as u32, failure });
            }
        }
    }
}

/// Bytes that are sent at once: the desk sees whether a peer takes them.
const PIECE: usize = 32 * 1024;

/// A writer that notes whether the peer takes anything.
struct Watched<'a, W> {
    writer: &'a mut W,
    outbox: &'a Outbox,
    unsent: usize,
}

impl<W: Write> Write for Watched<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(&bytes[..bytes.len().min(PIECE)])?;
        self.unsent += written;
        if self.unsent >= PIECE {
            self.flush()?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.unsent = 0;
        self.outbox.moved();
        Ok(())
    }
}

/// Sends a chunk, or says why it does not come.
fn give(
    writer: &mut impl Write,
    source: &Source,
    id: ContentId,
    index: u32,
    chunk: &mut Vec<u8>,
) -> io::Result<Option<smolchat_files::offers::SourceError>> {
    match source.read(index, chunk) {
        Ok(()) => {
            let record = Record::Chunk { id, index, bytes: chunk.len() as u32 };
            write_record(writer, &record, chunk)?;
            Ok(None)
        }
        Err(error) => {
            let not = Record::Not { id, what: What::Chunk(index), why: why_not(&error) };
            write_record(writer, &not, &[])?;
            Ok(Some(error))
        }
    }
}
