//! Records on anything that can be read and written: a link, or memory in a test.

use std::io::{self, BufRead, ErrorKind, Read, Write};

use crate::record::{LINE_MAX, Record, parse};

/// Reads the line of the next record; `None` at the end. What follows the line is still to be read.
///
/// # Errors
/// `InvalidData` for what is no record; `UnexpectedEof` for a line that is cut off; or the reader's
/// own error.
pub fn read_record(reader: &mut impl BufRead) -> io::Result<Option<Record>> {
    let mut line = Vec::with_capacity(LINE_MAX);
    reader.take(LINE_MAX as u64).read_until(b'\n', &mut line)?;
    match line.pop() {
        None => return Ok(None),
        Some(b'\n') => {}
        Some(_) if line.len() + 1 == LINE_MAX => return Err(ErrorKind::InvalidData.into()),
        Some(_) => return Err(ErrorKind::UnexpectedEof.into()),
    }
    let line = std::str::from_utf8(&line).map_err(|_| ErrorKind::InvalidData)?;
    parse(line).map(Some).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Reads past `bytes` bytes that nobody wants any more.
///
/// # Errors
/// `UnexpectedEof` if there are fewer; or the reader's own error.
pub fn skip(reader: &mut impl Read, bytes: usize) -> io::Result<()> {
    let skipped = io::copy(&mut reader.take(bytes as u64), &mut io::sink())?;
    if skipped == bytes as u64 { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// Writes a record and what follows it.
///
/// # Errors
/// The writer's own.
pub fn write_record(writer: &mut impl Write, record: &Record, body: &[u8]) -> io::Result<()> {
    debug_assert_eq!(record.bytes(), body.len());
    writeln!(writer, "{record}")?;
    writer.write_all(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::ContentId;

    const ID: ContentId = ContentId([3; 32]);

    #[test]
    fn records_and_what_follows_them_are_read_as_they_were_written() {
        let mut bytes = Vec::new();
        let chunk = Record::Chunk { id: ID, index: 4, bytes: 5 };
        write_record(&mut bytes, &chunk, b"a\nb\nc").unwrap();
        write_record(&mut bytes, &Record::AskHeld { id: ID }, b"").unwrap();
        write_record(&mut bytes, &chunk, b"\n\n\n\n\n").unwrap();
        let mut reader = &bytes[..];
        assert_eq!(read_record(&mut reader).unwrap(), Some(chunk));
        let mut body = [0; 5];
        reader.read_exact(&mut body).unwrap();
        assert_eq!(&body, b"a\nb\nc");
        assert_eq!(read_record(&mut reader).unwrap(), Some(Record::AskHeld { id: ID }));
        assert_eq!(read_record(&mut reader).unwrap(), Some(chunk));
        skip(&mut reader, 5).unwrap();
        assert_eq!(read_record(&mut reader).unwrap(), None);
        assert_eq!(skip(&mut reader, 1).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_is_no_record_ends_the_reading() {
        let line = format!("{}\n", Record::AskHeld { id: ID });
        let cut = &line.as_bytes()[..30];
        for (bytes, kind) in [
            (&b"hello\n"[..], ErrorKind::InvalidData),
            (b"\xff\n", ErrorKind::InvalidData),
            (b"\n", ErrorKind::InvalidData),
            (cut, ErrorKind::UnexpectedEof),
            (&[b'x'; 10_000], ErrorKind::InvalidData),
        ] {
            let mut reader = bytes;
            assert_eq!(read_record(&mut reader).unwrap_err().kind(), kind);
            assert!(bytes.len() - reader.len() <= LINE_MAX);
        }
    }
}
