//! One link as it is written: what stands in its outbox, and the chunks that it names.

use std::io::{self, Write};

use smolchat_files::exchange::LinkId;
use smolchat_files::record::What;
use smolchat_files::wire::write_record;
use smolchat_files::{ContentId, Record};

use super::Hub;
use super::desk::Input;
use super::outbox::{Out, Outbox};
use super::source::{Source, why_not};

/// Writes until the outbox ends, or the link does.
pub(super) fn write_all(
    hub: &Hub,
    link: LinkId,
    outbox: &Outbox,
    writer: &mut impl Write,
) -> io::Result<()> {
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
            Out::Say(record, body) => write_record(writer, &record, &body)?,
            Out::Give(source, id, index) => {
                let failure = give(writer, &source, id, index, &mut chunk)?;
                hub.put(Input::Given { link, id, bytes: chunk.len() as u32, failure });
            }
        }
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
