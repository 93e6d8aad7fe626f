//! An image's log as lines: the words are in the image's file, the numbers come over the wire.
//! Knows no process: the file and the stream are given.

use std::fmt;
use std::fs;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use defmt_decoder::{DecodeError, Frame, Table};

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was written, as the image tells time; empty where it does not.
    pub uptime: String,
    /// Its level, a word; empty where it has none.
    pub level: &'static str,
    /// What it says.
    pub text: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line { uptime, level, text } = self;
        write!(f, "{uptime:>9} {level:5} {text}")
    }
}

/// Bytes that are no frame of this image's log: some are missing, or the image is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenFrame;

impl fmt::Display for BrokenFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(a broken frame in the log)")
    }
}

/// Why the log of an image cannot be read.
#[derive(Debug)]
pub enum LogError {
    /// The image's file cannot be read.
    File(std::io::Error),
    /// It is no image, or its defmt is of another version.
    Image(String),
    /// The image does not log, or in an encoding that does not recover from a missing byte.
    NoLog,
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogError::File(error) => write!(f, "cannot be read: {error}"),
            LogError::Image(error) => write!(f, "holds no log that is understood: {error}"),
            LogError::NoLog => f.write_str("does not log"),
        }
    }
}

impl std::error::Error for LogError {}

/// The words of one image's log.
#[derive(Debug)]
pub struct Log {
    table: Table,
}

impl Log {
    /// The words of `image`.
    ///
    /// # Errors
    /// There are none.
    pub fn of(image: &Path) -> Result<Self, LogError> {
        let bytes = fs::read(image).map_err(LogError::File)?;
        let table = Table::parse(&bytes).map_err(|error| LogError::Image(error.to_string()))?;
        let table = table.filter(|table| table.encoding().can_recover());
        table.map(|table| Log { table }).ok_or(LogError::NoLog)
    }

    /// Reads `stream` up to its end and gives every line to `each`, as soon as it is there, until
    /// that breaks off.
    pub fn read(
        &self,
        mut stream: impl Read,
        mut each: impl FnMut(Result<Line, BrokenFrame>) -> ControlFlow<()>,
    ) {
        let mut decoder = self.table.new_stream_decoder();
        let mut bytes = [0; 1024];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            decoder.received(&bytes[..count]);
            loop {
                let line = match decoder.decode() {
                    Ok(frame) => Ok(line(&frame)),
                    Err(DecodeError::Malformed) => Err(BrokenFrame),
                    Err(DecodeError::UnexpectedEof) => break,
                };
                if each(line).is_break() {
                    return;
                }
            }
        }
    }
}

fn line(frame: &Frame<'_>) -> Line {
    Line {
        uptime: frame.display_timestamp().map(|time| time.to_string()).unwrap_or_default(),
        level: frame.level().map_or("", |level| level.as_str()),
        text: frame.display_message().to_string(),
    }
}

#[cfg(test)]
mod tests;
