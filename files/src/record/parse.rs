//! Lines as records. A line has one spelling: one space between words, numbers without a sign and
//! without zeros in front.

use std::fmt;

use super::{LINE_MAX, Record, What, Why};
use crate::bitmap::BITMAP_MAX;
use crate::shape::{CHUNK_MAX, CHUNKS_MAX, Shape};

/// Why a line is no record. A link that says such a line is ended, since nobody knows how many
/// bytes follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// No record begins so, or it has other words.
    Unknown,
    /// It is longer than any record.
    TooLong,
    /// A number is out of its bounds.
    OutOfBounds,
}

impl fmt::Display for RecordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            RecordError::Unknown => "the peer said what no record is",
            RecordError::TooLong => "the peer said a line that is too long",
            RecordError::OutOfBounds => "the peer named a number that cannot be",
        })
    }
}

impl std::error::Error for RecordError {}

/// Reads a line without its end.
///
/// # Errors
/// See [`RecordError`].
pub fn parse(line: &str) -> Result<Record, RecordError> {
    if line.len() >= LINE_MAX {
        return Err(RecordError::TooLong);
    }
    let mut words = [""; 6];
    let mut count = 0;
    for word in line.split(' ') {
        *words.get_mut(count).ok_or(RecordError::Unknown)? = word;
        count += 1;
    }
    let [verb, id, words @ ..] = words;
    let id = id.parse().map_err(|_| RecordError::Unknown)?;
    let words = words.get(..count.saturating_sub(2)).ok_or(RecordError::Unknown)?;
    match (verb, words) {
        ("list", []) => Ok(Record::AskList { id }),
        ("list", [size, bytes, count]) => {
            Ok(Record::List { id, shape: shape(size, bytes, count)? })
        }
        ("held", []) => Ok(Record::AskHeld { id }),
        ("held", [bytes]) => {
            Ok(Record::Held { id, bytes: at_most(bytes, BITMAP_MAX as u64)? as u16 })
        }
        ("have", [at]) => Ok(Record::Have { id, index: index(at)? }),
        ("want", [at]) => Ok(Record::Want { id, index: index(at)? }),
        ("chunk", [at, bytes]) => {
            let bytes = at_most(bytes, CHUNK_MAX.into())? as u32;
            Ok(Record::Chunk { id, index: index(at)?, bytes })
        }
        ("not", ["list", why]) => Ok(Record::Not { id, what: What::List, why: reason(why)? }),
        ("not", [at, why]) => {
            Ok(Record::Not { id, what: What::Chunk(index(at)?), why: reason(why)? })
        }
        ("cancel", [at]) => Ok(Record::Cancel { id, index: index(at)? }),
        _ => Err(RecordError::Unknown),
    }
}

/// The three numbers of a list; the size says the others.
fn shape(size: &str, bytes: &str, count: &str) -> Result<Shape, RecordError> {
    let shape = Shape::of(number(size)?).map_err(|_| RecordError::OutOfBounds)?;
    let is_right = number(bytes)? == u64::from(shape.chunk_bytes())
        && number(count)? == u64::from(shape.count());
    if is_right { Ok(shape) } else { Err(RecordError::OutOfBounds) }
}

fn index(word: &str) -> Result<u32, RecordError> {
    Ok(at_most(word, u64::from(CHUNKS_MAX) - 1)? as u32)
}

fn at_most(word: &str, most: u64) -> Result<u64, RecordError> {
    number(word).and_then(|number| match number <= most {
        true => Ok(number),
        false => Err(RecordError::OutOfBounds),
    })
}

fn number(word: &str) -> Result<u64, RecordError> {
    let is_plain = word.bytes().all(|byte| byte.is_ascii_digit())
        && !word.is_empty()
        && (word == "0" || !word.starts_with('0'));
    if !is_plain {
        return Err(RecordError::Unknown);
    }
    word.parse().map_err(|_| RecordError::OutOfBounds)
}

fn reason(word: &str) -> Result<Why, RecordError> {
    Why::ALL.into_iter().find(|why| why.word() == word).ok_or(RecordError::Unknown)
}
