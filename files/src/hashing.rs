//! A file's id and its chunk list in one reading, with progress and a way to stop.

use std::fmt;
use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::content::ContentId;
use crate::list::{ChunkList, ValueHasher};
use crate::shape::{CHUNK_MIN, Shape};

/// Why a file has no id.
#[derive(Debug)]
pub enum HashError {
    /// It was to be stopped.
    Stopped,
    /// The file became shorter or longer meanwhile.
    SizeChanged,
    /// It cannot be read.
    Io(io::Error),
}

impl fmt::Display for HashError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HashError::Stopped => formatter.write_str("it was stopped"),
            HashError::SizeChanged => formatter.write_str("it changed while it was read"),
            HashError::Io(error) => write!(formatter, "it cannot be read: {error}"),
        }
    }
}

impl std::error::Error for HashError {}

/// Reads a file of this shape to its end. `progress` hears how many bytes are hashed, after each
/// quarter of a mebibyte, and says whether to go on.
///
/// # Errors
/// See [`HashError`].
pub fn hash(
    mut file: impl Read,
    shape: Shape,
    mut progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<(ContentId, ChunkList), HashError> {
    let mut piece = vec![0; CHUNK_MIN as usize];
    let mut values = Vec::with_capacity(shape.count() as usize);
    for index in 0..shape.count() {
        let mut hasher = ValueHasher::new(shape, index);
        let mut left = shape.len_of(index).map_or(0, |len| len as usize);
        let mut done = shape.offset(index);
        while left > 0 {
            let piece = &mut piece[..left.min(CHUNK_MIN as usize)];
            file.read_exact(piece).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => HashError::SizeChanged,
                _ => HashError::Io(error),
            })?;
            hasher.update(piece);
            (left, done) = (left - piece.len(), done + piece.len() as u64);
            if progress(done).is_break() {
                return Err(HashError::Stopped);
            }
        }
        values.push(hasher.finish());
    }
    match file.read(&mut piece).map_err(HashError::Io)? {
        0 => {}
        _ => return Err(HashError::SizeChanged),
    }
    let list = ChunkList::of_values(shape, values);
    Ok((list.id(), list))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    fn going_on(_: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    #[test]
    fn the_id_is_the_files_hash_and_progress_reaches_the_size() {
        for size in [0, 1, CHUNK_MIN as usize, 5 * CHUNK_MIN as usize + 3] {
            let content = noise(size, 3);
            let (shape, mut told) = (Shape::of(size as u64).unwrap(), vec![0]);
            let progress = |done| {
                told.push(done);
                ControlFlow::Continue(())
            };
            let (id, list) = hash(&content[..], shape, progress).unwrap();
            assert_eq!(id.0, *blake3::hash(&content).as_bytes());
            assert_eq!(list.id(), id);
            assert!(told.is_sorted());
            assert_eq!(told.last(), Some(&(size as u64)));
        }
    }

    #[test]
    fn a_large_file_has_larger_chunks_that_are_hashed_in_pieces() {
        let size = 4096 * u64::from(CHUNK_MIN) + 1;
        let shape = Shape::of(size).unwrap();
        let mut whole = blake3::Hasher::new();
        let mut told = 0;
        let (id, list) = hash(io::repeat(7).take(size), shape, |done| {
            assert!(done - told <= u64::from(CHUNK_MIN));
            told = done;
            going_on(done)
        })
        .unwrap();
        whole.update_reader(io::repeat(7).take(size)).unwrap();
        assert_eq!(id.0, *whole.finalize().as_bytes());
        assert_eq!((list.shape().count(), told), (2049, size));
    }

    #[test]
    fn it_stops_when_it_is_told_to() {
        let content = noise(3 * CHUNK_MIN as usize, 3);
        let shape = Shape::of(content.len() as u64).unwrap();
        let mut pieces = 0;
        let stopped = hash(&content[..], shape, |_| {
            pieces += 1;
            if pieces == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(stopped, Err(HashError::Stopped)));
        assert_eq!(pieces, 2);
    }

    #[test]
    fn a_file_that_grows_or_shrinks_meanwhile_has_no_id() {
        let content = noise(1000, 3);
        for size in [999, 1001] {
            let shape = Shape::of(size).unwrap();
            assert!(matches!(hash(&content[..], shape, going_on), Err(HashError::SizeChanged)));
        }
    }
}
